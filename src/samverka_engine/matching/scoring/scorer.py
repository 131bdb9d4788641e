"""Weighted criteria as one score, with the contribution of each kept."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .candidates import Candidates
from .criteria import Criterion
from .forbidden import is_forbidden

__all__ = ["Candidates", "ForbiddenCriterion", "Scored", "Scorer", "Weighted"]


class ForbiddenCriterion(ValueError):
    """A criterion reads, or is called, what must never enter a score: sex, nationality or what stands for them."""


@dataclass(frozen=True)
class Weighted:
    """A criterion with its weight. `required` makes pairs with a fit of 0 impossible, whatever else fits."""

    name: str
    weight: float
    criterion: Criterion
    required: bool = False


@dataclass(frozen=True)
class Scored:
    """What came of E candidate pairs. The contributions of a pair sum to its score."""

    names: tuple[str, ...]
    score: NDArray[np.float64]
    contributions: NDArray[np.float64]
    """(C, E): weight times fit."""
    unknown: NDArray[np.bool_]
    """(C, E): where nothing is known, and the scorer's `unknown` stands for the fit."""
    barrier: NDArray[np.int32]
    """(E,): the first required criterion that makes the pair impossible; -1 for eligible pairs."""

    @property
    def eligible(self) -> NDArray[np.bool_]:
        return self.barrier < 0

    def why_not(self, pair: int) -> str | None:
        """The criterion that makes a pair impossible, by name; None when it is eligible."""
        barrier = int(self.barrier[pair])
        return None if barrier < 0 else self.names[barrier]


@dataclass(frozen=True)
class Scorer:
    """The score of a pair is the sum of weight times fit. Weights may be negative.

    Raises:
        ForbiddenCriterion: a criterion reads, or is called, sex or nationality.
        ValueError: no criteria, one name twice, or a weight that is not finite.
    """

    criteria: Sequence[Weighted]
    unknown: float = 0.5
    """The fit that stands for one that is not known: neither for nor against."""

    def __post_init__(self) -> None:
        names = [weighted.name for weighted in self.criteria]
        for weighted in self.criteria:
            for name in (weighted.name, *weighted.criterion.columns):
                if is_forbidden(name):
                    raise ForbiddenCriterion(f"{name} may not enter a score; give it as a group, and it is reported")
        if not names or len(set(names)) != len(names):
            raise ValueError("give at least one criterion, and each a name of its own")
        if not all(np.isfinite(weighted.weight) for weighted in self.criteria) or not 0 <= self.unknown <= 1:
            raise ValueError("a weight is not a finite number, or unknown is not between 0 and 1")

    def score(self, candidates: Candidates) -> Scored:
        """Score every pair.

        Raises:
            ValueError: a criterion gives a fit outside 0 to 1.
        """
        count = len(candidates.need)
        contributions = np.zeros((len(self.criteria), count))
        unknown = np.zeros((len(self.criteria), count), dtype=bool)
        barrier = np.full(count, -1, dtype=np.int32)
        for index, weighted in enumerate(self.criteria):
            fit = weighted.criterion.fit(candidates)
            unknown[index] = np.isnan(fit)
            fit = np.where(unknown[index], self.unknown, fit)
            if ((fit < 0) | (fit > 1)).any():
                raise ValueError(f"{weighted.name} gives a fit outside 0 to 1")
            contributions[index] = weighted.weight * fit
            if weighted.required:
                barrier[(fit == 0) & (barrier < 0)] = index
        return Scored(
            names=tuple(weighted.name for weighted in self.criteria),
            score=contributions.sum(axis=0),
            contributions=contributions,
            unknown=unknown,
            barrier=barrier,
        )
