"""What one more unit really adds: placed again with it, beside what the prices say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from samverka_engine.matching.placement import Limits, Placement, Status
from samverka_engine.matching.problem import Problem
from samverka_engine.matching.unit.ranges import price_ranges

from .outcomes import Worth

__all__ = ["ASKED", "OneMore", "one_more_each"]

ASKED = 10
"""So many of the dearest are placed again."""
MOST_SEATS = 200
"""A price is followed no farther than so many further units."""

Resolve = Callable[[Problem, Limits], Placement | None]
"""Places again; None when nothing was found."""


@dataclass(frozen=True, kw_only=True)
class OneMore:
    """One unit more of a resource at a place."""

    place: int
    resource: int
    price: float
    least: float | None
    most: float | None
    """The total rises by an amount between these, by placing again; equal when both placements are proven best. None
    when it was not tried."""
    holds_for: int | None = None
    """Each of so many more adds the price, and the next one less. None where it is not known."""
    at_least: bool = False
    """Whether `holds_for` is only as far as was looked."""
    last: float | None = None
    """What the last of its units is worth now. None where it is not known."""


def one_more_each(
    problem: Problem,
    placement: Placement,
    worth: Sequence[Worth],
    limits: Limits,
    *,
    resolve: Resolve,
    plain: bool,
) -> tuple[OneMore, ...]:
    """The dearest with what they really add, while there is time; `plain` says that no rules bind.

    With one seat each and no rules the ranges over which the prices hold are found too.
    """
    asked = list(worth[:ASKED])
    begun = limits.clock()
    exact = plain and problem.is_unit and placement.status is Status.OPTIMAL
    ranges = {}
    if exact:
        places = [one.place for one in asked]
        ranges = {found.place: found for found in price_ranges(problem, placement, places, most=MOST_SEATS)}
    found = []
    for at, one in enumerate(asked):
        least = most = None
        left = None if limits.seconds is None else limits.seconds - (limits.clock() - begun)
        if (left is None or left > 0) and not limits.stop():
            share = None if left is None else left / (len(asked) - at)
            least, most = _rise(problem, placement, one, replace(limits, seconds=share), resolve)
        known = ranges.get(one.place)
        found.append(
            OneMore(
                place=one.place,
                resource=one.resource,
                price=one.price,
                least=least,
                most=most,
                holds_for=known.holds_for if known else None,
                at_least=known is not None and not known.exact,
                last=known.last if known else None,
            )
        )
    return tuple(found)


def _rise(
    problem: Problem, placement: Placement, one: Worth, limits: Limits, resolve: Resolve
) -> tuple[float | None, float | None]:
    capacity = problem.capacity.copy()
    capacity[one.place, one.resource] += 1
    other = resolve(replace(problem, capacity=capacity), limits)
    if other is None or other.status is Status.INFEASIBLE:
        return None, None
    if placement.status is Status.OPTIMAL and other.status is Status.OPTIMAL:
        rise = other.total - placement.total
        rise = 0.0 if abs(rise) <= 1e-9 * max(1.0, abs(placement.total)) else rise
        return rise, rise
    return max(0.0, other.total - _best(placement)), _best(other) - placement.total


def _best(placement: Placement) -> float:
    return placement.bound if placement.tighter_bound is None else min(placement.bound, placement.tighter_bound)
