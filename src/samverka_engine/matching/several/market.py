"""The problem as the solver works on it: in an order of its own, scaled, and without pairs that are worth nothing."""

from dataclasses import dataclass

import numpy as np
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
    pair: NDArray[np.int64]
    """(E,): the pair in the problem."""
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

    Needs and places are ordered by a hash of what they are and, a few steps away, what they are connected with. Only
    those that are alike in all this keep the order in which they came.
    """
    greatest = float(problem.score.max(initial=0.0))
    unit = float(2.0 ** np.floor(np.log2(greatest))) if greatest > 0 else 1.0
    useful = problem.score > 0
    need_key, place_key = _keys(problem, useful)
    needs, places = np.argsort(need_key, kind="stable"), np.argsort(place_key, kind="stable")
    position = np.empty(problem.places, dtype=np.int32)
    position[places] = np.arange(problem.places, dtype=np.int32)
    counts = np.diff(np.append(0, np.cumsum(useful, dtype=np.int64))[problem.first])
    begins = np.zeros(problem.needs + 1, dtype=np.int64)
    np.cumsum(counts, out=begins[1:])
    kept = np.flatnonzero(useful)
    first = np.zeros(problem.needs + 1, dtype=np.int64)
    np.cumsum(counts[needs], out=first[1:])
    pair = kept[np.repeat(begins[needs] - first[:-1], counts[needs]) + np.arange(first[-1])]
    place = position[problem.place[pair]]
    # Within a need in the order of the places.
    row = np.repeat(np.arange(problem.needs, dtype=np.int64), counts[needs])
    order = np.argsort(row * max(1, problem.places) + place, kind="stable")
    pair, place = pair[order], place[order]
    score = problem.score[pair] / unit
    demand = problem.demand[needs].astype(np.float64)
    capacity = problem.capacity[places].astype(np.float64)
    fits = np.ones(len(pair), dtype=bool)
    for resource in range(demand.shape[1]):
        fits &= demand[row, resource] <= capacity[place, resource]
    having = np.flatnonzero(np.diff(first))
    best = np.maximum.reduceat(score, first[having]) if len(having) else np.zeros(0)
    return Market(
        demand=demand,
        capacity=capacity,
        pairs=Pairs(first, place, score),
        fits=fits,
        unit=unit,
        pair=pair,
        need=needs,
        place=places,
        typical=float(best.mean()) if len(best) else 1.0,
    )


def _keys(problem: Problem, useful: NDArray[np.bool_]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """(N,), (P,): sums over neighbours do not depend on their order (Weisfeiler and Leman's colouring)."""
    need = _rows(problem.demand)
    place = _rows(problem.capacity)
    row = problem.need_of_pairs()
    score = np.where(useful, problem.score, 0.0).view(np.uint64)
    for _ in range(ROUNDS):
        edge = _mixed(score ^ place[problem.place])
        edge[~useful] = 0
        sums = np.zeros(problem.needs, dtype=np.uint64)
        np.add.at(sums, row, edge)
        need = _mixed(need ^ _mixed(sums))
        edge = _mixed(score ^ need[row])
        edge[~useful] = 0
        sums = np.zeros(problem.places, dtype=np.uint64)
        np.add.at(sums, problem.place, edge)
        place = _mixed(place ^ _mixed(sums))
    return need, place


def _rows(amounts: NDArray[np.int32] | NDArray[np.int64]) -> NDArray[np.uint64]:
    key = np.zeros(len(amounts), dtype=np.uint64)
    for column in range(amounts.shape[1]):
        key = _mixed(key ^ amounts[:, column].astype(np.uint64))
    return key


def _mixed(key: NDArray[np.uint64]) -> NDArray[np.uint64]:
    key = (key + MIX_1) * MIX_2
    return key ^ (key >> np.uint64(29))
