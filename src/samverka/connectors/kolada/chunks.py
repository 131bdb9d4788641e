"""A question about figures, cut into requests that Kolada answers: at most 25 of each kind of id in an address."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import TypeVar

from samverka.connectors.plans import Plan

BATCH = 25
"""Ids of one kind in one address."""


@dataclass(frozen=True)
class Chunk:
    """One address. No areas: all of them. No years: all of them. At least two of the three are given."""

    kpis: tuple[str, ...]
    areas: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    changed_since: date | None = None

    @property
    def path(self) -> str:
        parts = [f"data/kpi/{','.join(self.kpis)}"]
        if self.areas:
            parts.append(f"municipality/{','.join(self.areas)}")
        if self.years:
            parts.append(f"year/{','.join(map(str, self.years))}")
        return "/".join(parts)

    @property
    def query(self) -> dict[str, str]:
        return {"from_date": self.changed_since.isoformat()} if self.changed_since else {}

    @property
    def key(self) -> str:
        return self.path + (f"?from_date={self.changed_since.isoformat()}" if self.changed_since else "")


def plan(
    *,
    kpis: Iterable[str],
    areas: Iterable[str] = (),
    years: Iterable[int] = (),
    changed_since: date | None = None,
    batch: int = BATCH,
) -> Plan[Chunk]:
    """A plan for these indicators, areas (none: all) and years (none: all); order and repetitions do not matter.

    Args:
        changed_since: only figures that Kolada has changed from this day on, removed ones among them.
        batch: ids of one kind in one request; fewer give smaller chunks.

    Raises:
        ValueError: neither areas nor years, no indicator, or more in a batch than Kolada takes.
    """
    chosen, places, when = sorted(set(kpis)), sorted(set(areas)), sorted(set(years))
    if not chosen or not (places or when):
        raise ValueError("Kolada is asked for indicators together with areas, years or both")
    if not 1 <= batch <= BATCH:
        raise ValueError(f"Kolada takes 1 to {BATCH} ids in one request")
    chunks = (
        Chunk(k, a, y, changed_since)
        for k, a, y in product(_batches(chosen, batch), _batches(places, batch), _batches(when, batch))
    )
    return Plan("kolada", tuple(chunks))


T = TypeVar("T")


def _batches(ids: Sequence[T], size: int) -> list[tuple[T, ...]]:
    return [tuple(ids[start : start + size]) for start in range(0, len(ids), size)] or [()]
