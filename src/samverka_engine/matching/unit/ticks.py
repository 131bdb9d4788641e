"""Scores as whole numbers of a small unit, so that an optimum and its prices are worked out without rounding."""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["Ticks", "ticks_of"]

BITS = 40
"""The largest score has about so many binary digits. The flow solver multiplies by the number of nodes, in 63 bits."""
DECIMALS = 6
"""Scores with at most so many decimals are counted in those."""


@dataclass(frozen=True)
class Ticks:
    """A score above zero is `rint(score * per_unit)` of them; the others are never used."""

    per_unit: float
    exact: bool
    """Whether every score is a whole number of ticks, up to the rounding of the score itself as a float."""


def ticks_of(place: NDArray[np.int32], score: NDArray[np.float64], capacity: NDArray[np.int64], needs: int) -> Ticks:
    """Decimals where all scores have few of them; otherwise a power of two, and each score is off by half a tick.

    Only scores above zero are used, and only those at places with seats say how large a tick is.

    Raises:
        ValueError: scores so large that their sum is not a finite number.
    """
    largest = _largest(place, score, capacity) or float(score.max(initial=0.0))
    if not math.isfinite(largest * max(1, needs)):
        raise ValueError("scores are so large that they cannot be added")
    for decimals in range(DECIMALS + 1):
        per_unit = 10.0**decimals
        if largest * per_unit < 2.0**BITS and _are_whole(score, per_unit):
            return Ticks(per_unit, exact=True)
    return Ticks(math.ldexp(1.0, min(1000, BITS - math.frexp(largest)[1])), exact=False)


@njit(cache=True)
def _largest(place: NDArray[np.int32], score: NDArray[np.float64], capacity: NDArray[np.int64]) -> float:
    largest = 0.0
    for edge in range(len(score)):
        if score[edge] > largest and capacity[place[edge]] > 0:
            largest = score[edge]
    return largest


@njit(cache=True)
def _are_whole(score: NDArray[np.float64], per_unit: float) -> bool:
    for value in score:
        scaled = value * per_unit
        if scaled > 0 and abs(scaled - np.rint(scaled)) > 1e-15 * scaled:
            return False
    return True
