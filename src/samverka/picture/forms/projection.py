"""What a projection assumes, as its page asks for it: by address, so that a projection can be sent to somebody."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samverka.foundation.ui.figures import number_text
from samverka.picture.content.moves import Moves
from samverka.picture.content.outlook import DEFAULTS, Choices


class ProjectionForm(forms.Form):
    years = forms.IntegerField(label=_("Antal år framåt"), min_value=5, max_value=50)
    children = forms.FloatField(
        label=_("Barn per kvinna"),
        min_value=0,
        max_value=5,
        help_text=_("1,45 i Sverige 2023."),
        widget=forms.NumberInput(attrs={"step": "0.01"}),
    )
    women_live = forms.FloatField(
        label=_("Kvinnors medellivslängd"),
        min_value=60,
        max_value=100,
        help_text=_("84,9 år i Sverige 2023."),
        widget=forms.NumberInput(attrs={"step": "0.1"}),
    )
    men_live = forms.FloatField(
        label=_("Mäns medellivslängd"),
        min_value=60,
        max_value=100,
        help_text=_("81,6 år i Sverige 2023."),
        widget=forms.NumberInput(attrs={"step": "0.1"}),
    )
    moves = forms.IntegerField(
        label=_("Flyttar, netto per år"),
        min_value=-100_000,
        max_value=100_000,
        help_text=_("Minus om fler flyttar ut än in."),
    )
    immigration = forms.IntegerField(
        label=_("Ytterligare invandring per år"),
        min_value=0,
        max_value=200_000,
        help_text=_("Utöver flyttarna, och utan det planerade mottagandet."),
    )
    reception = forms.IntegerField(label=_("Planerat mottagande per år"), min_value=0, max_value=100_000)
    reception_years = forms.IntegerField(label=_("Mottagandet pågår i antal år"), min_value=1, max_value=50)

    def __init__(self, data: Any = None, usual: Moves | None = None) -> None:
        """What the address leaves out is as in `DEFAULTS`, and people move as they have; what else it says makes no
        projection of its own."""
        given = {} if data is None else {name: data[name] for name in self.base_fields if data.get(name, "") != ""}
        moved = {} if usual is None else {"moves": usual.persons}
        super().__init__({**asdict(DEFAULTS), **moved, **given})
        if usual is not None:
            self.fields["moves"].help_text = _(
                "I snitt %(persons)s om året %(first)s–%(last)s. Minus om fler flyttar ut än in, 0 utan flyttar."
            ) % {"persons": number_text(usual.persons), "first": usual.first, "last": usual.last}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        years, lasts = cleaned.get("years"), cleaned.get("reception_years")
        if years is not None and lasts is not None and lasts > years:
            cleaned["reception_years"] = years
        return cleaned

    @property
    def choices(self) -> Choices:
        """The assumptions of a valid form."""
        return Choices(**self.cleaned_data)
