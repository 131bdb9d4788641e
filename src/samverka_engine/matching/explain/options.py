"""Loops over each need's own options: its best ones, its rank, and justified envy."""

import numba
import numpy as np
from numpy.typing import NDArray

from samverka_engine.matching.placement import Placement
from samverka_engine.matching.problem import Problem

__all__ = ["best_options", "own_ranks", "own_scores", "ranks_of"]


def best_options(problem: Problem, count: int) -> NDArray[np.int64]:
    """(N, count): each need's best pairs by score, the first place first among equals; -1 where it has fewer."""
    found: NDArray[np.int64] = _best(problem.first, problem.score, count)
    return found


def own_scores(problem: Problem, placement: Placement) -> NDArray[np.float64]:
    """(N,): the score of each need's place; 0 for no place."""
    scores = np.zeros(problem.needs)
    placed = placement.pair >= 0
    scores[placed] = problem.score[placement.pair[placed]]
    return scores


def own_ranks(problem: Problem, placement: Placement) -> NDArray[np.int32]:
    """(N,): the rank of each need's place among its own options; equals share the better rank; 0 for no place."""
    return ranks_of(problem, placement.pair[:, np.newaxis])[:, 0]


def ranks_of(problem: Problem, pairs: NDArray[np.int64]) -> NDArray[np.int32]:
    """(N, K): one more than the number of the need's pairs with a higher score; 0 where the pair is -1."""
    found: NDArray[np.int32] = _ranks(problem.first, problem.score, pairs)
    return found


@numba.njit(cache=True)
def _best(first, score, count):  # type: ignore[no-untyped-def]  # numba infers them
    needs = len(first) - 1
    found = np.full((needs, count), -1, dtype=np.int64)
    for need in range(needs):
        held = 0
        for pair in range(first[need], first[need + 1]):
            at = held
            while at > 0 and score[found[need, at - 1]] < score[pair]:
                at -= 1
            if at == count:
                continue
            held = min(held + 1, count)
            for moved in range(held - 1, at, -1):
                found[need, moved] = found[need, moved - 1]
            found[need, at] = pair
    return found


@numba.njit(cache=True)
def _ranks(first, score, pairs):  # type: ignore[no-untyped-def]
    ranks = np.zeros(pairs.shape, dtype=np.int32)
    for need in range(pairs.shape[0]):
        for column in range(pairs.shape[1]):
            own = pairs[need, column]
            if own < 0:
                continue
            better = 0
            for pair in range(first[need], first[need + 1]):
                if score[pair] > score[own]:
                    better += 1
            ranks[need, column] = better + 1
    return ranks
