"""What somebody who fetches figures again fills in."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from samverka.statistics.models import Indicator


class RefreshForm(forms.Form):
    source = forms.ChoiceField(
        label=_("Källa"),
        choices=[("", _("Alla källor")), ("kolada", "Kolada"), ("scb", "SCB")],
        required=False,
    )
    indicators = forms.CharField(
        label=_("Indikatorer"),
        help_text=_("Källans beteckningar med mellanrum, som N03921 N02267. Lämna tomt för alla."),
        max_length=2000,
        required=False,
    )
    full = forms.BooleanField(
        label=_("Hämta alla siffror på nytt"),
        help_text=_("Annars hämtas bara det som källan har ändrat sedan förra gången."),
        required=False,
    )

    def clean_indicators(self) -> list[str]:
        keys = sorted(set(self.cleaned_data["indicators"].replace(",", " ").split()))
        known = set(Indicator.objects.filter(source_key__in=keys).values_list("source_key", flat=True))
        unknown = [key for key in keys if key not in known]
        if unknown:
            raise ValidationError(
                _("Ingen indikator har beteckningen %(keys)s. Sök upp den under Statistik, eller lägg till den."),
                code="unknown",
                params={"keys": ", ".join(unknown)},
            )
        return keys
