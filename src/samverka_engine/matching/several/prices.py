"""Prices by minimising the smoothed dual, colder and colder; the exact dual at any prices is a bound.

The dual (Fisher 1981) is sum(capacity * price) + sum over needs of max(0, best reduced score). With the soft maximum
T log(1 + sum exp(reduced / T)) in place of the maximum it is smooth (Nesterov 2005), never smaller, and at most
T log(1 + pairs) a need larger. It is minimised over price >= 0 by L-BFGS (Nocedal 1980) on the free variables
(Bertsekas 1982), where the inverse of each place's own curvature, a small matrix over its resources, stands in for
the first guess of the inverse Hessian: resources of one place go together (a home of three rooms is a home).
"""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .market import Market, Pairs
from .threads import Threads

__all__ = ["LARGE", "Dual", "alike", "bound_of", "cooled_prices", "near_pairs", "proving_prices"]

Array = NDArray[np.float64]

PARTS = 4
"""A large sum over needs is made of so many parts."""
LARGE = 100_000
"""Pairs."""
COOLING = (
    (0.13, 8),
    (0.067, 8),
    (0.033, 10),
    (0.017, 12),
    (0.008, 18),
    (0.004, 24),
    (0.002, 50),
    (0.001, 80),
    (0.0005, 80),
)
"""Temperatures in typical scores, and the most steps at each."""
SAMPLED_FROM, SAMPLED_TO, SAMPLE = 1_000_000, 0.03, 4
"""Of more pairs, down to this temperature, only every so many needs are looked at, and so much of each capacity."""
THIN_FROM = 0.008
"""From this temperature on only pairs that can matter are looked at."""
WIDTH, LEAST_WIDTH = 40, 0.2
"""Those within so many temperatures, and at least so many typical scores, of a need's best."""
MISSED = 1e-4
"""When pairs left out raise the bound by more than this share, the temperature is taken again with them."""
HESITANT = 0.008
"""The temperature of the prices that the first placement begins from."""
LAST = 0.003
"""The temperature at which the pairs that do not fit are counted in."""
MEMORY = 8
LOWEST = 16.0
"""Pairs so many temperatures below a need's best have no share: less than a millionth."""
FLOOR, COLUMN_FLOOR = 1e-2, 2e-2
"""What is added to a place's curvature: of its own and of the average over places."""
ENOUGH = 1e-6
"""A temperature is done when six steps lower the dual by less than this share."""


