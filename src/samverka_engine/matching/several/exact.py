"""The last step where it is small enough: every pair that a better placement might use, as one integer program.

A pair that loses more than the gap is in no better placement, and a need that is worth more is placed in every better
one (reduced-cost fixing).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from samverka_engine.matching.solvers import most_valuable_choice, solve_program

from .market import Market
from .merging import program_of
from .packing import Packing

__all__ = ["CORE", "MOST_PAIRS", "core_best", "possible_pairs", "proven_best"]

MOST_PAIRS = 2_000
CORE, MOST_CORE = 2e-4, 1_500
"""The core has the pairs that lose no more than this share of the bound, when they are no more than the second."""
CORE_QUESTIONS = 10_000
"""HiGHS asks so many times whether to stop before a core is given up: no clock decides."""
ROUNDING = 1e-9
"""Pairs as near to the limit as this, relative to the bound, stay in."""


def possible_pairs(packing: Packing, total: float) -> NDArray[np.int64]:
    """The pairs that a placement above the total may use."""
    return np.flatnonzero(packing.loss <= _within(packing, total))


def core_best(
    market: Market, packing: Packing, seconds: float | None, stop: Callable[[], bool]
) -> tuple[NDArray[np.int64], float] | None:
    """The best placement (N,) of the pairs that lose little, and a bound on all placements; None for too many pairs.

    Nobody has to know a good placement for it: one that is worth more than the bound less CORE of it uses no other
    pairs, and HiGHS need not look for a lesser one. When there is none, that is the bound.
    """
    floor = (1 - CORE) * packing.bound
    options = possible_pairs(packing, floor)
    if not 0 < len(options) <= MOST_CORE:
        return None
    owners = np.searchsorted(market.pairs.first, options, side="right") - 1
    places = np.unique(market.pairs.place[options])
    asked = 0

    def enough() -> bool:
        nonlocal asked
        asked += 1
        return asked > CORE_QUESTIONS or stop()

    edge = np.full(market.needs, -1, dtype=np.int64)
    program = program_of(market, options, owners, places, market.capacity[places])
    try:
        solution = solve_program(program, floor=floor, seconds=seconds, stop=enough)
    except ArithmeticError:  # the door believes no answer that breaks the program; nothing is lost
        return edge, np.inf
    if solution.x is not None:
        taken = solution.x > 0.5
        edge[owners[taken]] = options[taken]
    return edge, solution.bound


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
