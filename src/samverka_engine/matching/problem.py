"""What is to be placed where: needs, places, and the pairs that are possible, as arrays."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["NOWHERE", "Problem"]

NOWHERE = -1
"""The place of a need that gets none."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """N needs, P places, R resources and E eligible pairs, sorted by need and then by place.

    A need takes one place or none. A place gives at most its capacity of every resource. Everything that a rule adds
    (a pair that is fixed, a quota for several places, needs that belong together) stands in `rules`, not here: a
    problem without rules is a transportation problem when R is 1 and every demand 1, and a generalized assignment
    problem otherwise.

    Raises:
        ValueError: shapes that do not fit, pairs out of order or twice, negative amounts, scores that are not finite.
    """

    demand: NDArray[np.int32]
    """(N, R): how much of each resource a need takes, not negative."""
    capacity: NDArray[np.int64]
    """(P, R): how much of each resource a place has, not negative."""
    first: NDArray[np.int64]
    """(N + 1,): the pairs of need i are those from first[i] up to first[i + 1]."""
    place: NDArray[np.int32]
    """(E,): the place of a pair; within a need in rising order and never twice."""
    score: NDArray[np.float64]
    """(E,): what the pair is worth. May be negative; such a pair is used only where a rule demands it."""
    resources: tuple[str, ...] = field(default=("seats",))

    def __post_init__(self) -> None:
        needs, resources = self.demand.shape
        if self.capacity.ndim != 2 or self.capacity.shape[1] != resources or len(self.resources) != resources:
            raise ValueError("demand, capacity and resources do not speak of the same resources")
        if self.first.shape != (needs + 1,) or self.first[0] != 0 or self.first[-1] != len(self.place):
            raise ValueError("first does not divide the pairs among the needs")
        if self.score.shape != self.place.shape:
            raise ValueError("not as many scores as pairs")
        if np.any(np.diff(self.first) < 0):
            raise ValueError("first is not in rising order")
        if len(self.place) and (self.place.min() < 0 or self.place.max() >= len(self.capacity)):
            raise ValueError("a pair names a place that does not exist")
        rising = np.diff(self.place) > 0
        starts = self.first[1:-1]
        starts = starts[(starts > 0) & (starts < len(self.place))]
        rising[starts - 1] = True  # between two needs any order is right
        if not rising.all():
            raise ValueError("the pairs of a need are not in rising order of place, or one stands twice")
        if np.any(self.demand < 0) or np.any(self.capacity < 0):
            raise ValueError("an amount is negative")
        if not np.isfinite(self.score).all():
            raise ValueError("a score is not a finite number")

    @property
    def needs(self) -> int:
        return len(self.demand)

    @property
    def places(self) -> int:
        return len(self.capacity)

    @property
    def is_unit(self) -> bool:
        """Whether it is a transportation problem: one resource, of which every need takes one."""
        return self.demand.shape[1] == 1 and bool((self.demand == 1).all())

    def need_of_pairs(self) -> NDArray[np.int32]:
        """(E,): the need of each pair."""
        return np.repeat(np.arange(self.needs, dtype=np.int32), np.diff(self.first))
