"""What is decided when a report is published."""

import uuid
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

PUBLIC, PARTIES = "alla", "parterna"


class ReportForm(forms.Form):
    title = forms.CharField(label=_("Rubrik"), max_length=200)
    readers = forms.ChoiceField(
        label=_("Vem får läsa rapporten?"),
        choices=[(PUBLIC, _("Alla")), (PARTIES, _("Bara parterna"))],
        widget=forms.RadioSelect,
        help_text=_(
            "Väljer du alla blir det som parterna har skrivit offentligt: deras lägesbeskrivningar och egna nytta. "
            "Mål och åtgärder som inte är offentliga följer inte med."
        ),
    )
    order_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, may_be_public: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_be_public:
            field = cast("forms.ChoiceField", self.fields["readers"])
            field.choices = [(PARTIES, _("Bara parterna"))]
            field.initial = PARTIES
            field.help_text = _("Samverkan är inte offentlig. Därför kan rapporten inte heller vara det.")
