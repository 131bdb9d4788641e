"""Figures as plain rows, for other programs: what the API and files give out."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, QuerySet, Sum

from samverka.statistics.enums import Sex
from samverka.statistics.models import Extraction, Indicator, Observation
from samverka.territory.models import Area
from samverka_engine.series.aggregate import Completeness

from .reading import latest_extractions
from .totals import series_for

COLUMNS = (
    "indicator_id",
    "area__code",
    "area__name",
    "year",
    "sex",
    "value",
    "status",
    "numerator",
    "denominator",
    "extraction__extracted_at",
)
_STORED = (
    "indicator_id",
    "area_id",
    "year",
    "sex",
    "value",
    "status",
    "numerator",
    "denominator",
    "extraction_id",
)


@dataclass(frozen=True)
class Wanted:
    """Which figures are asked for; an empty collection asks for all of its kind."""

    indicators: Collection[int]
    areas: Collection[int] = ()
    sexes: Collection[Sex] = ()
    first_year: int | None = None
    last_year: int | None = None


def rows_of(wanted: Wanted, start: int, stop: int) -> list[tuple[Any, ...]]:
    """The figures from one place to another as tuples of `COLUMNS`, always in the same order, so that pages of them
    fit together. Three queries: names and dates are read once, and not with every row.
    """
    found = list(_found(wanted).order_by("indicator_id", "area_id", "sex", "year").values_list(*_STORED)[start:stop])
    areas = Area.objects.filter(pk__in={row[1] for row in found}).values_list("pk", "code", "name")
    names = {key: (code, name) for key, code, name in areas}
    extractions = Extraction.objects.filter(pk__in={row[-1] for row in found})
    extracted = dict(extractions.values_list("pk", "extracted_at"))
    return [(indicator, *names[area], *figure, extracted[extraction]) for indicator, area, *figure, extraction in found]


def count_of(wanted: Wanted) -> int:
    """How many there are."""
    return _found(wanted).count()


def _found(wanted: Wanted) -> QuerySet[Observation]:
    found = Observation.objects.filter(indicator_id__in=wanted.indicators)
    if wanted.areas:
        found = found.filter(area_id__in=wanted.areas)
    if wanted.sexes:
        found = found.filter(sex__in=wanted.sexes)
    if wanted.first_year is not None:
        found = found.filter(year__gte=wanted.first_year)
    if wanted.last_year is not None:
        found = found.filter(year__lte=wanted.last_year)
    return found


def total_rows_of(wanted: Wanted, indicators: Iterable[Indicator], areas: Iterable[Area]) -> list[tuple[Any, ...]]:
    """The figures of areas that are made of municipalities, as `COLUMNS`, then by which method and whether complete.

    Indicators and areas in the order of their keys; at most six queries.
    """
    chosen, places = sorted(indicators, key=lambda one: one.pk), sorted(areas, key=lambda one: one.pk)
    series = series_for(chosen, areas=places, from_year=wanted.first_year)
    extracted = latest_extractions(chosen)
    return [
        (
            *(indicator.pk, area.code, area.name, figure.year, sex.value, figure.value, figure.status.value),
            *(total and total.numerator, total and total.denominator, extracted[indicator.pk].extracted_at),
            *(total and total.method.value, total is not None and total.completeness is Completeness.COMPLETE),
        )
        for indicator in chosen
        for area in places
        for sex in sorted(wanted.sexes or Sex)
        for figure in series[indicator.pk].get((area.pk, sex), [])
        if wanted.last_year is None or figure.year <= wanted.last_year
        for total in [figure.total]
    ]


def data_version(indicators: Collection[int]) -> str:
    """Changes whenever figures of the indicators or their definitions do. Two queries."""
    taken_in = Extraction.objects.filter(indicator_id__in=indicators).aggregate(newest=Max("pk"), count=Count("pk"))
    versions = Indicator.objects.filter(pk__in=indicators).aggregate(found=Sum("version"))["found"]
    return f"{taken_in['newest']}.{taken_in['count']}.{versions}"
