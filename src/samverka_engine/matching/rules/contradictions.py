"""Rules that cannot all hold: the smallest set of them that contradicts itself, the capacities and the pairs.

What follows from one place or one need is found by looking, at any size. Contradictions over several places are
found by feasibility programs, in problems of at most `SEARCHED` pairs: a smallest unsatisfiable set by implicit
hitting sets (A. Ignatiev, A. Previti, M. Liffiton and J. Marques-Silva, Smallest MUS extraction with minimal hitting
set dualization, CP 2015), or after `TRIES` programs a set of which every member is needed. In larger problems they
are left to the solver, which says that there is no answer.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from scipy import sparse

from samverka_engine.matching.problem import Problem
from samverka_engine.matching.solvers import Program, solve_program

from .clauses import Clause, Kind, counted, pair_of, pairs_of
from .feasibility import FeasibilityProgram
from .model import Closeness, Rules, Together

__all__ = ["Clause", "Kind", "contradiction"]

SEARCHED = 20_000
TRIES = 400


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
    fixed = [Clause(Kind.FIXED, need=int(n), place=int(p)) for n, p in pairs_of(rules.fixed_need, rules.fixed_place)]
    forbidden = set(pairs_of(rules.forbidden_need, rules.forbidden_place))
    where: dict[int, Clause] = {}
    at: dict[int, list[Clause]] = defaultdict(list)
    for clause in fixed:
        if pair_of(problem, clause.need, clause.place) < 0:
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
            takes = counted(problem, rules, quota.resource)
            yield from _too_many(clauses, [int(takes[clause.need]) for clause in clauses], quota.most, known)
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
                elif pair_of(problem, need, one.place) < 0:
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


def _searched(problem: Problem, rules: Rules) -> tuple[Clause, ...]:
    program = FeasibilityProgram(problem, rules)
    everything = set(range(len(program.clauses)))
    if program.holds(everything):
        return ()
    needed = _irreducible(program, everything)
    smallest = _smallest(program, everything, len(needed))
    return tuple(program.clauses[index] for index in sorted(smallest or needed))


def _irreducible(program: FeasibilityProgram, clauses: set[int]) -> set[int]:
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


def _smallest(program: FeasibilityProgram, everything: set[int], known: int) -> set[int] | None:
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
    program = Program(
        value=-np.ones(width),
        matrix=sparse.csc_array(rows),
        row_lower=np.ones(len(sets)),
        row_upper=np.full(len(sets), np.inf),
        lower=np.zeros(width),
        upper=np.ones(width),
        integer=np.ones(width, dtype=np.bool_),
    )
    chosen = solve_program(program).x
    if chosen is None:
        raise ArithmeticError("every set has a member, and nothing was found that hits them all")
    return set(np.flatnonzero(chosen > 0.5).tolist())
