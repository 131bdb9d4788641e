"""How far a price holds: what more seats at a place are worth, seat by seat, and what the last one is worth now."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from samverka_engine.matching.placement import Placement
from samverka_engine.matching.problem import Problem

from .prices import NO_LIMIT, highest_prices, lowest_prices, seat_one_more
from .ticks import ticks_of

__all__ = ["PriceRange", "price_ranges"]


@dataclass(frozen=True, kw_only=True)
class PriceRange:
    """The value of seats at one place."""

    place: int
    price: float
    """The total rises by so much with one more seat."""
    holds_for: int | None
    """And with each of so many more, all else as it is; the next is worth less. None: it never ends."""
    exact: bool
    """False when `holds_for` is only the most that was asked about, and the price may hold for more."""
    last: float | None
    """The total falls by so much with one seat fewer; None where there is none."""


def price_ranges(
    problem: Problem, placement: Placement, places: Sequence[int], *, most: int = 1_000
) -> list[PriceRange]:
    """Ranges for some places of a best placement, found by placing anew for one seat after another.

    A seat more is worth the price exactly when somebody can be moved in, somebody into the seat that they leave, and
    so on until a need without a place or a place with room, in such a way that every step is worth what the prices say.
    Each such chain is carried out before the next seat is tried, up to `most` of them.

    Raises:
        ValueError: the placement is not a best one of this problem.
    """
    capacity = np.ascontiguousarray(problem.capacity[:, 0])
    ticks = ticks_of(problem.place, problem.score, capacity, problem.needs)
    given = (problem.first, problem.place, problem.score, ticks.per_unit, capacity, placement.pair)
    price, proven = lowest_prices(*given)
    if not proven:
        raise ValueError("only the prices of a best placement have ranges")
    highest = highest_prices(*given)
    # The pairs of a place, by place: chains are sought backwards.
    by_place = np.argsort(problem.place, kind="stable").astype(np.int32)
    begin = np.zeros(problem.places + 1, dtype=np.int64)
    np.cumsum(np.bincount(problem.place, minlength=problem.places), out=begin[1:])
    need = problem.need_of_pairs()
    found = []
    for at in places:
        pair = placement.pair.copy()
        added = 0
        while price[at] > 0 and added < most:
            if not seat_one_more(at, problem.place, problem.score, ticks.per_unit, price, pair, by_place, begin, need):
                break
            added += 1
        found.append(
            PriceRange(
                place=at,
                price=float(price[at] / ticks.per_unit),
                holds_for=added if price[at] > 0 else None,
                exact=added < most,
                last=None if highest[at] == NO_LIMIT else float(highest[at] / ticks.per_unit),
            )
        )
    return found
