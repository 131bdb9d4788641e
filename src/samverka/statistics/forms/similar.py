"""By what municipalities are judged to be alike: anyone may try, in the address."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samverka.statistics.queries.comparisons import MOST, NEAREST, WEIGHTS, Candidate, Criteria, default_criteria

PREFIX = "v_"
_WORDS = (_("används inte"), _("väger hälften"), _("väger som de andra"), _("väger dubbelt"))


class CriteriaForm(forms.Form):
    """A weight for every structural indicator, and how many municipalities are chosen."""

    antal = forms.IntegerField(label=_("Hur många kommuner?"), min_value=1, max_value=MOST)

    def __init__(
        self, data: Mapping[str, Any] | None, *, candidates: Iterable[Candidate], standing: Criteria | None
    ) -> None:
        """`standing`: the criteria that the fields show when nothing has been filled in."""
        offered = list(candidates)
        criteria = standing or default_criteria(offered)
        super().__init__(data, initial={"antal": criteria.nearest})
        for candidate in offered:
            self.fields[PREFIX + candidate.key] = forms.TypedChoiceField(
                label=f"{candidate.name}, {candidate.year}",
                choices=[(f"{weight:g}", word) for weight, word in zip(WEIGHTS, _WORDS, strict=True)],
                coerce=float,
                initial=f"{criteria.weights.get(candidate.key, 0.0):g}",
            )
        self.order_fields([*(name for name in self.fields if name != "antal"), "antal"])

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        weights = [value for name, value in values.items() if name.startswith(PREFIX)]
        if not self.errors and not any(weights):
            self.add_error(None, _("Välj minst en egenskap att jämföra."))
        return values

    @property
    def criteria(self) -> Criteria:
        """The valid form as the queries want it."""
        weights = {
            name.removeprefix(PREFIX): value for name, value in self.cleaned_data.items() if name.startswith(PREFIX)
        }
        return Criteria(weights, self.cleaned_data.get("antal", NEAREST))
