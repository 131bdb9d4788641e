"""A tighter bound: each place packed on its own to the last whole household.

The dual at prices lets a place sell parts of households. Relaxing instead that a need takes one place only, with what
each need is worth as its price, leaves a small knapsack of several resources for every place (Ross and Soland 1975;
Jörnsten and Näsberg 1986), and their sum bounds the total:

    sum over needs of worth + sum over places of max { sum (score - worth) taken : capacity kept }.

Worths begin as the best reduced scores at the prices, where a place's packing is worth at most capacity * price: so it
is never looser. Subgradient steps (Held, Wolfe and Crowder 1974) then lower the worth of those whom nobody takes and
raise that of those taken twice.

A knapsack that takes too many nodes counts with a bound on what it left.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .knapsack import packed, priced
from .market import Market
from .prices import alike
from .threads import Threads

__all__ = ["Packer", "Packing", "Shelves", "packed_dual", "shelves_of"]

NODES, MOST_NODES = 30_000_000, 100_000
"""Of all knapsacks together, and of one."""
BEGIN_STEP = 0.5
"""The first step's share of Polyak's."""
PATIENCE = 4
"""The share is halved after so many steps that lower the bound by less than LITTLE of it."""
LITTLE = 1e-6
LEAST_STEP = 0.01
HOPED = 0.0025
"""How far below the bound of the prices something may be reached, as a share, for Polyak's step."""
RECENT = 0.1
"""What the newest packings count in the average of them."""
ROUNDING = 1e-9
FEW = 0.1
"""Pairs no further below the prices than this share of the place's greatest gain are priced first."""
PARTS = 16
"""Places are divided among so many tasks."""


@dataclass(frozen=True)
class Packing:
    """What every need is worth, what every place is worth when packed with them, and the bound that follows."""

    worth: NDArray[np.float64]
    """(N,)"""
    value: NDArray[np.float64]
    """(P,): a bound on the place's best packing."""
    bound: float
    """The sum of both."""
    loss: NDArray[np.float64]
    """(E,): a placement with this pair is worth at most the bound less this; inf for pairs that do not fit."""
    price: NDArray[np.float64]
    """(P, R): at which each place's packing is bounded."""
    share: NDArray[np.float64]
    """(S,): by shelf, how often the pair has been packed of late."""


@dataclass(frozen=True)
class Shelves:
    """Pairs that fit, by place."""

    market: Market
    begin: NDArray[np.int64]
    """(P + 1,)"""
    pair: NDArray[np.int64]
    """(S,): the number in the market."""
    need: NDArray[np.int32]
    place: NDArray[np.int32]
    score: NDArray[np.float64]
    kind: NDArray[np.int64]
    """(N,): needs that ask for the same are of a kind."""
    kinds: int


def shelves_of(market: Market) -> Shelves:
    pairs = market.pairs
    fitting = np.flatnonzero(market.fits)
    pair = fitting[np.argsort(pairs.place[fitting], kind="stable")]
    place = pairs.place[pair]
    kind = np.unique(alike(market.demand), return_inverse=True)[1].astype(np.int64)
    return Shelves(
        market=market,
        begin=np.searchsorted(place, np.arange(market.places + 1)),
        pair=pair,
        need=np.repeat(np.arange(market.needs, dtype=np.int32), np.diff(pairs.first))[pair],
        place=place,
        score=pairs.score[pair],
        kind=kind,
        kinds=int(kind.max(initial=-1)) + 1,
    )


def packed_dual(
    shelves: Shelves, price: NDArray[np.float64], steps: int, threads: Threads, stop: Callable[[], bool]
) -> Packing:
    """The packing with the lowest bound of so many steps, from prices."""
    market = shelves.market
    packer = Packer(shelves, threads, np.zeros_like(price))
    worth = np.zeros(market.needs)
    np.maximum.at(worth, shelves.need, shelves.score - _costs(shelves.begin, shelves.need, market.demand, price))
    lowest, best = np.inf, worth
    share = np.zeros(len(shelves.pair))
    scale, barren, target = BEGIN_STEP, 0, -np.inf
    for step in range(steps):
        packer.pack(worth, market.capacity)
        share += (1.0 if step == 0 else RECENT) * (packer.taken - share)
        bound = float(worth.sum() + packer.value.sum())
        if step == 0:
            target = bound * (1 - HOPED)
        if bound < lowest - LITTLE * abs(bound):
            barren = 0
        else:
            barren += 1
            if barren >= PATIENCE:
                scale, barren = scale / 2, 0
        if bound < lowest:
            lowest, best = bound, worth
        slope = packer.slope(worth)
        square = float((slope * slope).sum())
        if square == 0 or scale < LEAST_STEP or stop():
            break
        worth = np.maximum(worth - scale * (bound - target) / square * slope, 0.0)
    packer.pack(best, market.capacity)
    spare = shelves.score - best[shelves.need] - _costs(shelves.begin, shelves.need, market.demand, packer.price)
    loss = np.full(len(market.pairs.place), np.inf)
    loss[shelves.pair] = (packer.value - packer.limit)[shelves.place] - np.minimum(0.0, spare)
    return Packing(best, packer.value, float(best.sum() + packer.value.sum()), loss, packer.price, share)


