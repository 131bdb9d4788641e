"""Figures as they are shown: series, the newest year, where they come from."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet

from samverka.statistics.enums import ObservationStatus, Sex
from samverka.statistics.models import Extraction, Indicator, Observation
from samverka.territory.models import Area
from samverka_engine.series.aggregate import Completeness, GroupTotal


@dataclass(frozen=True)
class Figure:
    """One figure as it is shown: a value, or why there is none.

    total: how the figure was made of the members' of a group, and whom it covers; None for a published figure.
    """

    year: int
    value: float | None
    status: ObservationStatus
    total: GroupTotal | None = None

    @property
    def is_approximate(self) -> bool:
        """Whether the number is another than the parts would give, and must say so where it is shown."""
        return self.total is not None and self.value is not None and self.total.approximate

    @property
    def is_incomplete(self) -> bool:
        """Whether the number covers only a part of the group."""
        return self.total is not None and self.total.completeness is Completeness.INCOMPLETE


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


def newest_year(indicator: Indicator, areas: Iterable[Area]) -> int | None:
    """The last year with a value in any of the areas. One query, and that of the areas."""
    rows = Observation.objects.filter(indicator=indicator, area__in=areas, sex=Sex.TOTAL, value__isnull=False)
    found: int | None = rows.aggregate(year=Max("year"))["year"]
    return found


def latest_extraction(indicator: Indicator) -> Extraction | None:
    """Where the latest figures come from."""
    return indicator.extractions.order_by("-imported_at", "-pk").first()


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
    newest = rows.order_by("indicator_id", "-imported_at", "-pk").distinct("indicator_id")
    return {extraction.indicator_id: extraction for extraction in newest}


def figures_state(indicators: Iterable[Indicator]) -> tuple[object, ...]:
    """Tells one state of the figures of these indicators from another: for what is kept. One query.

    Those that they are weighed with count too: totals of groups rest on them. A queryset is not read for it.

    Whatever changes figures writes an extraction, also what undoes one, and none is ever taken away. The number is
    there for extractions that end in another order than they began.
    """
    if isinstance(indicators, QuerySet):
        chosen = indicators.select_related(None).order_by()
        wanted = Q(indicator__in=chosen.values("pk")) | Q(indicator__in=chosen.values("weight"))
    else:
        wanted = Q(indicator__in={key for one in indicators for key in (one.pk, one.weight_id) if key is not None})
    whole = Extraction.objects.filter(wanted).aggregate(newest=Max("pk"), count=Count("pk"))
    return whole["newest"], whole["count"]


def figures_states(indicators: Iterable[Indicator]) -> dict[int, tuple[int, int]]:
    """The same for each of several indicators by its key, without what it is weighed with. One query."""
    rows = Extraction.objects.filter(indicator__in={indicator.pk for indicator in indicators})
    found = rows.values_list("indicator_id").annotate(newest=Max("pk"), count=Count("pk")).order_by()
    return {indicator: (newest, count) for indicator, newest, count in found}


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
