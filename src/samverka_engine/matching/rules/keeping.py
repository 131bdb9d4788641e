"""Whether a placement keeps the rules, worked out from places and rules alone; it shares nothing with the solvers."""

import numpy as np
from numpy.typing import NDArray

from samverka_engine.matching.problem import NOWHERE, Problem

from .clauses import Clause, Kind, counted, pair_of, pairs_of
from .model import Closeness, Group, Measure, Rules

__all__ = ["ROUNDING", "bonus_of", "broken", "outcome_of", "penalty_of"]

ROUNDING = 1e-6
"""By so much, relative to the largest of one and itself, a mean may miss its bound."""


def broken(problem: Problem, rules: Rules, place: NDArray[np.int32]) -> tuple[Clause, ...]:
    """The rules that a placement (N,) does not keep. Bounds with a penalty can be missed and are kept all the same."""
    found = [
        Clause(Kind.FIXED, need=need, place=at)
        for need, at in pairs_of(rules.fixed_need, rules.fixed_place)
        if place[need] != at
    ]
    found += [
        Clause(Kind.FORBIDDEN, need=need, place=at)
        for need, at in pairs_of(rules.forbidden_need, rules.forbidden_place)
        if place[need] == at
    ]
    for index, rule in enumerate(rules.together):
        where = [int(place[need]) for need in rule.needs]
        if rule.closeness is Closeness.NEAR and rules.area is not None:
            # A place outside every area is one of its own.
            area = rules.area
            where = [at if at == NOWHERE else int(area[at]) if area[at] >= 0 else -2 - at for at in where]
        if len(set(where)) > 1:
            found.append(Clause(Kind.TOGETHER, index=index))
    for index, quota in enumerate(rules.quotas):
        taken = _taken(problem, rules, place, quota.places, quota.resource)
        if quota.penalty is None and (taken < quota.least or (quota.most is not None and taken > quota.most)):
            found.append(Clause(Kind.QUOTA, index=index, text=quota.name))
    if rules.minimum is not None:
        size = counted(problem, rules, None)
        for at in np.flatnonzero(rules.minimum > 1):
            there = place == at
            if there.any() and size[there].sum() < rules.minimum[at]:
                found.append(Clause(Kind.MINIMUM, place=int(at), text=str(rules.minimum[at])))
    found += _unfair(problem, rules, place)
    stability = rules.stability
    if stability is not None and stability.most_changes is not None:
        before = stability.previous != NOWHERE
        if int((place[before] != stability.previous[before]).sum()) > stability.most_changes:
            found.append(Clause(Kind.CHANGES, text=str(stability.most_changes)))
    return tuple(found)


def _unfair(problem: Problem, rules: Rules, place: NDArray[np.int32]) -> list[Clause]:
    found = []
    outcomes = []
    for index, group in enumerate(rules.groups):
        if len(group.members):
            outcomes.append(outcome_of(problem, rules, group, place))
            slack = ROUNDING * max(1.0, abs(outcomes[-1]))
            if group.minimum is not None and outcomes[-1] < group.minimum - slack:
                found.append(Clause(Kind.GROUP, index=index, text=group.name))
    largest = rules.fairness.largest_difference
    if largest is not None and outcomes:
        apart = max(outcomes) - min(outcomes)
        if apart > largest + ROUNDING * max(1.0, *map(abs, outcomes)):
            found.append(Clause(Kind.DIFFERENCE, text=str(largest)))
    return found


def outcome_of(problem: Problem, rules: Rules, group: Group, place: NDArray[np.int32]) -> float:
    """The group's mean by the measure of the rules; who is unplaced counts 0."""
    worth = 0.0
    for need in group.members.tolist():
        if place[need] != NOWHERE:
            by_score = rules.fairness.measure is Measure.SCORE
            worth += float(problem.score[pair_of(problem, need, int(place[need]))]) if by_score else 1.0
    return worth / max(1, len(group.members))


def penalty_of(problem: Problem, rules: Rules, place: NDArray[np.int32]) -> float:
    """What missed soft bounds take from the total."""
    lost = 0.0
    for quota in rules.quotas:
        if quota.penalty is not None:
            taken = _taken(problem, rules, place, quota.places, quota.resource)
            surplus = 0 if quota.most is None else max(0, taken - quota.most)
            lost += quota.penalty * (max(0, quota.least - taken) + surplus)
    return lost


def bonus_of(rules: Rules, place: NDArray[np.int32]) -> float:
    """What staying adds beside the total."""
    if rules.stability is None:
        return 0.0
    previous = rules.stability.previous
    return rules.stability.bonus * int(((previous != NOWHERE) & (place == previous)).sum())


def _taken(
    problem: Problem, rules: Rules, place: NDArray[np.int32], places: tuple[int, ...], resource: int | None
) -> int:
    return int(counted(problem, rules, resource)[np.isin(place, places)].sum())
