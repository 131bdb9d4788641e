"""Figures of areas that the source does not publish: nodes, local labour markets, any group of municipalities.

Made of the members' own figures by `samverka_engine.series.aggregate`. A percentage is never added: its total comes
from numerators and denominators, or is a weighted approximation, or an unweighted mean, and says which.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from samverka.statistics.enums import ENGINE_STATUS, Measure, ObservationStatus, Sex
from samverka.statistics.models import Indicator, Observation
from samverka.territory.enums import MADE_OF_MUNICIPALITIES, AreaKind
from samverka.territory.models import Area
from samverka.territory.queries import Part, parts_of
from samverka_engine.series import aggregate
from samverka_engine.series.aggregate import Completeness, GroupTotal, Member, Method, WhenMissing, group_total
from samverka_engine.series.verdict import Status

from .reading import Figure, Series

LEAST_COVERAGE = 0.75
"""The share of the members, and of what they are weighed with, that an incomplete total must cover."""
POWERS = (1, 100, 1_000, 10_000, 100_000, 1_000_000)
"""What a ratio may be per: one, hundred (per cent), thousand …"""
NEAR = 0.05
"""How far a published ratio may lie from its parts by rounding, as a share."""


@dataclass(frozen=True, slots=True)
class Row:
    """An observation as totals need it."""

    value: float | None
    status: ObservationStatus
    numerator: float | None
    denominator: float | None


Rows = dict[tuple[int, int, Sex, int], Row]
"""(indicator, area, sex, year) → the observation."""
Weights = Mapping[tuple[int, Sex, int], float]
"""(area, sex, year) → the weight."""
_ABSENT = Row(None, ObservationStatus.MISSING, None, None)


def series_for(
    indicators: Iterable[Indicator], *, areas: Iterable[Area], from_year: int | None = None
) -> dict[int, Series]:
    """The series of several indicators in areas of any kind, by indicator key.

    Nodes and labour markets are made of their municipalities, and so is a county for which the source publishes
    nothing. Such a figure carries its `total`: how it was made, and whom it covers. Never more than five queries.
    """
    wanted, places = list(indicators), list(areas)
    published = _rows(wanted, [a.pk for a in places if a.kind not in MADE_OF_MUNICIPALITIES], from_year)
    found: dict[int, Series] = {indicator.pk: {} for indicator in wanted}
    for (key, place, sex, year), row in sorted(published.items(), key=lambda item: item[0][3]):
        found[key].setdefault((place, sex), []).append(Figure(year, row.value, row.status))
    there = {(key, place) for key, place, _, _ in published}
    made = [area for area in places if area.kind in MADE_OF_MUNICIPALITIES]
    lacking = [
        area
        for area in places
        if area.kind == AreaKind.COUNTY and any((indicator.pk, area.pk) not in there for indicator in wanted)
    ]
    if not made and not lacking:
        return found
    parts = parts_of([*made, *lacking])
    reading = Members(wanted, {part.municipality_id for group in parts.values() for part in group}, from_year)
    for area in [*made, *lacking]:
        for indicator in wanted:
            if (indicator.pk, area.pk) in there:
                continue
            for sex in Sex:
                figures = reading.series(indicator, sex, parts[area.pk])
                if figures:
                    found[indicator.pk][area.pk, sex] = figures
    return found


def total_of(
    indicator: Indicator, *, municipalities: Iterable[Area], from_year: int | None = None, unweighted: bool = False
) -> dict[Sex, list[Figure]]:
    """The series of any group of areas, by sex. At most two queries.

    Args:
        unweighted: the mean of the areas, each counted once, instead of the total of those who live there.
    """
    group = [Part(area.pk, None, None) for area in municipalities]
    reading = Members([indicator], {part.municipality_id for part in group}, from_year)
    method = Method.UNWEIGHTED_MEAN if unweighted else None
    return {sex: figures for sex in Sex if (figures := reading.series(indicator, sex, group, method))}


class Members:
    """Observations of municipalities, read once, from which the figures of groups are made."""

    def __init__(self, indicators: Sequence[Indicator], municipality_ids: Iterable[int], from_year: int | None) -> None:
        """At most two queries: the figures, and what they are weighed with."""
        keys = list(municipality_ids)
        self._rows = _rows(indicators, keys, from_year)
        self._years: dict[tuple[int, Sex], set[int]] = {}
        for key, _, sex, year in self._rows:
            self._years.setdefault((key, sex), set()).add(year)
        self._weighed_with: dict[int, str] = {}
        weighing = {indicator.weight_id for indicator in indicators if indicator.weight_id is not None}
        self._weights: dict[int, dict[tuple[int, Sex, int], float]] = {key: {} for key in weighing}
        if weighing:
            rows = Observation.objects.filter(indicator_id__in=weighing, area_id__in=keys, value__gte=0)
            if from_year is not None:
                rows = rows.filter(year__gte=from_year)
            columns = ("indicator_id", "indicator__name", "area_id", "sex", "year", "value")
            for key, name, area, of, year, value in rows.values_list(*columns):
                if value is not None:
                    self._weights[key][area, Sex(of), year] = value
                    self._weighed_with[key] = name

    def series(
        self, indicator: Indicator, sex: Sex, group: Sequence[Part], method: Method | None = None
    ) -> list[Figure]:
        """The group's figures by year, all made by one method, so that the years can be compared.

        Without a method it is the best that most years allow. A year that does not allow it has no value. Codes for
        answers are never put together: a group has none.
        """
        if indicator.measure == Measure.CODE:
            return []
        years = sorted(self._years.get((indicator.pk, sex), ()))
        if not years or not group:
            return []
        weights = self._weights.get(indicator.weight_id or 0, {})
        by_year = {year: self._members(indicator, sex, year, group, weights) for year in years}
        if method is None:
            method = best_method(Measure(indicator.measure), by_year.values())
        per = _per([member for members in by_year.values() for member in members])
        weights_name = self._weighed_with.get(indicator.weight_id or 0)
        figures = []
        for year, members in by_year.items():
            if not members:
                continue
            if not _allows(method, members):
                figures.append(Figure(year, None, ObservationStatus.MISSING))
                continue
            figures.append(_figure(indicator, year, members, method, per=per or 1.0, weights=weights_name))
        return figures

    def _members(
        self, indicator: Indicator, sex: Sex, year: int, group: Sequence[Part], weights: Weights
    ) -> list[Member]:
        """The group that year. Women and men are weighed with both when the weights are not told apart."""
        members = []
        for part in group:
            if not part.covers(year):
                continue
            row = self._rows.get((indicator.pk, part.municipality_id, sex, year), _ABSENT)
            weight = weights.get((part.municipality_id, sex, year))
            if weight is None:
                weight = weights.get((part.municipality_id, Sex.TOTAL, year))
            members.append(
                Member(
                    str(part.municipality_id),
                    ENGINE_STATUS[row.status],
                    row.value,
                    row.numerator,
                    row.denominator,
                    weight,
                )
            )
        return members


def best_method(measure: Measure, years: Iterable[Sequence[Member]]) -> Method:
    """The truest method that at least half of the years with figures allow."""
    known = [members for members in years if any(member.known for member in members)]
    if not known:
        return Method.SUM if measure is Measure.COUNT else Method.UNWEIGHTED_MEAN
    for method in _PREFERRED[measure]:
        allowing = [members for members in known if _allows(method, members)]
        if 2 * len(allowing) >= len(known) and (
            method is not Method.RATIO_OF_SUMS or _per([m for members in allowing for m in members]) is not None
        ):
            return method
    return Method.UNWEIGHTED_MEAN


_PREFERRED: Mapping[Measure, tuple[Method, ...]] = {
    Measure.COUNT: (Method.SUM,),
    Measure.RATIO: (Method.RATIO_OF_SUMS, Method.WEIGHTED_APPROXIMATION),
    Measure.OTHER: (Method.WEIGHTED_APPROXIMATION,),
}


def _allows(method: Method, members: Sequence[Member]) -> bool:
    """Whether every member with a value has the parts that the method needs."""
    known = [member for member in members if member.known]
    if method is Method.RATIO_OF_SUMS:
        return all(member.numerator is not None and member.denominator is not None for member in known)
    if method is Method.WEIGHTED_APPROXIMATION:
        return all(member.weight is not None for member in known)
    return True


def _per(members: Iterable[Member]) -> float | None:
    """What a ratio is per, found from published values and their parts; None when they do not fit together."""
    parts = [
        (member.value * member.denominator, member.numerator)
        for member in members
        if member.value is not None and member.numerator is not None and member.denominator is not None
    ]
    top, bottom = math.fsum(one for one, _ in parts), math.fsum(other for _, other in parts)
    if top <= 0 or bottom <= 0:
        return None
    return next((float(power) for power in POWERS if abs(top / bottom / power - 1) <= NEAR), None)


def _figure(
    indicator: Indicator, year: int, members: Sequence[Member], method: Method, *, per: float, weights: str | None
) -> Figure:
    """One figure. A sum that lacks a member is no sum; a share of most of them is one that says so."""
    total = group_total(
        members,
        aggregate.Measure(indicator.measure),
        method,
        when_missing=WhenMissing.NO_TOTAL if method is Method.SUM else WhenMissing.INCOMPLETE_TOTAL,
        least_coverage=0.0 if method is Method.SUM else LEAST_COVERAGE,
        per=per if method is Method.RATIO_OF_SUMS else 1.0,
        weights=weights,
    )
    return Figure(year, total.value, _status(total), total)


def _status(total: GroupTotal) -> ObservationStatus:
    if total.completeness is not Completeness.NONE:
        return ObservationStatus.PRELIMINARY if total.preliminary else ObservationStatus.OK
    why = {left_out.status for left_out in total.left_out}
    return ObservationStatus.SUPPRESSED if why == {Status.SUPPRESSED} else ObservationStatus.MISSING


def _rows(indicators: Iterable[Indicator], area_ids: Iterable[int], from_year: int | None) -> Rows:
    keys = set(area_ids)
    if not keys:
        return {}
    rows = Observation.objects.filter(indicator_id__in={i.pk for i in indicators}, area_id__in=keys)
    if from_year is not None:
        rows = rows.filter(year__gte=from_year)
    columns = ("indicator_id", "area_id", "sex", "year", "value", "status", "numerator", "denominator")
    return {
        (key, area, Sex(sex), year): Row(value, ObservationStatus(status), *_parts(value, numerator, denominator))
        for key, area, sex, year, value, status, numerator, denominator in rows.values_list(*columns)
    }


def _parts(
    value: float | None, numerator: float | None, denominator: float | None
) -> tuple[float | None, float | None]:
    """What a published value was made of, if both parts are known. A value that is not published has no parts."""
    if value is None or numerator is None or denominator is None or denominator < 0:
        return None, None
    return numerator, denominator


def left_out_of(figure: Figure) -> list[tuple[int, ObservationStatus]]:
    """The members that a figure does not cover: key of the area, and what the source says."""
    if figure.total is None:
        return []
    words = {status: word for word, status in ENGINE_STATUS.items()}
    return [(int(one.area), words[one.status]) for one in figure.total.left_out]
