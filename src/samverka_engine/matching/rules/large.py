"""Rules in problems that are too large for one integer program: multipliers first, then those who must or might move.

Each linear rule gets a multiplier, what it is worth to have one unit more or less (Lagrangian relaxation; Geoffrion
1974; steps by Polyak's rule). With the multipliers in the scores the problem has no rules, and its bound is valid for
the one with rules. Then everybody stays at that placement but those in rules that are not kept and those who lose least
by moving: over these one integer program with all rules finds a placement that keeps them.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from samverka_engine.matching.placement import Limits, Placement, Progress
from samverka_engine.matching.problem import Problem

from .clauses import Kind
from .options import Options
from .program import Goal, Row, Rows, program_of
from .search import best_point

__all__ = ["Large", "NotFound"]

STEPS = 20
"""Rounds of multipliers."""
BELOW = 0.01
"""The first step goes towards a total so much below the bound, relative."""
MENDING = 1.5
"""Typical scores that each unit by which a rule is missed is taken to cost."""
BARELY = 1e-3
"""The relative gap at which a round's placement is good enough."""
COLUMNS = (15_000, 40_000, 100_000)
"""Options of those who may move, in one program; the next when the last leaves no answer."""
CLOSING = 8
"""Rounds of closing places where too few come."""


class NotFound(ValueError):
    """No placement that keeps the rules was found, and none is proven impossible. The message is a sentence."""


