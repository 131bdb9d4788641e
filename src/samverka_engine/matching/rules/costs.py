"""What rules cost: the total without each of them less the total with it, between bounds that are proven."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from samverka_engine.matching.placement import Limits, Progress, Status
from samverka_engine.matching.problem import Problem
from samverka_engine.matching.solve import solve

from .clauses import Kind
from .model import Rules
from .solving import Inner, NotFound, Ruled, solve_with_rules

__all__ = ["MOST_RULES", "Cost", "costs_of", "rules_apart"]

T = TypeVar("T")

MOST_RULES = 30
"""So many are left out one at a time."""
TOGETHER_FROM = 6
"""So many fixed or forbidden pairs or shared places are left out all at once."""


@dataclass(frozen=True)
class Cost:
    """What the placements would be worth more without a rule, all others kept: between `least` and `most`.

    Totals of scores; the two are equal when both placements are proven best. Never below zero when the score is the
    first goal. Costs of several rules do not add up: two rules may ask for the same.
    """

    kind: Kind | None
    """None for the best worst-off group, which is a goal."""
    index: int
    """The rule's number among those of its kind; -1 for all of them."""
    name: str
    least: float
    most: float
    placed: int
    """How many more would have a place."""


def costs_of(
    problem: Problem,
    rules: Rules,
    ruled: Ruled,
    limits: Limits,
    told: Callable[[Progress], None] = lambda progress: None,
    *,
    inner: Inner = solve,
) -> tuple[Cost, ...]:
    """Solve again without each rule. Stops when the time is out: then rules are missing from the end."""
    found = []
    begun = limits.clock()
    apart = list(rules_apart(rules))[:MOST_RULES]
    for at, (kind, index, name, without) in enumerate(apart):
        share = None
        if limits.seconds is not None:
            left = limits.seconds - (limits.clock() - begun)
            if left <= 0:
                break
            share = left / (len(apart) - at)
        if limits.stop():
            break
        try:
            other = solve_with_rules(problem, without, replace(limits, seconds=share), told, inner=inner)
        except NotFound:
            continue
        found.append(_cost(kind, index, name, ruled, other))
    return tuple(found)


def _cost(kind: Kind | None, index: int, name: str, ruled: Ruled, other: Ruled) -> Cost:
    with_it, without = ruled.placement, other.placement
    least = without.total - (with_it.bound if with_it.tighter_bound is None else with_it.tighter_bound)
    most = (without.bound if without.tighter_bound is None else without.tighter_bound) - with_it.total
    if without.status is Status.OPTIMAL and with_it.status is Status.OPTIMAL:
        least = most = without.total - with_it.total
    placed = int((without.pair >= 0).sum() - (with_it.pair >= 0).sum())
    return Cost(kind, index, name, least if abs(least) > 1e-9 else 0.0, most if abs(most) > 1e-9 else 0.0, placed)


def rules_apart(rules: Rules) -> Iterator[tuple[Kind | None, int, str, Rules]]:
    """Each rule that can change the answer, and the rules without it."""
    yield from _pairs(rules, Kind.FIXED, len(rules.fixed_need))
    yield from _pairs(rules, Kind.FORBIDDEN, len(rules.forbidden_need))
    if len(rules.together) >= TOGETHER_FROM:
        yield Kind.TOGETHER, -1, "", replace(rules, together=())
    else:
        for index in range(len(rules.together)):
            yield Kind.TOGETHER, index, "", replace(rules, together=_but(rules.together, index))
    for index, quota in enumerate(rules.quotas):
        yield Kind.QUOTA, index, quota.name, replace(rules, quotas=_but(rules.quotas, index))
    if rules.minimum is not None and (rules.minimum > 1).any():
        yield Kind.MINIMUM, -1, "", replace(rules, minimum=None)
    for index, group in enumerate(rules.groups):
        if group.minimum is not None:
            loose = replace(group, minimum=None)
            yield (
                Kind.GROUP,
                index,
                group.name,
                replace(rules, groups=(*rules.groups[:index], loose, *rules.groups[index + 1 :])),
            )
    if rules.fairness.largest_difference is not None:
        yield Kind.DIFFERENCE, -1, "", replace(rules, fairness=replace(rules.fairness, largest_difference=None))
    if rules.fairness.best_worst_off:
        yield None, -1, "", replace(rules, fairness=replace(rules.fairness, best_worst_off=False))
    if rules.stability is not None:
        yield Kind.CHANGES, -1, "", replace(rules, stability=None)


def _pairs(rules: Rules, kind: Kind, count: int) -> Iterator[tuple[Kind, int, str, Rules]]:
    each = np.arange(count)
    for left_out in [each] if count >= TOGETHER_FROM else list(each.reshape(-1, 1)):
        index = -1 if count >= TOGETHER_FROM else int(left_out[0])
        if kind is Kind.FIXED:
            need, place = np.delete(rules.fixed_need, left_out), np.delete(rules.fixed_place, left_out)
            yield kind, index, "", replace(rules, fixed_need=need, fixed_place=place)
        else:
            need, place = np.delete(rules.forbidden_need, left_out), np.delete(rules.forbidden_place, left_out)
            yield kind, index, "", replace(rules, forbidden_need=need, forbidden_place=place)


def _but(items: tuple[T, ...], index: int) -> tuple[T, ...]:
    return (*items[:index], *items[index + 1 :])
