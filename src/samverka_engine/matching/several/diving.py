"""Placements from packings: those whom the same place has packed again and again are placed, a few at a time.

The worths of the others are then moved on by subgradient steps with the room that is left: diving, as in branch and
price (Sadykov, Vanderbeck, Pessoa, Tahiri and Uchoa 2019), where the average of the packings stands in for the solution
of the master program (Barahona and Anbil 2000).
"""

from collections.abc import Callable

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .packing import Packer, Packing, Shelves
from .rounding import fill
from .threads import Threads

__all__ = ["dived"]

NODES = 10_000
"""Of one knapsack."""
SURE, HOPELESS = 0.9, 0.05
"""Pairs packed this often are placed; those packed less often than the second are not."""
LEAST, MOST = 0.01, 0.3
"""At least and at most so large a share of those left is placed in a round."""
STEPS, RECENT, HOPED = (3, 4), (0.15, 0.3), (0.002, 0.004)
"""Drawn for each dive: steps in a round, what the newest packings count, and the step in shares of the bound."""


def dived(
    shelves: Shelves,
    packing: Packing,
    edge: NDArray[np.int64],
    random: np.random.Generator,
    threads: Threads,
    stop: Callable[[], bool],
) -> NDArray[np.int64]:
    """A placement (N,) that keeps what `edge` (N,) places already, -1 for those to be placed."""
    market = shelves.market
    steps, recent = int(random.integers(STEPS[0], STEPS[1] + 1)), random.uniform(*RECENT)
    hoped = random.uniform(*HOPED)
    edge = edge.copy()
    room = market.capacity.copy()
    placed = np.flatnonzero(edge >= 0)
    np.subtract.at(room, market.pairs.place[edge[placed]], market.demand[placed])
    worth = np.where(edge >= 0, np.inf, packing.worth)
    packer = Packer(shelves, threads, packing.price)
    packer.nodes = min(packer.nodes, NODES)
    share = np.where(edge[shelves.need] >= 0, 0.0, packing.share)
    length = 0.0
    while True:
        left = int((edge < 0).sum())
        likely = np.flatnonzero(share > HOPELESS)
        likely = likely[np.argsort(-share[likely], kind="stable")]
        few, many = max(1, int(LEAST * left)), max(1, int(MOST * left))
        stopped = stop()
        if stopped:  # all at once
            few = many = left
        if (
            not _settle(
                likely, share, SURE, few, many, shelves.need, shelves.place, shelves.pair, market.demand, room, edge
            )
            or stopped
        ):
            break
        worth[edge >= 0] = np.inf
        share[edge[shelves.need] >= 0] = 0.0
        for _ in range(steps):
            packer.pack(worth, room)
            share += recent * (packer.taken - share)
            if not length:
                length = hoped * float(worth[edge < 0].sum() + packer.value.sum())
            slope = packer.slope(worth)
            square = float((slope * slope).sum())
            if square == 0:
                break
            worth = np.maximum(worth - length / square * slope, 0.0)
    unplaced = np.flatnonzero(edge < 0)
    unplaced = unplaced[np.argsort(-worth[unplaced], kind="stable")]
    pairs = market.pairs
    fill(unplaced, pairs.first, pairs.place, pairs.score, market.demand, packer.price, room, edge)
    return edge


@njit(cache=True, nogil=True)
def _settle(likely, share, sure, few, many, need, place, pair, demand, room, edge):  # type: ignore[no-untyped-def]
    """Places the most likely that there is room for, `few` and more as long as they are sure; how many."""
    number = 0
    for k in likely:
        if number >= many or (share[k] < sure and number >= few):
            break
        who = need[k]
        if edge[who] >= 0:
            continue
        fits = True
        for resource in range(demand.shape[1]):
            if demand[who, resource] > room[place[k], resource]:
                fits = False
                break
        if fits:
            for resource in range(demand.shape[1]):
                room[place[k], resource] -= demand[who, resource]
            edge[who] = pair[k]
            number += 1
    return number
