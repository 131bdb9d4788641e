"""Reading indicators and observations."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max, Min, Q, QuerySet

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import permitted
from samverka.territory.enums import AreaKind
from samverka.territory.models import NATION_CODE, Area

from .enums import ObservationStatus, Sex
from .models import Extraction, Indicator, Observation


def visible_to(actor: Actor) -> QuerySet[Indicator]:
    """Indicators that the actor may read."""
    return permitted(actor, Action.READ, Indicator.objects.select_related("source"))


@dataclass(frozen=True)
class Figure:
    """One figure as it is shown: a value, or why there is none."""

    year: int
    value: float | None
    status: ObservationStatus


Series = dict[tuple[int, Sex], list[Figure]]
"""(area key, sex) → figures by year."""


def series_of(indicator: Indicator, *, area_ids: Iterable[int], from_year: int | None = None) -> Series:
    """The series of an indicator in some areas. One query."""
    rows = Observation.objects.filter(indicator=indicator, area_id__in=list(area_ids))
    if from_year is not None:
        rows = rows.filter(year__gte=from_year)
    found: Series = {}
    for area, sex, year, value, status in rows.order_by("year").values_list(
        "area_id", "sex", "year", "value", "status"
    ):
        found.setdefault((area, Sex(sex)), []).append(Figure(year, value, ObservationStatus(status)))
    return found


def latest_extraction(indicator: Indicator) -> Extraction | None:
    """Where the latest figures come from."""
    return indicator.extractions.order_by("-imported_at").first()


def series_of_many(
    indicators: Iterable[Indicator], *, area_ids: Iterable[int], from_year: int | None = None
) -> dict[int, Series]:
    """The series of several indicators in some areas, by indicator key. One query."""
    wanted = {indicator.pk for indicator in indicators}
    rows = Observation.objects.filter(indicator_id__in=wanted, area_id__in=set(area_ids))
    if from_year is not None:
        rows = rows.filter(year__gte=from_year)
    found: dict[int, Series] = {key: {} for key in wanted}
    for indicator, area, sex, year, value, status in rows.order_by("year").values_list(
        "indicator_id", "area_id", "sex", "year", "value", "status"
    ):
        figures = found[indicator].setdefault((area, Sex(sex)), [])
        figures.append(Figure(year, value, ObservationStatus(status)))
    return found


def latest_extractions(indicators: Iterable[Indicator]) -> dict[int, Extraction]:
    """Where the latest figures of several indicators come from, by indicator key. One query."""
    rows = Extraction.objects.filter(indicator__in={indicator.pk for indicator in indicators})
    newest = rows.order_by("indicator_id", "-imported_at").distinct("indicator_id")
    return {extraction.indicator_id: extraction for extraction in newest}


@dataclass(frozen=True)
class Latest:
    """An indicator's newest year, and the same figures some years before.

    now, before: (area key, sex) → the figure; no key when the source has no row.
    """

    year: int
    before_year: int
    now: dict[tuple[int, Sex], Figure]
    before: dict[tuple[int, Sex], Figure]


def latest_of(
    indicators: Iterable[Indicator], *, main_area_id: int, area_ids: Iterable[int], years_before: int = 5
) -> dict[int, Latest]:
    """The newest figures of several indicators in some areas, by indicator key. Two queries.

    The newest year is the last one with a value for the main area, so that everything stands beside it in the same
    year. An indicator without any value there is left out.
    """
    newest = dict(
        Observation.objects.filter(
            indicator_id__in={indicator.pk for indicator in indicators},
            area_id=main_area_id,
            sex=Sex.TOTAL,
            value__isnull=False,
        )
        .values_list("indicator_id")
        .annotate(Max("year"))
    )
    found = {key: Latest(year, year - years_before, {}, {}) for key, year in newest.items()}
    wanted = Q()
    for key, latest in found.items():
        wanted |= Q(indicator_id=key, year__in=[latest.year, latest.before_year])
    rows = (
        Observation.objects.filter(wanted, area_id__in={main_area_id, *area_ids})
        if found
        else Observation.objects.none()
    )
    for indicator, area, sex, year, value, status in rows.values_list(
        "indicator_id", "area_id", "sex", "year", "value", "status"
    ):
        latest = found[indicator]
        figures = latest.now if year == latest.year else latest.before
        figures[area, Sex(sex)] = Figure(year, value, ObservationStatus(status))
    return found


YEARS_SHOWN = 6


def catalogue(actor: Actor, *, search: str = "") -> QuerySet[Indicator]:
    """Indicators that the actor may read, with first_year, last_year and extracted_at of what has been taken in.

    `search` is found anywhere in the name or the source's key.
    """
    found = visible_to(actor)
    if search:
        found = found.filter(Q(name__icontains=search) | Q(source_key__icontains=search))
    return found.annotate(
        first_year=Min("extractions__first_year"),
        last_year=Max("extractions__last_year"),
        extracted_at=Max("extractions__extracted_at"),
    ).order_by("source_key", "pk")  # grouping sets the model's own ordering aside


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

    @property
    def decimals(self) -> int:
        """None for counts, two for small ratios, one otherwise; the same for the whole table."""
        values = [f.value for figures in self.series.values() for f in figures if f.value is not None]
        if all(value.is_integer() for value in values):
            return 0
        return 2 if max(map(abs, values)) < SMALL_RATIO else 1


SMALL_RATIO = 2


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
