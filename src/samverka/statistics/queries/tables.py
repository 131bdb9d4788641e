"""The table of an indicator's page."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef, Q

from samverka.statistics.enums import ObservationStatus, Sex
from samverka.statistics.models import Indicator, Observation
from samverka.territory.enums import AreaKind
from samverka.territory.models import NATION_CODE, Area

from .reading import Figure, Series, series_of

YEARS_SHOWN = 6


@dataclass(frozen=True)
class Line:
    """An area's figures as a line of a table: `total` by year, women and men in the table's last year.

    A row that the source lacks is missing, as a row without a value is.
    """

    area: Area
    total: list[Figure]
    women: Figure
    men: Figure


@dataclass(frozen=True)
class Table:
    """The latest figures of an indicator: the nation and its counties, or a county and its municipalities.

    `series` holds the same figures as they were read. Areas for which the source has no row are in `without`.
    """

    county: Area | None
    years: list[int]
    lines: list[Line]
    without: list[Area]
    by_sex: bool
    series: Series

    @property
    def last_year(self) -> int | None:
        return self.years[-1] if self.years else None

    @cached_property
    def decimals(self) -> int:
        """None for counts, two for small ratios, one otherwise; the same for the whole table."""
        values = [f.value for figures in self.series.values() for f in figures if f.value is not None]
        if all(value.is_integer() for value in values):
            return 0
        return 2 if max(map(abs, values)) < SMALL_RATIO else 1


SMALL_RATIO = 2


def counties_with_figures(indicator: Indicator) -> list[Area]:
    """The counties in which some municipality or node has a figure. One query."""
    inside = Observation.objects.filter(indicator=indicator, area__parent=OuterRef("pk"))
    return list(Area.objects.filter(Exists(inside), kind=AreaKind.COUNTY).order_by("code"))


def table_of(indicator: Indicator, *, county_code: str | None, last_year: int | None) -> Table | None:
    """The table of an indicator's page; None when there is no such county. Two queries.

    Args:
        last_year: the last year of the indicator's figures, if known; fewer rows are then read.
    """
    if county_code is None:
        wanted = Q(kind__in=[AreaKind.NATION, AreaKind.COUNTY])
    else:
        wanted = Q(code=NATION_CODE) | Q(code=county_code, kind=AreaKind.COUNTY) | Q(parent__code=county_code)
    areas = list(Area.objects.filter(wanted).order_by("code"))
    county = next((a for a in areas if a.code == county_code and a.kind == AreaKind.COUNTY), None)
    if county_code is not None and county is None:
        return None
    from_year = None if last_year is None else last_year - YEARS_SHOWN + 1
    series = series_of(indicator, area_ids=[area.pk for area in areas], from_year=from_year)
    years = sorted({figure.year for figures in series.values() for figure in figures})[-YEARS_SHOWN:]
    series = {key: [f for f in figures if f.year in years] for key, figures in series.items()}

    def figure(area: Area, sex: Sex, year: int) -> Figure:
        absent = Figure(year, None, ObservationStatus.MISSING)
        return next((f for f in series.get((area.pk, sex), []) if f.year == year), absent)

    known = {area for area, _ in series}
    return Table(
        county=county,
        years=years,
        lines=[
            Line(
                area,
                [figure(area, Sex.TOTAL, year) for year in years],
                figure(area, Sex.WOMEN, years[-1]),
                figure(area, Sex.MEN, years[-1]),
            )
            for area in areas
            if area.pk in known
        ],
        without=[area for area in areas if area.pk not in known],
        by_sex=any(sex is not Sex.TOTAL for _, sex in series),
        series=series,
    )
