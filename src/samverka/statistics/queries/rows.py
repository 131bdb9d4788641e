"""Figures as plain rows, for other programs: what the API and files give out."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, QuerySet

from samverka.statistics.enums import Sex
from samverka.statistics.models import Extraction, Indicator, Observation

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


@dataclass(frozen=True)
class Wanted:
    """Which figures are asked for; an empty collection asks for all of its kind."""

    indicators: Collection[int]
    areas: Collection[int] = ()
    sexes: Collection[Sex] = ()
    first_year: int | None = None
    last_year: int | None = None


def rows_of(wanted: Wanted) -> QuerySet[Observation, tuple[Any, ...]]:
    """The figures as tuples of `COLUMNS`, always in the same order, so that pages of them fit together."""
    found = Observation.objects.filter(indicator_id__in=wanted.indicators)
    if wanted.areas:
        found = found.filter(area_id__in=wanted.areas)
    if wanted.sexes:
        found = found.filter(sex__in=wanted.sexes)
    if wanted.first_year is not None:
        found = found.filter(year__gte=wanted.first_year)
    if wanted.last_year is not None:
        found = found.filter(year__lte=wanted.last_year)
    return found.order_by("indicator_id", "area_id", "sex", "year").values_list(*COLUMNS)


def data_version(indicators: Collection[int]) -> str:
    """Changes whenever figures of the indicators or their definitions do. Two queries."""
    newest = Extraction.objects.filter(indicator_id__in=indicators).aggregate(found=Max("pk"))["found"]
    version = Indicator.objects.filter(pk__in=indicators).aggregate(found=Max("version"))["found"]
    return f"{newest}.{version}"
