"""Reasons: why a need has its place and not another, and for who has none what stood in the way."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from samverka_engine.matching.placement import Placement, Status, used_by
from samverka_engine.matching.problem import NOWHERE, Problem
from samverka_engine.matching.rules.model import Rules

from .options import best_options, own_ranks, own_scores, ranks_of

__all__ = ["ALTERNATIVES", "Alternatives", "Obstacle", "Reasons", "Why", "reasons_of", "why_not"]

ALTERNATIVES = 5
"""How many of a need's best other options are explained."""


class Why(StrEnum):
    """Why an option was not chosen."""

    LOWER_SCORE = "lower_score"  # worth no more to the need than the place it has
    FULL = "full"  # others there give the total more
    TOO_SMALL = "too_small"  # the place could not hold the need if it were empty
    FORBIDDEN = "forbidden"  # a rule says so
    RULES = "rules"  # there was room, but the rules together ask for something else
    NOT_PROVEN = "not_proven"  # there was room; the search ended before it was used or ruled out
    LATER = "later"  # there is room, kept for those who come later
    NOT_ELIGIBLE = "not_eligible"  # the pair is not among those that are possible


class Obstacle(StrEnum):
    """Why a need has no place."""

    NO_OPTIONS = "no_options"  # no place is possible for it
    FULL = "full"  # a resource is used up at every place that is possible
    TOO_SMALL = "too_small"  # no possible place could hold it if it were empty
    NOT_WORTH = "not_worth"  # no possible place has a score above zero
    RULES = "rules"
    NOT_PROVEN = "not_proven"
    LATER = "later"  # there is room, kept for those who come later


@dataclass(frozen=True)
class Alternatives:
    """(K,) each: options that were not chosen, in the order of the needs and then of falling score."""

    need: NDArray[np.int32]
    pair: NDArray[np.int64]
    rank: NDArray[np.int32]
    why: list[Why]
    cost: NDArray[np.float64]
    """What it would have cost others: the need's demand at the place's prices."""
    resource: NDArray[np.int32]
    """What was used up, the dearest of several; -1 unless FULL or TOO_SMALL."""


@dataclass(frozen=True)
class Reasons:
    """Why each need is where it is. Arrays are (N,)."""

    rank: NDArray[np.int32]
    """Of the place among the need's own options; 0 for no place."""
    options: NDArray[np.int64]
    """How many it has."""
    cost: NDArray[np.float64]
    """What its place costs others at the prices; 0 for no place."""
    alternatives: Alternatives
    obstacle: list[Obstacle | None]
    """None for who has a place."""
    obstacle_resource: NDArray[np.int32]
    """The resource that is used up at most of the need's options; -1 for none."""
    change_place: NDArray[np.int32]
    """Where the fewest further units would make room; NOWHERE when no change of capacity helps."""
    change: NDArray[np.int32]
    """(N, R): those units."""


def reasons_of(
    problem: Problem,
    rules: Rules,
    placement: Placement,
    count: int = ALTERNATIVES,
    *,
    held: NDArray[np.float64] | None = None,
) -> Reasons:
    """The reasons of a placement.

    An alternative is compared with what is free now: `FULL` says that at least one other would have to give way.
    `held` (P, R) is what a unit is expected to be worth to those who come later, where it counts.
    """
    free = problem.capacity - used_by(problem, placement.place)
    proven = placement.status in (Status.OPTIMAL, Status.INFEASIBLE)
    alternatives = _alternatives(problem, rules, placement, free, count, proven=proven)
    obstacle, resource, place, change = _obstacles(problem, rules, placement, free, proven=proven)
    if held is not None:
        _kept_for_later(problem, placement, held, alternatives, obstacle)
    placed = np.flatnonzero(placement.place != NOWHERE)
    cost = np.zeros(problem.needs)
    cost[placed] = (problem.demand[placed] * placement.price[placement.place[placed]]).sum(axis=1)
    return Reasons(
        rank=own_ranks(problem, placement),
        options=np.diff(problem.first),
        cost=cost,
        alternatives=alternatives,
        obstacle=obstacle,
        obstacle_resource=resource,
        change_place=place,
        change=change,
    )


def why_not(problem: Problem, rules: Rules, placement: Placement, need: int, place: int) -> Why | None:
    """Why one need is not at one place, whether it is among its best options or not; None when it is there."""
    if placement.place[need] == place:
        return None
    begin, end = problem.first[need], problem.first[need + 1]
    at = np.flatnonzero(problem.place[begin:end] == place)
    if len(at) == 0:
        return Why.NOT_ELIGIBLE
    free = problem.capacity - used_by(problem, placement.place)
    proven = placement.status in (Status.OPTIMAL, Status.INFEASIBLE)
    pair = np.array([begin + at[0]])
    return _why(problem, rules, placement, free, np.array([need], dtype=np.int32), pair, proven=proven)[0][0]


