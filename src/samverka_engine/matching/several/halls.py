"""The bound of packed places in a market with too many pairs to keep them by place: some places at a time.

The same relaxation and the same steps as in `packing`. A hall of places is shelved, packed and forgotten, so that
little more memory is taken than the market has; for that the pairs are looked through once for every hall.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .market import Market
from .packing import BEGIN_STEP, Packer, Shelves
from .prices import alike, near_pairs
from .threads import Threads

__all__ = ["packed_bound"]

HALLS = 12
NODES = 2_000
"""Of one knapsack."""
HOPED = 0.002
"""How far below the first bound something may be reached, as a share, for Polyak's step."""


def packed_bound(
    market: Market, price: NDArray[np.float64], steps: int, threads: Threads, stop: Callable[[], bool]
) -> float:
    """The lowest of so many bounds, from prices (P, R) for the pairs that fit."""
    best, _ = near_pairs(market, price, 0.0, 1)
    asking = np.repeat(np.arange(market.needs), np.diff(best.first))
    worth = np.zeros(market.needs)
    worth[asking] = best.score - np.einsum("er,er->e", market.demand[asking], price[best.place])
    price = price.copy()
    kind = np.unique(alike(market.demand), return_inverse=True)[1].astype(np.int64)
    ends = np.linspace(0, market.places, min(HALLS, market.places) + 1).astype(np.int64)
    alone = Threads(1)
    lowest, target = np.inf, -np.inf

    def pack(hall: slice) -> tuple[float, NDArray[np.int32]]:
        begin, need, score = _shelved(
            market.pairs.first, market.pairs.place, market.pairs.score, market.fits, worth, hall.start, hall.stop
        )
        room = market.capacity[hall]
        shelves = Shelves(
            market=replace(market, capacity=room),
            begin=begin,
            pair=np.arange(len(need)),
            need=need,
            place=np.repeat(np.arange(hall.start, hall.stop, dtype=np.int32), np.diff(begin)),
            score=score,
            kind=kind,
            kinds=int(kind[-1]) + 1,
        )
        packer = Packer(shelves, alone, price[hall])
        packer.nodes = NODES
        packer.pack(worth, room)
        price[hall] = packer.price
        return float(packer.value.sum()), need[packer.taken]

    halls = [slice(int(begin), int(end)) for begin, end in pairwise(ends)]
    for _ in range(steps):
        if stop():
            break
        slope = np.ones(market.needs)
        bound = float(worth.sum())
        for value, taken in threads.each(pack, halls):
            bound += value
            np.subtract.at(slope, taken, 1.0)
        lowest = min(lowest, bound)
        if target < 0:
            target = bound * (1 - HOPED)
        slope[(worth <= 0) & (slope > 0)] = 0.0
        square = float((slope * slope).sum())
        if square == 0:
            break
        worth = np.maximum(worth - BEGIN_STEP * (bound - target) / square * slope, 0.0)
    return lowest


@njit(cache=True, nogil=True)
def _shelved(first, place, score, fits, worth, start, stop):  # type: ignore[no-untyped-def]
    """The pairs of these places that fit and are worth more than the need, by place: begins, needs and scores."""
    begin = np.zeros(stop - start + 1, dtype=np.int64)
    for need in range(len(worth)):
        for edge in range(first[need], first[need + 1]):
            at = place[edge] - start
            if 0 <= at < stop - start and fits[edge] and score[edge] > worth[need]:
                begin[at + 1] += 1
    for at in range(stop - start):
        begin[at + 1] += begin[at]
    filled = begin[:-1].copy()
    needs, scores = np.empty(begin[-1], dtype=np.int32), np.empty(begin[-1])
    for need in range(len(worth)):
        for edge in range(first[need], first[need + 1]):
            at = place[edge] - start
            if 0 <= at < stop - start and fits[edge] and score[edge] > worth[need]:
                needs[filled[at]], scores[filled[at]] = need, score[edge]
                filled[at] += 1
    return begin, needs, scores
