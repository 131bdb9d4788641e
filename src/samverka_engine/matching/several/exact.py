"""The last step where it is small enough: every pair that a better placement might use, as one integer program."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from samverka_engine.matching.solvers import SolverStatus, solve_program

from .market import Market
from .merging import program_of
from .prices import near_pairs

__all__ = ["CORE_PAIRS", "MOST_PAIRS", "core_of", "proven_best", "still_possible"]

MOST_PAIRS = 3_000
CORE_PAIRS = 4
"""Pairs for each need in a core."""
ROUNDING = 1e-9
"""Pairs as near to the limit as this, relative to the bound, stay in."""


def still_possible(market: Market, price: NDArray[np.float64], bound: float, total: float) -> NDArray[np.int64]:
    """The pairs that a placement above the total may use (reduced-cost fixing).

    A placement with a pair that is worse than its need's best by a regret is worth at most the bound less the regret.
    `bound` is that of the prices on the pairs that fit.
    """
    within = max(0.0, bound - total) + ROUNDING * abs(bound)
    return near_pairs(market, price, within, 1 << 30)[1]


def core_of(market: Market, price: NDArray[np.float64], bound: float, total: float) -> tuple[NDArray[np.int64], float]:
    """The pairs of least regret, CORE_PAIRS for each need on average, and what a placement with others can be worth.

    If the best placement on these pairs is worth as much, it is the best of all.
    """
    within = bound - total
    wanted = CORE_PAIRS * market.needs
    possible = near_pairs(market, price, within, 1 << 30)[1]
    for _ in range(20):
        if len(possible) <= wanted or within <= 0:
            break
        # Regrets of the nearest pairs are spread about evenly.
        within *= max(0.5, 0.95 * wanted / len(possible))
        possible = near_pairs(market, price, within, 1 << 30)[1]
    return possible, bound - within * (1 - ROUNDING)


def proven_best(
    market: Market,
    edge: NDArray[np.int64],
    possible: NDArray[np.int64],
    seconds: float | None,
    gap: float,
    stop: Callable[[], bool],
) -> tuple[NDArray[np.int64], float]:
    """The best placement found (N,), at least as good as `edge`, and a bound on those of these pairs, or inf."""
    held = edge[edge >= 0]
    total = float(market.pairs.score[held].sum())
    options = np.union1d(possible, held)
    owners = np.searchsorted(market.pairs.first, options, side="right") - 1
    places = np.unique(market.pairs.place[options])
    program = program_of(market, options, owners, places, market.capacity[places])
    start = np.isin(options, held).astype(np.float64)
    try:
        solution = solve_program(program, start=start, seconds=seconds, gap=gap, stop=stop)
    except ArithmeticError:  # the door believes no answer that breaks the program; nothing is lost
        return edge, np.inf
    if solution.status not in (SolverStatus.OPTIMAL, SolverStatus.LIMIT) or solution.x is None:
        return edge, np.inf
    found = edge
    if solution.total > total:
        taken = solution.x > 0.5
        found = np.full(market.needs, -1, dtype=np.int64)
        found[owners[taken]] = options[taken]
        total = solution.total
    return found, max(solution.bound, total)
