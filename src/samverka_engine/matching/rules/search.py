"""The best point of a program with rules: by pairs of least regret first, and all that might be better after.

Reduced costs at any row duals bound what a point with a column can be worth (reduced-cost fixing; Dantzig, Fulkerson
and Johnson 1954): the duals of the linear relaxation give each column a regret, and a point that uses it is worth at
most the relaxation's bound less the regret. So the integer program is solved on the columns of least regret, and then,
when that is not yet a proof, on those whose regret is less than what is missing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from samverka_engine.matching.solvers import Program, SolverStatus, solve_program
from samverka_engine.matching.solvers.highs import dual_bound

__all__ = ["Best", "best_point"]

AT_ONCE = 3_000
"""Programs of so few columns are not thinned."""
CORE = 6
"""Columns for each row of a core, about."""


@dataclass(frozen=True)
class Best:
    """x is None without a point: infeasible when that is proven, else not found in time."""

    x: NDArray[np.float64] | None
    total: float
    bound: float
    infeasible: bool = False


def best_point(
    program: Program,
    *,
    gap: float,
    seconds: Callable[[], float | None],
    stop: Callable[[], bool],
    seed: int,
    start: NDArray[np.float64] | None = None,
) -> Best:
    """The best point found, and a bound that is proven; `seconds` says how many are left."""
    unit = float(np.abs(program.value).max(initial=0.0)) or 1.0
    scaled = replace(program, value=program.value / unit)
    try:
        best = _found(scaled, gap, seconds, stop, seed, start)
    except ArithmeticError:  # the door believes no answer that breaks the program
        best = Best(None, -np.inf, np.inf)
    if best.x is None and start is not None and not best.infeasible:
        best = Best(start, float(scaled.value @ start), best.bound)
    return replace(best, total=best.total * unit, bound=best.bound * unit)


def _found(
    program: Program,
    gap: float,
    seconds: Callable[[], float | None],
    stop: Callable[[], bool],
    seed: int,
    start: NDArray[np.float64] | None,
) -> Best:
    if len(program.value) <= AT_ONCE:
        return _solved(program, gap, seconds, stop, seed, start)
    relaxed = solve_program(replace(program, integer=None), seconds=seconds(), seed=seed)
    if relaxed.status is SolverStatus.INFEASIBLE:
        return Best(None, -np.inf, -np.inf, infeasible=True)
    if relaxed.row_dual is None or not np.isfinite(relaxed.bound):
        return _solved(program, gap, seconds, stop, seed, start)
    bound = dual_bound(program, relaxed.row_dual)
    worth = program.value - program.matrix.T @ relaxed.row_dual
    whole = program.integer if program.integer is not None else np.zeros(len(worth), dtype=np.bool_)
    # Only what may be nothing can be left out.
    regret = np.where(whole & (program.lower == 0) & (program.upper == 1), np.maximum(0.0, -worth), 0.0)
    ordered = np.sort(regret)
    within = float(ordered[min(len(ordered) - 1, CORE * len(program.row_upper))])
    best = Best(start, float(program.value @ start), bound) if start is not None else Best(None, -np.inf, bound)
    while True:
        inside = regret <= within
        if best.x is not None:
            inside |= best.x > 0
        columns = np.flatnonzero(inside)
        part = _restricted(program, columns)
        found = _solved(part, gap, seconds, stop, seed, None if best.x is None else best.x[columns])
        # A point with a column outside is worth at most the bound less the least regret outside.
        outside = bound - float(regret[~inside].min()) if not inside.all() else -np.inf
        if found.infeasible and inside.all():
            return found
        if found.x is not None and found.total >= best.total:
            whole_x = np.zeros(len(program.value))
            whole_x[columns] = found.x
            best = replace(best, x=whole_x, total=found.total)
        best = replace(best, bound=min(best.bound, max(found.bound, outside, best.total)))
        left = seconds()
        enough = best.total >= best.bound - max(gap, 1e-9) * abs(best.bound)
        if enough or inside.all() or stop() or (left is not None and left <= 0):
            return best
        missing = bound - best.total if best.x is not None else np.inf
        within = missing if missing > within else np.inf
        if outside <= best.total:  # the core was the whole question, and time ended it
            return best


def _restricted(program: Program, columns: NDArray[np.int64]) -> Program:
    return replace(
        program,
        value=program.value[columns],
        matrix=program.matrix[:, columns],
        lower=program.lower[columns],
        upper=program.upper[columns],
        integer=None if program.integer is None else program.integer[columns],
    )


def _solved(
    program: Program,
    gap: float,
    seconds: Callable[[], float | None],
    stop: Callable[[], bool],
    seed: int,
    start: NDArray[np.float64] | None,
) -> Best:
    solution = solve_program(program, seconds=seconds(), gap=gap, start=start, stop=stop, seed=seed)
    infeasible = solution.status is SolverStatus.INFEASIBLE
    return Best(solution.x, solution.total, max(solution.bound, solution.total), infeasible=infeasible)
