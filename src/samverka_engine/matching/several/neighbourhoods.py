"""Better placements: some places at a time, with those who live there, placed anew as well as can be.

Packing every place says how much less than the bound the placement is worth at each place. What a group of places can
win is no more than the sum of that, so within the group a pair that loses more is of no use; what is left is an integer
program small enough to be solved to the end. A group grows from a place that loses much, along pairs that lose little,
until it has as many pairs as are wanted. Groups apart are solved side by side.
"""

from collections.abc import Callable

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .market import Market
from .merging import placed_anew
from .packing import Packing
from .threads import Threads

__all__ = ["Neighbourhoods"]

QUESTIONS = 300
"""HiGHS asks so many times whether to stop before it is told to: a limit on work that does not depend on the clock."""
NEAR = 0.02
"""A pair that loses so many typical scores ties its places together 1/e as much as one that loses nothing."""
PULL = 0.5
"""How much a place that loses a typical score is drawn into a group, in such pairs."""
LUCK = (0.5, 1.5)
"""The ties are multiplied by a number drawn from here."""


class Neighbourhoods:
    """Groups of places around one placement, and what comes of placing each anew."""

    def __init__(self, market: Market, packing: Packing, edge: NDArray[np.int64], threads: Threads) -> None:
        self.market, self.packing, self.threads = market, packing, threads
        total = float(market.pairs.score[edge[edge >= 0]].sum())
        useful = packing.loss <= packing.bound - total
        useful[edge[edge >= 0]] = True
        self.pair = np.flatnonzero(useful)
        self.need = (np.searchsorted(market.pairs.first, self.pair, side="right") - 1).astype(np.int32)
        self.place = market.pairs.place[self.pair]
        self.loss = packing.loss[self.pair]
        self.first = np.searchsorted(self.need, np.arange(market.needs + 1))
        self.order = np.argsort(self.place, kind="stable").astype(np.int32)
        self.begin = np.searchsorted(self.place[self.order], np.arange(market.places + 1))
        self.edge = edge.copy()
        self.room = market.capacity.copy()
        placed = np.flatnonzero(edge >= 0)
        np.subtract.at(self.room, market.pairs.place[edge[placed]], market.demand[placed])
        self.known: set[bytes] = set()

    @property
    def total(self) -> float:
        return float(self.market.pairs.score[self.edge[self.edge >= 0]].sum())

    def lost(self) -> NDArray[np.float64]:
        """(P,): what each place is worth less than its best packing."""
        placed = np.flatnonzero(self.edge >= 0)
        held = self.edge[placed]
        gain = self.market.pairs.score[held] - self.packing.worth[placed]
        return self.packing.value - np.bincount(self.market.pairs.place[held], gain, self.market.places)

    def improve(self, pairs: int, groups: int, random: np.random.Generator, stop: Callable[[], bool]) -> None:
        """Places so many groups anew, with at most so many pairs each."""
        market = self.market
        lost = np.maximum(self.lost(), 0.0)
        where = np.full(market.needs, -1, dtype=np.int32)
        placed = np.flatnonzero(self.edge >= 0)
        where[placed] = market.pairs.place[self.edge[placed]]
        used = np.zeros(market.places, dtype=np.bool_)
        busy = np.zeros(market.needs, dtype=np.bool_)
        jobs = []
        for _ in range(groups):
            weight = np.where(used, 0.0, lost + 1e-3 * lost.max(initial=0.0) + 1e-12)
            if not weight.sum() > 0:
                break
            root = int(random.choice(market.places, p=weight / weight.sum()))
            luck = random.uniform(*LUCK, market.places)
            chosen = _grown(
                root,
                self.first,
                self.need,
                self.place,
                self.loss,
                self.order,
                self.begin,
                where,
                lost,
                self.packing.worth,
                luck,
                NEAR * market.typical,
                PULL / market.typical,
                pairs,
                used,
                busy,
            )
            if len(chosen):
                jobs.append(chosen)

        def best(chosen: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
            return None if stop() else self._placed_anew(chosen)

        fresh = [chosen for chosen in jobs if self._unknown(chosen)]
        for answer in self.threads.each(best, fresh):
            if answer is not None:
                self._take(*answer)

    def _unknown(self, chosen: NDArray[np.int64]) -> bool:
        held = self.edge[np.unique(self.need[chosen])]
        key = chosen.tobytes() + held.tobytes()
        if key in self.known:
            return False
        self.known.add(key)
        return True

    def _placed_anew(self, chosen: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
        """The needs and their best pairs, or None when nothing better was found."""
        market = self.market
        needs = np.unique(self.need[chosen]).astype(np.int64)
        held = self.edge[needs]
        options = np.union1d(self.pair[chosen], held[held >= 0])
        owners = np.searchsorted(market.pairs.first, options, side="right") - 1
        # Its limit on work alone ends it: a clock would make the answer depend on the machine.
        return placed_anew(market, self.edge, self.room, options, owners, needs, lambda: False, QUESTIONS)

    def _take(self, needs: NDArray[np.int64], found: NDArray[np.int64]) -> None:
        place = self.market.pairs.place
        for edges, sign in ((self.edge[needs], 1.0), (found, -1.0)):
            there = edges >= 0
            np.add.at(self.room, place[edges[there]], sign * self.market.demand[needs[there]])
        self.edge[needs] = found


@njit(cache=True, nogil=True)
def _grown(  # type: ignore[no-untyped-def]
    root, first, need, place, loss, order, begin, where, lost, worth, luck, near, pull, most, used, busy
):
    """The pairs, at most so many, that may be used within a group of places grown from a root; marks what it took.

    `where` (N,) is each need's place; places that are `used` and needs without a place that are `busy` stay out.
    """
    places = len(lost)
    inside = np.zeros(places, dtype=np.bool_)
    tie = np.zeros(places)
    members = np.empty(places, dtype=np.int64)
    free = np.zeros(len(where), dtype=np.bool_)
    count, limit, held = 0, 0.0, np.empty(0, dtype=np.int64)
    at = root
    while at >= 0:
        inside[at] = True
        members[count] = at
        count += 1
        limit += lost[at]
        for k in range(begin[at], begin[at + 1]):
            who = need[order[k]]
            if where[who] < 0 and not busy[who] and not free[who]:
                free[who] = True
                limit += worth[who]
        number = 0
        for k in range(count):
            here = members[k]
            for j in range(begin[here], begin[here + 1]):
                pair = order[j]
                if loss[pair] <= limit:
                    lives = where[need[pair]]
                    if (lives >= 0 and inside[lives]) or free[need[pair]]:
                        number += 1
        if number > most and count > 1:
            inside[at] = False
            count -= 1
            break
        held = np.empty(number, dtype=np.int64)
        number = 0
        for k in range(count):
            here = members[k]
            for j in range(begin[here], begin[here + 1]):
                pair = order[j]
                if loss[pair] <= limit:
                    lives = where[need[pair]]
                    if (lives >= 0 and inside[lives]) or free[need[pair]]:
                        held[number] = pair
                        number += 1
        # How the place ties others to the group: those who live there and may come, those here who may leave.
        for k in range(begin[at], begin[at + 1]):
            pair = order[k]
            who = need[pair]
            lives = where[who]
            if lives >= 0:
                tie[lives] += np.exp(-loss[pair] / near)
            if lives == at:
                for other in range(first[who], first[who + 1]):
                    tie[place[other]] += np.exp(-loss[other] / near)
        best, at = 0.0, -1
        for other in range(places):
            if not inside[other] and not used[other]:
                value = (tie[other] + pull * lost[other]) * luck[other]
                if value > best:
                    best, at = value, other
    for k in range(count):
        used[members[k]] = True
    for pair in held:
        if where[need[pair]] < 0:
            busy[need[pair]] = True
    return np.sort(held)
