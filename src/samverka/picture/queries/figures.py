"""Figures of any area: the source's own for a municipality, a county, the nation; totals for what is made of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from samverka.foundation.ui.kept import kept
from samverka.statistics.enums import ComparisonKind, Sex
from samverka.statistics.models import ComparisonGroup, Indicator
from samverka.statistics.queries import Figure, Series, figures_state, series_for
from samverka.statistics.queries.comparisons import SOURCE, STRUCTURAL, Comparison, comparison_for
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area
from samverka.territory.queries import county_of, nation


def called(area: Area) -> str:
    """The area's name inside a sentence."""
    return str(area.get_kind_display()) if area.kind == AreaKind.NATION else area.name


@dataclass(frozen=True)
class Group:
    """Areas that are compared with as one: the mean of their figures, each counted once."""

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
    def members(self) -> list[Area]:
        return self.similar.members if self.similar else []


def surroundings_of(area: Area) -> Surroundings:
    """Four queries at most."""
    county = county_of(area)
    wider = [] if county is None or county.pk == area.pk else [county]
    if area.kind != AreaKind.NATION:
        wider.append(nation())
    return Surroundings(area, wider, similar_to(area))


def similar_to(area: Area) -> Group | None:
    """Whom an area is compared with when nobody asks for anything else.

    Finding out who is alike takes a while, so it is kept until a structural figure or the area's own choice changes.
    """
    if area.kind != AreaKind.MUNICIPALITY:
        return None
    structural = Indicator.objects.filter(source__key=SOURCE, source_key__in=[one.key for one in STRUCTURAL])
    kind, name, members = kept(
        lambda: _plain(comparison_for(area)),
        of=(
            "compared with",
            area,
            *ComparisonGroup.objects.filter(area=area).order_by("pk"),
            *figures_state(structural),
        ),
    )
    if not members:
        return None
    found = {one.pk: one for one in Area.objects.filter(pk__in=members)}
    return Group(name, [found[key] for key in members if key in found], ComparisonKind(kind))


def _plain(comparison: Comparison | None) -> tuple[str, str, list[int]]:
    if comparison is None:
        return "", "", []
    return comparison.kind.value, comparison.name, [area.pk for area in comparison.members]


def figures_of(
    indicators: Iterable[Indicator], areas: Iterable[Area], *, from_year: int | None = None
) -> dict[int, Series]:
    """The figures of indicators in areas, by indicator key and then by (area key, sex)."""
    return series_for(indicators, areas=areas, from_year=from_year)


def at(series: Series, area: Area, sex: Sex, year: int | None) -> Figure | None:
    """The figure of a year; None when the source has no row for it."""
    return next((figure for figure in series.get((area.pk, sex), []) if figure.year == year), None)


def newest(series: Series, area: Area) -> Figure | None:
    """The newest figure for all that has a value."""
    return next((figure for figure in reversed(series.get((area.pk, Sex.TOTAL), [])) if figure.value is not None), None)
