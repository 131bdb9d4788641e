"""The desk where needs arrive, one by one or in batches, and are placed at once or put on the waiting list."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from samverka_engine.matching.placement import Limits
from samverka_engine.matching.problem import NOWHERE, Problem
from samverka_engine.matching.solve import solve

from .forecast import Forecast, Outlook

__all__ = ["EVERY", "Desk"]

EVERY = 25
"""Arrivals between two re-pricings, when they come one by one."""
BATCH_GAP = 2e-3
"""How near the best a batch with several resources is placed."""
BATCH_SECONDS = 2.0


class Desk:
    """What is left, what it is expected to be worth, and who waits.

    `arriving` holds everybody who may come, by row; the desk learns of a row when it comes. A need is placed where its
    score is highest above what its use is expected to be worth to later ones, if that is above nothing. Without a
    forecast every price is zero, and that is greedy.
    """

    def __init__(self, arriving: Problem, forecast: Forecast | None = None) -> None:
        self.arriving = arriving
        self.left = arriving.capacity.copy()
        self.place = np.full(arriving.needs, NOWHERE, dtype=np.int32)
        self.pair = np.full(arriving.needs, -1, dtype=np.int64)
        self.waiting: list[int] = []
        """Rows in the order in which they came."""
        self.price = np.zeros(arriving.capacity.shape)
        self._outlook: Outlook | None = None
        if forecast is not None:
            self._outlook = Outlook(forecast)
            self.price = self._outlook.price

    @property
    def total(self) -> float:
        return float(self.arriving.score[self.pair[self.pair >= 0]].sum())

    def reprice(self, later: float) -> None:
        """Look ahead again: so many are still expected, of the forecast's kind. Nobody expected makes all free."""
        if later <= 0:
            self.price[:] = 0.0
        elif self._outlook is not None:
            self._outlook.reprice(self.left, later)

    def arrive(self, rows: NDArray[np.int64]) -> None:
        """These come one by one, in order; each is placed or waits."""
        arriving = self.arriving
        _decide(rows, arriving.first, arriving.place, arriving.score, arriving.demand, self.left, self.price, self.pair)
        self._note(rows)

    def arrive_together(self, rows: NDArray[np.int64], limits: Limits | None = None) -> None:
        """These are placed as one batch: the best for them together, less what they take from later ones."""
        part = self._part(rows)
        limits = limits or (Limits() if part.is_unit else Limits(gap=BATCH_GAP))
        answer = solve(part, limits)
        taken = answer.pair >= 0
        starts = self.arriving.first[rows] - part.first[:-1]
        self.pair[rows[taken]] = answer.pair[taken] + starts[taken]
        placed = rows[taken]
        where = self.arriving.place[self.pair[placed]]
        np.subtract.at(self.left, where, self.arriving.demand[placed].astype(np.int64))
        self._note(rows)

    def release(self, place: int, amounts: Sequence[int]) -> None:
        """Capacity comes free, or is added; negative amounts take free capacity away.

        Raises:
            ValueError: more is taken away than is free.
        """
        left = self.left[place] + np.asarray(amounts)
        if (left < 0).any():
            raise ValueError("more capacity is taken away than is free")
        self.left[place] = left

    def leave(self, row: int) -> None:
        """A need gives up its place, or its place in the queue."""
        if self.pair[row] >= 0:
            self.left[self.place[row]] += self.arriving.demand[row]
            self.pair[row], self.place[row] = -1, NOWHERE
        elif row in self.waiting:
            self.waiting.remove(row)

    def offer_to_waiting(self, *, in_order: bool = True) -> NDArray[np.int64]:
        """Place those on the list for whom there is room above the prices; their rows.

        In the order in which they came, or all together, so that the total is the highest.
        """
        rows = np.array(self.waiting, dtype=np.int64)
        self.waiting = []
        if in_order:
            self.arrive(rows)
        elif len(rows):
            self.arrive_together(rows)
        return rows[self.pair[rows] >= 0]

    def _note(self, rows: NDArray[np.int64]) -> None:
        placed = self.pair[rows] >= 0
        self.place[rows[placed]] = self.arriving.place[self.pair[rows[placed]]]
        self.waiting += rows[~placed].tolist()

    def _part(self, rows: NDArray[np.int64]) -> Problem:
        """The rows alone, with scores less expected prices, and what is left."""
        arriving = self.arriving
        counts = np.diff(arriving.first)[rows]
        first = np.concatenate([[0], counts.cumsum()])
        pairs = np.arange(int(first[-1])) + np.repeat(arriving.first[rows] - first[:-1], counts)
        demand = arriving.demand[rows]
        need = np.repeat(np.arange(len(rows)), counts)
        cost = np.einsum("er,er->e", demand[need], self.price[arriving.place[pairs]])
        return replace(
            arriving,
            demand=demand,
            capacity=self.left,
            first=first,
            place=arriving.place[pairs],
            score=arriving.score[pairs] - cost,
        )


@njit(cache=True, nogil=True)
def _decide(rows, first, place, score, demand, left, price, chosen):  # type: ignore[no-untyped-def]
    """Each row in turn takes what is worth most above its price and fits, or nothing."""
    resources = demand.shape[1]
    for row in rows:
        best, found = 0.0, -1
        for pair in range(first[row], first[row + 1]):
            value = score[pair]
            if value <= best:
                continue
            at = place[pair]
            for resource in range(resources):
                amount = demand[row, resource]
                value -= amount * price[at, resource]
                if amount > left[at, resource]:
                    value = -1.0
                    break
            if value > best:
                best, found = value, pair
        chosen[row] = found
        if found >= 0:
            for resource in range(resources):
                left[place[found], resource] -= demand[row, resource]
