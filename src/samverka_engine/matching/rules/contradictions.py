"""Rules that cannot all hold: the smallest set of them that contradicts itself, the capacities and the pairs.

What follows from one place or one need is found by looking, at any size. Contradictions over several places are
found by feasibility programs, in problems of at most `SEARCHED` pairs: a smallest unsatisfiable set by implicit
hitting sets (A. Ignatiev, A. Previti, M. Liffiton and J. Marques-Silva, Smallest MUS extraction with minimal hitting
set dualization, CP 2015), or after `TRIES` programs a set of which every member is needed. In larger problems they
are left to the solver, which says that there is no answer.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import scipy.optimize
import scipy.sparse
from numpy.typing import NDArray

from samverka_engine.matching.problem import Problem

from .model import Closeness, Measure, Rules, Together

__all__ = ["Clause", "Kind", "contradiction"]

SEARCHED = 20_000
TRIES = 400


class Kind(StrEnum):
    FIXED = "fixed"
    FORBIDDEN = "forbidden"
    TOGETHER = "together"
    QUOTA = "quota"
    MINIMUM = "minimum"
    GROUP = "group"
    DIFFERENCE = "difference"
    CHANGES = "changes"
    CAPACITY = "capacity"
    ELIGIBLE = "eligible"


@dataclass(frozen=True)
class Clause:
    """One rule that must hold. `need`, `place`, `resource` and `index` (the rule's number) where they belong to it."""

    kind: Kind
    need: int = -1
    place: int = -1
    resource: int = -1
    index: int = -1
    text: str = ""

    def says(self, needs: Sequence[str], places: Sequence[str], resources: Sequence[str]) -> str:
        """The rule in words, with the names of the files."""
        match self.kind:
            case Kind.FIXED:
                return f"{needs[self.need]} is fixed at {places[self.place]}"
            case Kind.FORBIDDEN:
                return f"{needs[self.need]} is forbidden at {places[self.place]}"
            case Kind.ELIGIBLE:
                return f"{needs[self.need]} and {places[self.place]} are not among the pairs"
            case Kind.CAPACITY:
                return f"the capacity of {places[self.place]} in {resources[self.resource]} is {self.text}"
            case Kind.MINIMUM:
                return f"{places[self.place]} opens from {self.text}"
            case Kind.TOGETHER:
                return f"together number {self.index + 1}"
            case Kind.QUOTA:
                return f"the quota {self.text}"
            case Kind.GROUP:
                return f"the minimum of the group {self.text}"
            case Kind.DIFFERENCE:
                return f"the largest difference between groups is {self.text}"
            case Kind.CHANGES:
                return f"at most {self.text} changes"


def contradiction(problem: Problem, rules: Rules) -> tuple[Clause, ...]:
    """The smallest set of rules that cannot all hold, with the capacities and missing pairs that they run into.

    Empty when none was found.
    """
    found = list(_plain(problem, rules))
    fewest = min(map(_weight, found), default=0)
    if fewest != 1 and len(problem.place) <= SEARCHED and _demands(rules):
        found.append(_searched(problem, rules))
    return min((clauses for clauses in found if clauses), key=_weight, default=())


def _weight(clauses: tuple[Clause, ...]) -> int:
    """How many of the clauses are rules: capacities and pairs are not."""
    return sum(clause.kind not in (Kind.CAPACITY, Kind.ELIGIBLE) for clause in clauses)


def _demands(rules: Rules) -> bool:
    """Whether any rule asks for somebody to be placed; otherwise placing nobody keeps them all."""
    return bool(
        len(rules.fixed_need)
        or any(quota.least and quota.penalty is None for quota in rules.quotas)
        or any(group.minimum is not None for group in rules.groups)
        or (rules.stability and rules.stability.most_changes is not None)
    )


def _plain(problem: Problem, rules: Rules) -> Iterator[tuple[Clause, ...]]:
    fixed = [Clause(Kind.FIXED, need=int(n), place=int(p)) for n, p in _pairs(rules.fixed_need, rules.fixed_place)]
    forbidden = set(_pairs(rules.forbidden_need, rules.forbidden_place))
    where: dict[int, Clause] = {}
    at: dict[int, list[Clause]] = defaultdict(list)
    for clause in fixed:
        if _pair(problem, clause.need, clause.place) < 0:
            yield (clause, Clause(Kind.ELIGIBLE, need=clause.need, place=clause.place))
        if (clause.need, clause.place) in forbidden:
            yield (clause, Clause(Kind.FORBIDDEN, need=clause.need, place=clause.place))
        other = where.setdefault(clause.need, clause)
        if other.place != clause.place:
            yield (other, clause)
        elif other is clause:
            at[clause.place].append(clause)
    for index, rule in enumerate(rules.together):
        yield from _apart(problem, rules, index, rule, where, forbidden)
    for place, clauses in at.items():
        for resource, capacity in enumerate(problem.capacity[place]):
            amounts = [int(problem.demand[clause.need, resource]) for clause in clauses]
            known = Clause(Kind.CAPACITY, place=place, resource=resource, text=str(capacity))
            yield from _too_many(clauses, amounts, int(capacity), known)
    for index, quota in enumerate(rules.quotas):
        if quota.penalty is not None:
            continue
        known = Clause(Kind.QUOTA, index=index, text=quota.name)
        if quota.most is not None:
            if quota.least > quota.most:
                yield (known,)
            clauses = [clause for place in quota.places for clause in at.get(place, ())]
            counted = _counted(problem, rules, quota.resource)
            yield from _too_many(clauses, [int(counted[clause.need]) for clause in clauses], quota.most, known)
        if quota.resource is not None and quota.least > problem.capacity[list(quota.places), quota.resource].sum():
            yield (
                known,
                *(
                    Clause(
                        Kind.CAPACITY,
                        place=place,
                        resource=quota.resource,
                        text=str(problem.capacity[place, quota.resource]),
                    )
                    for place in quota.places
                ),
            )


def _apart(
    problem: Problem,
    rules: Rules,
    index: int,
    rule: Together,
    where: dict[int, Clause],
    forbidden: set[tuple[int, int]],
) -> Iterator[tuple[Clause, ...]]:
    """Fixed places that keep apart who belong together."""
    clause = Clause(Kind.TOGETHER, index=index)
    held = [where[need] for need in rule.needs if need in where]
    for one, other in itertools.pairwise(held):
        near = rule.closeness is Closeness.NEAR and rules.area is not None
        if one.place != other.place and not (near and _same_area(rules, one.place, other.place)):
            yield (clause, one, other)
    if rule.closeness is Closeness.SAME:
        for one in held:
            for need in rule.needs:
                if (need, one.place) in forbidden:
                    yield (clause, one, Clause(Kind.FORBIDDEN, need=need, place=one.place))
                elif _pair(problem, need, one.place) < 0:
                    yield (clause, one, Clause(Kind.ELIGIBLE, need=need, place=one.place))


def _same_area(rules: Rules, one: int, other: int) -> bool:
    area = rules.area
    return area is not None and area[one] >= 0 and area[one] == area[other]


def _too_many(clauses: list[Clause], amounts: list[int], capacity: int, known: Clause) -> Iterator[tuple[Clause, ...]]:
    """The fewest fixed needs that together take more than there is: the largest first."""
    if sum(amounts) <= capacity:
        return
    chosen, taken = [], 0
    for amount, clause in sorted(zip(amounts, clauses, strict=True), key=lambda pair: -pair[0]):
        chosen.append(clause)
        taken += amount
        if taken > capacity:
            yield (known, *chosen)
            return


def _pairs(needs: NDArray[np.int32], places: NDArray[np.int32]) -> list[tuple[int, int]]:
    return list(zip(needs.tolist(), places.tolist(), strict=True))


def _pair(problem: Problem, need: int, place: int) -> int:
    begin, end = int(problem.first[need]), int(problem.first[need + 1])
    at = begin + int(np.searchsorted(problem.place[begin:end], place))
    return at if at < end and problem.place[at] == place else -1


def _counted(problem: Problem, rules: Rules, resource: int | None) -> NDArray[np.int32]:
    if resource is not None:
        return problem.demand[:, resource]
    return np.ones(problem.needs, dtype=np.int32) if rules.size is None else rules.size


class _Program:
    """Feasibility of the rules as an integer program whose rows carry the clause that they come from."""

    def __init__(self, problem: Problem, rules: Rules) -> None:
        self.problem = problem
        self.rules = rules
        self.need = problem.need_of_pairs()
        self.width = len(problem.place)
        self.clauses: list[Clause] = []
        self.rows: list[tuple[NDArray[np.int64], NDArray[np.float64], float, float]] = []
        self.owner: list[int] = []
        self._structure()
        self._fixed_and_together()
        self._bounds()
        data = np.concatenate([row[1] for row in self.rows])
        columns = np.concatenate([row[0] for row in self.rows])
        lines = np.repeat(np.arange(len(self.rows)), [len(row[0]) for row in self.rows])
        self.matrix = scipy.sparse.csr_matrix((data, (lines, columns)), shape=(len(self.rows), self.width))
        self.low = np.array([row[2] for row in self.rows])
        self.high = np.array([row[3] for row in self.rows])
        self.owners = np.array(self.owner)

    def holds(self, chosen: set[int]) -> bool:
        """Whether the clauses with these numbers can hold together."""
        kept = (self.owners < 0) | np.isin(self.owners, list(chosen))
        bounds = scipy.optimize.LinearConstraint(self.matrix[kept], self.low[kept], self.high[kept])
        found = scipy.optimize.milp(
            np.zeros(self.width), constraints=bounds, integrality=np.ones(self.width), bounds=(0, 1)
        )
        return int(found.status) != 2

    def _add(
        self, clause: int, columns: NDArray[np.int64], values: NDArray[np.float64], low: float, high: float
    ) -> None:
        self.rows.append((columns, values, low, high))
        self.owner.append(clause)

    def _clause(self, clause: Clause) -> int:
        self.clauses.append(clause)
        return len(self.clauses) - 1

    def _structure(self) -> None:
        """One place a need, no more than the capacity: these are not rules that could be given up."""
        for need in range(self.problem.needs):
            pairs = np.arange(self.problem.first[need], self.problem.first[need + 1])
            if len(pairs):
                self._add(-1, pairs, np.ones(len(pairs)), 0, 1)
        for place in range(self.problem.places):
            pairs = np.flatnonzero(self.problem.place == place)
            for resource, capacity in enumerate(self.problem.capacity[place]):
                taken = self.problem.demand[self.need[pairs], resource].astype(np.float64)
                if taken.sum() > capacity:
                    self._add(-1, pairs, taken, 0, float(capacity))

    def _fixed_and_together(self) -> None:
        rules = self.rules
        for pairs, kind, value in (
            (_pairs(rules.fixed_need, rules.fixed_place), Kind.FIXED, 1.0),
            (_pairs(rules.forbidden_need, rules.forbidden_place), Kind.FORBIDDEN, 0.0),
        ):
            for need, place in dict.fromkeys(pairs):
                pair = _pair(self.problem, need, place)
                if pair >= 0:
                    clause = self._clause(Clause(kind, need=need, place=place))
                    self._add(clause, np.array([pair]), np.ones(1), value, value)
        for index, rule in enumerate(rules.together):
            clause = self._clause(Clause(Kind.TOGETHER, index=index))
            near = rule.closeness is Closeness.NEAR and rules.area is not None
            key = rules.area if near and rules.area is not None else np.arange(self.problem.places, dtype=np.int32)
            leader = self._by_key(rule.needs[0], key)
            for other in rule.needs[1:]:
                follower = self._by_key(other, key)
                for value in leader.keys() | follower.keys():
                    one, two = leader.get(value, []), follower.get(value, [])
                    columns = np.array([*one, *two], dtype=np.int64)
                    signs = np.array([1.0] * len(one) + [-1.0] * len(two))
                    self._add(clause, columns, signs, 0, 0)

    def _by_key(self, need: int, key: NDArray[np.int32]) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for pair in range(int(self.problem.first[need]), int(self.problem.first[need + 1])):
            place = int(self.problem.place[pair])
            area = int(key[place])
            found[area if area >= 0 else -1 - place].append(pair)  # a place outside every area is one of its own
        return found

    def _bounds(self) -> None:
        problem, rules = self.problem, self.rules
        for index, quota in enumerate(rules.quotas):
            if quota.penalty is None:
                clause = self._clause(Clause(Kind.QUOTA, index=index, text=quota.name))
                pairs = np.flatnonzero(np.isin(problem.place, quota.places))
                counted = _counted(problem, rules, quota.resource)[self.need[pairs]].astype(np.float64)
                self._add(clause, pairs, counted, quota.least, np.inf if quota.most is None else quota.most)
        if rules.minimum is not None:
            for place in np.flatnonzero(rules.minimum > 1):
                self._opening(int(place), float(rules.minimum[place]))
        outcomes = []
        for index, group in enumerate(rules.groups):
            if len(group.members) == 0:
                continue
            pairs = np.flatnonzero(np.isin(self.need, group.members))
            worth = problem.score[pairs] if rules.fairness.measure is Measure.SCORE else np.ones(len(pairs))
            outcomes.append((pairs, worth / len(group.members)))
            if group.minimum is not None:
                clause = self._clause(Clause(Kind.GROUP, index=index, text=group.name))
                self._add(clause, *outcomes[-1], group.minimum, np.inf)
        if rules.fairness.largest_difference is not None and len(outcomes) > 1:
            clause = self._clause(Clause(Kind.DIFFERENCE, text=str(rules.fairness.largest_difference)))
            for one in outcomes:
                for other in outcomes:
                    if one is not other:
                        columns = np.concatenate([one[0], other[0]])
                        values = np.concatenate([one[1], -other[1]])
                        self._add(clause, columns, values, -np.inf, rules.fairness.largest_difference)
        if rules.stability is not None and rules.stability.most_changes is not None:
            before = np.flatnonzero(rules.stability.previous >= 0)
            stays = [_pair(problem, int(need), int(rules.stability.previous[need])) for need in before]
            pairs = np.array([pair for pair in stays if pair >= 0], dtype=np.int64)
            clause = self._clause(Clause(Kind.CHANGES, text=str(rules.stability.most_changes)))
            self._add(clause, pairs, np.ones(len(pairs)), len(before) - rules.stability.most_changes, np.inf)

    def _opening(self, place: int, minimum: float) -> None:
        """Nobody, or at least the minimum: a further variable says whether the place opens."""
        pairs = np.flatnonzero(self.problem.place == place)
        if len(pairs) == 0:
            return
        opens = self.width
        self.width += 1
        clause = self._clause(Clause(Kind.MINIMUM, place=place, text=f"{minimum:.0f}"))
        sizes = _counted(self.problem, self.rules, None)[self.need[pairs]].astype(np.float64)
        columns = np.append(pairs, opens)
        self._add(clause, columns, np.append(sizes, -minimum), 0, np.inf)
        self._add(clause, columns, np.append(np.ones(len(pairs)), -float(len(pairs))), -np.inf, 0)


def _searched(problem: Problem, rules: Rules) -> tuple[Clause, ...]:
    program = _Program(problem, rules)
    everything = set(range(len(program.clauses)))
    if program.holds(everything):
        return ()
    needed = _irreducible(program, everything)
    smallest = _smallest(program, everything, len(needed))
    return tuple(program.clauses[index] for index in sorted(smallest or needed))


def _irreducible(program: _Program, clauses: set[int]) -> set[int]:
    """A contradictory set of which every member is needed. Leaves out halves, then quarters, then single ones."""
    kept = sorted(clauses)
    step = max(1, len(kept) // 2)
    while True:
        at = 0
        while at < len(kept):
            fewer = kept[:at] + kept[at + step :]
            if fewer != kept and not program.holds(set(fewer)):
                kept = fewer
            else:
                at += step
        if step == 1:
            return set(kept)
        step //= 2


def _smallest(program: _Program, everything: set[int], known: int) -> set[int] | None:
    """A smallest contradictory set; None when it is not smaller than one of `known` members, or not found in time."""
    complements: list[set[int]] = []
    tries = 0
    while tries < TRIES:
        candidate = _hitting(complements, len(everything))
        if len(candidate) >= known:
            return None
        tries += 1
        if not program.holds(candidate):
            return candidate
        grown = set(candidate)
        for clause in sorted(everything - candidate):
            tries += 1
            if program.holds(grown | {clause}):
                grown.add(clause)
        complements.append(everything - grown)
    return None


def _hitting(sets: list[set[int]], width: int) -> set[int]:
    """A smallest set that has a member of each."""
    if not sets:
        return set()
    rows = np.zeros((len(sets), width))
    for row, members in zip(rows, sets, strict=True):
        row[list(members)] = 1
    found = scipy.optimize.milp(
        np.ones(width),
        constraints=scipy.optimize.LinearConstraint(rows, 1, np.inf),
        integrality=np.ones(width),
        bounds=(0, 1),
    )
    return set(np.flatnonzero(found.x > 0.5).tolist())
