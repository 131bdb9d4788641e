"""An area's indicators as they stand: newest figure, trend, women and men, and how it lies beside others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from samverka.statistics.enums import Measure, ObservationStatus, Polarity, Sex
from samverka.statistics.models import Extraction, FocusArea, FocusIndicator, Indicator
from samverka.statistics.queries import Figure, group_series, latest_extractions
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area

from .figures import Surroundings, at, called, figures_of, newest
from .spread import Spread, kind_beside, spreads_of

YEARS_BEFORE = 5
SMALL_RATIO = 2
SMALL_WHOLE = 10


@dataclass(frozen=True)
class Beside:
    """A figure that one's own is compared with, in the same year: a wider area's, or the mean of similar ones."""

    name: str
    value: float
    difference: float
    direction: str
    is_group: bool
    figure: Figure


@dataclass(frozen=True)
class Card:
    """An indicator in an area. Without any value there, `now` is None and nothing is compared."""

    indicator: Indicator
    series: Sequence[Figure]
    now: Figure | None
    women: Figure | None
    men: Figure | None
    change: float | None
    change_since: int | None
    beside: Sequence[Beside]
    spread: Spread | None
    is_ranked: bool
    extraction: Extraction | None
    has_no_total: bool = False
    """The values are codes for answers, and the area is made of those who answered."""

    @property
    def decimals(self) -> int:
        return _decimals([figure.value for figure in self.series], [one.value for one in self.beside])

    @property
    def is_preliminary(self) -> bool:
        return self.now is not None and self.now.status is ObservationStatus.PRELIMINARY

    @property
    def is_odd(self) -> bool:
        """Women, men and all with the very same decimals: hardly so, and worth a question to the source."""
        values = [figure.value for figure in (self.now, self.women, self.men) if figure is not None]
        known = [value for value in values if value is not None and not value.is_integer()]
        return len(known) == len(Sex) and len(set(known)) == 1

    @property
    def missing_later(self) -> int | None:
        """A later year that the source has a row for, but no value."""
        last = self.series[-1] if self.series else None
        return last.year if last is not None and self.now is not None and last.year > self.now.year else None

    @property
    def change_direction(self) -> str:
        return direction_of(self.change or 0.0, self.indicator, self.decimals)

    @property
    def rank(self) -> int | None:
        """The place among all of its kind, the best first; by size when neither way is good.

        A node lies among municipalities on the strip but is none of them, and has no place among them.
        """
        if self.spread is None or not self.is_ranked:
            return None
        ahead = self.spread.below if self.indicator.polarity == Polarity.LOWER else self.spread.above
        return ahead + 1


def decimals_of(values: Iterable[float | None]) -> int:
    """None for counts and amounts, two for small ratios, one otherwise."""
    known = [value for value in values if value is not None]
    if all(value.is_integer() for value in known):
        return 0
    largest = max(map(abs, known))
    return 2 if largest < SMALL_RATIO else 0 if largest >= 1_000 else 1


def _decimals(own: Iterable[float | None], others: Iterable[float]) -> int:
    """As one's own figures are written; whole ones with one decimal beside a small mean: 0, 1 and 2 beside 0,4."""
    own = list(own)
    decimals = decimals_of(own)
    known = [value for value in own if value is not None]
    if decimals or max(map(abs, known), default=0.0) >= SMALL_WHOLE:
        return decimals
    return 0 if all(value.is_integer() for value in others) else 1


def direction_of(difference: float, indicator: Indicator, decimals: int) -> str:
    """better, worse, same, or only higher and lower when neither way is good. As it is written: 0,04 is the same."""
    rounded = round(difference, decimals)
    if rounded == 0:
        return "same"
    if indicator.polarity == Polarity.NONE:
        return "higher" if rounded > 0 else "lower"
    return "better" if (rounded > 0) == (indicator.polarity == Polarity.HIGHER) else "worse"


