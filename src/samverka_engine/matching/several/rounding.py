"""A first placement: those who hardly hesitate at the prices are placed, the rest is priced anew, and so on."""

from collections.abc import Callable

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .market import Market, Pairs
from .prices import Dual
from .threads import Threads

__all__ = ["rounded"]

ROUNDS = 30
SHARE = 0.15
"""At least so large a share of those left is placed in a round."""
SURE = 0.9
STEPS = 8
ENOUGH = 1e-5
TEMPERATURE = 0.025
"""In typical scores: warm enough for the prices to see that places fill up."""


def rounded(
    market: Market,
    near: Pairs,
    near_index: NDArray[np.int64],
    price: NDArray[np.float64],
    threads: Threads,
    stop: Callable[[], bool],
) -> NDArray[np.int64]:
    """(N,): the number of each need's pair in the market, -1 for none; every capacity is kept.

    Only pairs that are near at the prices are used, until the last round, which takes what there is.
    """
    edge = np.full(market.needs, -1, dtype=np.int64)
    room = market.capacity.copy()
    left = np.arange(market.needs)
    pairs, index, demand = near, near_index, market.demand
    temperature = TEMPERATURE * market.typical
    for count in range(ROUNDS):
        pairs, index, left, demand = _possible(pairs, index, left, demand, room)
        if not len(left) or stop():
            break
        if count:
            dual = Dual(demand, room, pairs, threads)
            price = dual.minimise(price, temperature, STEPS, stop, ENOUGH)
        sure, best = _sureness(pairs.first, pairs.place, pairs.score, demand, price, temperature)
        order = np.argsort(-sure, kind="stable")
        limit = min(SURE, float(sure[order[max(0, int(SHARE * len(order)) - 1)]]))
        placed = _place(order, sure, best, limit, pairs.place, demand, room)
        edge[left[placed]] = index[best[placed]]
        pairs, index, left, demand = _without(pairs, index, left, demand, placed)
    _fill(
        np.flatnonzero(edge < 0),
        market.pairs.first,
        market.pairs.place,
        market.pairs.score,
        market.demand,
        price,
        room,
        edge,
    )
    return edge


def _possible(
    pairs: Pairs,
    index: NDArray[np.int64],
    left: NDArray[np.int64],
    demand: NDArray[np.float64],
    room: NDArray[np.float64],
) -> tuple[Pairs, NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Only pairs that the room is enough for, and only needs that have one."""
    counts = np.diff(pairs.first)
    row = np.repeat(np.arange(len(left)), counts)
    fits = np.ones(len(row), dtype=bool)
    for resource in range(demand.shape[1]):
        fits &= demand[row, resource] <= room[pairs.place, resource]
    return _kept(pairs, index, left, demand, fits, row)


def _without(
    pairs: Pairs,
    index: NDArray[np.int64],
    left: NDArray[np.int64],
    demand: NDArray[np.float64],
    placed: NDArray[np.int64],
) -> tuple[Pairs, NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    row = np.repeat(np.arange(len(left)), np.diff(pairs.first))
    open_still = np.ones(len(left), dtype=bool)
    open_still[placed] = False
    return _kept(pairs, index, left, demand, open_still[row], row)


def _kept(
    pairs: Pairs,
    index: NDArray[np.int64],
    left: NDArray[np.int64],
    demand: NDArray[np.float64],
    keep: NDArray[np.bool_],
    row: NDArray[np.int64],
) -> tuple[Pairs, NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    counts = np.bincount(row[keep], minlength=len(left))
    having = counts > 0
    first = np.zeros(int(having.sum()) + 1, dtype=np.int64)
    np.cumsum(counts[having], out=first[1:])
    return Pairs(first, pairs.place[keep], pairs.score[keep]), index[keep], left[having], demand[having]


@njit(cache=True, nogil=True)
def _sureness(first, place, score, demand, price, temperature):  # type: ignore[no-untyped-def]
    """How large a share of its soft maximum each need's best pair has, and that pair; -1 where none beats nothing."""
    needs, resources = demand.shape
    sure, best_edge = np.zeros(needs), np.full(needs, -1, dtype=np.int64)
    for need in range(needs):
        best, weights = -1e300, 0.0
        for edge in range(first[need], first[need + 1]):
            value = score[edge]
            for resource in range(resources):
                value -= demand[need, resource] * price[place[edge], resource]
            if value > best:
                weights = weights * np.exp((best - value) / temperature) + 1.0
                best = value
                best_edge[need] = edge
            else:
                weights += np.exp((value - best) / temperature)
        sure[need] = 1.0 / (weights + np.exp(min(700.0, -best / temperature)))
    return sure, best_edge


@njit(cache=True, nogil=True)
def _place(order, sure, best, limit, place, demand, room):  # type: ignore[no-untyped-def]
    """Places in order those as sure as the limit, as long as there is room; at least the first."""
    resources = demand.shape[1]
    placed = np.empty(len(order), dtype=np.int64)
    count = 0
    for need in order:
        if sure[need] < limit and count:
            break
        if best[need] < 0:
            continue
        at = place[best[need]]
        fits = True
        for resource in range(resources):
            if demand[need, resource] > room[at, resource]:
                fits = False
                break
        if fits:
            for resource in range(resources):
                room[at, resource] -= demand[need, resource]
            placed[count] = need
            count += 1
    return placed[:count]


@njit(cache=True, nogil=True)
def _fill(needs, first, place, score, demand, price, room, edge):  # type: ignore[no-untyped-def]
    """Gives each of the needs its best pair that there is room for."""
    resources = demand.shape[1]
    for need in needs:
        best, chosen = -1e300, -1
        for candidate in range(first[need], first[need + 1]):
            at = place[candidate]
            value = score[candidate]
            fits = True
            for resource in range(resources):
                value -= demand[need, resource] * price[at, resource]
                if demand[need, resource] > room[at, resource]:
                    fits = False
                    break
            if fits and value > best:
                best, chosen = value, candidate
        if chosen >= 0:
            edge[need] = chosen
            for resource in range(resources):
                room[place[chosen], resource] -= demand[need, resource]
