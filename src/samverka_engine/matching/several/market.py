"""The problem as the solver works on it: in an order of its own, scaled, and without pairs that are worth nothing."""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from samverka_engine.matching.problem import Problem

__all__ = ["Market", "Pairs", "market_of"]

MIX_1, MIX_2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
"""Odd constants of SplitMix64 (Steele, Lea and Flood 2014)."""
ROUNDS = 2
"""How far a need or place looks around to tell itself from others."""


@dataclass(frozen=True)
class Pairs:
    """Some of the pairs, by need."""

    first: NDArray[np.int64]
    """(N + 1,)"""
    place: NDArray[np.int32]
    score: NDArray[np.float64]


@dataclass(frozen=True)
class Market:
    """Needs, places and pairs with a score above zero, in an order that follows from what they are alone.

    Scores are divided by a power of two, so that the greatest lies between 1 and 2 and nothing is lost.
    """

    demand: NDArray[np.float64]
    """(N, R)"""
    capacity: NDArray[np.float64]
    """(P, R)"""
    pairs: Pairs
    fits: NDArray[np.bool_]
    """(E,): whether an empty place has what the need asks for."""
    unit: float
    """What a score of 1 is in the problem."""
    pair: NDArray[np.int32] | NDArray[np.int64]
    """(E,): the pair in the problem; whole numbers no longer than they need be."""
    need: NDArray[np.int64]
    """(N,): the need in the problem."""
    place: NDArray[np.int64]
    """(P,): the place in the problem."""
    typical: float
    """What a need's best pair is worth on average."""

    @property
    def needs(self) -> int:
        return len(self.demand)

    @property
    def places(self) -> int:
        return len(self.capacity)


def market_of(problem: Problem) -> Market:
    """The same market for the same problem, in whatever order its needs and places come.

    Needs are ordered by a hash of what they ask for; those that ask for the same, and places, by a hash of what they
    are and, a few steps away, what they are connected with. Only
    those that are alike in all this keep the order in which they came.
    """
    greatest = float(problem.score.max(initial=0.0))
    unit = float(2.0 ** np.floor(np.log2(greatest))) if greatest > 0 else 1.0
    need_key, place_key = _rows(problem.demand), _rows(problem.capacity)
    kind = need_key.copy()
    for _ in range(ROUNDS):
        _look_around(problem.first, problem.place, problem.score, problem.score.view(np.uint64), need_key, place_key)
    # Needs that ask for the same stand beside each other, so that what that costs at a place is worked out once.
    needs, places = np.lexsort((need_key, kind)), np.argsort(place_key, kind="stable")
    position = np.empty(problem.places, dtype=np.int32)
    position[places] = np.arange(problem.places, dtype=np.int32)
    demand = problem.demand[needs].astype(np.float64)
    capacity = problem.capacity[places].astype(np.float64)
    first = _counted(problem.first, problem.score, needs)
    short = len(problem.place) <= np.iinfo(np.int32).max
    pair = np.empty(first[-1], dtype=np.int32 if short else np.int64)
    place, score = np.empty(first[-1], dtype=np.int32), np.empty(first[-1])
    fits = np.empty(first[-1], dtype=np.bool_)
    best = _gathered(
        problem.first,
        problem.place,
        problem.score,
        unit,
        needs,
        position,
        demand,
        capacity,
        first,
        pair,
        place,
        score,
        fits,
    )
    having = np.diff(first) > 0
    return Market(
        demand=demand,
        capacity=capacity,
        pairs=Pairs(first, place, score),
        fits=fits,
        unit=unit,
        pair=pair,
        need=needs,
        place=places,
        typical=float(best[having].mean()) if having.any() else 1.0,
    )


def _rows(amounts: NDArray[np.int32] | NDArray[np.int64]) -> NDArray[np.uint64]:
    key = np.zeros(len(amounts), dtype=np.uint64)
    for column in range(amounts.shape[1]):
        key ^= amounts[:, column].astype(np.uint64)
        key += MIX_1
        key *= MIX_2
        key ^= key >> np.uint64(29)
    return key


@njit(cache=True)
def _mixed(key):  # type: ignore[no-untyped-def]
    key = (key + MIX_1) * MIX_2
    return key ^ (key >> np.uint64(29))


@njit(cache=True)
def _look_around(first, place, score, bits, need_key, place_key):  # type: ignore[no-untyped-def]
    """Mixes into each key the sum over its neighbours, which does not depend on their order (Weisfeiler and Leman)."""
    for need in range(len(need_key)):
        around = np.uint64(0)
        for edge in range(first[need], first[need + 1]):
            if score[edge] > 0:
                around += _mixed(bits[edge] ^ place_key[place[edge]])
        need_key[need] = _mixed(need_key[need] ^ _mixed(around))
    sums = np.zeros(len(place_key), dtype=np.uint64)
    for need in range(len(need_key)):
        for edge in range(first[need], first[need + 1]):
            if score[edge] > 0:
                sums[place[edge]] += _mixed(bits[edge] ^ need_key[need])
    for at in range(len(place_key)):
        place_key[at] = _mixed(place_key[at] ^ _mixed(sums[at]))


@njit(cache=True)
def _counted(first, score, needs):  # type: ignore[no-untyped-def]
    """Where the pairs that are worth something begin, for needs in this order."""
    begin = np.zeros(len(needs) + 1, dtype=np.int64)
    for k in range(len(needs)):
        count = 0
        for edge in range(first[needs[k]], first[needs[k] + 1]):
            if score[edge] > 0:
                count += 1
        begin[k + 1] = begin[k] + count
    return begin


@njit(cache=True)
def _gathered(  # type: ignore[no-untyped-def]
    first, place, score, unit, needs, position, demand, capacity, begin, new_pair, new_place, new_score, new_fits
):
    """Writes the pairs of needs in this order, within a need in the order of the places; the best score of each."""
    best = np.zeros(len(needs))
    for k in range(len(needs)):
        start, stop = begin[k], begin[k + 1]
        at = start
        for edge in range(first[needs[k]], first[needs[k] + 1]):
            if score[edge] > 0:
                new_pair[at] = edge
                new_place[at] = position[place[edge]]
                at += 1
        order = np.argsort(new_place[start:stop])
        new_pair[start:stop] = new_pair[start:stop][order]
        new_place[start:stop] = new_place[start:stop][order]
        for at in range(start, stop):
            value = score[new_pair[at]] / unit
            new_score[at] = value
            best[k] = max(best[k], value)
            fits = True
            for resource in range(demand.shape[1]):
                if demand[k, resource] > capacity[new_place[at], resource]:
                    fits = False
                    break
            new_fits[at] = fits
    return best
