"""What each place's capacity is expected to be worth to those who arrive later.

The prices are those of the dual of placing a sample of expected arrivals in the capacity that is left. Choices are
smoothed: a sampled need takes the option v with a share that grows as exp(v / temperature). So what is asked for at
the prices changes evenly with them, and each price takes a Newton step of its own towards what is left (docs/
algorithms/placement-over-time.md). A few steps from the last prices are enough when little has changed.

Of each sampled need only its best options count between two looks at all of them. As places fill up others become its
best, so a part of the sample is looked at anew at every re-pricing.

The sample is kept sorted by what is demanded: what a place costs is then worked out once for all who demand the same.

Compiled functions call only those of their own file.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from samverka_engine.matching.problem import Problem

__all__ = ["Forecast", "Outlook"]

_Near = tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.int64]]
"""Of each sampled need its options near the best: their places and scores, in so many columns, and how many."""

TEMPERATURES = (0.2, 0.1)
"""In typical scores: of the first prices, worked out with all options."""
TEMPERATURE = 0.07
"""In typical scores: of every price that is used."""
STEPS = 60
"""Newton steps at each temperature before the first arrival."""
ENOUGH = 10_000
"""Of a larger sample about so many needs are enough for the first steps."""
WITHIN, MOST = 0.25, 16
"""Afterwards a sampled need is seen with its options so near its best, in typical scores, at most so many."""
TURNS = 20
"""After so many re-pricings all sampled needs' options have been looked at anew."""
SPARE = 0.15
"""A unit's share that is left unasked for at every place, since those who come do not come evenly."""


@dataclass(frozen=True)
class Forecast:
    """A sample of those who may arrive: their demands, options and scores, and how many arrivals each stands for.

    The larger the sample the better: several years' arrivals, or several drawn futures, are put together to one.
    """

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
        kinds, kind = np.unique(sample.demand, axis=0, return_inverse=True)
        self._kinds = kinds.astype(np.float64)
        kind = kind.reshape(-1)
        self._row = np.argsort(kind, kind="stable")  # sampled needs are kept sorted by demand
        self._kind = kind[self._row]
        left = sample.capacity.astype(np.float64)
        every = max(1, round(sample.needs / ENOUGH))
        row, kind = self._row[::every].copy(), self._kind[::every].copy()
        near = _nothing(len(row), int(np.diff(sample.first).max(initial=1)))
        self._look(left, np.arange(len(row)), row, kind, near, np.inf)
        for share in TEMPERATURES:
            self._step(left, forecast.arrivals, kind, near, share, STEPS)
        self._near = _nothing(sample.needs, MOST)
        self._look(left, np.arange(sample.needs), self._row, self._kind, self._near, WITHIN * self._typical)
        self._step(left, forecast.arrivals, self._kind, self._near, TEMPERATURE, STEPS)

    def reprice(self, left: NDArray[np.int64], later: float) -> None:
        """One step for `later` arrivals still expected and what is left of each capacity (P, R)."""
        room = left.astype(np.float64)
        # Every twentieth, say, so that all kinds of demand are among them.
        needs = np.arange(self._turn, self._sample.needs, TURNS)
        self._turn = (self._turn + 1) % TURNS
        self._look(room, needs, self._row, self._kind, self._near, WITHIN * self._typical)
        self._step(room, later, self._kind, self._near, TEMPERATURE, 1)

    def _look(
        self,
        left: NDArray[np.float64],
        needs: NDArray[np.int64],
        row: NDArray[np.int64],
        kind: NDArray[np.int64],
        near: _Near,
        within: float,
    ) -> None:
        """These of the needs with such rows and kinds are seen with their best options at these prices anew."""
        sample = self._sample
        _look(
            needs, row, kind, self._kinds, sample.first, sample.place, sample.score, left, self.price, within, *near
        )  # fmt: skip

    def _step(
        self, left: NDArray[np.float64], later: float, kind: NDArray[np.int64], near: _Near, share: float, steps: int
    ) -> None:
        weight = later / max(1, len(kind))
        _priced(kind, self._kinds, *near, weight, left, self.price, share * self._typical, steps)


def _nothing(needs: int, most: int) -> _Near:
    return np.zeros((needs, most), dtype=np.int32), np.zeros((needs, most)), np.zeros(needs, dtype=np.int64)


