"""The best worst-off group in problems that are too large for one integer program.

No placement can give every group more than the best one gives their weighted mean, whatever the weights: a problem
without rules, solved at weights that grow for groups that fare badly (multiplicative weights; Arora, Hazan and Kale
2012). So the bound falls towards what is possible. Then a level a little below it is asked for as every group's least
outcome, and lower ones until a placement is found.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .model import Rules
from .program import Rows

__all__ = ["BELOW", "Levels", "levels_of", "outcomes_of_rows", "with_level"]

ROUNDS = 12
STEP = 1.0
"""How fast weights move, per relative difference between groups."""
BELOW = (0.0, 1e-3, 4e-3, 1e-2, 3e-2, 0.1)
"""So much below the bound, relative, are the levels that are tried."""


@dataclass(frozen=True)
class Levels:
    """No placement gives every group more than `bound`; one without the other rules gives them all `reached`."""

    bound: float
    reached: float

    def tried(self) -> list[float]:
        """Levels to ask for, from the highest."""
        size = max(abs(self.bound), 1e-12)
        return [self.bound - share * size - (1e-9 * size if share == 0 else 0.0) for share in BELOW]


def levels_of(
    outcomes: Sequence[NDArray[np.float64]],
    solved: Callable[[NDArray[np.float64]], tuple[NDArray[np.int64], float]],
    stop: Callable[[], bool],
) -> Levels:
    """`outcomes`: for each group what each option (O,) adds to its mean. `solved` gives the options that are best for
    such values, and a bound on what they are worth."""
    table = np.stack(outcomes)
    weight = np.full(len(table), 1.0 / len(table))
    bound, reached = np.inf, -np.inf
    for number in range(ROUNDS):
        option, worth = solved(weight @ table)
        bound = min(bound, worth)
        fares = table[:, option[option >= 0]].sum(axis=1)
        reached = max(reached, float(fares.min()))
        size = max(float(np.abs(fares).max()), 1e-12)
        if stop() or bound - reached <= 1e-6 * max(1e-12, abs(bound)):
            break
        weight = weight * np.exp(-STEP / np.sqrt(1 + number) * (fares - fares.mean()) / size)
        weight /= weight.sum()
    return Levels(bound, reached)


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
