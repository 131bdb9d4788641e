"""What is written beside the figures."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samverka.foundation.clock import today
from samverka.foundation.ui.forms import TOO_LONG, WholeText
from samverka.picture.enums import NoteKind
from samverka.picture.services.notes import NoteDraft
from samverka.statistics.models import FocusArea, Indicator

EARLIEST, AHEAD = 1900, 30


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Vad har ni sett eller läst?"),
        help_text=_("Några meningar räcker. Skriv inget som kan knytas till en enskild person."),
        widget=WholeText(attrs={"rows": 6}),
        max_length=4000,
        error_messages=TOO_LONG,
    )
    kind = forms.ChoiceField(label=_("Varifrån kommer kunskapen?"), choices=NoteKind)
    indicator = forms.ModelChoiceField(
        label=_("Vid vilken indikator?"),
        help_text=_("Välj en indikator, ett fokusområde eller båda."),
        queryset=Indicator.objects.none(),
        required=False,
        empty_label=_("ingen särskild indikator"),
    )
    focus_area = forms.ModelChoiceField(
        label=_("I vilket fokusområde?"),
        queryset=FocusArea.objects.none(),
        required=False,
        empty_label=_("inget särskilt område"),
    )
    from_year = forms.IntegerField(label=_("Gäller från år"), min_value=EARLIEST, required=False)
    to_year = forms.IntegerField(label=_("Gäller till och med år"), min_value=EARLIEST, required=False)
    source_name = forms.CharField(label=_("Källa"), max_length=200, required=False)
    source_url = forms.URLField(
        label=_("Länk till källan"),
        max_length=500,
        required=False,
        assume_scheme="https",
        # A browser's own field refuses example.org/report before the form has seen it.
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )
    is_public = forms.BooleanField(
        label=_("Visa för alla"), required=False, help_text=_("Annars läser bara parterna anteckningen.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, indicators: Any, focus_areas: Any, may_be_public: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].queryset = indicators  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["focus_area"].queryset = focus_areas  # type: ignore[attr-defined]  # the same
        if not may_be_public:
            del self.fields["is_public"]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        indicator = values.get("indicator")
        if not self.errors and indicator is None and values.get("focus_area") is None:
            self.add_error("indicator", _("Välj en indikator eller ett fokusområde som anteckningen ska stå vid."))
        starts, ends = values.get("from_year"), values.get("to_year")
        latest = today().year + AHEAD
        for name, year in (("from_year", starts), ("to_year", ends)):
            if year and year > latest:
                self.add_error(name, _("Skriv ett år före %(year)s.") % {"year": latest + 1})
        if starts and ends and ends < starts:
            self.add_error("to_year", _("Sista året ligger före första året."))
        if values.get("is_public") and indicator is not None and not indicator.is_public:
            self.add_error("is_public", _("Indikatorn är inte offentlig. Då kan anteckningen inte heller vara det."))
        return values

    def draft(self) -> NoteDraft:
        """The valid form as the services want it."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return NoteDraft(**{**values, "text": values["text"].replace("\r\n", "\n")})


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_("Din kommentar"),
        help_text=_("Bara parterna läser den. Skriv inget som kan knytas till en enskild person."),
        widget=WholeText(attrs={"rows": 4}),
        max_length=2000,
        error_messages=TOO_LONG,
    )
    year = forms.IntegerField(
        label=_("Om ett visst år?"),
        min_value=EARLIEST,
        max_value=2199,
        required=False,
        help_text=_("Lämna tomt annars."),
    )
