"""Whether an answer is what it says, worked out from the inputs, the places and the prices alone.

It shares nothing with the solvers. Sums are exact (`math.fsum`), and every number is taken from the inputs.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .placement import Placement, Status
from .problem import NOWHERE, Problem

__all__ = ["Certificate", "check"]


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What the check found. Sound when there are no faults."""

    faults: tuple[str, ...]
    total: float
    bound: float
    """Capacity times price, and for each need its best score less what it uses at the prices, or nothing."""
    unsold: float
    """What unused capacity costs at the prices: nothing when the prices are right."""
    regret: float
    """How much better needs could do at the prices than where they are: nothing when they are right.

    The bound is the total, the unsold and the regret together.
    """

    @property
    def sound(self) -> bool:
        return not self.faults

    @property
    def gap(self) -> float:
        return max(0.0, self.bound - self.total) / max(abs(self.bound), 1e-12)


def check(problem: Problem, placement: Placement, *, tolerance: float = 1e-9) -> Certificate:
    """Checks places, prices, total, bound and status; tolerance relative to the larger of total and bound.

    Raises:
        ValueError: arrays of a length that does not belong to the problem.
    """
    needs, places = problem.needs, problem.places
    price = np.asarray(placement.price, dtype=np.float64)
    if placement.place.shape != (needs,) or placement.pair.shape != (needs,) or price.shape != problem.capacity.shape:
        raise ValueError("the placement is of another problem")
    faults: list[str] = []
    place, pair = placement.place, placement.pair
    if ((place < 0) & (place != NOWHERE)).any() or (place >= places).any():
        raise ValueError("a need is in a place that does not exist")
    placed = np.flatnonzero(place != NOWHERE)
    if ((pair >= 0) != (place != NOWHERE)).any():
        faults.append("a need has a place without a pair, or a pair without a place")
    else:
        own = pair[placed]
        inside = (own >= problem.first[placed]) & (own < problem.first[placed + 1])
        if not inside.all() or (problem.place[own[inside]] != place[placed[inside]]).any():
            faults.append("a need is in a place that it is not eligible for")
    used = np.zeros(problem.capacity.shape, dtype=np.int64)
    for resource in range(problem.demand.shape[1]):
        taken = np.bincount(place[placed], problem.demand[placed, resource], places)
        used[:, resource] = np.rint(taken).astype(np.int64)
    if (used > problem.capacity).any():
        faults.append("a place gives more than it has")
    if not np.isfinite(price).all() or (price < 0).any():
        faults.append("a price is negative or no number")
    if faults:
        return Certificate(faults=tuple(faults), total=math.nan, bound=math.inf, unsold=math.inf, regret=math.inf)
    total = math.fsum(problem.score[pair[placed]])
    best, own_value = _values(problem, pair, price)
    bound = math.fsum([*(problem.capacity * price).ravel().tolist(), *best.tolist()])
    unsold = math.fsum(((problem.capacity - used) * price).ravel().tolist())
    regret = math.fsum((best - own_value).tolist())
    allowed = tolerance * max(abs(total), abs(bound), 1e-12)
    if abs(placement.total - total) > allowed:
        faults.append("the total is not the sum of the chosen scores")
    if abs(placement.bound - bound) > allowed:
        faults.append("the bound is not what the prices give")
    if total > bound + allowed:
        faults.append("the total is above the bound")
    if placement.tighter_bound is not None and total > placement.tighter_bound + allowed:
        faults.append("the total is above the tighter bound")
    if placement.status == Status.OPTIMAL and placement.gap > tolerance:
        faults.append("it is called optimal, and the bound does not meet the total")
    return Certificate(faults=tuple(faults), total=total, bound=bound, unsold=unsold, regret=regret)


def _values(
    problem: Problem, pair: NDArray[np.int64], price: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(N,) twice: what the best choice of each need is worth to it at the prices, and what its own is."""
    best, own = np.zeros(problem.needs), np.zeros(problem.needs)
    for need in range(problem.needs):
        begin, end = int(problem.first[need]), int(problem.first[need + 1])
        if begin == end:
            continue
        value = problem.score[begin:end] - price[problem.place[begin:end]] @ problem.demand[need]
        best[need] = max(0.0, float(value.max()))
        if pair[need] >= 0:
            own[need] = value[pair[need] - begin]
    return best, own
