"""What the leading party fills in about an agreement."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samverka.foundation.ui.forms import TOO_LONG, WholeText

from .enums import AgreementKind
from .services import AgreementDraft


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AgreementForm(forms.Form):
    """An agreement as the parties know it; the signed text itself stays where it is."""

    title = forms.CharField(label=_("Rubrik"), max_length=200)
    kind = forms.ChoiceField(label=_("Slag"), choices=AgreementKind.choices)
    summary = forms.CharField(
        label=_("Vad har ni kommit överens om?"),
        widget=WholeText(attrs={"rows": 5}),
        max_length=4000,
        error_messages=TOO_LONG,
        help_text=_("Några meningar som den som inte var med förstår."),
    )
    starts_on = forms.DateField(label=_("Från"), widget=_day())
    ends_on = forms.DateField(
        label=_("Till och med"), widget=_day(), required=False, help_text=_("Tomt betyder tills vidare.")
    )
    source = forms.CharField(
        label=_("Källa"), max_length=300, required=False, help_text=_("Dokument, diarienummer eller adress.")
    )

    def clean_summary(self) -> str:
        value: Any = self.cleaned_data["summary"]
        return str(value).replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        starts, ends = values.get("starts_on"), values.get("ends_on")
        if isinstance(starts, date) and isinstance(ends, date) and ends < starts:
            self.add_error("ends_on", _("Sista dagen ligger före första dagen."))
        return values

    def draft(self) -> AgreementDraft:
        """The valid form as the services want it."""
        return AgreementDraft(**{**self.cleaned_data, "kind": AgreementKind(self.cleaned_data["kind"])})
