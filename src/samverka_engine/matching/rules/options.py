"""A problem in which fixed and forbidden pairs, and needs that belong together at one place, are already settled.

Those who belong together become one owner, whose option at a place is all their pairs there. A forbidden pair is no
option; who is fixed has one option, which must be taken. This takes nothing from the answer: what is best here is best
there, and prices mean the same.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from samverka_engine.matching.problem import Problem

from .clauses import counted, pair_of, pairs_of
from .model import Closeness, Rules

__all__ = ["Options", "options_of"]


@dataclass(frozen=True)
class Options:
    """Owners with their options: an owner is a need, or several that must share a place."""

    problem: Problem
    """Its needs are the owners, its pairs the options, its scores the sums of theirs."""
    begin: NDArray[np.int64]
    pair: NDArray[np.int64]
    """The pairs of option o, in the problem that was given, are pair[begin[o]:begin[o + 1]]."""
    fixed: NDArray[np.bool_]
    """(owners,): who must take its only option."""
    needs: int

    def sums(self, value: NDArray[np.float64]) -> NDArray[np.float64]:
        """(options,): what the pairs of each option add up to."""
        if len(self.pair) == len(self.begin) - 1:
            return value[self.pair]
        return np.add.reduceat(value[self.pair], self.begin[:-1]) if len(self.begin) > 1 else np.zeros(0)

    def pairs_chosen(self, option: NDArray[np.int64]) -> NDArray[np.int64]:
        """(needs,): the pair of each need when these options are taken; -1 for none."""
        found = np.full(self.needs, -1, dtype=np.int64)
        taken = option[option >= 0]
        lengths = self.begin[taken + 1] - self.begin[taken]
        starts = np.repeat(self.begin[taken] - (lengths.cumsum() - lengths), lengths)
        pairs = self.pair[np.arange(int(lengths.sum())) + starts]
        found[self._need[pairs]] = pairs
        return found

    _need: NDArray[np.int32]

    def free(self) -> Problem | None:
        """What is left for those who are not fixed, their rows empty; None when the fixed ask for too much."""
        problem = self.problem
        if not self.fixed.any():
            return problem
        taken = problem.first[:-1][self.fixed]
        capacity = problem.capacity.copy()
        np.subtract.at(capacity, problem.place[taken], problem.demand[self.fixed].astype(np.int64))
        if (capacity < 0).any():
            return None
        kept = ~np.repeat(self.fixed, np.diff(problem.first))
        counts = np.where(self.fixed, 0, np.diff(problem.first))
        return Problem(
            demand=problem.demand,
            capacity=capacity,
            first=np.concatenate([[0], counts.cumsum()]),
            place=problem.place[kept],
            score=problem.score[kept],
            resources=problem.resources,
        )


def options_of(problem: Problem, rules: Rules) -> Options | None:
    """The options that these rules leave; None when somebody who is fixed has none."""
    kept = np.ones(len(problem.place), dtype=np.bool_)
    for need, place in pairs_of(rules.forbidden_need, rules.forbidden_place):
        pair = pair_of(problem, need, place)
        if pair >= 0:
            kept[pair] = False
    kept &= ~_never_open(problem, rules)[problem.place]
    held = np.zeros(problem.needs, dtype=np.bool_)
    for need, place in pairs_of(rules.fixed_need, rules.fixed_place):
        pair = pair_of(problem, need, place)
        if pair < 0 or not kept[pair]:
            return None
        kept[problem.first[need] : problem.first[need + 1]] = False
        kept[pair] = True
        held[need] = True
    leader = _leaders(problem.needs, rules)
    need_of = problem.need_of_pairs()
    alone = leader == np.arange(problem.needs)
    families: dict[int, list[int]] = defaultdict(list)
    for member in np.flatnonzero(~alone).tolist():
        families[int(leader[member])].append(member)
    if not families:
        pairs = np.flatnonzero(kept)
        return _checked(problem, need_of, pairs, np.arange(len(pairs) + 1), need_of[pairs], problem.demand, held)
    single = alone.copy()
    single[list(families)] = False
    pairs = np.flatnonzero(kept & single[need_of])
    options: list[list[int]] = [[int(pair)] for pair in pairs]
    owners = [int(need) for need in need_of[pairs]]
    demand = problem.demand.copy()
    for head, others in families.items():
        members = [head, *others]
        demand[head] = problem.demand[members].sum(axis=0)
        demand[others] = 0
        held[head] = held[members].any()
        held[others] = False
        for shared in _common(problem, kept, members):
            options.append(shared)
            owners.append(head)
    order = np.lexsort(([problem.place[option[0]] for option in options], owners))
    lengths = np.array([len(options[at]) for at in order], dtype=np.int64)
    flat = np.array([pair for at in order for pair in options[at]], dtype=np.int64)
    begin = np.concatenate([[0], lengths.cumsum()])
    return _checked(problem, need_of, flat, begin, np.array(owners, dtype=np.int64)[order], demand, held)


def _never_open(problem: Problem, rules: Rules) -> NDArray[np.bool_]:
    """(P,): places that have no room for as many persons as they need to open, whoever comes."""
    never = np.zeros(problem.places, dtype=np.bool_)
    if rules.minimum is None:
        return never
    size = counted(problem, rules, None)
    taken = problem.demand[size > 0]
    for resource in range(problem.demand.shape[1]):
        # Each person takes at least so much of it.
        least = float((taken[:, resource] / size[size > 0]).min()) if len(taken) else 0.0
        if least > 0:
            never |= problem.capacity[:, resource] < rules.minimum * least - 1e-9
    return never & (rules.minimum > 1)


def _leaders(needs: int, rules: Rules) -> NDArray[np.int64]:
    leader = np.arange(needs)
    for rule in rules.together:
        if rule.closeness is Closeness.SAME or rules.area is None:
            met = {int(leader[need]) for need in rule.needs}
            leader[np.isin(leader, list(met))] = min(met)
    return leader


def _common(problem: Problem, kept: NDArray[np.bool_], members: list[int]) -> list[list[int]]:
    """The pairs of the members at each place where all of them may be."""
    found: list[dict[int, int]] = []
    for need in members:
        pairs = np.arange(problem.first[need], problem.first[need + 1])
        pairs = pairs[kept[pairs]]
        found.append(dict(zip(problem.place[pairs].tolist(), pairs.tolist(), strict=True)))
    places = sorted(set.intersection(*(set(one) for one in found)))
    return [[one[place] for one in found] for place in places]


def _checked(
    problem: Problem,
    need_of: NDArray[np.int32],
    pair: NDArray[np.int64],
    begin: NDArray[np.int64],
    owner: NDArray[np.int64] | NDArray[np.int32],
    demand: NDArray[np.int32],
    fixed: NDArray[np.bool_],
) -> Options | None:
    counts = np.bincount(owner, minlength=problem.needs) if len(owner) else np.zeros(problem.needs, dtype=np.int64)
    if (counts[fixed] == 0).any():
        return None
    score = problem.score[pair]
    if len(begin) - 1 < len(pair):
        score = np.add.reduceat(score, begin[:-1])
    inner = Problem(
        demand=demand,
        capacity=problem.capacity,
        first=np.concatenate([[0], counts.cumsum()]),
        place=problem.place[pair[begin[:-1]]],
        score=score,
        resources=problem.resources,
    )
    return Options(inner, begin, pair, fixed, problem.needs, need_of)