class Packer:
    """Packs every place, again and again."""

    def __init__(self, shelves: Shelves, threads: Threads, price: NDArray[np.float64]) -> None:
        places = shelves.market.places
        self.shelves, self.threads = shelves, threads
        self.price = price.copy()
        self.value, self.limit = np.zeros(places), np.zeros(places)
        self.taken = np.zeros(len(shelves.pair), dtype=np.bool_)
        self.nodes = max(1_000, min(MOST_NODES, NODES // max(1, places)))
        ends = np.linspace(0, places, min(PARTS, places) + 1).astype(np.int64)
        self.parts = list(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True))

    def pack(self, worth: NDArray[np.float64], room: NDArray[np.float64]) -> None:
        """Packs needs of this worth (N,), inf for those that are not there, into the room (P, R)."""
        shelves = self.shelves

        def part(ends: tuple[int, int]) -> None:
            _pack(
                shelves.begin,
                shelves.need,
                shelves.score,
                worth,
                shelves.market.demand,
                shelves.kind,
                shelves.kinds,
                room,
                ends[0],
                ends[1],
                self.nodes,
                self.price,
                self.value,
                self.limit,
                self.taken,
            )

        self.threads.each(part, self.parts)

    def slope(self, worth: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N,): of the bound by the worths: 1 less how many places have packed the need."""
        slope = np.ones(self.shelves.market.needs)
        np.subtract.at(slope, self.shelves.need[self.taken], 1.0)
        slope[np.isinf(worth) | ((worth <= 0) & (slope > 0))] = 0.0
        return slope


@njit(cache=True, nogil=True)
def _costs(begin, need, demand, price):  # type: ignore[no-untyped-def]
    """What each pair, by place, uses at the prices."""
    cost = np.zeros(len(need))
    for at in range(len(begin) - 1):
        for k in range(begin[at], begin[at + 1]):
            for resource in range(demand.shape[1]):
                cost[k] += demand[need[k], resource] * price[at, resource]
    return cost


@njit(cache=True, nogil=True)
def _pack(  # type: ignore[no-untyped-def]
    begin, need, score, worth, demand, kind, kinds, capacity, start, stop, most_nodes, price, value, limit, taken
):
    """Packs each of the places; `taken` says which pairs, `price` at what prices the rest is sold.

    `price` comes as it was last: few pairs are not far below it, and the others are only looked at to make sure.
    """
    resources = demand.shape[1]
    closed = np.zeros(kinds, dtype=np.bool_)
    for at in range(start, stop):
        width = begin[at + 1] - begin[at]
        item, some = np.empty(width, dtype=np.int64), np.zeros(width, dtype=np.bool_)
        gain, spare = np.empty(width), np.empty(width)
        items = 0
        for k in range(begin[at], begin[at + 1]):
            taken[k] = False
            if score[k] > worth[need[k]]:
                fits = True
                for resource in range(resources):
                    if demand[need[k], resource] > capacity[at, resource]:
                        fits = False
                        break
                if fits:
                    item[items], gain[items] = k, score[k] - worth[need[k]]
                    items += 1
        asked = np.empty((items, resources))
        sold, most = 0.0, 0.0
        for resource in range(resources):
            sold += capacity[at, resource] * price[at, resource]
        for k in range(items):
            spare[k] = gain[k]
            for resource in range(resources):
                asked[k, resource] = demand[need[item[k]], resource]
                spare[k] -= price[at, resource] * asked[k, resource]
            most = max(most, gain[k])
        for k in range(items):
            some[k] = spare[k] >= -FEW * most
        while True:
            few = np.flatnonzero(some[:items])
            priced(gain[few], asked[few], capacity[at], price[at])
            more = False
            sold, rest = 0.0, 0.0
            for resource in range(resources):
                sold += capacity[at, resource] * price[at, resource]
            for k in range(items):
                spare[k] = gain[k]
                for resource in range(resources):
                    spare[k] -= price[at, resource] * asked[k, resource]
                if spare[k] > 0:
                    rest += spare[k]
                    if not some[k]:
                        some[k] = more = True
            if not more:
                break
        limit[at] = sold + rest
        # What taking them in order comes to; pairs with which as much cannot be reached are of no use.
        share = FEW
        while True:
            order = np.flatnonzero(spare[:items] >= -share * limit[at])
            order = order[np.argsort(-spare[order], kind="mergesort")]
            room = capacity[at].copy()
            reached = -ROUNDING * limit[at]
            for one in order:
                fits = True
                for resource in range(resources):
                    if asked[one, resource] > room[resource]:
                        fits = False
                        break
                if fits:
                    reached += gain[one]
                    for resource in range(resources):
                        room[resource] -= asked[one, resource]
            if share >= 1 or limit[at] - reached <= share * limit[at]:
                break
            share = 1.0
        useful = 0
        while useful < len(order) and limit[at] + min(0.0, spare[order[useful]]) >= reached:
            useful += 1
        order = order[:useful]
        chosen, own = np.zeros(useful, dtype=np.bool_), np.empty(useful, dtype=np.int64)
        for k in range(useful):
            own[k] = kind[need[item[order[k]]]]
        value[at] = packed(gain[order], spare[order], asked[order], own, capacity[at], sold, most_nodes, closed, chosen)
        for k in range(useful):
            taken[item[order[k]]] = chosen[k]
