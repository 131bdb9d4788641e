"""What a party writes about how it goes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from samverka.foundation.ui.forms import TOO_LONG, WholeText

from .services import LONGEST


class StatusForm(forms.Form):
    text = forms.CharField(
        label=_("Er lägesbeskrivning"),
        help_text=_("Vad har ni gjort, vad har det gett och vad händer härnäst? Några meningar räcker."),
        widget=WholeText(attrs={"rows": 10}),
        max_length=LONGEST,
        error_messages=TOO_LONG,
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_text(self) -> str:
        value: str = self.cleaned_data["text"]
        return value.replace("\r\n", "\n")
