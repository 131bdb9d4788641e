"""Stable placements: nobody and no place would both rather have each other than what they have.

For mutual choice, such as mentors and hosts. Needs propose to their best places in turn, and a place keeps the best
that fit (deferred acceptance; Gale and Shapley 1962). With one seat each the result is stable, and no stable placement
is better for any need. With demands of several, households above all, a stable placement may not exist, and to find out
is hard (Delacrétaz, Kominers and Teytelboym, Matching mechanisms for refugee resettlement, 2023; McDermid and Manlove
2010): the same steps are a rule of thumb then, and who would still rather change is counted.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .placement import Limits, Placement, total_of, used_by
from .problem import NOWHERE, Problem
from .solve import solve

__all__ = ["Stable", "blocking_pairs", "compared_with_best", "stable_placement"]


@dataclass(frozen=True, kw_only=True)
class Stable:
    """A placement that came of deferred acceptance, and the pairs that would rather have each other."""

    place: NDArray[np.int32]
    pair: NDArray[np.int64]
    total: float
    """The sum of the scores of the problem, which deferred acceptance does not look at."""
    blocking: NDArray[np.int64]
    """Pairs of the problem; none when it is stable."""

    @property
    def is_stable(self) -> bool:
        return len(self.blocking) == 0


def stable_placement(
    problem: Problem, of_need: NDArray[np.float64] | None = None, of_place: NDArray[np.float64] | None = None
) -> Stable:
    """Deferred acceptance, needs proposing.

    `of_need` (E,) is how much the need of a pair wants the place, `of_place` (E,) how much the place wants the need;
    the score where they are not given. Pairs below zero in either are unacceptable. Among equals a need prefers the
    first place and a place the first need.
    """
    wants, wanted = _wishes(problem, of_need, of_place)
    pair = _deferred(problem.first, problem.place, wants, wanted, problem.demand, problem.capacity)
    place = np.full(problem.needs, NOWHERE, dtype=np.int32)
    place[pair >= 0] = problem.place[pair[pair >= 0]]
    return Stable(
        place=place,
        pair=pair,
        total=total_of(problem, pair),
        blocking=blocking_pairs(problem, place, of_need, of_place),
    )


def blocking_pairs(
    problem: Problem,
    place: NDArray[np.int32],
    of_need: NDArray[np.float64] | None = None,
    of_place: NDArray[np.float64] | None = None,
) -> NDArray[np.int64]:
    """The acceptable pairs that would rather have each other, worked out from the wishes alone.

    A need wants the place more than its own, and there is room for it once those whom the place wants less have left.
    """
    wants, wanted = _wishes(problem, of_need, of_place)
    need_of = problem.need_of_pairs()
    own = np.zeros(problem.needs)
    has = place[need_of] == problem.place
    own[need_of[has]] = wants[has]
    own[place == NOWHERE] = -np.inf
    free = problem.capacity - used_by(problem, place)
    better = (wants >= 0) & (wanted >= 0) & (wants > own[need_of]) & ~has
    held: dict[int, list[int]] = {}
    for pair in np.flatnonzero(has).tolist():
        held.setdefault(int(problem.place[pair]), []).append(pair)
    found = []
    for pair in np.flatnonzero(better).tolist():
        at = int(problem.place[pair])
        room = free[at].copy()
        for other in held.get(at, ()):
            if wanted[other] < wanted[pair]:
                room += problem.demand[need_of[other]]
        if (problem.demand[need_of[pair]] <= room).all():
            found.append(pair)
    return np.array(found, dtype=np.int64)


def compared_with_best(problem: Problem, stable: Stable, limits: Limits) -> tuple[Placement, float]:
    """The placement with the highest total, and how much of it the stable one does not reach."""
    best = solve(problem, limits)
    return best, best.total - stable.total


def _wishes(
    problem: Problem, of_need: NDArray[np.float64] | None, of_place: NDArray[np.float64] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    wants = problem.score if of_need is None else of_need
    wanted = problem.score if of_place is None else of_place
    if wants.shape != problem.score.shape or wanted.shape != problem.score.shape:
        raise ValueError("not one wish for each pair")
    return wants, wanted


@njit(cache=True)
def _deferred(first, place, wants, wanted, demand, capacity):  # type: ignore[no-untyped-def]
    """The pair of each need. A place keeps, of those who ask and those it has, in its own order, all who fit."""
    needs, resources = demand.shape
    places = len(capacity)
    order = np.empty(len(place), dtype=np.int64)
    for need in range(needs):
        begin, end = first[need], first[need + 1]
        order[begin:end] = begin + np.argsort(-wants[begin:end], kind="mergesort")
    asked = first[:-1].copy()
    chosen = np.full(needs, -1, dtype=np.int64)
    # Of each place, whom it holds: a linked list, the most wanted first.
    head = np.full(places, -1, dtype=np.int64)
    after = np.full(needs, -1, dtype=np.int64)
    room = np.empty(resources, dtype=np.int64)
    waiting = np.arange(needs - 1, -1, -1)
    count = needs
    stack = np.empty(needs, dtype=np.int64)
    stack[:] = waiting
    while count > 0:
        count -= 1
        need = stack[count]
        while chosen[need] < 0 and asked[need] < first[need + 1]:
            pair = order[asked[need]]
            asked[need] += 1
            at = place[pair]
            if wants[pair] < 0 or wanted[pair] < 0:
                continue
            before, follows = -1, head[at]
            while follows >= 0 and (
                wanted[chosen[follows]] > wanted[pair] or (wanted[chosen[follows]] == wanted[pair] and follows < need)
            ):
                before, follows = follows, after[follows]
            after[need] = follows
            if before < 0:
                head[at] = need
            else:
                after[before] = need
            chosen[need] = pair
            # Again from the most wanted: who does not fit any more has to go on.
            for resource in range(resources):
                room[resource] = capacity[at, resource]
            before, member = -1, head[at]
            while member >= 0:
                fits = True
                for resource in range(resources):
                    if demand[member, resource] > room[resource]:
                        fits = False
                        break
                following = after[member]
                if fits:
                    for resource in range(resources):
                        room[resource] -= demand[member, resource]
                    before = member
                else:
                    if before < 0:
                        head[at] = following
                    else:
                        after[before] = following
                    chosen[member] = -1
                    if member != need:
                        stack[count] = member
                        count += 1
                member = following
    return chosen
