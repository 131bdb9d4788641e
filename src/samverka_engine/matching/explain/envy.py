"""Justified envy: who would rather be where somebody with a weaker claim is.

In the words of school choice (A. Abdulkadiroğlu and T. Sönmez, School choice: a mechanism design approach, American
Economic Review 93(3), 2003), with the score as both the wish of the need and its claim on the place; a higher priority
goes before a higher score. A placement with the highest total is not free of it, and one without it rarely has the
highest total.
"""

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from samverka_engine.matching.placement import Placement, used_by
from samverka_engine.matching.problem import NOWHERE, Problem

from .options import own_scores

__all__ = ["Envy", "envy_of"]


@dataclass(frozen=True)
class Envy:
    """How many have reason to object."""

    needs: int
    """Needs that envy somebody with reason."""
    pairs: int
    """Needs and places of which this holds."""
    unused: int
    """Needs that would rather be where there is room for them."""


def envy_of(problem: Problem, placement: Placement, priority: NDArray[np.float64] | None = None) -> Envy:
    """Count justified envy. `priority` is (N,); without it all have the same."""
    free = problem.capacity - used_by(problem, placement.place)
    placed = np.flatnonzero(placement.place != NOWHERE).astype(np.int64)
    order = placed[np.argsort(placement.place[placed], kind="stable")]
    begins = np.searchsorted(placement.place[order], np.arange(problem.places + 1)).astype(np.int64)
    claim = np.zeros(problem.needs) if priority is None else priority
    own = own_scores(problem, placement)
    needs, pairs, unused = _envy(
        problem.first, problem.place, problem.score, problem.demand, free, own, placement.place, claim, order, begins
    )
    return Envy(int(needs), int(pairs), int(unused))


@numba.njit(cache=True)
def _envy(first, place, score, demand, free, own, at, claim, order, begins):  # type: ignore[no-untyped-def]
    needs = 0
    pairs = 0
    unused = 0
    resources = demand.shape[1]
    for need in range(len(first) - 1):
        envies = False
        wastes = False
        for pair in range(first[need], first[need + 1]):
            wanted = place[pair]
            if score[pair] <= own[need] or wanted == at[need]:
                continue
            fits = True
            for r in range(resources):
                if demand[need, r] > free[wanted, r]:
                    fits = False
            if fits:
                wastes = True
                continue
            for index in range(begins[wanted], begins[wanted + 1]):
                other = order[index]
                if claim[other] > claim[need] or (claim[other] == claim[need] and own[other] >= score[pair]):
                    continue
                fits = True
                for r in range(resources):
                    if demand[need, r] > free[wanted, r] + demand[other, r]:
                        fits = False
                if fits:
                    pairs += 1
                    envies = True
                    break
        needs += envies
        unused += wastes
    return needs, pairs, unused
