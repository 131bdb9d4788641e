"""The last step where it is small enough: every pair that a better placement might use, as one integer program.

A pair that loses more than the gap is in no better placement (reduced-cost fixing).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from samverka_engine.matching.solvers import SolverStatus, solve_program

from .market import Market
from .merging import program_of

__all__ = ["MOST_PAIRS", "proven_best"]

MOST_PAIRS = 2_000


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
