"""Reading indicators and observations."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import permitted

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
    for area, sex, year, value, status in rows.order_by("year").values_list("area_id", "sex", "year", "value", "status"):
        found.setdefault((area, Sex(sex)), []).append(Figure(year, value, ObservationStatus(status)))
    return found


def latest_extraction(indicator: Indicator) -> Extraction | None:
    """Where the latest figures come from."""
    return indicator.extractions.order_by("-imported_at").first()