class Dual:
    """The smoothed dual of some pairs at some capacities."""

    def __init__(self, demand: Array, capacity: Array, pairs: Pairs, threads: Threads) -> None:
        self.demand, self.capacity, self.pairs, self.threads = demand, capacity, pairs, threads
        needs = len(demand)
        parts = PARTS if len(pairs.place) > LARGE else 1
        ends = np.searchsorted(pairs.first, np.linspace(0, pairs.first[-1], parts + 1)[1:-1])
        bounds = [0, *(int(end) for end in ends), needs]
        self.parts = list(pairwise(bounds))
        self.widest = int(np.diff(pairs.first).max(initial=0))
        self.alike = alike(demand)

    def at(self, price: Array, temperature: float) -> tuple[float, Array]:
        value, slope, _ = self._sums(price, temperature, curved=False)
        return value, slope

    def exact_at(self, price: Array) -> float:
        """The bound that the prices prove on these pairs."""
        return self.exact_of(price, np.ones(0, dtype=bool))

    def exact_of(self, price: Array, fits: NDArray[np.bool_]) -> float:
        """The same on those that `fits`, if it is not empty."""
        pairs = self.pairs

        def part(ends: tuple[int, int]) -> float:
            return float(
                _exact(
                    pairs.first,
                    pairs.place,
                    pairs.score,
                    fits,
                    self.demand,
                    self.alike,
                    price,
                    ends[0],
                    ends[1],
                )
            )

        return float((self.capacity * price).sum()) + math.fsum(self.threads.each(part, self.parts))

    def curved_at(self, price: Array, temperature: float) -> tuple[float, Array, Array]:
        """Value, slope (P, R) and curvature of each place (P, R, R)."""
        return self._sums(price, temperature, curved=True)

    def _sums(self, price: Array, temperature: float, *, curved: bool) -> tuple[float, Array, Array]:
        places, resources = self.capacity.shape

        def part(ends: tuple[int, int]) -> tuple[float, Array, Array]:
            slope = np.zeros((places, resources))
            curvature = np.zeros((places if curved else 1, resources, resources))
            value = _smoothed(
                self.pairs.first,
                self.pairs.place,
                self.pairs.score,
                self.demand,
                self.alike,
                price,
                temperature,
                ends[0],
                ends[1],
                self.widest,
                slope,
                curvature,
                curved,
            )
            return value, slope, curvature

        sums = self.threads.each(part, self.parts)
        value = float((self.capacity * price).sum())
        slope = self.capacity.copy()
        curvature = sums[0][2]
        for index, (more, steeper, bent) in enumerate(sums):
            value += more
            slope += steeper
            if index:
                curvature += bent
        return value, slope, curvature

    def minimise(self, price: Array, temperature: float, steps: int, stop: Callable[[], bool], enough: float) -> Array:
        """Better prices after at most so many steps."""
        value, slope, curvature = self.curved_at(price, temperature)
        curvature = _lifted(curvature)
        held, inverse = None, np.empty_like(curvature)
        memory: list[tuple[Array, Array, float]] = []
        values = [value]
        for _ in range(steps):
            if stop():
                break
            at_zero = (price <= 0) & (slope > 0)
            if held is None or (at_zero != held).any():
                changed = slice(None) if held is None else (at_zero != held).any(axis=1)
                inverse[changed] = _inverse(curvature[changed], at_zero[changed])
                held = at_zero
            direction = _direction(np.where(at_zero, 0.0, slope), at_zero, inverse, memory)
            if _dot(direction, slope) >= 0:
                memory = []
                direction = _direction(np.where(at_zero, 0.0, slope), at_zero, inverse, memory)
            length, found = 1.0, False
            for _ in range(12):
                there = np.maximum(price + length * direction, 0.0)
                move = there - price
                value_there, slope_there = self.at(there, temperature)
                expected = _dot(slope, move)
                if value_there <= value + 1e-4 * expected:
                    found = True
                    break
                bend = value_there - value - expected
                length *= min(0.5, max(0.1, -expected / (2 * bend))) if bend > 0 else 0.5
            if not found:
                break
            turn = slope_there - slope
            along = _dot(move, turn)
            if along > 1e-10 * math.sqrt(_dot(turn, turn) * _dot(move, move)):
                memory = [*memory[-MEMORY + 1 :], (move, turn, 1 / along)]
            price, value, slope = there, value_there, slope_there
            values.append(value)
            if len(values) > 6 and values[-7] - value < enough * abs(value):
                break
        return price


def bound_of(market: Market, price: Array, threads: Threads, *, fitting: bool) -> float:
    """The bound that prices prove on all pairs, or, when `fitting`, on those that an empty place has room for."""
    dual = Dual(market.demand, market.capacity, market.pairs, threads)
    return dual.exact_of(price, market.fits if fitting else np.ones(0, dtype=bool))


def cooled_prices(
    market: Market, threads: Threads, stop: Callable[[], bool], told: Callable[[float, Array], None]
) -> tuple[Array, Array]:
    """Prices near the best for the pairs that fit, and those at a temperature where needs still hesitate.

    `told` hears of each temperature and the prices there.
    """
    price = hesitant = best = np.zeros(market.capacity.shape)
    lowest = math.inf
    for relative, steps in COOLING:
        temperature = relative * market.typical
        for _ in range(3):
            if stop():
                break
            pairs = market.pairs
            if relative <= THIN_FROM:
                pairs, _ = near_pairs(market, price, max(WIDTH * temperature, LEAST_WIDTH * market.typical), 1 << 30)
            if relative >= SAMPLED_TO and len(pairs.place) > SAMPLED_FROM:
                dual = _sampled(market, threads)
            else:
                dual = Dual(market.demand, market.capacity, pairs, threads)
            price = dual.minimise(price, temperature, steps, stop, ENOUGH)
            bound = bound_of(market, price, threads, fitting=True)
            if bound < lowest:
                best, lowest = price, bound
            if relative > THIN_FROM or bound - dual.exact_at(price) < MISSED * bound:
                break
        if relative >= HESITANT:
            hesitant = best
        told(relative, best)
    return best, hesitant


