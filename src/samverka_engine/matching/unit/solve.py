"""Everybody needs one seat: a best placement, proven by the lowest prices that prove it.

Auction, thin, flow, prices (docs/algorithms/placement-unit.md). The first two are approximate and only save time: the
flow is solved exactly on the pairs that are left, and prices over all pairs decide whether that was enough. When it was
not, more pairs are let in, in the end all of them.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from samverka_engine.matching.placement import Limits, Placement, Progress, Status, total_of
from samverka_engine.matching.problem import NOWHERE, Problem
from samverka_engine.matching.solvers.flow import most_valuable_assignment

from .auction import Auctioned, hold_auction
from .prices import bound_of, lowest_prices, price_the_closed
from .thinning import thin
from .ticks import Ticks, ticks_of

__all__ = ["PROVEN", "solve_unit"]

PROVEN = 1e-9
"""The relative gap that rounding is allowed in a proof."""
WIDTHS = (8.0, 64.0, math.inf)
"""How far from a need's best a pair may be and still be let in, in raises of the auction."""


def solve_unit(problem: Problem, limits: Limits, told: Callable[[Progress], None]) -> Placement:
    """A best placement, or the auction's when its gap is within the limits or the time is out.

    Raises:
        ValueError: the problem has several resources or other demands than one, or scores too large to add.
    """
    if not problem.is_unit:
        raise ValueError("not everybody needs one seat of one kind")
    return _Work(problem, limits, told).done()


class _Work:
    def __init__(self, problem: Problem, limits: Limits, told: Callable[[Progress], None]) -> None:
        self.problem, self.limits, self.told = problem, limits, told
        self.capacity = np.ascontiguousarray(problem.capacity[:, 0])
        self.begun = limits.clock()
        self.diagnostics: dict[str, float] = {}

    def done(self) -> Placement:
        problem = self.problem
        ticks = ticks_of(problem.place, problem.score, self.capacity, problem.needs)
        auctioned = hold_auction(problem.first, problem.place, problem.score, self.capacity, self._must_stop)
        self.diagnostics |= {"auction_seconds": self._seconds(), "bids": auctioned.bids, "raise": auctioned.raised}
        near = self._placement(auctioned.pair, auctioned.price, Status.WITHIN_GAP)
        self._tell("auction", near)
        if near.gap <= max(self.limits.gap, 0.0) and self.limits.gap > 0:
            return near
        # Where many are equal the auction often hits a best placement by itself, and a proof costs less than a flow.
        best = self._proven(auctioned.pair, ticks) if auctioned.finished else None
        for width in WIDTHS:
            if best is not None or self._must_stop():
                break
            best = self._proven(self._widened(auctioned, width * auctioned.raised, ticks), ticks)
        if best is not None:
            self._tell("prices", best)
            return best
        return self._placement(auctioned.pair, auctioned.price, self._why_stopped())

    def _widened(self, auctioned: Auctioned, width: float, ticks: Ticks) -> NDArray[np.int64]:
        """(N,): the pairs of a placement that is best among those that use pairs within a width alone."""
        problem, begun = self.problem, self._seconds()
        left = thin(problem.first, problem.place, problem.score, auctioned.price, auctioned.pair, width)
        self.diagnostics["pairs_kept"] = len(left.pairs)
        pair = auctioned.pair.copy()
        pair[left.open] = -1
        settled = pair[pair >= 0]
        room = self.capacity - np.bincount(problem.place[settled], minlength=problem.places)
        # Nothing flows to places without seats, whose scores may be too large for the solver's numbers.
        useful = np.where(room[problem.place[left.pairs]] > 0, problem.score[left.pairs], 0.0)
        value = np.rint(useful * ticks.per_unit).astype(np.int64)
        taken = most_valuable_assignment(left.need, problem.place[left.pairs], value, room, len(left.open))
        placed = taken >= 0
        pair[left.open[placed]] = left.pairs[taken[placed]]
        self.diagnostics["flow_seconds"] = self._seconds() - begun
        return pair

    def _proven(self, pair: NDArray[np.int64], ticks: Ticks) -> Placement | None:
        """The placement with the lowest prices that prove it best; None when it is not."""
        problem = self.problem
        lowest, proven = lowest_prices(problem.first, problem.place, problem.score, ticks.per_unit, self.capacity, pair)
        if not proven:
            return None
        price = lowest / ticks.per_unit
        price_the_closed(problem.first, problem.place, problem.score, self.capacity == 0, price)
        best = self._placement(pair, price, Status.OPTIMAL)
        if best.gap > PROVEN:  # half a tick a need is more than that beside a total of nearly nothing
            return self._placement(pair, price, Status.WITHIN_GAP)
        return best

    def _placement(self, pair: NDArray[np.int64], price: NDArray[np.float64], status: Status) -> Placement:
        problem = self.problem
        where = np.full(problem.needs, NOWHERE, dtype=np.int32)
        where[pair >= 0] = problem.place[pair[pair >= 0]]
        return Placement(
            status=status,
            place=where,
            pair=pair,
            price=price[:, None],
            total=total_of(problem, pair),
            bound=bound_of(problem.first, problem.place, problem.score, self.capacity, price),
            diagnostics=dict(self.diagnostics),
        )

    def _seconds(self) -> float:
        return self.limits.clock() - self.begun

    def _must_stop(self) -> bool:
        return self.limits.stop() or (self.limits.seconds is not None and self._seconds() >= self.limits.seconds)

    def _why_stopped(self) -> Status:
        return Status.STOPPED if self.limits.stop() else Status.TIME_LIMIT

    def _tell(self, step: str, placement: Placement) -> None:
        self.told(Progress(step, self._seconds(), placement.total, placement.bound))
