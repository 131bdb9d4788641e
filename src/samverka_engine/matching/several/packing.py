"""A tighter bound: each place packed on its own to the last whole household.

The dual at prices lets a place sell parts of households. Relaxing instead that a need takes one place only, with what
each need is worth as its price, leaves a small knapsack of several resources for every place (Ross and Soland 1975;
Jörnsten and Näsberg 1986), and their sum bounds the total:

    sum over needs of worth + sum over places of max { sum (score - worth) taken : capacity kept }.

Worths begin as the best reduced scores at the prices, where a place's packing is worth at most capacity * price: so it
is never looser. Subgradient steps (Held, Wolfe and Crowder 1974) then lower the worth of those whom nobody takes and
raise that of those taken twice. A knapsack is solved by depth-first branch and bound, where prices bound what is left;
one that takes too many nodes counts with that bound.
"""

import math
from collections.abc import Callable

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .market import Market
from .threads import Threads

__all__ = ["packed_bound"]

NODES, MOST_NODES = 1_000_000, 10_000
"""Of all knapsacks together, and of one."""
BEGIN_STEP = 0.1
"""The first step's share of Polyak's."""
PARTS = 16
"""Places are divided among so many tasks."""


def packed_bound(
    market: Market,
    price: NDArray[np.float64],
    total: float,
    steps: int,
    threads: Threads,
    stop: Callable[[], bool],
) -> float:
    """The lowest bound of so many steps, in the market's unit; `total` is what is known to be reachable."""
    pairs = market.pairs
    kept = np.flatnonzero(market.fits)
    needs = np.repeat(np.arange(market.needs, dtype=np.int32), np.diff(pairs.first))[kept]
    order = np.argsort(pairs.place[kept], kind="stable")
    need, score, place = needs[order], pairs.score[kept][order], pairs.place[kept][order]
    begin = np.searchsorted(place, np.arange(market.places + 1))
    cost = _costs(market, need, place, price)
    worth = np.zeros(market.needs)
    np.maximum.at(worth, need, score - cost)
    ends = np.linspace(0, market.places, min(PARTS, market.places) + 1).astype(np.int64)
    parts = list(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True))
    best = math.inf
    scale, barren = BEGIN_STEP, 0
    nodes = max(200, min(MOST_NODES, NODES // max(1, market.places)))
    for _ in range(steps):

        def part(ends: tuple[int, int], worth: NDArray[np.float64] = worth) -> tuple[float, NDArray[np.int32]]:
            times = np.zeros(market.needs, dtype=np.int32)
            value = _packed(
                begin, need, score, cost, worth, market.demand, market.capacity, price, ends[0], ends[1], nodes, times
            )
            return value, times

        answers = threads.each(part, parts)
        bound = float(worth.sum()) + math.fsum(value for value, _ in answers)
        slope = 1.0 - np.sum([times for _, times in answers], axis=0)
        slope[(worth <= 0) & (slope > 0)] = 0.0
        if bound < best - 1e-6 * abs(best if best < math.inf else bound):
            barren = 0
        else:
            barren += 1
            if barren >= 5:
                scale, barren = scale / 2, 0
        best = min(best, bound)
        square = float((slope * slope).sum())
        if square == 0 or best <= total or stop():
            break
        # Polyak's step towards what might be reached.
        worth = np.maximum(worth - scale * (bound - total) / square * slope, 0.0)
    return best


def _costs(
    market: Market, need: NDArray[np.int32], place: NDArray[np.int32], price: NDArray[np.float64]
) -> NDArray[np.float64]:
    cost = np.zeros(len(need))
    for resource in range(market.demand.shape[1]):
        cost += market.demand[need, resource] * price[place, resource]
    return cost


@njit(cache=True, nogil=True)
def _packed(begin, need, score, cost, worth, demand, capacity, price, start, stop, most_nodes, times):  # type: ignore[no-untyped-def]
    """The sum of these places' packings; `times` counts how often each need is taken."""
    resources = demand.shape[1]
    widest = 0
    for at in range(start, stop):
        widest = max(widest, begin[at + 1] - begin[at])
    item, gain, loss = np.empty(widest, dtype=np.int64), np.empty(widest), np.empty(widest)
    rest = np.empty(widest + 1)
    taken, best_taken = np.zeros(widest, dtype=np.bool_), np.zeros(widest, dtype=np.bool_)
    room = np.empty(resources)
    total = 0.0
    for at in range(start, stop):
        count = 0
        for edge in range(begin[at], begin[at + 1]):
            value = score[edge] - worth[need[edge]]
            if value > 0:
                item[count], gain[count], loss[count] = edge, value, value - cost[edge]
                count += 1
        if count == 0:
            continue
        order = np.argsort(-loss[:count])
        item[:count], gain[:count], loss[:count] = item[:count][order], gain[:count][order], loss[:count][order]
        # What is left at prices: the room's worth, and what items are worth above what they use.
        rest[count] = 0.0
        for k in range(count - 1, -1, -1):
            rest[k] = rest[k + 1] + max(0.0, loss[k])
        sold = 0.0
        for resource in range(resources):
            room[resource] = capacity[at, resource]
            sold += capacity[at, resource] * price[at, resource]
        best, value, nodes = 0.0, 0.0, 0
        taken[:count] = False
        best_taken[:count] = False
        k = 0
        exhausted = False
        limit = sold + rest[0]
        while True:
            nodes += 1
            if nodes > most_nodes:
                exhausted = True
                break
            # Items come best first: when this one cannot pay, no later one can.
            if k < count and value + sold + min(0.0, loss[k]) + rest[k] > best * (1 + 1e-12) + 1e-15:
                fits = True
                for resource in range(resources):
                    if demand[need[item[k]], resource] > room[resource]:
                        fits = False
                        break
                if fits:
                    taken[k] = True
                    value += gain[k]
                    sold -= cost[item[k]]
                    for resource in range(resources):
                        room[resource] -= demand[need[item[k]], resource]
                    if value > best:
                        best = value
                        best_taken[:count] = taken[:count]
                k += 1
                continue
            # Back to the last item taken, and on without it.
            k -= 1
            while k >= 0 and not taken[k]:
                k -= 1
            if k < 0:
                break
            taken[k] = False
            value -= gain[k]
            sold += cost[item[k]]
            for resource in range(resources):
                room[resource] += demand[need[item[k]], resource]
            k += 1
        total += limit if exhausted else best * (1 + 1e-12)
        for k in range(count):
            if best_taken[k]:
                times[need[item[k]]] += 1
    return total
