"""What each place's capacity is expected to be worth to those who arrive later.

The prices are those of the dual of placing a sample of expected arrivals in the capacity that is left. Choices are
smoothed: a sampled need takes the option v with a share that grows as exp(v / temperature). So what is asked for at
the prices changes evenly with them, and each price takes a Newton step of its own towards what is left (docs/
algorithms/placement-over-time.md). A few steps from the last prices are enough when little has changed.

Of each sampled need only its best options count between two looks at all of them. As places fill up others become its
best, so a part of the sample is looked at anew at every re-pricing.

Compiled functions call only those of their own file.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from samverka_engine.matching.problem import Problem

__all__ = ["Forecast", "Outlook"]

TEMPERATURES = (0.2, 0.1, 0.07)
"""In typical scores; the last is kept."""
STEPS = 60
"""Newton steps at each temperature before the first arrival."""
WITHIN, MOST = 0.4, 24
"""Afterwards a sampled need is seen with its options so near its best, in typical scores, at most so many."""
TURNS = 10
"""After so many re-pricings all sampled needs' options have been looked at anew."""


@dataclass(frozen=True)
class Forecast:
    """A sample of those who may arrive: their demands, options and scores, and how many arrivals each stands for."""

    sample: Problem
    """Its capacity is that at the beginning."""
    arrivals: float
    """How many are expected in all."""

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
        return Outlook(self).price


class Outlook:
    """What is expected of those to come, at prices (P, R) that follow what is left."""

    def __init__(self, forecast: Forecast) -> None:
        sample = forecast.sample
        self.price = np.zeros(sample.capacity.shape)
        self._sample, self._typical, self._turn = sample, forecast.typical, 0
        self._demand = sample.demand.astype(np.float64)
        left = sample.capacity.astype(np.float64)
        self._look(left, sample.needs, np.inf, int(np.diff(sample.first).max(initial=1)))
        for share in TEMPERATURES:
            self._step(left, forecast.arrivals, share, STEPS)
        self._look(left, sample.needs, WITHIN * self._typical, MOST)

    def reprice(self, left: NDArray[np.int64], later: float, steps: int) -> None:
        """A few steps for `later` arrivals still expected and what is left of each capacity (P, R)."""
        room = left.astype(np.float64)
        self._look(room, -(-self._sample.needs // TURNS), WITHIN * self._typical, self._place.shape[1])
        self._step(room, later, TEMPERATURES[-1], steps)

    def _look(self, left: NDArray[np.float64], number: int, within: float, most: int) -> None:
        """So many sampled needs, where the last look ended, are seen with their best options at these prices anew."""
        sample = self._sample
        if number == sample.needs:
            self._place = np.zeros((sample.needs, most), dtype=np.int32)
            self._score = np.zeros((sample.needs, most))
            self._count = np.zeros(sample.needs, dtype=np.int64)
            self._turn = 0
        end = min(sample.needs, self._turn + number)
        _look(
            sample.first, sample.place, sample.score, self._demand, left, self.price, within,
            self._turn, end, self._place, self._score, self._count,
        )  # fmt: skip
        self._turn = end % max(1, sample.needs)

    def _step(self, left: NDArray[np.float64], later: float, share: float, steps: int) -> None:
        weight = later / max(1, self._sample.needs)
        _priced(
            self._place, self._score, self._count, self._demand, weight, left, self.price,
            share * self._typical, steps,
        )  # fmt: skip


@njit(cache=True, nogil=True)
def _look(  # type: ignore[no-untyped-def]
    first, place, score, demand, left, price, within, begin, end, near_place, near_score, near_count
):
    """Each need's best options that fit into what is left."""
    resources = demand.shape[1]
    most = near_place.shape[1]
    for need in range(begin, end):
        start, stop = first[need], first[need + 1]
        worth = np.empty(stop - start)
        best = 0.0
        for pair in range(start, stop):
            at = place[pair]
            value = score[pair]
            for resource in range(resources):
                amount = demand[need, resource]
                if amount > left[at, resource]:
                    value = -np.inf
                    break
                value -= amount * price[at, resource]
            worth[pair - start] = value
            best = max(best, value)
        limit = max(best - within, -1e300)
        if len(worth) > most:
            limit = max(limit, np.sort(worth)[len(worth) - most])
        count = 0
        for pair in range(start, stop):
            if worth[pair - start] >= limit and count < most:
                near_place[need, count], near_score[need, count] = place[pair], score[pair]
                count += 1
        near_count[need] = count


@njit(cache=True, nogil=True)
def _priced(place, score, count, demand, weight, left, price, temperature, steps):  # type: ignore[no-untyped-def]
    """Newton steps of each price by itself, towards what is left."""
    needs, resources = demand.shape
    places = len(price)
    worth = np.empty(place.shape[1])
    asked = np.empty((places, resources))
    slope = np.empty((places, resources))
    # Prices of one place move together when its resources are asked for together.
    damping = 0.7 if resources == 1 else 0.35
    for _ in range(steps):
        asked[:] = 0.0
        slope[:] = 0.0
        for need in range(needs):
            best = 0.0
            for pair in range(count[need]):
                at = place[need, pair]
                value = score[need, pair]
                for resource in range(resources):
                    amount = demand[need, resource]
                    if amount > left[at, resource]:  # what does not fit even now is no option
                        value = -np.inf
                        break
                    value -= amount * price[at, resource]
                worth[pair] = value
                best = max(best, value)
            total = np.exp(-best / temperature)  # of staying without a place
            for pair in range(count[need]):
                gap = (worth[pair] - best) / temperature
                share = np.exp(gap) if gap > -12.0 else 0.0
                worth[pair] = share
                total += share
            for pair in range(count[need]):
                share = worth[pair] / total
                if share < 1e-5:
                    continue
                at = place[need, pair]
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
