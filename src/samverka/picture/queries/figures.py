"""Figures of any area: the source's own for a municipality, a county, the nation; totals for what is made of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from samverka.statistics.enums import ComparisonKind, Sex
from samverka.statistics.models import ComparisonGroup, Indicator
from samverka.statistics.queries import Figure, Series, series_of_many
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area
from samverka.territory.queries import county_of, nation


@dataclass(frozen=True)
class Group:
    """Areas that are compared with as one: their median, which says nothing of their sizes."""

    name: str
    members: list[Area]
    kind: ComparisonKind


@dataclass(frozen=True)
class Surroundings:
    """What an area is seen beside: the areas that contain it, the widest last, and those that resemble it."""

    area: Area
    wider: list[Area]
    similar: Group | None

    @property
    def made_of(self) -> tuple[object, ...]:
        """What tells one state of the surroundings from another."""
        return (*self.wider, *((self.similar.name, [a.pk for a in self.similar.members]) if self.similar else ()))

    @property
    def others(self) -> list[Area]:
        return [*self.wider, *(self.similar.members if self.similar else [])]


def surroundings_of(area: Area) -> Surroundings:
    """Four queries at most."""
    county = county_of(area)
    wider = [] if county is None or county.pk == area.pk else [county]
    if area.kind != AreaKind.NATION:
        wider.append(nation())
    return Surroundings(area, wider, similar_to(area))


def similar_to(area: Area) -> Group | None:
    """The municipalities that an area is compared with: those found similar, else a group that Kolada publishes."""
    groups = ComparisonGroup.objects.filter(area=area).prefetch_related("members")
    order = [ComparisonKind.OWN, ComparisonKind.SIMILAR, ComparisonKind.KOLADA]
    found = sorted(groups, key=lambda group: (order.index(ComparisonKind(group.kind)), -group.pk))
    if not found:
        return None
    return Group(found[0].name, list(found[0].members.all()), ComparisonKind(found[0].kind))


def figures_of(
    indicators: Iterable[Indicator], areas: Iterable[Area], *, from_year: int | None = None
) -> dict[int, Series]:
    """The figures of indicators in areas, by indicator key and then by (area key, sex)."""
    return series_of_many(indicators, area_ids=[area.pk for area in areas], from_year=from_year)


def at(series: Series, area: Area, sex: Sex, year: int | None) -> Figure | None:
    """The figure of a year; None when the source has no row for it."""
    return next((figure for figure in series.get((area.pk, sex), []) if figure.year == year), None)


def newest(series: Series, area: Area) -> Figure | None:
    """The newest figure for all that has a value."""
    return next((figure for figure in reversed(series.get((area.pk, Sex.TOTAL), [])) if figure.value is not None), None)
