"""What has been revised: figures as they were, beside what they are now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from samverka.statistics.enums import ObservationStatus, Sex
from samverka.statistics.models import Extraction, Indicator, Observation, Revision
from samverka.territory.models import Area

from .reading import Figure

MOST_DECIMALS = 3


@dataclass(frozen=True)
class Change:
    """A figure that says something else now than `before`, which came with the extraction `quoted_from`.

    revised_at: when it was changed here the last time.
    """

    area: Area
    sex: Sex
    before: Figure
    now: Figure
    revised_at: datetime
    quoted_from: Extraction
    replaced_by: Extraction

    @property
    def year(self) -> int:
        return self.now.year

    @property
    def decimals(self) -> int:
        """As many as it takes to see the difference, but no more than three."""
        values = [value for value in (self.before.value, self.now.value) if value is not None]
        if all(value.is_integer() for value in values):
            return 0
        return next((n for n in (1, 2) if len({round(value, n) for value in values}) == len(values)), MOST_DECIMALS)

    @property
    def is_removed(self) -> bool:
        """The source has taken the figure away."""
        return self.before.value is not None and self.now.value is None


def revised_since(
    indicator: Indicator, *, area_ids: Iterable[int] | None = None, moment: datetime | None = None
) -> list[Change]:
    """Figures that have changed since they were quoted: what each was at the moment, and what it is now.

    The latest change first. A figure that was changed and changed back is none. Two queries.

    Args:
        indicator: one that the reader may read.
        area_ids: None: all areas.
        moment: when the figures were quoted; None: before anything was changed.
    """
    found = Revision.objects.filter(indicator=indicator).select_related("area", "extraction", "replaced_by")
    if area_ids is not None:
        found = found.filter(area_id__in=list(area_ids))
    if moment is not None:
        found = found.filter(revised_at__gt=moment)
    first: dict[tuple[int, str, int], Revision] = {}
    last: dict[tuple[int, str, int], Revision] = {}
    for revision in found.order_by("revised_at", "pk"):
        key = (revision.area_id, revision.sex, revision.year)
        first.setdefault(key, revision)
        last[key] = revision
    changes = [
        Change(
            area=first[key].area,
            sex=Sex(first[key].sex),
            before=Figure(first[key].year, first[key].value, ObservationStatus(first[key].status)),
            now=now,
            revised_at=last[key].revised_at,
            quoted_from=first[key].extraction,
            replaced_by=last[key].replaced_by,
        )
        for key, now in _now(indicator, first).items()
    ]
    changes = [change for change in changes if change.before != change.now]
    return sorted(changes, key=lambda c: (-c.revised_at.timestamp(), c.area.code, -c.year, c.sex))


def _now(indicator: Indicator, keys: Iterable[tuple[int, str, int]]) -> dict[tuple[int, str, int], Figure]:
    wanted = set(keys)
    if not wanted:
        return {}
    rows = Observation.objects.filter(
        indicator=indicator, area_id__in={area for area, _, _ in wanted}, year__in={year for _, _, year in wanted}
    )
    return {
        (area, sex, year): Figure(year, value, ObservationStatus(status))
        for area, sex, year, value, status in rows.values_list("area_id", "sex", "year", "value", "status")
        if (area, sex, year) in wanted
    }