def proving_prices(market: Market, price: Array, threads: Threads, stop: Callable[[], bool]) -> tuple[Array, float]:
    """Prices, and the bound they prove on all pairs, from prices for the pairs that fit.

    The bound that anyone can work out again knows nothing of pairs that no empty place has room for. Where a place has
    nothing of a resource the price of it costs nothing, and rises until nobody would pay it; elsewhere a few more
    steps weigh it.
    """
    if market.fits.all():
        return price, bound_of(market, price, threads, fitting=False)
    price = price.copy()
    _dissuade(
        market.pairs.first,
        market.pairs.place,
        market.pairs.score,
        market.fits,
        market.demand,
        market.capacity,
        price,
    )
    best, bound = price, bound_of(market, price, threads, fitting=False)
    for temperature in (10 * LAST * market.typical, LAST * market.typical):
        if stop():
            break
        pairs = market.pairs
        if temperature < THIN_FROM * market.typical:
            pairs, _ = near_pairs(market, price, WIDTH * temperature, 1 << 30, fitting=False)
        price = Dual(market.demand, market.capacity, pairs, threads).minimise(price, temperature, 20, stop, ENOUGH)
        found = bound_of(market, price, threads, fitting=False)
        if found < bound:
            best, bound = price, found
    return best, bound


def near_pairs(
    market: Market, price: Array, within: float, most: int, *, fitting: bool = True
) -> tuple[Pairs, NDArray[np.int64]]:
    """The pairs that are within so much of the need's best at the prices, the best `most` of each need.

    Only those that fit, unless not `fitting`. The second are their numbers in the market.
    """
    first, index = _near(
        market.pairs.first,
        market.pairs.place,
        market.pairs.score,
        market.fits if fitting else np.ones(0, dtype=bool),
        market.demand,
        alike(market.demand),
        price,
        within,
        most,
        int(np.diff(market.pairs.first).max(initial=0)),
    )
    return Pairs(first, market.pairs.place[index], market.pairs.score[index]), index


def _sampled(market: Market, threads: Threads) -> Dual:
    """Some of the needs, as many of each kind, for their share of what there is."""
    pairs, needs = market.pairs, np.arange(0, market.needs, SAMPLE)
    counts = np.diff(pairs.first)[needs]
    first = np.zeros(len(needs) + 1, dtype=np.int64)
    np.cumsum(counts, out=first[1:])
    index = np.repeat(pairs.first[needs] - first[:-1], counts) + np.arange(first[-1])
    few = Pairs(first, pairs.place[index], pairs.score[index])
    return Dual(market.demand[needs], market.capacity * (len(needs) / market.needs), few, threads)


def _dot(one: Array, other: Array) -> float:
    """Summed in one order, whatever the number of threads."""
    return float(np.einsum("pr,pr->", one, other))


def _lifted(curvature: Array) -> Array:
    own = np.einsum("prr->pr", curvature)
    average = own.mean(axis=0)
    floor = np.maximum(FLOOR * own, COLUMN_FLOOR * np.where(average > 0, average, 1.0)[None, :])
    lifted = curvature.copy()
    every = np.arange(curvature.shape[1])
    lifted[:, every, every] += floor
    return lifted


