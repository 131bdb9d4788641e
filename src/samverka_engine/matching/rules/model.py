"""The rules of a placement, as indices into its problem: what is fixed, forbidden, together, fair, and wanted next.

Names belong to files; here a need is its row in `Problem.demand` and a place its row in `Problem.capacity`.
"""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Closeness",
    "Fairness",
    "Group",
    "Measure",
    "Objective",
    "Quota",
    "Rules",
    "Stability",
    "Together",
]

_NO_NEEDS: NDArray[np.int32] = np.zeros(0, dtype=np.int32)


class Closeness(StrEnum):
    """How near each other those who belong together must come."""

    SAME = "same"  # one place
    NEAR = "near"  # one area, `Rules.area`


@dataclass(frozen=True, kw_only=True)
class Together:
    """Needs that are placed all or none, and close to each other."""

    needs: tuple[int, ...]
    closeness: Closeness = Closeness.SAME


class Measure(StrEnum):
    """What a group's outcome is, as a mean over all its members; who is unplaced counts 0."""

    PLACED = "placed"
    SCORE = "score"


@dataclass(frozen=True, kw_only=True)
class Group:
    """Needs whose outcome is reported and may be protected. Groups may overlap. Never part of a score."""

    name: str
    members: NDArray[np.int32]
    """Rising, without repetition."""
    minimum: float | None = None
    """The least outcome by `Fairness.measure` that a placement must give the group."""


@dataclass(frozen=True, kw_only=True)
class Fairness:
    """What must hold between the groups; their single minimums stand at the groups."""

    measure: Measure = Measure.SCORE
    largest_difference: float | None = None
    """How much better than the worst-off group the best-off may fare ("maximum envy")."""
    best_worst_off: bool = False
    """Whether the outcome of the worst-off group comes before the objectives."""


@dataclass(frozen=True, kw_only=True)
class Quota:
    """Bounds on what some places together take."""

    name: str
    places: tuple[int, ...]
    resource: int | None = None
    """What is counted: an index into `Problem.resources`; None counts persons by `Rules.size`."""
    least: int = 0
    most: int | None = None
    penalty: float | None = None
    """None: the bounds are hard. Otherwise what each missing or surplus unit takes from the total."""


@dataclass(frozen=True, kw_only=True)
class Objective:
    """A goal in its order: the sum of `value` over the chosen pairs is made as large as the earlier ones allow."""

    name: str
    value: NDArray[np.float64]
    """(E,): what is gained by using a pair; costs are negative."""
    give: float = 0.0
    """How much of this goal later ones may take, relative to its best value."""


@dataclass(frozen=True, kw_only=True)
class Stability:
    """What holds this placement near an earlier one."""

    previous: NDArray[np.int32]
    """(N,): the earlier place of each need; NOWHERE for none."""
    bonus: float = 0.0
    """Added to the score of staying; reported apart from the total."""
    most_changes: int | None = None
    """How many of those placed before may be moved or lose their place."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Everything that a placement must keep beside `Problem`'s capacities and eligible pairs.

    Raises:
        ValueError: lists of fixed or forbidden pairs that do not fit together.
    """

    fixed_need: NDArray[np.int32] = field(default_factory=_NO_NEEDS.copy)
    fixed_place: NDArray[np.int32] = field(default_factory=_NO_NEEDS.copy)
    """(K,) each: this need goes to this place ("already placed")."""
    forbidden_need: NDArray[np.int32] = field(default_factory=_NO_NEEDS.copy)
    forbidden_place: NDArray[np.int32] = field(default_factory=_NO_NEEDS.copy)
    """(K,) each: this need must not go to this place."""
    together: tuple[Together, ...] = ()
    groups: tuple[Group, ...] = ()
    fairness: Fairness = field(default_factory=Fairness)
    quotas: tuple[Quota, ...] = ()
    objectives: tuple[Objective, ...] = ()
    """In order of weight. Empty: the score alone."""
    minimum: NDArray[np.int64] | None = None
    """(P,): a place opens only when at least so many persons come; it takes nobody or at least these. None: no such
    place. A place that must open has a quota with `least`."""
    size: NDArray[np.int32] | None = None
    """(N,): persons of each need, for `minimum` and quotas. None: one each."""
    area: NDArray[np.int32] | None = None
    """(P,): the area (municipality, labour-market region) of each place, for `Closeness.NEAR`; -1 for none."""
    stability: Stability | None = None

    def __post_init__(self) -> None:
        if self.fixed_need.shape != self.fixed_place.shape or self.forbidden_need.shape != self.forbidden_place.shape:
            raise ValueError("not as many needs as places in the fixed or forbidden pairs")

    @property
    def binds(self) -> bool:
        """Whether the rules can change the answer: groups that are only reported do not."""
        return bool(
            len(self.fixed_need)
            or len(self.forbidden_need)
            or self.together
            or self.quotas
            or len(self.objectives) > 1
            or (self.objectives and self.objectives[0].name != "score")
            or (self.minimum is not None and (self.minimum > 1).any())
            or self.stability is not None
            or self.fairness.best_worst_off
            or self.fairness.largest_difference is not None
            or any(group.minimum is not None for group in self.groups)
        )
