"""The rules as rows of an integer program over options, each row with the clause that it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from samverka_engine.matching.problem import NOWHERE, Problem
from samverka_engine.matching.solvers import Program

from .clauses import Clause, Kind, counted, pair_of
from .model import Closeness, Measure, Rules
from .options import Options

__all__ = ["HELD", "Further", "Goal", "Row", "Rows", "program_of", "rows_of"]

HELD = 1e-6
"""Of its largest single value: by so much a later goal may lower an earlier one, beside what the rules give away."""
ROW_EACH = 20_000
"""With more options at places with a minimum, one row a place says that a closed one takes nobody."""


@dataclass(frozen=True)
class Further:
    """A variable beside the options: whether a place opens, what is missing or too much, how the worst-off fare."""

    lower: float
    upper: float
    whole: bool
    score: float = 0.0
    """What each unit adds to the goal that is the score."""


@dataclass(frozen=True)
class Row:
    """low <= sum of amount over options, and of the further variables, <= high."""

    clause: Clause | None
    option: NDArray[np.int64]
    amount: NDArray[np.float64]
    low: float
    high: float
    further: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True)
class Goal:
    """A goal over options; the score's also over the further variables."""

    name: str
    value: NDArray[np.float64]
    give: float = 0.0
    further: NDArray[np.float64] | None = None

    def held_at(self, worth: float, best: float) -> float:
        """What later goals must leave of it: all but what it gives, and a little for rounding's sake."""
        largest = float(np.abs(self.value).max(initial=0.0))
        if self.further is not None:
            largest = max(largest, float(np.abs(self.further).max(initial=0.0)))
        return worth - max(self.give * abs(best), HELD * largest)


@dataclass
class Rows:
    """What beside capacities binds several owners."""

    rows: list[Row] = field(default_factory=list)
    further: list[Further] = field(default_factory=list)
    opens: dict[int, int] = field(default_factory=dict)
    """The further variable of each place that opens only when enough come."""
    worst: int = -1
    """The further variable that is the worst-off group's outcome; -1 when nobody asks."""


def rows_of(problem: Problem, rules: Rules, options: Options) -> Rows:
    """The rows of all rules that options do not settle."""
    return _Writer(problem, rules, options).written()