def cards_of(indicators: Sequence[Indicator], beside: Surroundings) -> list[Card]:
    """A card for each indicator, in their order. A constant number of queries."""
    area = beside.area
    own = figures_of(indicators, [area])
    latest = {key: figure for key, series in own.items() if (figure := newest(series, area))}
    codes = {indicator.pk for indicator in indicators if indicator.measure == Measure.CODE}
    spreads = spreads_of({key: figure for key, figure in latest.items() if key not in codes}, kind_beside(area))
    first = min((figure.year for figure in latest.values()), default=None)
    there = [indicator for indicator in indicators if indicator.pk in latest]
    around = figures_of(there, beside.wider, from_year=first)
    alike = group_series(there, beside.members, from_year=first) if beside.members else {}
    extractions = latest_extractions(indicators)
    found = []
    for indicator in indicators:
        series = own[indicator.pk]
        now = latest.get(indicator.pk)
        year = now.year if now else None
        figures = series.get((area.pk, Sex.TOTAL), [])
        before = at(series, area, Sex.TOTAL, year - YEARS_BEFORE) if year else None
        alike_now = _in(alike.get(indicator.pk, {}).get(Sex.TOTAL, []), now.year) if now else None
        wider = [(one, at(around[indicator.pk], one, Sex.TOTAL, now.year)) for one in beside.wider] if now else []
        found.append(
            Card(
                indicator=indicator,
                series=figures,
                now=now,
                women=at(series, area, Sex.WOMEN, year),
                men=at(series, area, Sex.MEN, year),
                change=now.value - before.value
                if now and before and now.value is not None and before.value is not None and indicator.pk not in codes
                else None,
                change_since=before.year if before else None,
                beside=_compared(indicator, now, figures, alike_now, wider) if now else [],
                spread=spreads.get(indicator.pk),
                is_ranked=area.kind == kind_beside(area),
                extraction=extractions.get(indicator.pk),
                has_no_total=indicator.pk in codes and now is None and area.kind != AreaKind.MUNICIPALITY,
            )
        )
    return found


def _in(figures: Iterable[Figure], year: int) -> Figure | None:
    return next((figure for figure in figures if figure.year == year), None)


def _compared(
    indicator: Indicator,
    now: Figure,
    series: Iterable[Figure],
    alike: Figure | None,
    wider: Sequence[tuple[Area, Figure | None]],
) -> list[Beside]:
    own = now.value or 0.0
    others = [figure.value for figure in (alike, *(figure for _, figure in wider)) if figure is not None]
    decimals = _decimals((figure.value for figure in series), [value for value in others if value is not None])

    def against(name: str, figure: Figure, value: float, *, is_group: bool = False) -> Beside:
        difference = round(own, decimals) - round(value, decimals)  # as the two are written
        return Beside(name, value, difference, direction_of(difference, indicator, decimals), is_group, figure)

    found = []
    if alike is not None and alike.value is not None:
        found.append(against("", alike, alike.value, is_group=True))
    for area, figure in wider:
        if figure is not None and figure.value is not None:
            found.append(against(called(area), figure, figure.value))
    return found


@dataclass(frozen=True)
class Focus:
    """A focus area with its indicators, in their order."""

    area: FocusArea
    indicators: list[Indicator]


def focus_areas_of(area: Area, visible: Iterable[Indicator]) -> list[Focus]:
    """The focus areas of an area with their indicators, of those that are visible. Two queries."""
    return focuses_of(focus_areas_here(area), visible)


def focus_areas_here(area: Area) -> list[FocusArea]:
    """The focus areas that everybody has, and those of organisations of this area or of the one it lies in."""
    of_organisations_here = Q(organisation__area__in={area.pk, area.parent_id} - {None})
    return list(FocusArea.objects.filter(Q(organisation=None) | of_organisations_here))


def focuses_of(focus_areas: Iterable[FocusArea], visible: Iterable[Indicator]) -> list[Focus]:
    """Focus areas with their indicators, of those that are visible. One query beside reading those."""
    known = {indicator.pk: indicator for indicator in visible}
    inside: dict[int, list[Indicator]] = {}
    for focus_area, indicator in FocusIndicator.objects.values_list("focus_area_id", "indicator_id"):
        if indicator in known:
            inside.setdefault(focus_area, []).append(known[indicator])
    return [Focus(focus, inside.get(focus.pk, [])) for focus in focus_areas]
