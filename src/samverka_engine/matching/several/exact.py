"""The last step where it is small enough: every pair that a better placement might use, as one integer program.

A pair that loses more than the gap is in no better placement, and a need that is worth more is placed in every better
one (reduced-cost fixing).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from samverka_engine.matching.solvers import most_valuable_choice

from .market import Market
from .merging import program_of
from .packing import Packing

__all__ = ["MOST_PAIRS", "core_of", "possible_pairs", "proven_best"]

MOST_PAIRS = 2_000
CORE_PAIRS, MOST_CORE = 1.8, 1_200
"""Pairs for each need in a core, and the most of them."""
ROUNDING = 1e-9
"""Pairs as near to the limit as this, relative to the bound, stay in."""


def possible_pairs(packing: Packing, total: float) -> NDArray[np.int64]:
    """The pairs that a placement above the total may use."""
    return np.flatnonzero(packing.loss <= _within(packing, total))


def core_of(packing: Packing, needs: int) -> tuple[NDArray[np.int64], float] | None:
    """CORE_PAIRS for each need that lose the least, and what a placement with others can be worth; None for too many.

    If the best placement on these pairs is worth as much, it is the best of all.
    """
    number = min(int(CORE_PAIRS * needs), len(packing.loss))
    if not 0 < number <= MOST_CORE:
        return None
    least = np.argsort(packing.loss, kind="stable")[:number]
    return np.sort(least), packing.bound - float(packing.loss[least[-1]])


def proven_best(
    market: Market,
    packing: Packing,
    edge: NDArray[np.int64],
    possible: NDArray[np.int64],
    work: float,
    seconds: float | None,
    stop: Callable[[], bool],
) -> tuple[NDArray[np.int64], float]:
    """The best placement found (N,), at least as good as `edge`, and a bound on those of the possible pairs, or inf."""
    held = edge[edge >= 0]
    total = float(market.pairs.score[held].sum())
    options = np.union1d(possible, held)
    owners = np.searchsorted(market.pairs.first, options, side="right") - 1
    places = np.unique(market.pairs.place[options])
    program = program_of(market, options, owners, places, market.capacity[places])
    required = (packing.worth > _within(packing, total)) & (edge >= 0)
    try:
        choice = most_valuable_choice(
            program.value,
            owners,
            required[owners],
            program.matrix.tocsr(),
            np.floor(program.row_upper).astype(np.int64),
            start=np.isin(options, held),
            work=work,
            seconds=seconds,
            stop=stop,
        )
    except ArithmeticError:  # the door believes no answer that breaks the program; nothing is lost
        return edge, np.inf
    if choice.taken is None:
        return edge, np.inf
    found = edge
    if choice.total > total:
        found = np.full(market.needs, -1, dtype=np.int64)
        found[owners[choice.taken]] = options[choice.taken]
    return found, max(choice.bound, total)


def _within(packing: Packing, total: float) -> float:
    return max(0.0, packing.bound - total) + ROUNDING * abs(packing.bound)