class _Writer:
    def __init__(self, problem: Problem, rules: Rules, options: Options) -> None:
        self.problem, self.rules, self.options = problem, rules, options
        self.place = options.problem.place
        self.need = problem.need_of_pairs()
        self.found = Rows()

    def written(self) -> Rows:
        self._quotas()
        self._minimum()
        self._near()
        self._groups()
        self._changes()
        return self.found

    def _row(
        self,
        clause: Clause,
        amount: NDArray[np.float64],
        low: float,
        high: float,
        further: tuple[tuple[int, float], ...] = (),
    ) -> None:
        used = np.flatnonzero(amount)
        self.found.rows.append(_scaled(Row(clause, used, amount[used], low, high, further)))

    def _new(self, further: Further) -> int:
        self.found.further.append(further)
        return len(self.found.further) - 1

    def _quotas(self) -> None:
        for index, quota in enumerate(self.rules.quotas):
            size = counted(self.problem, self.rules, quota.resource)
            amount = self.options.sums(size[self.need].astype(np.float64))
            amount = np.where(np.isin(self.place, quota.places), amount, 0.0)
            most = np.inf if quota.most is None else float(quota.most)
            clause = Clause(Kind.QUOTA, index=index, text=quota.name)
            if quota.penalty is None:
                self._row(clause, amount, float(quota.least), most)
                continue
            if quota.least > 0:
                missing = self._new(Further(0.0, np.inf, False, -quota.penalty))
                self._row(clause, amount, float(quota.least), np.inf, ((missing, 1.0),))
            if quota.most is not None:
                surplus = self._new(Further(0.0, np.inf, False, -quota.penalty))
                self._row(clause, amount, -np.inf, most, ((surplus, -1.0),))

    def _minimum(self) -> None:
        minimum = self.rules.minimum
        if minimum is None:
            return
        size = self.options.sums(counted(self.problem, self.rules, None)[self.need].astype(np.float64))
        each = int(np.isin(self.place, np.flatnonzero(minimum > 1)).sum()) <= ROW_EACH
        for place in np.flatnonzero(minimum > 1):
            here = np.flatnonzero(self.place == place)
            if len(here):
                least = float(minimum[place])
                opens = self._new(Further(0.0, 1.0, True))
                self.found.opens[int(place)] = opens
                clause = Clause(Kind.MINIMUM, place=int(place), text=f"{least:.0f}")
                self.found.rows.append(Row(clause, here, size[here], 0.0, np.inf, ((opens, -least),)))
                # A closed place takes nobody. One row an option is what makes the linear program tell.
                for some in here.reshape(-1, 1) if each else (here,):
                    count = float(len(some))
                    self.found.rows.append(Row(clause, some, np.ones(len(some)), -np.inf, 0.0, ((opens, -count),)))

    def _near(self) -> None:
        area = self.rules.area
        for index, rule in enumerate(self.rules.together):
            if rule.closeness is not Closeness.NEAR or area is None:
                continue
            clause = Clause(Kind.TOGETHER, index=index)
            for other in rule.needs[1:]:
                sign = np.where(self.need == rule.needs[0], 1.0, np.where(self.need == other, -1.0, 0.0))
                each = self.options.sums(sign)
                used = np.flatnonzero(each)
                at = self.place[used]
                key = np.where(area[at] >= 0, area[at], -1 - at)
                for value in np.unique(key):
                    here = used[key == value]
                    self.found.rows.append(Row(clause, here, each[here], 0.0, 0.0))

    def _groups(self) -> None:
        rules = self.rules
        outcomes: list[NDArray[np.float64]] = []
        compared = rules.fairness.largest_difference is not None or rules.fairness.best_worst_off
        for index, group in enumerate(rules.groups):
            if not len(group.members) or (group.minimum is None and not compared):
                continue
            worth = self.problem.score if rules.fairness.measure is Measure.SCORE else np.ones(len(self.need))
            member = np.zeros(self.problem.needs, dtype=np.bool_)
            member[group.members] = True
            amount = self.options.sums(np.where(member[self.need], worth, 0.0) / len(group.members))
            outcomes.append(amount)
            if group.minimum is not None:
                self._row(Clause(Kind.GROUP, index=index, text=group.name), amount, group.minimum, np.inf)
        largest = rules.fairness.largest_difference
        if largest is not None and len(outcomes) > 1:
            clause = Clause(Kind.DIFFERENCE, text=str(largest))
            low = self._new(Further(-np.inf, np.inf, False))
            for amount in outcomes:  # every outcome between a level and the level and the difference
                self._row(clause, amount, 0.0, largest, ((low, -1.0),))
        if rules.fairness.best_worst_off and outcomes:
            self.found.worst = self._new(Further(-np.inf, np.inf, False))
            clause = Clause(Kind.DIFFERENCE, text="worst-off")
            for amount in outcomes:
                self._row(clause, amount, 0.0, np.inf, ((self.found.worst, -1.0),))

    def _changes(self) -> None:
        stability = self.rules.stability
        if stability is None or stability.most_changes is None:
            return
        stays = np.zeros(len(self.need))
        before = np.flatnonzero(stability.previous != NOWHERE)
        for need in before.tolist():
            pair = pair_of(self.problem, need, int(stability.previous[need]))
            if pair >= 0:
                stays[pair] = 1.0
        clause = Clause(Kind.CHANGES, text=str(stability.most_changes))
        self._row(clause, self.options.sums(stays), float(len(before) - stability.most_changes), np.inf)