@njit(cache=True, nogil=True)
def _cost(demand, left, price):  # type: ignore[no-untyped-def]
    """Of what is demanded of a place: infinite if it does not fit even now."""
    cost = 0.0
    for resource in range(len(demand)):
        amount = demand[resource]
        if amount > left[resource]:
            return np.inf
        cost += amount * price[resource]
    return cost


@njit(cache=True, nogil=True)
def _look(  # type: ignore[no-untyped-def]
    needs, row, kind, kinds, first, place, score, left, price, within, near_place, near_score, near_count
):
    """Each need's best options that fit into what is left."""
    most = near_place.shape[1]
    cost = np.empty(len(price))
    known = np.full(len(price), -1)
    for need in needs:
        start, stop = first[row[need]], first[row[need] + 1]
        same = kind[need]
        worth = np.empty(stop - start)
        best = 0.0
        for pair in range(start, stop):
            at = place[pair]
            if known[at] != same:
                known[at] = same
                cost[at] = _cost(kinds[same], left[at], price[at])
            worth[pair - start] = score[pair] - cost[at]
            best = max(best, worth[pair - start])
        limit = max(best - within, -1e300)
        count = 0
        for value in worth:
            count += value >= limit
        if count > most:
            limit = np.sort(worth)[len(worth) - most]
        count = 0
        for pair in range(start, stop):
            if worth[pair - start] >= limit and count < most:
                near_place[need, count], near_score[need, count] = place[pair], score[pair]
                count += 1
        near_count[need] = count


@njit(cache=True, nogil=True)
def _priced(kind, kinds, place, score, count, weight, left, price, temperature, steps):  # type: ignore[no-untyped-def]
    """Newton steps of each price by itself, towards what is left."""
    places, resources = price.shape
    asked = np.empty((places, resources))
    slope = np.empty((places, resources))
    # Prices of one place move together when its resources are asked for together.
    damping = 0.7 if resources == 1 else 0.2
    for _ in range(steps):
        asked[:] = 0.0
        slope[:] = 0.0
        _ask(kind, kinds, place, score, count, left, price, temperature, asked, slope)
        for at in range(places):
            for resource in range(resources):
                over = weight * asked[at, resource] - max(0.0, left[at, resource] - SPARE)
                # Never farther than a temperature's few at once: the shares are only even nearby.
                most = 3.0 * temperature
                step = damping * over / (weight / temperature * (slope[at, resource] + 0.05) + 1e-12)
                price[at, resource] = max(0.0, price[at, resource] + min(most, max(-most, step)))


@njit(cache=True, nogil=True)
def _ask(kind, kinds, place, score, count, left, price, temperature, asked, slope):  # type: ignore[no-untyped-def]
    """What the sampled needs ask for at these prices, and how fast that falls, in units of 1 / temperature."""
    places, resources = price.shape
    needs = len(kind)
    share = np.empty(place.shape[1])
    cost, taken, change = np.empty(places), np.empty(places), np.empty(places)
    known = np.full(places, -1)
    seen = np.empty(places, np.int64)
    end = 0
    while end < needs:
        begin, same = end, kind[end]
        number = 0
        while end < needs and kind[end] == same:
            end += 1
        for need in range(begin, end):
            best = 0.0
            for pair in range(count[need]):
                at = place[need, pair]
                if known[at] != same:
                    known[at] = same
                    seen[number] = at
                    number += 1
                    cost[at] = _cost(kinds[same], left[at], price[at])
                    taken[at] = change[at] = 0.0
                share[pair] = score[need, pair] - cost[at]
                best = max(best, share[pair])
            total = _grown(-best / temperature)  # of staying without a place
            for pair in range(count[need]):
                share[pair] = _grown((share[pair] - best) / temperature)
                total += share[pair]
            for pair in range(count[need]):
                if share[pair] > 0.0:
                    part = share[pair] / total
                    at = place[need, pair]
                    taken[at] += part
                    change[at] += part * (1.0 - part)
        for at in seen[:number]:
            for resource in range(resources):
                amount = kinds[same, resource]
                asked[at, resource] += amount * taken[at]
                slope[at, resource] += amount * amount * change[at]


@njit(cache=True, nogil=True)
def _grown(gap):  # type: ignore[no-untyped-def]
    """About e to a power that is not positive, at less cost, and nothing from minus eight on."""
    base = max(0.0, 1.0 + gap / 8.0)
    square = base * base
    fourth = square * square
    return fourth * fourth
