"""What the leading party fills in about the money."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .services import FundingDraft


class FundingForm(forms.Form):
    """Some money, and whether it runs out."""

    name = forms.CharField(label=_("Varifrån kommer pengarna?"), max_length=200)
    amount = forms.DecimalField(
        label=_("Belopp i kronor"),
        min_value=0,
        max_digits=14,
        decimal_places=2,
        localize=True,
        required=False,
        help_text=_("Lämna tomt om beloppet inte är känt. Tomt är inte noll."),
    )
    is_temporary = forms.BooleanField(
        label=_("Tillfällig"), required=False, help_text=_("Projektmedel eller annat som tar slut.")
    )
    ends_on = forms.DateField(
        label=_("Upphör"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), required=False
    )
    source = forms.CharField(
        label=_("Källa till uppgiften"), max_length=300, required=False, help_text=_("Beslut, budget eller rapport.")
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("ends_on") and not values.get("is_temporary"):
            self.add_error("ends_on", _("Kryssa för att finansieringen är tillfällig, eller ta bort dagen."))
        return values

    def draft(self) -> FundingDraft:
        """The valid form as the services want it."""
        return FundingDraft(**self.cleaned_data)
