"""How all areas of a kind stand in an indicator's year: ranks and spread, worked out by the database."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from samverka.statistics.enums import ObservationStatus, Sex
from samverka.statistics.models import Indicator
from samverka.statistics.queries import Figure
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area

_SPREAD = """
SELECT wanted.indicator_id, count(*), min(o.value), max(o.value),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY o.value),
       count(*) FILTER (WHERE o.value < wanted.own), count(*) FILTER (WHERE o.value > wanted.own)
FROM unnest(%s::bigint[], %s::int[], %s::float8[]) AS wanted(indicator_id, year, own)
CROSS JOIN (SELECT id FROM territory_area WHERE kind = %s) AS area
JOIN statistics_observation o
  ON o.indicator_id = wanted.indicator_id AND o.area_id = area.id AND o.sex = 'T' AND o.year = wanted.year
WHERE o.value IS NOT NULL
GROUP BY wanted.indicator_id
"""
_PLACES = """
SELECT area.id, area.code, area.name, area.parent_id, o.value, o.status,
       CASE WHEN o.value IS NOT NULL THEN rank() OVER (ORDER BY o.value {order} NULLS LAST) END
FROM territory_area area
LEFT JOIN statistics_observation o
  ON o.area_id = area.id AND o.indicator_id = %s AND o.sex = %s AND o.year = %s
WHERE area.kind = %s
ORDER BY o.value {order} NULLS LAST, area.name
"""


@dataclass(frozen=True)
class Spread:
    """All areas of a kind in one indicator and year, and how many of them lie below and above one's own figure."""

    count: int
    low: float
    high: float
    median: float
    below: int
    above: int

    def part(self, value: float) -> float:
        """Where a value lies between the lowest and the highest, from 0 to 1."""
        width = self.high - self.low
        return min(1.0, max(0.0, (value - self.low) / width)) if width else 0.5


def spreads_of(newest: Mapping[int, Figure], kind: AreaKind) -> dict[int, Spread]:
    """How all areas of a kind stand in each indicator's own year, by indicator key. One query."""
    known = [(key, figure.year, figure.value) for key, figure in newest.items()]
    if not known:
        return {}
    keys, years, values = zip(*known, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_SPREAD, [list(keys), list(years), list(values), kind.value])
        return {row[0]: Spread(*row[1:]) for row in cursor.fetchall()}


@dataclass(frozen=True)
class Place:
    """An area in a ranking. No rank when there is no value."""

    area_id: int
    code: str
    name: str
    parent_id: int | None
    value: float | None
    status: ObservationStatus
    rank: int | None


def places_of(indicator: Indicator, *, year: int, kind: AreaKind, sex: Sex, highest_first: bool) -> list[Place]:
    """All areas of a kind in a year, ranked; equal values share a rank. One query."""
    statement = _PLACES.format(order="DESC" if highest_first else "ASC")
    with connection.cursor() as cursor:
        cursor.execute(statement, [indicator.pk, sex.value, year, kind.value])
        return [
            Place(
                area_id=key,
                code=code,
                name=name,
                parent_id=parent,
                value=value,
                status=ObservationStatus.MISSING if status is None else ObservationStatus(status),
                rank=rank,
            )
            for key, code, name, parent, value, status, rank in cursor.fetchall()
        ]


def kind_beside(area: Area) -> AreaKind:
    """What an area is ranked among: counties among counties, everything else among municipalities."""
    return AreaKind.COUNTY if area.kind == AreaKind.COUNTY else AreaKind.MUNICIPALITY
