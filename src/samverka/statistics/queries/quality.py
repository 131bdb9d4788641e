"""What is odd about an indicator's figures: questions to the source, shown as marks beside the figures."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from samverka.foundation.ui.figures import number_text
from samverka.statistics.enums import ENGINE_STATUS, Measure, ObservationStatus, Sex
from samverka.statistics.models import Indicator, Observation
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area
from samverka_engine.series.quality import (
    Flag,
    Range,
    Suspicion,
    jumps,
    out_of_range,
    published_step,
    sexes_and_total,
    stopped,
)
from samverka_engine.series.verdict import Observed

LEAST_JUMP_SHARE = 0.1
"""A change smaller than this share of the series' typical size is never a jump; precise series are quiet ones."""


@dataclass(frozen=True)
class Mark:
    """One odd figure of an area. `sex` is None when it is about women, men and total together."""

    area_id: int
    suspicion: Suspicion
    year: int
    values: tuple[float, ...]
    sex: Sex | None = None

    @property
    def words(self) -> str:
        """What is odd, in a sentence."""
        return _sentence(self)


Marks = dict[int, list[Mark]]
"""Area key → its marks, newest first."""


def quality_of(indicator: Indicator, area_ids: Collection[int]) -> Marks:
    """What is odd in some areas. Two queries. Areas without anything odd have no key.

    How the source rounds is seen from the counties and the areas themselves.
    """
    wanted = set(area_ids)
    expected = indicator.extractions.aggregate(newest=Max("last_year"))["newest"]
    rows = Observation.objects.filter(
        Q(area_id__in=wanted) | Q(area_id__in=Area.objects.filter(kind=AreaKind.COUNTY).values("pk")),
        indicator=indicator,
    )
    by_year: dict[int, list[float]] = {}
    series: dict[int, dict[Sex, list[Observed]]] = {key: {} for key in wanted}
    for area, sex, year, value, status in rows.order_by("year").values_list(
        "area_id", "sex", "year", "value", "status"
    ):
        if value is not None:
            by_year.setdefault(year, []).append(value)
        if area in series:
            observed = Observed(year, value, ENGINE_STATUS[ObservationStatus(status)])
            series[area].setdefault(Sex(sex), []).append(observed)
    steps = {year: published_step(values) for year, values in by_year.items()}
    kind = range_of(indicator)
    found = {}
    for area, by_sex in series.items():
        marks = _marks(area, by_sex, kind, steps, None if indicator.is_closed else expected)
        if marks:
            found[area] = sorted(marks, key=lambda mark: -mark.year)
    return found


def range_of(indicator: Indicator) -> Range:
    """Which values the indicator can have at all, as far as its definition says."""
    if indicator.measure == Measure.COUNT:
        return Range.COUNT
    if indicator.measure == Measure.RATIO and indicator.unit == "%" and "andel (%)" in indicator.name:
        return Range.PER_CENT
    return Range.ANY


def _marks(
    area: int,
    by_sex: Mapping[Sex, list[Observed]],
    kind: Range,
    steps: Mapping[int, float],
    expected: int | None,
) -> list[Mark]:
    women, men, total = (by_sex.get(sex, []) for sex in (Sex.WOMEN, Sex.MEN, Sex.TOTAL))
    marks = [_mark(area, flag, None) for flag in sexes_and_total(women, men, total, kind, rounding=steps)]
    for sex, rows in by_sex.items():
        marks += [_mark(area, flag, sex) for flag in out_of_range(rows, kind)]
    values = [abs(row.value) for row in total if row.value is not None]
    least = LEAST_JUMP_SHARE * sum(values) / len(values) if values else 0.0
    marks += [_mark(area, flag, Sex.TOTAL) for flag in jumps(total, least_jump=least)]
    late = stopped(total, expected_year=expected) if expected is not None else None
    return [*marks, _mark(area, late, Sex.TOTAL)] if late is not None else marks


def _mark(area: int, flag: Flag, sex: Sex | None) -> Mark:
    return Mark(area, flag.suspicion, flag.year, flag.values, sex)


def _sentence(mark: Mark) -> str:
    said = {"year": mark.year, "values": ", ".join(number_text(value, 1) for value in mark.values)}
    match mark.suspicion:
        case Suspicion.WOMEN_MEN_AND_TOTAL_EQUAL:
            return _("%(year)s har kvinnor, män och totalt exakt samma värde.") % said
        case Suspicion.TOTAL_NOT_BETWEEN_WOMEN_AND_MEN:
            return _("%(year)s ligger totalen inte mellan kvinnor och män (%(values)s).") % said
        case Suspicion.TOTAL_IS_NOT_THE_SUM:
            return _("%(year)s är totalen inte summan av kvinnor och män (%(values)s).") % said
        case Suspicion.BELOW_RANGE:
            return _("%(year)s är värdet under noll (%(values)s).") % said
        case Suspicion.ABOVE_RANGE:
            return _("%(year)s är andelen över 100 procent (%(values)s).") % said
        case Suspicion.JUMP:
            return _("%(year)s ändras värdet mycket mer än det brukar.") % said
        case Suspicion.STOPPED:
            return _("Senaste värdet är från %(year)s, fast andra områden har nyare.") % said
