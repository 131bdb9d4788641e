"""What a party says about its measures."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samverka.foundation.clock import today
from samverka.foundation.ui.forms import TOO_LONG, WholeText
from samverka.goals.models import Goal

from .enums import MeasureState
from .services import MeasureDraft


class NewMeasureForm(forms.Form):
    """A measure that a party takes on."""

    title = forms.CharField(
        label=_("Vad ska ni göra?"), max_length=200, help_text=_("En mening som börjar med ett verb.")
    )
    goal = forms.ModelChoiceField(label=_("Vilket gemensamt mål bidrar det till?"), queryset=Goal.objects.none())
    description = forms.CharField(
        label=_("Vad innebär det?"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000, required=False
    )
    responsible = forms.CharField(
        label=_("Vem ansvarar hos er?"), max_length=120, help_text=_("En enhet eller en befattning.")
    )
    starts_on = forms.DateField(
        label=_("Från och med"), initial=today, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(label=_("Klar senast"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    is_public = forms.BooleanField(
        label=_("Visa för alla"), required=False, help_text=_("Annars läser bara parterna om åtgärden.")
    )

    def __init__(self, *args: Any, goals: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goal"].queryset = goals  # type: ignore[attr-defined]  # a ModelChoiceField, declared above
        self.fields["goal"].empty_label = None  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        starts, ends = values.get("starts_on"), values.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("Sista dagen ligger före första dagen."))
        return values

    def draft(self) -> MeasureDraft:
        """The valid form as the services want it."""
        return MeasureDraft(**self.cleaned_data)


class MeasureForm(forms.Form):
    state = forms.ChoiceField(label=_("Hur långt har ni kommit?"), choices=MeasureState)
    state_note = forms.CharField(
        label=_("Kommentar"),
        help_text=_("Säg gärna varför. Den som läser åtgärden läser också kommentaren."),
        widget=WholeText(attrs={"rows": 2}),
        max_length=500,
        error_messages=TOO_LONG,
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_state_note(self) -> str:
        value: str = self.cleaned_data["state_note"]
        return value.replace("\r\n", "\n")
