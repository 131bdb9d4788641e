"""What the leading party fills in when a joint goal is adopted."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samverka.foundation.clock import today
from samverka.statistics.enums import Polarity
from samverka.statistics.models import Indicator

from .services import GoalDraft


class GoalForm(forms.Form):
    """A goal that can be followed up: what is measured, from where, to where, and when."""

    name = forms.CharField(label=_("Målet i en mening"), max_length=200)
    vision = forms.CharField(
        label=_("Vision"), max_length=200, required=False, help_text=_("Det långsiktiga som målet är ett steg mot.")
    )
    indicator = forms.ModelChoiceField(
        label=_("Vad ska mätas?"), queryset=Indicator.objects.none(), empty_label=_("Välj en indikator")
    )
    polarity = forms.ChoiceField(
        label=_("Vilket håll är bra?"),
        choices=[choice for choice in Polarity.choices if choice[0] != Polarity.NONE],
        widget=forms.RadioSelect,
    )
    baseline_year = forms.IntegerField(
        label=_("Utgångsår"), min_value=1900, max_value=2100, help_text=_("Året som ni jämför med.")
    )
    target_year = forms.IntegerField(label=_("Målår"), min_value=1900, max_value=2100)
    percent_of_baseline = forms.DecimalField(
        label=_("Målvärde, procent av utgångsvärdet"),
        min_value=0,
        max_value=1000,
        decimal_places=1,
        localize=True,
        help_text=_("50 är en halvering, 100 är oförändrat, 110 är en tiondel mer. Samma för kvinnor, män och alla."),
    )
    source = forms.CharField(
        label=_("Måldokument"), max_length=300, required=False, help_text=_("Dokument, avsnitt och version.")
    )
    note = forms.CharField(
        label=_("Vad säger indikatorn inte?"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        required=False,
        help_text=_("Till exempel att den mäter en annan åldersgrupp än den ni arbetar med."),
    )
    adopted_on = forms.DateField(
        label=_("Antaget"), initial=today, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    is_public = forms.BooleanField(
        label=_("Visa för alla"), required=False, help_text=_("Gäller när samverkan själv är offentlig.")
    )

    def __init__(self, *args: Any, indicators: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].queryset = indicators  # type: ignore[attr-defined]  # a ModelChoiceField, see above

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        baseline, target = values.get("baseline_year"), values.get("target_year")
        if baseline and target and target <= baseline:
            self.add_error("target_year", _("Målåret måste komma efter utgångsåret."))
        return values

    def draft(self) -> GoalDraft:
        """The valid form as the services want it."""
        values = {
            key: value for key, value in self.cleaned_data.items() if key not in {"percent_of_baseline", "adopted_on"}
        }
        return GoalDraft(
            **{**values, "polarity": Polarity(values["polarity"])},
            share_of_baseline=float(self.cleaned_data["percent_of_baseline"]) / 100,
        )

    def adopted(self) -> date:
        """The day of the decision."""
        day: date = self.cleaned_data["adopted_on"]
        return day
