"""The best worst-off group in problems that are too large for one integer program.

No placement can give every group more than the best one gives their weighted mean, whatever the weights: a problem
without rules. The lowest such bound is found by cutting planes (Kelley 1960): each placement that was found is a plane,
and the weights at which the planes are lowest are tried next. With scores of many sizes the placements on the way come
near the bound themselves; the best of them is where moves that mend other rules and raise the score begin.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from samverka_engine.matching.solvers import Program, solve_program

from .model import Rules
from .program import Rows

__all__ = ["BELOW", "NOT_SO_GOOD", "Levels", "levels_of", "outcomes_of_rows", "with_level"]

ROUNDS = 25
BELOW = (0.0, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1)
"""So much below what was reached without the other rules, relative, are the levels that are asked for in turn."""
NOT_SO_GOOD = (
    "No placement was found that keeps the other rules and is nearly as good for the worst-off group as can be. "
    "It is not proven that there is none."
)
NEAR = 1e-4
"""Relative: nearer the bound no better placement is sought, and by so much the score may raise the bound."""


@dataclass(frozen=True)
class Levels:
    """No placement gives every group more than `bound`; `option` gives them all `reached`, and keeps capacities."""

    bound: float
    reached: float
    option: NDArray[np.int64]

    @property
    def near(self) -> bool:
        """Whether there is little to win by looking further."""
        return self.bound - self.reached <= 2 * NEAR * max(1e-12, abs(self.bound))


def levels_of(
    outcomes: Sequence[NDArray[np.float64]],
    score: NDArray[np.float64],
    solved: Callable[[NDArray[np.float64]], tuple[NDArray[np.int64], float]],
    stop: Callable[[], bool],
) -> Levels:
    """`outcomes`: for each group what each option (O,) adds to its mean. `solved` gives the options that are best for
    such values, and a bound on what they are worth. Between options that are equal to groups the score decides.
    """
    table = np.stack(outcomes)
    weight = np.full(len(table), 1.0 / len(table))
    share = NEAR * float(np.abs(table).mean()) / max(float(np.abs(score).mean()), 1e-300)
    found: Levels | None = None
    planes: list[NDArray[np.float64]] = []
    for _ in range(ROUNDS):
        option, worth = solved(weight @ table + share * score)
        chosen = option[option >= 0]
        fares = table[:, chosen].sum(axis=1)
        level = float(fares.min())
        bound = worth if found is None else min(found.bound, worth)
        better = found is None or level > found.reached
        found = Levels(bound, level, option) if better or found is None else replace(found, bound=bound)
        if stop() or found.near:
            break
        planes.append(fares)
        lowest = _lowest(np.stack(planes))
        if lowest is None or np.abs(lowest - weight).max() < 1e-9:
            break
        weight = lowest
    if found is None:
        raise ValueError("no groups")
    return found


def _lowest(planes: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """The weights (G,), adding up to one, at which the highest of the planes (K, G) is lowest."""
    count, groups = planes.shape
    size = float(np.abs(planes).max()) or 1.0
    matrix = np.zeros((count + 1, groups + 1))
    matrix[:count, :groups], matrix[:count, groups] = planes / size, -1.0
    matrix[count, :groups] = 1.0
    program = Program(
        value=np.append(np.zeros(groups), -1.0),
        matrix=sparse.csc_array(matrix),
        row_lower=np.append(np.full(count, -np.inf), 1.0),
        row_upper=np.append(np.zeros(count), 1.0),
        lower=np.append(np.zeros(groups), -np.inf),
        upper=np.append(np.ones(groups), np.inf),
    )
    x = solve_program(program).x
    return None if x is None else x[:groups]


def outcomes_of_rows(rows: Rows, options: int) -> list[NDArray[np.float64]]:
    """Of each group, what each option (O,) adds to its mean."""
    found = []
    for row in rows.rows:
        scale = [-amount for index, amount in row.further if index == rows.worst]
        if scale:
            value = np.zeros(options)
            value[row.option] = row.amount / scale[0]
            found.append(value)
    return found


def with_level(rules: Rules, level: float) -> Rules:
    """The rules with a least outcome for every group instead of the worst-off first."""
    groups = tuple(
        replace(group, minimum=level if group.minimum is None else max(level, group.minimum)) for group in rules.groups
    )
    return replace(rules, groups=groups, fairness=replace(rules.fairness, best_worst_off=False))
