"""Who lives where, by year of age: what a projection starts from."""

from dataclasses import dataclass

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from samverka.foundation.database.states import rows_state
from samverka.statistics.enums import Sex
from samverka.statistics.models import Indicator, Observation, Source
from samverka.statistics.queries import figures_state
from samverka.statistics.queries.comparisons import POPULATION
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area
from samverka.territory.queries import counties, county_of, municipalities_of
from samverka_engine.scenarios.schedules import AGES, single_years


@dataclass(frozen=True)
class AgeGroups:
    """Indicators that together hold everybody: the first age of each group, and the source's name of it."""

    source: str
    keys: dict[int, str]

    @property
    def width(self) -> int:
        starts = sorted(self.keys)
        return starts[1] - starts[0]


def _of_table(table: str, width: int) -> AgeGroups:
    return AgeGroups(
        "scb",
        {**{start: f"{table}-{start}-{start + width - 1}" for start in range(0, 100, width)}, 100: f"{table}-100"},
    )


BY_AGE = (
    AgeGroups("kolada", {age: f"N{1817 + age:05d}" for age in range(AGES)}),
    _of_table("TAB6471", 5),
    _of_table("TAB6471-10arJ", 10),
)
"""The finest first. Kolada publishes every year of age; Statistics Sweden's monthly table has
groups, five years as shipped, ten by its code list agg_Alder10arJ."""

YEARS_BACK = 5
"""So many of the latest years' changes tell how people have moved."""


@dataclass(frozen=True)
class ByAge:
    """The population of an area by sex and single year of age.

    persons: shape (2, 101), women first. width: of the published age groups; more than one year means that the
    single years inside a group are an approximation. parts: the areas that were added together, if any.
    ages_of: the area whose ages are assumed, in `ages_year`; then only the women and men are the area's own.
    past: the population by age in the years before, where the source has single years of age.
    """

    year: int
    persons: NDArray[np.float64]
    width: int
    indicators: tuple[Indicator, ...]
    parts: tuple[Area, ...] = ()
    ages_of: Area | None = None
    ages_year: int | None = None
    past: "Past | None" = None


@dataclass(frozen=True)
class Past:
    """An area's population at the end of some following years, the latest that are known.

    persons: shape (years, 2, 101), women first; or (years, 2), women and men of all ages.
    """

    years: tuple[int, ...]
    persons: NDArray[np.float64]
    indicator: Indicator


def population_state(area: Area) -> tuple[object, ...]:
    """Tells one state of all that the functions below give for an area from another. Constant queries."""
    around = (county_of(area) if area.kind == AreaKind.MUNICIPALITY else None) or area
    counted = Q(source__key="kolada", source_key=POPULATION)
    for groups in BY_AGE:
        counted |= Q(source__key=groups.source, source_key__in=groups.keys.values())
    indicators = Indicator.objects.filter(counted)
    sources = Source.objects.filter(key__in={"kolada", *(groups.source for groups in BY_AGE)})
    states = (rows_state(indicators), rows_state(sources), *figures_state(indicators))
    return (area, around, *_parts(around), *states)


def population_of(area: Area) -> ByAge | None:
    """The newest population by age: the area's own, or its parts' added together when every part has one.

    None when no source that has been taken in tells. Persons are counts, so parts may be added.
    """
    for groups in BY_AGE:
        known = {
            indicator.source_key: indicator
            for indicator in Indicator.objects.select_related("source").filter(
                source__key=groups.source, source_key__in=groups.keys.values()
            )
        }
        if len(known) < len(groups.keys):
            continue
        for areas in ([area], _parts(area)):
            found = _counted(groups, known, areas) if areas else None
            if found is not None:
                return found
    return None


