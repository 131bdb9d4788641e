"""Which pairs can matter, seen from prices that are nearly right."""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["Thinned", "thin"]


@dataclass(frozen=True)
class Thinned:
    """The pairs that are kept, of the needs that still have a choice."""

    pairs: NDArray[np.int64]
    """(K,): pairs of the problem."""
    need: NDArray[np.int32]
    """(K,): which of `open` each belongs to."""
    open: NDArray[np.int64]
    """(M,): the needs with a choice. The others keep what they have."""


def thin(
    first: NDArray[np.int64],
    place: NDArray[np.int32],
    score: NDArray[np.float64],
    price: NDArray[np.float64],
    pair: NDArray[np.int64],
    width: float,
) -> Thinned:
    """The pairs within `width` of a need's best at the prices (P,), and its own pair (N,).

    A need whose own pair is the only one, and that would not rather go without, has no choice.
    """
    pairs, count = _within(first, place, score, price, pair, width)
    having = np.flatnonzero(count)
    need = np.repeat(np.arange(len(having), dtype=np.int32), count[having])
    return Thinned(pairs=pairs, need=need, open=having)


@njit(cache=True)
def _within(
    first: NDArray[np.int64],
    place: NDArray[np.int32],
    score: NDArray[np.float64],
    price: NDArray[np.float64],
    pair: NDArray[np.int64],
    width: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    needs = len(first) - 1
    count = np.zeros(needs, dtype=np.int64)
    kept = np.empty(2 * needs + 16, dtype=np.int64)
    size = 0
    for need in range(needs):
        best = 0.0
        for edge in range(first[need], first[need + 1]):
            best = max(best, score[edge] - price[place[edge]])
        least = best - width
        begin = size
        if size + first[need + 1] - first[need] > len(kept):
            larger = np.empty(2 * len(kept) + first[need + 1] - first[need], dtype=np.int64)
            larger[:size] = kept[:size]
            kept = larger
        for edge in range(first[need], first[need + 1]):
            if edge == pair[need] or (score[edge] > 0 and score[edge] - price[place[edge]] >= least):
                kept[size] = edge
                size += 1
        if size - begin == 1 and pair[need] >= 0 and least > 0:
            size = begin
        count[need] = size - begin
    return kept[:size].copy(), count
