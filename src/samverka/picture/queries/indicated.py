"""One indicator in an area, with all that its charts show."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from samverka.statistics.enums import Measure, Polarity, Sex
from samverka.statistics.models import Extraction, Indicator
from samverka.statistics.queries import Figure, Series, group_series, latest_extraction, left_out_of, newest_year
from samverka.statistics.queries.definitions import chain, chained_to
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area
from samverka.territory.queries import counties, municipalities_of

from .cards import decimals_of
from .figures import Surroundings, at, figures_of, newest
from .spread import Place, kind_beside, places_of


@dataclass(frozen=True)
class Indicated:
    """An indicator in an area: its series, those of wider areas, and the mean of similar ones."""

    indicator: Indicator
    beside: Surroundings
    series: Series
    similar: Sequence[Figure]
    extraction: Extraction | None
    joined_at: int | None = None
    """The first year of the indicator's own figures, when those before are of the series that it continues."""
    answers_year: int | None = None
    """The newest year of the municipalities' own answers, when the values are codes that have no total here."""

    @property
    def area(self) -> Area:
        return self.beside.area

    @cached_property
    def newest(self) -> Figure | None:
        return newest(self.series, self.area)

    @property
    def year(self) -> int | None:
        """The newest year with a value here, or, where there is none, the newest that anything around has one for."""
        if self.newest is not None:
            return self.newest.year
        found = [figure.year for area in self.beside.wider if (figure := newest(self.series, area))]
        return max(found, default=self.answers_year)

    @property
    def has_no_total(self) -> bool:
        """Whether there are figures of the area's municipalities, but none of its own: codes are not put together."""
        return self.answers_year is not None

    @cached_property
    def years(self) -> list[int]:
        """All years that the source has a row for, here or in a wider area."""
        places = {self.area.pk, *(area.pk for area in self.beside.wider)}
        return sorted({f.year for (area, _), figures in self.series.items() if area in places for f in figures})

    @cached_property
    def decimals(self) -> int:
        return decimals_of(f.value for figures in self.series.values() for f in figures)

    @property
    def by_sex(self) -> bool:
        return any((self.area.pk, sex) in self.series for sex in (Sex.WOMEN, Sex.MEN))

    @property
    def highest_first(self) -> bool:
        """Rankings begin with the best; with the highest when neither way is good."""
        return self.indicator.polarity != Polarity.LOWER

    def of(self, area: Area, sex: Sex = Sex.TOTAL) -> Sequence[Figure]:
        return self.series.get((area.pk, sex), [])

    def at(self, area: Area, year: int | None, sex: Sex = Sex.TOTAL) -> Figure | None:
        return at(self.series, area, sex, year)


def indicated(indicator: Indicator, beside: Surroundings) -> Indicated:
    """A constant number of queries."""
    area = beside.area
    places = [area, *beside.wider]
    series = figures_of([indicator], places)[indicator.pk]
    joined_at = None
    earlier = chained_to(indicator)
    if earlier is not None:
        chained = chain(series, figures_of([earlier], places)[earlier.pk])
        series, joined_at = chained.series, chained.joins.get((area.pk, Sex.TOTAL))
    alike = group_series([indicator], beside.members)[indicator.pk] if beside.members else {}
    answers_year = None
    if indicator.measure == Measure.CODE and area.kind != AreaKind.MUNICIPALITY and newest(series, area) is None:
        answers_year = newest_year(indicator, municipalities_of(area))
    return Indicated(
        indicator, beside, series, alike.get(Sex.TOTAL, []), latest_extraction(indicator), joined_at, answers_year
    )


@dataclass(frozen=True)
class Parts:
    """The areas that an area consists of, with their series."""

    whole: Area
    areas: list[Area]
    series: Series

    def of(self, area: Area, sex: Sex = Sex.TOTAL) -> Sequence[Figure]:
        return self.series.get((area.pk, sex), [])


def parts_of(indicator: Indicator, area: Area) -> Parts:
    """The municipalities of an area; the counties of the nation. Those without any figure come last in the table."""
    areas = list(counties() if area.kind == AreaKind.NATION else municipalities_of(area).exclude(pk=area.pk))
    return Parts(area, areas, figures_of([indicator], areas)[indicator.pk])


def left_out(found: Indicated) -> list[Area]:
    """The members that the newest figure of a group does not cover. One query if there are any."""
    keys = [key for key, _status in left_out_of(found.newest)] if found.newest is not None else []
    return list(Area.objects.filter(pk__in=keys).order_by("name")) if keys else []


def ranking_of(found: Indicated, among: str, sex: Sex) -> list[Place]:
    """Areas ranked in the newest year, among all of their kind, those of the county, or similar ones.

    Ranks are those of the chosen group: equal values share one. A node is none of the municipalities, and has no place
    among them.
    """
    year, area = found.year, found.area
    if year is None:
        return []
    kind = kind_beside(area) if area.kind != AreaKind.NATION else AreaKind.COUNTY
    places = places_of(found.indicator, year=year, kind=kind, sex=sex, highest_first=found.highest_first)
    keep: set[int] | None = None
    if among == "lan":
        county = area if area.kind == AreaKind.COUNTY else area.parent
        keep = {place.area_id for place in places if county is not None and place.parent_id == county.pk}
    elif among == "liknande":
        keep = {a.pk for a in found.beside.similar.members} if found.beside.similar else set()
        keep.add(area.pk)
    if keep is not None:
        places = [place for place in places if place.area_id in keep]
    return _ranked(places)


def _ranked(places: list[Place]) -> list[Place]:
    """The same places with ranks among themselves; they come sorted."""
    found: list[Place] = []
    for number, place in enumerate(places, start=1):
        same = found and found[-1].value == place.value
        rank = None if place.value is None else (found[-1].rank if same else number)
        found.append(Place(place.area_id, place.code, place.name, place.parent_id, place.value, place.status, rank))
    return found
