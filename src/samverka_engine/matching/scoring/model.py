"""A trained model as a criterion: its probabilities weigh in, and whether they are calibrated can be checked."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .candidates import Candidates

__all__ = ["Calibration", "Model", "ModelCriterion", "calibration_of"]


class Model(Protocol):
    """Whatever foretells an outcome, such as work within two years, for a need at a place."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that it was trained on. Sex and nationality may not be among them."""

    def probabilities(self, candidates: Candidates) -> NDArray[np.float64]:
        """(E,): calibrated: of the pairs with 0.3, three in ten have the outcome. NaN where it cannot say."""


@dataclass(frozen=True)
class ModelCriterion:
    """A model's probability as the fit."""

    model: Model

    @property
    def columns(self) -> tuple[str, ...]:
        return self.model.columns

    def fit(self, candidates: Candidates) -> NDArray[np.float64]:
        return self.model.probabilities(candidates)


@dataclass(frozen=True)
class Calibration:
    """Foretold against what came true, in K bins of equal width."""

    count: NDArray[np.int64]
    """(K,)"""
    foretold: NDArray[np.float64]
    """(K,): the mean probability; NaN in an empty bin."""
    came_true: NDArray[np.float64]
    """(K,): the share with the outcome; NaN in an empty bin."""
    error: float
    """The expected calibration error: the mean distance of the two, weighted by count. 0 is best."""
    brier: float
    """The mean squared distance of probability and outcome (G. W. Brier, Monthly Weather Review 78(1), 1950)."""


def calibration_of(probability: NDArray[np.float64], outcome: NDArray[np.bool_], bins: int = 10) -> Calibration:
    """How calibrated probabilities were, on outcomes that the model has not seen.

    Raises:
        ValueError: nothing to judge by, or a probability outside 0 to 1.
    """
    if len(probability) == 0 or len(probability) != len(outcome):
        raise ValueError("give an outcome for each of some probabilities")
    if not ((probability >= 0) & (probability <= 1)).all():
        raise ValueError("a probability lies between 0 and 1")
    bin_of = np.minimum((probability * bins).astype(np.int64), bins - 1)
    count = np.bincount(bin_of, minlength=bins)
    with np.errstate(invalid="ignore"):
        foretold = np.bincount(bin_of, weights=probability, minlength=bins) / count
        came_true = np.bincount(bin_of, weights=outcome.astype(np.float64), minlength=bins) / count
    error = float(np.nansum(count * np.abs(foretold - came_true)) / count.sum())
    return Calibration(count, foretold, came_true, error, float(((probability - outcome) ** 2).mean()))