def _inverse(curvature: Array, at_zero: NDArray[np.bool_]) -> Array:
    free = np.where(at_zero[:, :, None] | at_zero[:, None, :], 0.0, curvature)
    every = np.arange(curvature.shape[1])
    free[:, every, every] += at_zero
    # Resources are measured in their own units; inverted as a correlation, so that none drowns.
    size = 1 / np.sqrt(free[:, every, every])
    scale: Array = size[:, :, None] * size[:, None, :]
    inverted: Array = np.linalg.inv(free * scale) * scale
    return inverted


def _direction(
    slope: Array, at_zero: NDArray[np.bool_], inverse: Array, memory: list[tuple[Array, Array, float]]
) -> Array:
    """The two loops of L-BFGS."""
    heading = slope
    shares = []
    for move, turn, weight in reversed(memory):
        share = weight * _dot(move, heading)
        shares.append(share)
        heading = heading - share * turn
    heading = np.einsum("prq,pq->pr", inverse, np.where(at_zero, 0.0, heading))
    if memory:
        # The newest change of slope says how large the guess should be.
        move, turn, weight = memory[-1]
        turn = np.where(at_zero, 0.0, turn)
        heading = heading / max(1e-3, weight * _dot(turn, np.einsum("prq,pq->pr", inverse, turn)))
    for (move, turn, weight), share in zip(memory, reversed(shares), strict=True):
        heading = heading + move * (share - weight * _dot(turn, heading))
    return np.where(at_zero, 0.0, -heading)


def alike(demand: Array) -> NDArray[np.int64]:
    """(N,): where the run of needs that ask for the same as this one ends."""
    needs = len(demand)
    ends = np.append(np.flatnonzero((demand[1:] != demand[:-1]).any(axis=1)) + 1, needs)
    return np.repeat(ends, np.diff(ends, prepend=0)) if needs else np.empty(0, dtype=np.int64)


@njit(cache=True, nogil=True)
def _costs(demand, need, price, cost):  # type: ignore[no-untyped-def]
    """What a need costs at every place."""
    cost[:] = 0.0
    for resource in range(demand.shape[1]):
        amount = demand[need, resource]
        if amount != 0:
            for at in range(len(cost)):
                cost[at] += amount * price[at, resource]


@njit(cache=True, nogil=True)
def _cost(demand, need, price, at):  # type: ignore[no-untyped-def]
    value = 0.0
    for resource in range(demand.shape[1]):
        value += demand[need, resource] * price[at, resource]
    return value


@njit(cache=True, nogil=True)
def _smoothed(  # type: ignore[no-untyped-def]
    first, place, score, demand, alike, price, temperature, begin, end, widest, slope, curvature, curved
):
    """Needs that ask for the same share a table of costs and of flows, where that is worth it."""
    places, resources = price.shape
    reduced = np.empty(widest)
    cost, flow, bend = np.empty(places), np.empty(places), np.empty(places)
    total = 0.0
    block = begin
    while block < end:
        last = min(alike[block], end)
        tabled = 2 * (first[last] - first[block]) >= places
        if tabled:
            _costs(demand, block, price, cost)
            flow[:] = 0.0
            bend[:] = 0.0
        for need in range(block, last):
            start, stop = first[need], first[need + 1]
            best = 0.0
            for edge in range(start, stop):
                at = place[edge]
                value = score[edge] - (cost[at] if tabled else _cost(demand, block, price, at))
                reduced[edge - start] = value
                best = max(best, value)
            weights = math.exp(-best / temperature)
            cut = best - LOWEST * temperature
            for k in range(stop - start):
                if reduced[k] > cut:
                    reduced[k] = math.exp((reduced[k] - best) / temperature)
                    weights += reduced[k]
                else:
                    reduced[k] = 0.0
            total += best + temperature * math.log(weights)
            for k in range(stop - start):
                if reduced[k] > 0:
                    share = reduced[k] / weights
                    at = place[start + k]
                    bent = share * (1 - share) / temperature
                    if tabled:
                        flow[at] += share
                        bend[at] += bent
                        continue
                    for resource in range(resources):
                        slope[at, resource] -= share * demand[need, resource]
                    if curved and share > 1e-6:
                        for resource in range(resources):
                            for other in range(resources):
                                curvature[at, resource, other] += bent * demand[need, resource] * demand[need, other]
        if tabled:
            for resource in range(resources):
                amount = demand[block, resource]
                if amount == 0:
                    continue
                for at in range(places):
                    slope[at, resource] -= flow[at] * amount
                if curved:
                    for other in range(resources):
                        product = amount * demand[block, other]
                        if product != 0:
                            for at in range(places):
                                curvature[at, resource, other] += bend[at] * product
        block = last
    return total