def program_of(
    options: Options,
    rows: Rows,
    goal: Goal,
    held: Sequence[tuple[Goal, float]] = (),
    *,
    chosen: NDArray[np.int64] | None = None,
    kept: NDArray[np.int64] | None = None,
    without: frozenset[Clause] = frozenset(),
) -> tuple[Program, NDArray[np.int64]]:
    """The program of a goal, with the earlier goals held at what they are worth, and the options of its columns.

    Columns are the options `chosen` (None: all) and then the further variables; `kept` are options of other owners
    that are taken as they are. Rows of the clauses `without` are left out.
    """
    inner = options.problem
    columns = np.arange(len(inner.place)) if chosen is None else chosen
    constant = np.zeros(0, dtype=np.int64) if kept is None else kept
    column = np.full(len(inner.place), -1, dtype=np.int64)
    column[columns] = np.arange(len(columns))
    taken = np.zeros(len(inner.place), dtype=np.bool_)
    taken[constant] = True
    owner = (np.searchsorted(inner.first, columns, side="right") - 1).astype(np.int64)
    lines: list[NDArray[np.int64]] = []
    across: list[NDArray[np.int64]] = []
    amounts: list[NDArray[np.float64]] = []
    low: list[NDArray[np.float64]] = []
    high: list[NDArray[np.float64]] = []
    owners, line = np.unique(owner, return_inverse=True)
    lines.append(line.astype(np.int64))
    across.append(np.arange(len(columns)))
    amounts.append(np.ones(len(columns)))
    low.append(options.fixed[owners].astype(np.float64))
    high.append(np.ones(len(owners)))
    count = len(owners)
    places, at = np.unique(inner.place[columns], return_inverse=True)
    room = inner.capacity.astype(np.int64).copy()
    other = (np.searchsorted(inner.first, constant, side="right") - 1).astype(np.int64)
    np.subtract.at(room, inner.place[constant], inner.demand[other].astype(np.int64))
    for resource in range(inner.demand.shape[1]):
        lines.append(at + count)
        across.append(np.arange(len(columns)))
        amounts.append(inner.demand[owner, resource].astype(np.float64))
        low.append(np.full(len(places), -np.inf))
        high.append(room[places, resource].astype(np.float64))
        count += len(places)
    # Scores that are very large or small are no matter of the solver's tolerances.
    for row in (*(_held(earlier, worth) for earlier, worth in held), *rows.rows):
        if row.clause in without:
            continue
        settled = float(row.amount[taken[row.option]].sum())
        inside = column[row.option] >= 0
        if not inside.any() and not row.further and row.low <= settled <= row.high:
            continue
        extra = [len(columns) + index for index, _ in row.further]
        lines.append(np.full(int(inside.sum()) + len(extra), count))
        across.append(np.concatenate([column[row.option[inside]], np.array(extra, dtype=np.int64)]))
        amounts.append(np.concatenate([row.amount[inside], np.array([a for _, a in row.further], dtype=np.float64)]))
        low.append(np.array([row.low - settled]))
        high.append(np.array([row.high - settled]))
        count += 1
    width = len(columns) + len(rows.further)
    matrix = sparse.csc_array(
        (np.concatenate(amounts), (np.concatenate(lines), np.concatenate(across))), shape=(count, width)
    )
    matrix.sum_duplicates()
    further = np.zeros(len(rows.further)) if goal.further is None else goal.further
    program = Program(
        value=np.concatenate([goal.value[columns], further]),
        matrix=matrix,
        row_lower=np.concatenate(low),
        row_upper=np.concatenate(high),
        lower=np.concatenate([np.zeros(len(columns)), [f.lower for f in rows.further]]),
        upper=np.concatenate([np.ones(len(columns)), [f.upper for f in rows.further]]),
        integer=np.concatenate([np.ones(len(columns), dtype=np.bool_), [f.whole for f in rows.further]]).astype(
            np.bool_
        ),
    )
    return program, columns


def _held(goal: Goal, worth: float) -> Row:
    used = np.flatnonzero(goal.value)
    further: tuple[tuple[int, float], ...] = ()
    if goal.further is not None:
        further = tuple((int(index), float(goal.further[index])) for index in np.flatnonzero(goal.further))
    return _scaled(Row(None, used, goal.value[used], worth, np.inf, further))


def _scaled(row: Row) -> Row:
    largest = max(float(np.abs(row.amount).max(initial=0.0)), *(abs(a) for _, a in row.further), 1e-300)
    further = tuple((index, amount / largest) for index, amount in row.further)
    return Row(row.clause, row.option, row.amount / largest, row.low / largest, row.high / largest, further)