def _alternatives(
    problem: Problem,
    rules: Rules,
    placement: Placement,
    free: NDArray[np.int64],
    count: int,
    *,
    proven: bool,
) -> Alternatives:
    best = best_options(problem, count + 1)
    best[best == placement.pair[:, np.newaxis]] = -1
    surplus = (best >= 0).cumsum(axis=1) > count
    best[surplus] = -1
    ranks = ranks_of(problem, best)
    kept = best >= 0
    need = np.nonzero(kept)[0].astype(np.int32)
    pair = best[kept]
    why, resource = _why(problem, rules, placement, free, need, pair, proven=proven)
    cost = (problem.demand[need] * placement.price[problem.place[pair]]).sum(axis=1)
    return Alternatives(need=need, pair=pair, rank=ranks[kept], why=why, cost=cost, resource=resource)


def _why(
    problem: Problem,
    rules: Rules,
    placement: Placement,
    free: NDArray[np.int64],
    need: NDArray[np.int32],
    pair: NDArray[np.int64],
    *,
    proven: bool,
) -> tuple[list[Why], NDArray[np.int32]]:
    place = problem.place[pair]
    own = own_scores(problem, placement)
    demand = problem.demand[need]
    lacks = demand > free[place]
    small = demand > problem.capacity[place]
    forbidden = _forbidden(problem, rules, need, place)
    lower = problem.score[pair] <= own[need]
    room = Why.RULES if rules.binds else Why.NOT_PROVEN if not proven else Why.RULES
    names = np.array([Why.FORBIDDEN, Why.TOO_SMALL, Why.LOWER_SCORE, Why.FULL, room], dtype=object)
    code = np.select([forbidden, small.any(axis=1), lower, lacks.any(axis=1)], [0, 1, 2, 3], default=4)
    short = np.where((code == 1)[:, np.newaxis], small, lacks)
    dearest = np.where(short, placement.price[place] * demand, -1.0).argmax(axis=1)
    resource = np.where((code == 1) | (code == 3), dearest, -1).astype(np.int32)
    return list(names[code]), resource


def _kept_for_later(
    problem: Problem,
    placement: Placement,
    held: NDArray[np.float64],
    alternatives: Alternatives,
    obstacle: list[Obstacle | None],
) -> None:
    """Where there was room and it is worth more to those who come later than to this need, that is the reason."""
    pair, need = alternatives.pair, alternatives.need
    own = own_scores(problem, placement)
    taken = (problem.demand[need] * held[problem.place[pair]]).sum(axis=1)
    has = placement.place[need] != NOWHERE
    now = np.where(has, own[need] - (problem.demand[need] * held[placement.place[need]]).sum(axis=1), 0.0)
    less = problem.score[pair] - taken <= now
    for at in np.flatnonzero(less).tolist():
        if alternatives.why[at] is Why.RULES:
            alternatives.why[at] = Why.LATER
            if obstacle[need[at]] is Obstacle.RULES:
                obstacle[need[at]] = Obstacle.LATER


def _forbidden(problem: Problem, rules: Rules, need: NDArray[np.int32], place: NDArray[np.int32]) -> NDArray[np.bool_]:
    width = problem.places
    banned = rules.forbidden_need.astype(np.int64) * width + rules.forbidden_place
    return np.isin(need.astype(np.int64) * width + place, banned)


def _obstacles(
    problem: Problem, rules: Rules, placement: Placement, free: NDArray[np.int64], *, proven: bool
) -> tuple[list[Obstacle | None], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    obstacle: list[Obstacle | None] = [None] * problem.needs
    resource = np.full(problem.needs, -1, dtype=np.int32)
    where = np.full(problem.needs, NOWHERE, dtype=np.int32)
    change = np.zeros(problem.demand.shape, dtype=np.int32)
    for need in np.flatnonzero(placement.place == NOWHERE):
        pairs = np.arange(problem.first[need], problem.first[need + 1])
        if len(pairs) == 0:
            obstacle[need] = Obstacle.NO_OPTIONS
            continue
        places = problem.place[pairs]
        allowed = ~_forbidden(problem, rules, np.full(len(pairs), need, dtype=np.int32), places)
        worth = allowed & (problem.score[pairs] > 0)
        if not worth.any():
            obstacle[need] = Obstacle.NOT_WORTH if allowed.any() else Obstacle.RULES
            continue
        pairs, places = pairs[worth], places[worth]
        lack = np.maximum(problem.demand[need] - free[places], 0)
        needed = lack.sum(axis=1)
        if (needed == 0).any():
            obstacle[need] = Obstacle.RULES if rules.binds or proven else Obstacle.NOT_PROVEN
            continue
        resource[need] = (lack > 0).sum(axis=0).argmax()
        nearest = np.lexsort((places, -problem.score[pairs], needed))[0]
        where[need] = places[nearest]
        change[need] = lack[nearest]
        fits = (problem.demand[need] <= problem.capacity[places]).all(axis=1)
        obstacle[need] = Obstacle.FULL if fits.any() else Obstacle.TOO_SMALL
    return obstacle, resource, where, change