@njit(cache=True, nogil=True)
def _exact(first, place, score, fits, demand, alike, price, begin, end):  # type: ignore[no-untyped-def]
    cost = np.empty(len(price))
    fitting = len(fits) > 0
    total = 0.0
    block = begin
    while block < end:
        last = min(alike[block], end)
        tabled = 2 * (first[last] - first[block]) >= len(price)
        if tabled:
            _costs(demand, block, price, cost)
        for need in range(block, last):
            best = 0.0
            for edge in range(first[need], first[need + 1]):
                if fitting and not fits[edge]:
                    continue
                at = place[edge]
                best = max(best, score[edge] - (cost[at] if tabled else _cost(demand, block, price, at)))
            total += best
        block = last
    return total


@njit(cache=True, nogil=True)
def _near(first, place, score, fits, demand, alike, price, within, most, widest):  # type: ignore[no-untyped-def]
    needs = len(demand)
    fitting = len(fits) > 0
    reduced, cost = np.empty(widest), np.empty(len(price))
    kept = np.zeros(needs + 1, dtype=np.int64)
    # Counted first and written then, so that nothing larger than the answer is made.
    index = np.empty(0, dtype=np.int64)
    for writing in range(2):
        if writing:
            for need in range(needs):
                kept[need + 1] += kept[need]
            index = np.empty(kept[needs], dtype=np.int64)
        tabled = False
        for need in range(needs):
            start, stop = first[need], first[need + 1]
            if need == 0 or alike[need] != alike[need - 1]:
                tabled = 2 * (first[alike[need]] - start) >= len(price)
                if tabled:
                    _costs(demand, need, price, cost)
            best = 0.0
            for edge in range(start, stop):
                if fitting and not fits[edge]:
                    reduced[edge - start] = -math.inf
                    continue
                at = place[edge]
                value = score[edge] - (cost[at] if tabled else _cost(demand, need, price, at))
                reduced[edge - start] = value
                best = max(best, value)
            limit = best - within
            count = 0
            for k in range(stop - start):
                if reduced[k] >= limit:
                    count += 1
            if count > most:
                limit = np.sort(reduced[: stop - start])[stop - start - most]
                count = most
            if not writing:
                kept[need + 1] = count
                continue
            at = kept[need]
            for k in range(stop - start):
                if at < kept[need] + count and reduced[k] >= limit:
                    index[at] = start + k
                    at += 1
    return kept, index


@njit(cache=True, nogil=True)
def _dissuade(first, place, score, fits, demand, capacity, price):  # type: ignore[no-untyped-def]
    """Raises prices of what a place has nothing of, until no pair there is better than the need's best that fits."""
    needs, resources = demand.shape
    for need in range(needs):
        best = 0.0
        for edge in range(first[need], first[need + 1]):
            if fits[edge]:
                value = score[edge]
                for resource in range(resources):
                    value -= demand[need, resource] * price[place[edge], resource]
                best = max(best, value)
        for edge in range(first[need], first[need + 1]):
            if fits[edge]:
                continue
            at = place[edge]
            value = score[edge]
            lacking = -1
            for resource in range(resources):
                value -= demand[need, resource] * price[at, resource]
                if lacking < 0 and capacity[at, resource] == 0 and demand[need, resource] > 0:
                    lacking = resource
            if lacking >= 0 and value > best:
                price[at, lacking] += (value - best) / demand[need, lacking]
