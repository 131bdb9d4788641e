"""What fairness between groups costs: the best placement with its rules and without them, side by side.

Groups are inputs and never part of a score. A group's outcome is the mean over its members of their score, or the share
of them that is placed. The rules are a least outcome of a group, a largest difference between groups, and that the
worst-off group comes first; `rules` solves them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from .placement import Limits, Progress, Status
from .problem import Problem
from .rules.keeping import outcome_of
from .rules.model import Fairness, Rules
from .rules.solving import Inner, Ruled, solve_with_rules
from .solve import solve

__all__ = ["GroupOutcome", "PriceOfFairness", "asks_for_fairness", "price_of_fairness", "without_fairness"]


@dataclass(frozen=True)
class GroupOutcome:
    """A group's mean by the measure of the rules, in the two placements."""

    name: str
    fair: float
    free: float


@dataclass(frozen=True, kw_only=True)
class PriceOfFairness:
    """Two placements, and what lies between them."""

    fair: Ruled
    free: Ruled
    groups: tuple[GroupOutcome, ...]
    least: float
    most: float
    """The price lies between these: proven, and equal when both placements are proven best."""

    @property
    def price(self) -> float:
        """What the total is less with the rules, as found."""
        return self.free.placement.total - self.fair.placement.total

    @property
    def difference(self) -> tuple[float, float]:
        """Between the best-off and the worst-off group, with the rules and without them ("envy between groups")."""
        fair, free = [group.fair for group in self.groups], [group.free for group in self.groups]
        return max(fair, default=0.0) - min(fair, default=0.0), max(free, default=0.0) - min(free, default=0.0)


def asks_for_fairness(rules: Rules) -> bool:
    """Whether any rule binds groups, beside that they are reported."""
    fairness = rules.fairness
    return (
        fairness.best_worst_off
        or fairness.largest_difference is not None
        or any(group.minimum is not None for group in rules.groups)
    )


def without_fairness(rules: Rules) -> Rules:
    """The same rules, with groups that are only reported."""
    return replace(
        rules,
        groups=tuple(replace(group, minimum=None) for group in rules.groups),
        fairness=Fairness(measure=rules.fairness.measure),
    )


def price_of_fairness(
    problem: Problem,
    rules: Rules,
    limits: Limits,
    told: Callable[[Progress], None] = lambda progress: None,
    *,
    inner: Inner = solve,
    fair: Ruled | None = None,
) -> PriceOfFairness:
    """Solve with and without the rules of fairness; each gets half of the time. `fair` is the first, when it is known.

    When nothing is fair enough the fair placement's status is INFEASIBLE, and its contradiction says why.

    Raises:
        NotFound: as `solve_with_rules`.
    """
    share = limits.seconds
    if fair is None:
        share = None if share is None else share / 2
        fair = solve_with_rules(problem, rules, replace(limits, seconds=share), told, inner=inner)
    free = solve_with_rules(problem, without_fairness(rules), replace(limits, seconds=share), told, inner=inner)
    groups = tuple(
        GroupOutcome(
            group.name,
            outcome_of(problem, rules, group, fair.placement.place),
            outcome_of(problem, rules, group, free.placement.place),
        )
        for group in rules.groups
        if len(group.members)
    )
    return PriceOfFairness(
        fair=fair,
        free=free,
        groups=groups,
        least=free.placement.total - (fair.placement.total if _is_best(fair) else _best(fair)),
        most=(free.placement.total if _is_best(free) else _best(free)) - fair.placement.total,
    )


def _is_best(ruled: Ruled) -> bool:
    return ruled.placement.status is Status.OPTIMAL


def _best(ruled: Ruled) -> float:
    placement = ruled.placement
    return placement.bound if placement.tighter_bound is None else min(placement.bound, placement.tighter_bound)
