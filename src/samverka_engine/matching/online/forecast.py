"""What each place's capacity is expected to be worth to those who arrive later.

The prices are those of the dual of placing a sample of expected arrivals in the capacity that is left. Choices are
smoothed: a sampled need takes the option v with a share that grows as exp(v / temperature). So what is asked for at
the prices changes evenly with them, and each price takes a Newton step of its own towards what is left (docs/
algorithms/placement-over-time.md). A few steps from the last prices are enough when little has changed.

Compiled functions call only those of their own file.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from samverka_engine.matching.problem import Problem

__all__ = ["Forecast"]

TEMPERATURES = (0.2, 0.1, 0.05)
"""In typical scores; the last is kept."""
STEPS = 60
"""Newton steps at each temperature before the first arrival."""
WITHIN, MOST = 0.25, 16
"""Afterwards a sampled need is seen with its options so near its best, in typical scores, at most so many."""


@dataclass(frozen=True)
class Forecast:
    """A sample of those who may arrive: their demands, options and scores, and how many arrivals each stands for."""

    sample: Problem
    """Its capacity is that at the beginning."""
    arrivals: float
    """How many are expected in all."""

    @property
    def weight(self) -> float:
        return self.arrivals / max(1, self.sample.needs)

    @property
    def typical(self) -> float:
        """The mean of the sample's best scores."""
        having = np.diff(self.sample.first) > 0
        if not having.any():
            return 1.0
        best = np.maximum.reduceat(self.sample.score, self.sample.first[:-1][having])
        return float(np.maximum(best, 0.0).mean()) or 1.0

    def first_prices(self) -> NDArray[np.float64]:
        """(P, R): before the first arrival."""
        sample = self.sample
        price = np.zeros(sample.capacity.shape)
        left = sample.capacity.astype(np.float64)
        for share in TEMPERATURES:
            _priced(
                sample.first, sample.place, sample.score, sample.demand, self.weight, left, price,
                share * self.typical, STEPS,
            )  # fmt: skip
        return price

    def near(self, price: NDArray[np.float64]) -> "Forecast":
        """The same with those options alone that are near the best at these prices."""
        sample = self.sample
        need = sample.need_of_pairs()
        worth = sample.score - np.einsum("er,er->e", sample.demand[need], price[sample.place])
        best = np.zeros(sample.needs)
        np.maximum.at(best, need, worth)
        order = np.lexsort((-worth, need))
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order)) - np.repeat(sample.first[:-1], np.diff(sample.first))
        kept = (worth >= best[need] - WITHIN * self.typical) & (rank < MOST)
        first = np.searchsorted(need[kept], np.arange(sample.needs + 1))
        return Forecast(
            Problem(
                demand=sample.demand,
                capacity=sample.capacity,
                first=first,
                place=sample.place[kept],
                score=sample.score[kept],
                resources=sample.resources,
            ),
            self.arrivals,
        )

    def reprice(
        self, price: NDArray[np.float64], left: NDArray[np.int64], later: float, steps: int, typical: float
    ) -> None:
        """A few steps, in place, for `later` arrivals still expected and what is left of each capacity (P, R)."""
        sample = self.sample
        weight = later / max(1, sample.needs)
        _priced(
            sample.first, sample.place, sample.score, sample.demand, weight, left.astype(np.float64), price,
            TEMPERATURES[-1] * typical, steps,
        )  # fmt: skip


@njit(cache=True, nogil=True)
def _priced(first, place, score, demand, weight, left, price, temperature, steps):  # type: ignore[no-untyped-def]
    """Newton steps of each price by itself, towards what is left."""
    needs, resources = demand.shape
    places = len(price)
    widest = 0
    for need in range(needs):
        widest = max(widest, first[need + 1] - first[need])
    worth = np.empty(widest)
    asked = np.empty((places, resources))
    slope = np.empty((places, resources))
    # Prices of one place move together when its resources are asked for together.
    damping = 0.7 if resources == 1 else 0.35
    for _ in range(steps):
        asked[:] = 0.0
        slope[:] = 0.0
        for need in range(needs):
            begin, end = first[need], first[need + 1]
            best = 0.0
            for pair in range(begin, end):
                at = place[pair]
                value = score[pair]
                for resource in range(resources):
                    amount = demand[need, resource]
                    if amount > left[at, resource]:  # what does not fit even now is no option
                        value = -np.inf
                        break
                    value -= amount * price[at, resource]
                worth[pair - begin] = value
                best = max(best, value)
            total = np.exp(-best / temperature)  # of staying without a place
            for pair in range(begin, end):
                gap = (worth[pair - begin] - best) / temperature
                share = np.exp(gap) if gap > -12.0 else 0.0
                worth[pair - begin] = share
                total += share
            for pair in range(begin, end):
                share = worth[pair - begin] / total
                if share < 1e-5:
                    continue
                at = place[pair]
                change = share * (1.0 - share) / temperature
                for resource in range(resources):
                    amount = demand[need, resource]
                    if amount > 0:
                        asked[at, resource] += weight * share * amount
                        slope[at, resource] += weight * change * amount * amount
        for at in range(places):
            for resource in range(resources):
                over = asked[at, resource] - left[at, resource]
                # Never farther than a temperature's few at once: the shares are only even nearby.
                most = 3.0 * temperature
                step = damping * over / (slope[at, resource] + weight / temperature * 0.05 + 1e-12)
                price[at, resource] = max(0.0, price[at, resource] + min(most, max(-most, step)))
