"""A placement that keeps the rules: which method suits them, and what came of it, checked.

* Fixed and forbidden pairs and those who share a place are settled in the problem itself (`options`); when there is
  nothing else, the answer is as exact as without rules.
* One seat each and several goals: a later goal is decided among the placements that the prices of the earlier ones
  prove equally good (`faces`).
* Other rules make an integer program (`program`, `search`), goal after goal, each earlier one held at what it reached.
* Too many options for one program: prices and multipliers for the rules, then programs over those who must or might
  move (`large`). The bound is that of the multipliers, which is always valid; the gap may stay open, and says so.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from samverka_engine.matching.placement import Limits, Placement, Progress, Status, bound_at, total_of, used_by
from samverka_engine.matching.problem import NOWHERE, Problem
from samverka_engine.matching.solve import solve

from .answer import Reached, Ruled
from .contradictions import contradiction
from .faces import best_on_faces
from .keeping import bonus_of, broken, outcome_of, penalty_of
from .large import Large, NotFound
from .later import LATER
from .model import Objective, Rules
from .options import Options, options_of
from .program import HELD, Goal, Rows, program_of, rows_of
from .search import best_point
from .smallest import smallest_contradiction
from .worst_off import BELOW, NOT_SO_GOOD, levels_of, outcomes_of_rows, with_level

__all__ = ["HELD", "WORST_OFF", "Inner", "NotFound", "Reached", "Ruled", "solve_with_rules"]

WORST_OFF = "worst-off group"
"""The name of the goal that is its outcome."""

PROVEN = 1e-6
"""The relative gap that rounding is allowed in a proof by an integer program."""
ONE_PROGRAM = 60_000
"""With more options the rules are kept by moving some."""
MOVED_TOO = 20_000
"""With more options moves are tried as well when the program has no answer in its time."""
BASE_SHARE, BASE_GAP = 0.3, 5e-3
"""Of the time, for prices before the rules, and how near they need to be."""

Inner = Callable[[Problem, Limits, Callable[[Progress], None]], Placement]
"""What solves a problem without rules."""


def solve_with_rules(
    problem: Problem,
    rules: Rules,
    limits: Limits,
    told: Callable[[Progress], None] = lambda progress: None,
    *,
    inner: Inner = solve,
) -> Ruled:
    """The best placement that keeps the rules, as near as limits allow.

    Raises:
        NotFound: none was found in the time, and it is not proven that there is none; or the problem is too large for
            rules of this kind.
        ArithmeticError: the answer does not keep the rules; a mistake here, and no answer.
    """
    return _Work(problem, rules, limits, told, inner).done()


class _Work:
    options: Options
    rows: Rows
    goals: list[Goal]
    base: Placement

    def __init__(
        self, problem: Problem, rules: Rules, limits: Limits, told: Callable[[Progress], None], inner: Inner
    ) -> None:
        self.problem, self.rules, self.limits, self.told, self.inner = problem, rules, limits, told, inner
        self.begun = limits.clock()
        self.bounds: dict[str, float | None] = {}
        self.diagnostics: dict[str, float] = {}

    def done(self) -> Ruled:
        options = options_of(self.problem, self.rules)
        free = None if options is None else options.free()
        if options is None or free is None:
            return self._impossible(None)
        self.options = options
        self.rows = rows_of(self.problem, self.rules, options)
        self.goals = self._goals()
        score = next(goal for goal in self.goals if goal.name == "score")
        alone = not self.rows.rows and len(self.goals) == 1
        share = None if self.limits.seconds is None or alone else BASE_SHARE * self.limits.seconds
        limits = self.limits
        if not alone:
            gap = 0.0 if self.problem.is_unit else max(BASE_GAP, self.limits.gap)
            limits = replace(limits, seconds=share, gap=gap)
        self.base = self.inner(self._scored(free, score), limits, self.told)
        self.diagnostics |= self.base.diagnostics
        base = self._with_fixed(self.base.pair)
        if alone:
            self.bounds["score"] = self._base_bound(tight=True)
            return self._answer(base)
        if self._by_faces():
            found = best_on_faces(self._scored(free, score), self.base, [self._free(goal) for goal in self.goals[1:]])
            if found is not None:
                self.bounds = dict.fromkeys((goal.name for goal in self.goals), None)
                self.bounds["score"] = self._base_bound(tight=True)
                option = self._with_fixed(found.pair)
                for goal, proven in zip(self.goals[1:], found.proven, strict=True):
                    self.bounds[goal.name] = self._worth(goal, option) if proven else None
                return self._answer(option)
        if len(self.options.problem.place) <= ONE_PROGRAM:
            return self._by_programs(base)
        return self._by_moves(base)

    # What is wanted.

    def _goals(self) -> list[Goal]:
        rules = self.rules
        objectives = rules.objectives
        if not any(goal.name == "score" for goal in objectives):
            objectives = (*objectives, Objective(name="score", value=self.problem.score))
        goals = []
        for objective in objectives:
            value = self.options.sums(objective.value)
            further = None
            if objective.name in ("score", LATER):
                value = value + self.options.sums(self._staying())
                further = np.array([f.score for f in self.rows.further])
            goals.append(Goal(objective.name, value, objective.give, further))
        if self.rows.worst >= 0:
            further = np.zeros(len(self.rows.further))
            further[self.rows.worst] = 1.0
            goals.insert(0, Goal(WORST_OFF, np.zeros(len(self.options.problem.place)), 0.0, further))
        return goals

    def _staying(self) -> NDArray[np.float64]:
        """(E,): the bonus of the pairs that were taken before."""
        stability = self.rules.stability
        if stability is None:
            return np.zeros(len(self.problem.place))
        stays = self.problem.place == stability.previous[self.problem.need_of_pairs()]
        return np.where(stays, stability.bonus, 0.0)

    def _scored(self, free: Problem, goal: Goal) -> Problem:
        return replace(free, score=self._free(goal))

    def _free(self, goal: Goal) -> NDArray[np.float64]:
        inner = self.options.problem
        return goal.value[~np.repeat(self.options.fixed, np.diff(inner.first))]

    # From the rows of the free problem to options, and from options to an answer.

    def _with_fixed(self, pair: NDArray[np.int64]) -> NDArray[np.int64]:
        """(owners,): the options of a placement of those who are free, with what is fixed."""
        inner = self.options.problem
        kept = np.flatnonzero(~np.repeat(self.options.fixed, np.diff(inner.first)))
        option = np.full(inner.needs, -1, dtype=np.int64)
        option[pair >= 0] = kept[pair[pair >= 0]]
        option[self.options.fixed] = inner.first[:-1][self.options.fixed]
        return option

    def _base_bound(self, *, tight: bool) -> float:
        """Of the goal that is the score, before the rules that bind several."""
        score = next(goal for goal in self.goals if goal.name == "score")
        fixed = self.options.problem.first[:-1][self.options.fixed]
        bound = self.base.bound
        if tight and self.base.tighter_bound is not None:
            bound = min(bound, self.base.tighter_bound)
        return bound + float(score.value[fixed].sum())

    def _worth(self, goal: Goal, option: NDArray[np.int64]) -> float:
        worth = float(goal.value[option[option >= 0]].sum())
        if goal.further is not None and goal.name != WORST_OFF and self.rows.further:
            pair = self.options.pairs_chosen(option)
            worth -= penalty_of(self.problem, self.rules, self._places(pair))
        return worth

    def _places(self, pair: NDArray[np.int64]) -> NDArray[np.int32]:
        place = np.full(self.problem.needs, NOWHERE, dtype=np.int32)
        place[pair >= 0] = self.problem.place[pair[pair >= 0]]
        return place

    # The methods.

    def _by_faces(self) -> bool:
        """Whether equally good placements are known by their prices."""
        return (
            not self.rows.rows
            and self.problem.is_unit
            and self.options.problem.is_unit
            and self.base.status is Status.OPTIMAL
            and self.goals[0].name == "score"
            and all(goal.give == 0 for goal in self.goals)
        )

    def _by_programs(self, base: NDArray[np.int64]) -> Ruled:
        held: list[tuple[Goal, float]] = []
        point: NDArray[np.float64] | None = None
        columns = np.arange(len(self.options.problem.place))
        if not self.rows.rows:
            point = np.zeros(len(columns))
            point[base[base >= 0]] = 1.0
        for at, goal in enumerate(self.goals):
            program, _ = program_of(self.options, self.rows, goal, held)
            best = best_point(
                program,
                gap=self.limits.gap if at == 0 else 0.0,
                seconds=self._for_program(len(self.goals) - at - 1, first=point is None),
                stop=self._must_stop,
                seed=self.limits.seed,
                start=point,
            )
            if best.infeasible and at == 0:
                return self._impossible(self.options)
            if best.x is None:
                if at == 0 and len(columns) > MOVED_TOO:
                    return self._by_moves(base)
                raise NotFound(
                    "No placement that keeps all the rules was found in the time. It is not proven that there is none."
                )
            point = best.x
            self.bounds[goal.name] = best.bound
            if best.total > 0 and goal.name == "score":
                self.told(Progress("rules", self._seconds(), best.total, best.bound))
            held.append((goal, goal.held_at(best.total, best.bound)))
        return self._answer(base if point is None else self._chosen(point[: len(columns)]))

    def _chosen(self, x: NDArray[np.float64]) -> NDArray[np.int64]:
        inner = self.options.problem
        taken = np.flatnonzero(x > 0.5)
        option = np.full(inner.needs, -1, dtype=np.int64)
        option[np.searchsorted(inner.first, taken, side="right") - 1] = taken
        return option

    def _by_moves(self, base: NDArray[np.int64], start: NDArray[np.int64] | None = None) -> Ruled:
        if self.rows.worst >= 0:
            return self._worst_off_first(base)
        score = next(goal for goal in self.goals if goal.name == "score")
        large = Large(self.options, self.rows, score, self.limits, self.inner, self._left, self._must_stop)
        bound = self._base_bound(tight=True)
        sound = self._sound(start)
        option, bound = large.placed(self._with_fixed, base, self.base, bound, self.goals, start, sound=sound)
        self.bounds = dict.fromkeys((goal.name for goal in self.goals), None)
        self.bounds["score"] = bound
        return self._answer(option)

    def _sound(self, option: NDArray[np.int64] | None) -> bool:
        if option is None:
            return False
        return not broken(self.problem, self.rules, self._places(self.options.pairs_chosen(option)))

    def _worst_off_first(self, base: NDArray[np.int64]) -> Ruled:
        """A level near the highest that every group can be given, as a least outcome of each; then the other goals.

        Raises:
            NotFound: no level that was tried could be kept with the other rules.
        """
        free = self.options.free()
        movable = ~np.repeat(self.options.fixed, np.diff(self.options.problem.first))
        fixed = self.options.problem.first[:-1][self.options.fixed]

        def solved(value: NDArray[np.float64]) -> tuple[NDArray[np.int64], float]:
            left = self._left()
            limits = replace(
                self.limits, gap=max(self.limits.gap, BASE_GAP), seconds=None if left is None else left / 10
            )
            if free is None:
                return base, np.inf
            found = self.inner(replace(free, score=value[movable]), limits, lambda progress: None)
            bound = found.bound if found.tighter_bound is None else min(found.bound, found.tighter_bound)
            return self._with_fixed(found.pair), bound + float(value[fixed].sum())

        score = next(goal for goal in self.goals if goal.name == "score")
        levels = levels_of(outcomes_of_rows(self.rows, len(movable)), score.value, solved, self._must_stop)
        start, reached = levels.option, levels.reached
        if not levels.near:
            large = Large(self.options, self.rows, score, self.limits, self.inner, self._until(1 / 3), self._must_stop)
            start = large.raised(self._with_fixed, start, self.base, self.goals[0])
            reached = max(reached, self._reached(self.goals[0], start))
        asked = self.rules
        for share in BELOW:
            self.rules = with_level(asked, reached - max(share, PROVEN) * max(1e-3, abs(reached)))
            self.rows = rows_of(self.problem, self.rules, self.options)
            self.goals = self._goals()
            try:
                return self._of_level(self._by_moves(base, start), levels.bound)
            except NotFound:
                if self._must_stop():
                    break
        raise NotFound(NOT_SO_GOOD)

    def _of_level(self, ruled: Ruled, bound: float) -> Ruled:
        """The answer with the level that it gives as its first goal; proven when that is the highest there is."""
        place = ruled.placement.place
        value = min(
            outcome_of(self.problem, self.rules, group, place) for group in self.rules.groups if len(group.members)
        )
        first = Reached(WORST_OFF, value, max(value, bound), 0.0)
        status = ruled.placement.status
        if status is Status.OPTIMAL and bound - value > PROVEN * max(1.0, abs(bound)):
            status = Status.TIME_LIMIT if self.limits.gap < BASE_GAP else Status.WITHIN_GAP
        return replace(ruled, placement=replace(ruled.placement, status=status), goals=(first, *ruled.goals))

    # What came of it.

    def _answer(self, option: NDArray[np.int64]) -> Ruled:
        problem, rules = self.problem, self.rules
        pair = self.options.pairs_chosen(option)
        place = self._places(pair)
        if broken(problem, rules, place) or (used_by(problem, place) > problem.capacity).any():
            raise ArithmeticError("the placement does not keep the rules")
        penalty, bonus = penalty_of(problem, rules, place), bonus_of(rules, place)
        total = total_of(problem, pair)
        beside = bonus - penalty
        bound = max(total, self._base_bound(tight=False) - beside)
        proven = self.bounds.get("score")
        best = self._base_bound(tight=True) if proven is None else min(proven, self._base_bound(tight=True))
        tighter = max(total, best - beside)
        gap = (tighter - total) / max(abs(tighter), 1e-12)
        if gap <= PROVEN:
            status = Status.OPTIMAL
        elif gap <= max(self.limits.gap, sum(goal.give for goal in self.goals)):
            status = Status.WITHIN_GAP
        else:
            status = Status.STOPPED if self.limits.stop() else Status.TIME_LIMIT
        goals = tuple(
            Reached(goal.name, self._reached(goal, option), self.bounds.get(goal.name), goal.give)
            for goal in self.goals
        )
        placement = Placement(
            status=status,
            place=place,
            pair=pair,
            price=self.base.price,
            total=total,
            bound=bound,
            tighter_bound=tighter if tighter < bound else None,
            diagnostics=self.diagnostics,
        )
        return Ruled(placement=placement, goals=goals, penalty=penalty, bonus=bonus)

    def _reached(self, goal: Goal, option: NDArray[np.int64]) -> float:
        if goal.name != WORST_OFF:
            return self._worth(goal, option)
        taken = np.zeros(len(self.options.problem.place))
        taken[option[option >= 0]] = 1.0
        worst = [row for row in self.rows.rows if any(index == self.rows.worst for index, _ in row.further)]
        return min(
            float(row.amount @ taken[row.option]) / -next(a for i, a in row.further if i == self.rows.worst)
            for row in worst
        )

    def _impossible(self, options: Options | None) -> Ruled:
        problem = self.problem
        clauses = contradiction(problem, self.rules)
        if not clauses and options is not None:
            clauses = smallest_contradiction(options, self.rows, self._must_stop)
        price = np.zeros(problem.capacity.shape)
        placement = Placement(
            status=Status.INFEASIBLE,
            place=np.full(problem.needs, NOWHERE, dtype=np.int32),
            pair=np.full(problem.needs, -1, dtype=np.int64),
            price=price,
            total=0.0,
            bound=bound_at(problem, price),
        )
        return Ruled(placement=placement, goals=(), contradiction=clauses)

    # Time.

    def _seconds(self) -> float:
        return self.limits.clock() - self.begun

    def _left(self, later: int = 0) -> float | None:
        """Seconds left, of which later goals get a fifth each, at most half."""
        if self.limits.seconds is None:
            return None
        return max(0.05, (self.limits.seconds - self._seconds()) * (1 - min(0.5, 0.2 * later)))

    def _for_program(self, later: int, *, first: bool) -> Callable[[], float | None]:
        """Seconds left of a program's share: of the first of a large one there is kept half for moves."""
        if not first or len(self.options.problem.place) <= MOVED_TOO or self.limits.seconds is None:
            return partial(self._left, later)
        return self._until(1 / 2)

    def _until(self, share: float) -> Callable[[], float | None]:
        """Seconds left of a share of what is left now."""
        left = self._left()
        if left is None:
            return lambda: None
        until = self._seconds() + share * left
        return lambda: max(0.05, until - self._seconds())

    def _must_stop(self) -> bool:
        return self.limits.stop() or (self.limits.seconds is not None and self._seconds() >= self.limits.seconds)