def assumed_population_of(area: Area) -> ByAge | None:
    """A municipality's women and men, as old as those of its county: an assumption, for a reader who asks for it.

    None for other areas, and when the county's ages or the municipality's women and men are not known.
    """
    county = county_of(area) if area.kind == AreaKind.MUNICIPALITY else None
    like = population_of(county) if county is not None else None
    people = Indicator.objects.select_related("source").filter(source__key="kolada", source_key=POPULATION).first()
    if like is None or people is None:
        return None
    by_year: dict[int, dict[str, float]] = {}
    rows = Observation.objects.filter(indicator=people, area=area, sex__in=[Sex.WOMEN, Sex.MEN], value__isnull=False)
    for year, sex, value in rows.values_list("year", "sex", "value"):
        by_year.setdefault(year, {})[sex] = value or 0.0
    whole = [year for year, found in by_year.items() if len(found) == 2]
    if not whole:
        return None
    year = max(whole)
    persons = np.array([[by_year[year][Sex.WOMEN]], [by_year[year][Sex.MEN]]])
    ages = like.persons / like.persons.sum(axis=1, keepdims=True)
    return ByAge(
        year=year,
        persons=persons * ages,
        width=like.width,
        indicators=(people,),
        ages_of=county,
        ages_year=like.year,
    )


def past_of(area: Area, base: ByAge) -> Past | None:
    """The years before: by age when the source has that, else women and men, the area's own or its parts' together.

    None when fewer than two years that follow each other are known.
    """
    if base.past is not None:
        return base.past
    people = Indicator.objects.select_related("source").filter(source__key="kolada", source_key=POPULATION).first()
    if people is None:
        return None
    return _totals(people, [area], base.year) or _totals(people, _parts(area), base.year)


def _totals(people: Indicator, areas: list[Area], until: int) -> Past | None:
    """The women and men of all these areas together."""
    rows = Observation.objects.filter(
        indicator=people, area__in=areas, sex__in=[Sex.WOMEN, Sex.MEN], value__isnull=False, year__lte=until
    )
    known: dict[int, list[tuple[str, float]]] = {}
    for year, sex, value in rows.values_list("year", "sex", "value"):
        known.setdefault(year, []).append((sex, value or 0.0))
    years = _following({year for year, found in known.items() if len(found) == 2 * len(areas)})
    if not years:
        return None
    persons = [[sum(n for s, n in known[year] if s == sex) for sex in (Sex.WOMEN, Sex.MEN)] for year in years]
    return Past(years, np.array(persons), people)


def _following(years: set[int]) -> tuple[int, ...]:
    """The latest years without a gap, enough for `YEARS_BACK` changes; none when there is no change to see."""
    found = sorted(years)[-1:]
    while found and found[0] - 1 in years and len(found) <= YEARS_BACK:
        found.insert(0, found[0] - 1)
    return tuple(found) if len(found) > 1 else ()


def _parts(area: Area) -> list[Area]:
    if area.kind == AreaKind.MUNICIPALITY:
        return []
    return list(counties() if area.kind == AreaKind.NATION else municipalities_of(area))


def _counted(groups: AgeGroups, known: dict[str, Indicator], areas: list[Area]) -> ByAge | None:
    """The newest year in which every group of every area is known for women and men."""
    starts = sorted(groups.keys)
    place = {known[groups.keys[start]].pk: index for index, start in enumerate(starts)}
    wanted = len(starts) * 2 * len(areas)
    rows = Observation.objects.filter(indicator_id__in=place, area__in=areas, sex__in=[Sex.WOMEN, Sex.MEN]).values_list(
        "year", "indicator_id", "sex", "value"
    )
    by_year: dict[int, list[tuple[int, str, float]]] = {}
    for year, indicator, sex, value in rows:
        if value is not None:
            by_year.setdefault(year, []).append((indicator, sex, value))
    whole = [year for year, found in by_year.items() if len(found) == wanted]
    if not whole:
        return None
    indicators = tuple(known[groups.keys[start]] for start in starts)

    def persons_in(year: int) -> NDArray[np.float64]:
        persons = np.zeros((2, len(starts)))
        for indicator, sex, value in by_year[year]:
            persons[0 if sex == Sex.WOMEN else 1, place[indicator]] += value
        return persons

    year = max(whole)
    past = _following(set(whole)) if groups.width == 1 else ()
    return ByAge(
        year=year,
        persons=persons_in(year) if groups.width == 1 else single_years(starts, persons_in(year)),
        width=groups.width,
        indicators=indicators,
        parts=tuple(areas) if len(areas) > 1 else (),
        past=Past(past, np.stack([persons_in(earlier) for earlier in past]), indicators[0]) if past else None,
    )
