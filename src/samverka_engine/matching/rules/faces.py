"""One seat each, several goals: the next goal is decided among the placements that are equally good for the last.

A placement is best exactly when it keeps complementary slackness with prices that prove one best: needs use pairs that
are worth most to them at the prices, nobody who gains is left out, and no seat that costs something stays empty. These
placements are again those of a problem of one seat each, on fewer pairs, in which some needs and places must be
served; a large amount for each of them says so, and it is solved by the same method, with prices of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from samverka_engine.matching.placement import Limits, Placement, Status
from samverka_engine.matching.problem import Problem
from samverka_engine.matching.unit import solve_unit

__all__ = ["EQUAL", "OnFaces", "best_on_faces"]

EQUAL = 1e-9
"""Relative to the largest score: pairs that are so near the best at the prices count as equally good."""


@dataclass(frozen=True)
class OnFaces:
    """The pairs of a placement (N,), and for each goal whether it is proven best."""

    pair: NDArray[np.int64]
    proven: list[bool]


def best_on_faces(problem: Problem, first: Placement, goals: Sequence[NDArray[np.float64]]) -> OnFaces | None:
    """The placement that is best for each goal (E,) in turn, or None when rounding has lost some of an earlier one."""
    found, score, place = first, problem.score, problem.place
    kept = np.arange(len(place))
    rows = problem.first
    required_need = np.zeros(problem.needs, dtype=np.bool_)
    required_place = np.zeros(problem.places, dtype=np.bool_)
    proven: list[bool] = []
    reached: list[float] = []
    for value in goals:
        price = found.price[:, 0]
        need = np.repeat(np.arange(problem.needs), np.diff(rows))
        worth = score - price[place[kept]]
        best = np.zeros(problem.needs)
        np.maximum.at(best, need, worth)
        slack = EQUAL * float(np.abs(score).max(initial=0.0))
        required_need |= best > slack
        required_place |= price > slack
        equal = worth >= best[need] - slack
        # A need that must be served has been served by the last placement too, whatever it gains.
        kept, need = kept[equal], need[equal]
        rows = np.searchsorted(need, np.arange(problem.needs + 1))
        wanted = value[kept]
        largest = float(np.abs(wanted).max(initial=0.0)) or 1.0
        # More than any chain of moves can gain by leaving one out.
        much = 2.0 * largest * (2 * min(problem.needs, int(problem.capacity.sum())) + 1)
        steps = required_need[need].astype(np.float64) + required_place[place[kept]]
        score = wanted + much * steps
        part = Problem(
            demand=problem.demand,
            capacity=problem.capacity,
            first=rows,
            place=place[kept],
            score=score,
            resources=problem.resources,
        )
        found = solve_unit(part, Limits(), lambda progress: None)
        proven.append(found.status is Status.OPTIMAL)
        reached.append(_worth(value, kept, found.pair))
    pair = np.full(problem.needs, -1, dtype=np.int64)
    pair[found.pair >= 0] = kept[found.pair[found.pair >= 0]]
    wanted_again = zip((problem.score, *goals), (first.total, *reached), strict=True)
    lost = any(float(value[pair[pair >= 0]].sum()) < was - EQUAL * abs(was) for value, was in wanted_again)
    return None if lost else OnFaces(pair, proven)


def _worth(value: NDArray[np.float64], kept: NDArray[np.int64], pair: NDArray[np.int64]) -> float:
    return float(value[kept[pair[pair >= 0]]].sum())
