"""Whether some of the rules can hold together, asked of an integer program."""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from samverka_engine.matching.problem import Problem
from samverka_engine.matching.solvers import Program, SolverStatus, solve_program

from .clauses import Clause, Kind, counted, pair_of, pairs_of
from .model import Closeness, Measure, Rules

__all__ = ["FeasibilityProgram"]


class FeasibilityProgram:
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
        self.matrix = sparse.csr_array((data, (lines, columns)), shape=(len(self.rows), self.width))
        self.low = np.array([row[2] for row in self.rows])
        self.high = np.array([row[3] for row in self.rows])
        self.owners = np.array(self.owner)

    def holds(self, chosen: set[int]) -> bool:
        """Whether the clauses with these numbers can hold together."""
        kept = (self.owners < 0) | np.isin(self.owners, list(chosen))
        program = Program(
            value=np.zeros(self.width),
            matrix=sparse.csc_array(self.matrix[kept]),
            row_lower=self.low[kept],
            row_upper=self.high[kept],
            lower=np.zeros(self.width),
            upper=np.ones(self.width),
            integer=np.ones(self.width, dtype=np.bool_),
        )
        return solve_program(program).status is not SolverStatus.INFEASIBLE

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
            (pairs_of(rules.fixed_need, rules.fixed_place), Kind.FIXED, 1.0),
            (pairs_of(rules.forbidden_need, rules.forbidden_place), Kind.FORBIDDEN, 0.0),
        ):
            for need, place in dict.fromkeys(pairs):
                pair = pair_of(self.problem, need, place)
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
                amounts = counted(problem, rules, quota.resource)[self.need[pairs]].astype(np.float64)
                self._add(clause, pairs, amounts, quota.least, np.inf if quota.most is None else quota.most)
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
            stays = [pair_of(problem, int(need), int(rules.stability.previous[need])) for need in before]
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
        sizes = counted(self.problem, self.rules, None)[self.need[pairs]].astype(np.float64)
        columns = np.append(pairs, opens)
        self._add(clause, columns, np.append(sizes, -minimum), 0, np.inf)
        self._add(clause, columns, np.append(np.ones(len(pairs)), -float(len(pairs))), -np.inf, 0)
