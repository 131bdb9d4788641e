"""An answer with its proof: where everybody goes, what a place's resources are worth, and the bound that follows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from .problem import NOWHERE, Problem

__all__ = ["Limits", "Placement", "Progress", "Status", "bound_at", "total_of", "used_by"]

NEEDS_AT_A_TIME = 4096


class Status(StrEnum):
    """What an answer is."""

    OPTIMAL = "optimal"  # proven: the bound meets the total
    WITHIN_GAP = "within_gap"  # proven to be at most the asked gap from the best
    TIME_LIMIT = "time_limit"  # valid, and the proven gap is larger than what was asked for
    STOPPED = "stopped"  # valid, somebody stopped the work
    INFEASIBLE = "infeasible"  # the rules contradict each other or the places; there is no answer


@dataclass(frozen=True, kw_only=True)
class Limits:
    """When to stop. The gap is relative: (bound - total) / |bound|."""

    gap: float = 0.0
    seconds: float | None = None
    seed: int = 0
    threads: int = 2
    stop: Callable[[], bool] = field(default=lambda: False)
    """Asked now and then; True ends the work with the best answer so far."""
    clock: Callable[[], float] = field(default=lambda: 0.0)
    """The caller's seconds, from any zero (`time.monotonic`); the engine has no clock. Without one no time passes."""


@dataclass(frozen=True)
class Progress:
    """How far the work has come."""

    step: str
    seconds: float
    total: float
    bound: float


@dataclass(frozen=True, kw_only=True)
class Placement:
    """A placement that keeps every capacity, and prices that prove how good it is."""

    status: Status
    place: NDArray[np.int32]
    """(N,): each need's place; NOWHERE for none."""
    pair: NDArray[np.int64]
    """(N,): each need's pair in the problem; -1 for none."""
    price: NDArray[np.float64]
    """(P, R): what one more unit of a place's resource is worth; never negative."""
    total: float
    """The sum of the chosen scores."""
    bound: float
    """`bound_at(problem, price)`: no placement has a higher total."""
    tighter_bound: float | None = None
    """A lower bound of the same kind found by other means, if any; the prices alone do not prove it."""
    diagnostics: dict[str, float] = field(default_factory=dict)
    """Seconds of each step, rounds, and the like."""

    @property
    def gap(self) -> float:
        """Relative distance from total to the best proven bound; 0 when proven optimal."""
        best = self.bound if self.tighter_bound is None else min(self.bound, self.tighter_bound)
        return max(0.0, best - self.total) / max(abs(best), 1e-12)


def total_of(problem: Problem, pair: NDArray[np.int64]) -> float:
    """The sum of the scores of the chosen pairs; (N,) with -1 for none."""
    chosen = pair[pair >= 0]
    return float(problem.score[chosen].sum())


def used_by(problem: Problem, place: NDArray[np.int32]) -> NDArray[np.int64]:
    """(P, R): what the placed needs take."""
    used = np.zeros(problem.capacity.shape, dtype=np.int64)
    placed = place != NOWHERE
    np.add.at(used, place[placed], problem.demand[placed])
    return used


def bound_at(problem: Problem, price: NDArray[np.float64]) -> float:
    """The Lagrangian bound at non-negative prices (P, R), in exact arithmetic of the inputs up to rounding.

    The sum of capacity times price, plus for each need the best of nothing and every eligible score less what the
    need uses at those prices. By weak duality no placement has a higher total, whatever the prices.
    """
    if (price < 0).any():
        raise ValueError("a price is negative")
    bound = float((problem.capacity * price).sum())
    # A part at a time: nothing is made that is as long as all pairs.
    for begin in range(0, problem.needs, NEEDS_AT_A_TIME):
        end = min(problem.needs, begin + NEEDS_AT_A_TIME)
        pairs = slice(problem.first[begin], problem.first[end])
        having = np.flatnonzero(np.diff(problem.first[begin : end + 1]))
        if not len(having):
            continue
        need = np.repeat(np.arange(begin, end), np.diff(problem.first[begin : end + 1]))
        reduced = problem.score[pairs] - np.einsum("er,er->e", problem.demand[need], price[problem.place[pairs]])
        best = np.maximum.reduceat(reduced, problem.first[begin:end][having] - problem.first[begin])
        bound += float(np.maximum(best, 0.0).sum())
    return bound
