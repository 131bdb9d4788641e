"""What a party fills in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class BenefitForm(forms.Form):
    own_benefit = forms.CharField(
        label=_("Vad vinner ni själva på att vara med?"),
        help_text=_("Två eller tre meningar räcker. De andra parterna och medborgarna läser dem."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=1000,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_own_benefit(self) -> str:
        value: Any = self.cleaned_data["own_benefit"]
        return str(value).replace("\r\n", "\n")
