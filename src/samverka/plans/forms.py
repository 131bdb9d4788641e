"""What a party says about its measure."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .enums import MeasureState


class MeasureForm(forms.Form):
    state = forms.ChoiceField(label=_("Hur långt har ni kommit?"), choices=MeasureState)
    state_note = forms.CharField(
        label=_("Kommentar"),
        help_text=_("Säg gärna varför. Den som läser åtgärden läser också kommentaren."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500,
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_state_note(self) -> str:
        value: str = self.cleaned_data["state_note"]
        return value.replace("\r\n", "\n")