class Large:
    """One search."""

    def __init__(
        self,
        options: Options,
        rows: Rows,
        score: Goal,
        limits: Limits,
        inner: Callable[[Problem, Limits, Callable[[Progress], None]], Placement],
        left: Callable[[], float | None],
        stop: Callable[[], bool],
    ) -> None:
        self.options, self.rows, self.score, self.limits, self.inner = options, rows, score, limits, inner
        self.left, self.stop = left, stop
        free = ~np.repeat(options.fixed, np.diff(options.problem.first))
        self.movable = np.flatnonzero(free)
        problem = options.free()
        if problem is None:
            raise NotFound("Those who are fixed take more than there is.")
        self.free = problem
        self.owner = options.problem.need_of_pairs()
        self.closed = np.zeros(len(free), dtype=np.bool_)
        self.sound = False
        """Whether moves begin at a placement that keeps all rules."""

    def placed(
        self,
        with_fixed: Callable[[NDArray[np.int64]], NDArray[np.int64]],
        option: NDArray[np.int64],
        base: Placement,
        bound: float,
        goals: Sequence[Goal],
        start: NDArray[np.int64] | None = None,
        *,
        sound: bool = False,
    ) -> tuple[NDArray[np.int64], float]:
        """The options of a placement that keeps the rules, and a bound on the score.

        Moves begin at `start`, if given, which is an answer itself when it is `sound`: it keeps all rules.

        Raises:
            NotFound: there was none among those tried.
        """
        self.with_fixed = with_fixed
        adjusted = self.score.value
        price = base.price
        linear = [row for row in self.rows.rows if self._is_linear(row)]
        if linear:
            option, adjusted, price, bound = self._priced(linear, option, base, bound)
        if self.rows.opens:
            option, price = self._closed(option, adjusted, price)
        regret = self._regrets(adjusted, price)
        if start is not None:
            option, self.sound = start, sound
        first = goals[0]
        option = self._moved(option, regret, first, ())
        held = [(first, self._held(first, option))]
        for goal in goals[1:]:
            option = self._moved(option, regret, goal, held)
            held.append((goal, self._held(goal, option)))
        return option, bound

    def raised(
        self,
        with_fixed: Callable[[NDArray[np.int64]], NDArray[np.int64]],
        option: NDArray[np.int64],
        base: Placement,
        goal: Goal,
    ) -> NDArray[np.int64]:
        """A placement with more of a goal, by moves from this one; the same when there is none among those tried."""
        self.with_fixed = with_fixed
        try:
            return self._moved(option, self._regrets(self.score.value, base.price), goal, ())
        except NotFound:
            return option

    def _held(self, goal: Goal, option: NDArray[np.int64]) -> float:
        worth = float(goal.value[option[option >= 0]].sum()) - self._missed(option) * (goal.further is not None)
        return goal.held_at(worth, worth)

    def _missed(self, option: NDArray[np.int64]) -> float:
        """The penalties of soft bounds."""
        return sum(self._penalty(row) * self._violation(row, self._taken(row, option)) for row in self.rows.rows)

    # Multipliers.

    def _is_linear(self, row: Row) -> bool:
        return row.clause is not None and row.clause.kind in (Kind.QUOTA, Kind.GROUP, Kind.CHANGES)

    def _penalty(self, row: Row) -> float:
        """What a missed unit of a soft row costs; 0 of a hard one."""
        if row.clause is None or row.clause.kind is not Kind.QUOTA or not row.further:
            return 0.0
        return -self.rows.further[row.further[0][0]].score / abs(row.further[0][1])

    def _taken(self, row: Row, option: NDArray[np.int64]) -> float:
        chosen = np.zeros(len(self.owner), dtype=np.bool_)
        chosen[option[option >= 0]] = True
        return float(row.amount[chosen[row.option]].sum())

    def _violation(self, row: Row, taken: float) -> float:
        """In the row's own units: how far it is from its bounds."""
        return max(0.0, row.low - taken, taken - row.high)

    def _priced(
        self, linear: list[Row], option: NDArray[np.int64], base: Placement, bound: float
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], float]:
        below, above = np.zeros(len(linear)), np.zeros(len(linear))
        most = np.array([self._penalty(row) or np.inf for row in linear])
        lows = np.array([row.low for row in linear])
        highs = np.array([row.high for row in linear])
        best = (bound, self.score.value, base.price, option)
        most_merit = -np.inf
        value, price = self.score.value, base.price
        typical = abs(bound) / max(1, int((option >= 0).sum()))
        begun = self.left()
        for step in range(STEPS):
            taken = np.array([self._taken(row, option) for row in linear])
            missing, surplus = lows - taken, taken - highs
            missed = np.maximum(0.0, np.maximum(missing, surplus)).sum()
            # What is missed can be mended by moves that cost a typical score or two each.
            merit = float(self.score.value[option[option >= 0]].sum()) - MENDING * typical * float(missed)
            if merit > most_merit:
                most_merit = merit
                best = (best[0], value, price, option)
            left = self.left()
            if begun is not None and left is not None and left < begun / 2:
                break
            up = np.where(np.isfinite(lows), np.where((missing > 0) | (below > 0), missing, 0.0), 0.0)
            down = np.where(np.isfinite(highs), np.where((surplus > 0) | (above > 0), surplus, 0.0), 0.0)
            square = float(up @ up + down @ down)
            if square == 0.0 or self.stop():
                break
            # Polyak's step towards a total somewhat below the bound.
            length = abs(best[0]) * BELOW / (1 + step / 3) / square
            below = np.clip(below + length * up, 0.0, most)
            above = np.clip(above + length * down, 0.0, most)
            value = self.score.value.copy()
            for row, plus, minus in zip(linear, below, above, strict=True):
                value[row.option] += (plus - minus) * row.amount
            solved = self._without_rules(value)
            price = solved.price
            option = self.with_fixed(solved.pair)
            fixed = self.options.problem.first[:-1][self.options.fixed]
            worth = solved.bound if solved.tighter_bound is None else min(solved.bound, solved.tighter_bound)
            worth += float(value[fixed].sum())
            worth -= float(below[np.isfinite(lows)] @ lows[np.isfinite(lows)])
            worth += float(above[np.isfinite(highs)] @ highs[np.isfinite(highs)])
            best = (min(best[0], worth), *best[1:])
        return best[3], best[1], best[2], best[0]

    def _without_rules(self, value: NDArray[np.float64]) -> Placement:
        score = np.where(self.closed, -1.0, value)[self.movable]
        left = self.left()
        share = None if left is None else left / 4
        limits = replace(self.limits, gap=max(self.limits.gap, BARELY), seconds=share)
        return self.inner(replace(self.free, score=score), limits, lambda progress: None)

    # Places that open from a number.

    def _closed(
        self, option: NDArray[np.int64], value: NDArray[np.float64], price: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Closes the half of the places with too few who come the fewest, until the others have enough."""
        place = self.options.problem.place
        minimums = [row for row in self.rows.rows if row.clause and row.clause.kind is Kind.MINIMUM and row.low == 0]
        for _ in range(CLOSING):
            short: list[tuple[float, int]] = []
            for row in minimums:
                taken = self._taken(row, option)
                least = -row.further[0][1]
                if row.clause is not None and 0 < taken < least:
                    short.append((taken / least, row.clause.place))
            if not short:
                break
            short.sort()
            self.closed |= np.isin(place, [at for _, at in short[: (len(short) + 1) // 2]])
            solved = self._without_rules(value)
            option, price = self.with_fixed(solved.pair), solved.price
        return option, price

    # Moves.

    def _regrets(self, value: NDArray[np.float64], price: NDArray[np.float64]) -> NDArray[np.float64]:
        """(options,): how much worse each is than its owner's best at the prices."""
        inner = self.options.problem
        worth = value - np.einsum("or,or->o", inner.demand[self.owner], price[inner.place])
        best = np.zeros(inner.needs)
        np.maximum.at(best, self.owner, worth)
        regret: NDArray[np.float64] = best[self.owner] - worth
        return regret

    def _moved(
        self,
        option: NDArray[np.int64],
        regret: NDArray[np.float64],
        goal: Goal,
        held: Sequence[tuple[Goal, float]],
    ) -> NDArray[np.int64]:
        for columns in COLUMNS:
            chosen = self._may_move(option, regret, columns)
            owners = np.unique(self.owner[chosen])
            stays = option.copy()
            stays[owners] = -1
            kept = stays[stays >= 0]
            program, used = program_of(self.options, self.rows, goal, held, chosen=chosen, kept=kept)
            best = best_point(
                program, gap=self.limits.gap / 2, seconds=self.left, stop=self.stop, seed=self.limits.seed
            )
            if best.x is not None:
                taken = used[best.x[: len(used)] > 0.5]
                stays[self.owner[taken]] = taken
                return stays
            if held or self.sound:
                return option  # the earlier goals leave no other placement among these
        raise NotFound(
            f"No placement that keeps all the rules was found by moving some of {self.options.problem.needs}. "
            "It is not proven that there is none."
        )

    def _may_move(self, option: NDArray[np.int64], regret: NDArray[np.float64], columns: int) -> NDArray[np.int64]:
        """The options, about so many, of those who move first; each with the option that it has."""
        order = np.where(self.closed, np.inf, regret)
        urgent = np.zeros(len(order), dtype=np.bool_)
        holds = np.zeros(len(order), dtype=np.bool_)
        holds[option[option >= 0]] = True
        for row in self.rows.rows:
            taken = self._taken(row, option)
            if row.clause is None:
                continue
            if row.clause.kind is Kind.MINIMUM:  # only a place where some come, and too few
                if row.low == 0 and 0 < taken < -row.further[0][1]:
                    urgent[row.option] = True
                continue
            if taken < row.low:
                urgent[row.option[row.amount > 0]] = True
            elif taken > row.high:
                leaving = self.owner[row.option[holds[row.option]]]
                urgent |= np.isin(self.owner, leaving)
        first = np.flatnonzero(urgent & np.isfinite(order))
        first = first[np.argsort(order[first], kind="stable")][: columns // 2]
        rest = np.flatnonzero(~urgent & ~holds & np.isfinite(order))
        count = max(0, columns - len(first))
        if len(rest) > count:
            rest = rest[np.argpartition(order[rest], count)[:count]]
        chosen = np.union1d(first, rest)
        movers = np.unique(self.owner[chosen])
        own = option[movers]
        return np.union1d(chosen, own[own >= 0])
