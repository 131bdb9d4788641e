"""Who takes which option, proven best, by OR-Tools' CP-SAT (Perron and Didier): for few options of much the same value.

CP-SAT works on whole numbers: values are scaled so that rounding all of them moves the total by less than a billionth.
A choice is checked against every row and its total summed anew; the bound is CP-SAT's own word.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from .highs import SolverStatus

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

__all__ = ["Choice", "load_choices", "most_valuable_choice"]

SCALE = 2.0**34
"""Of values that are at most about 1."""
PATIENCE = 0.05
"""Seconds between questions whether to stop."""


def load_choices() -> None:
    """Loads CP-SAT: a second and forty megabytes, which those who do without should not pay."""
    from ortools.sat.python import cp_model  # noqa: F401


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which options are taken (n,), what they are worth, and what no choice is worth more than."""

    status: SolverStatus
    taken: NDArray[np.bool_] | None
    total: float
    bound: float


def most_valuable_choice(
    value: NDArray[np.float64],
    owner: NDArray[np.int64],
    required: NDArray[np.bool_],
    matrix: sparse.csr_array,
    upper: NDArray[np.int64],
    *,
    start: NDArray[np.bool_],
    work: float,
    seconds: float | None,
    stop: Callable[[], bool],
) -> Choice:
    """The most valuable options (n,), at most one for each owner and one for an owner whose options are `required`.

    `matrix` (m, n) of whole numbers times the options taken is at most `upper` (m,). Options stand owner by owner.
    `start` is a choice to begin from; `work` a limit in CP-SAT's own measure, about seconds, that does not depend on
    the clock.

    Raises:
        ArithmeticError: the choice breaks a row.
    """
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    options = [model.new_bool_var("") for _ in value]
    for group in np.split(np.arange(len(value)), np.flatnonzero(np.diff(owner)) + 1):
        some = [options[k] for k in group.tolist()]
        if required[group[0]]:
            model.add_exactly_one(some)
        elif len(some) > 1:
            model.add_at_most_one(some)
    for row in range(matrix.shape[0]):
        part = slice(matrix.indptr[row], matrix.indptr[row + 1])
        some = [options[k] for k in matrix.indices[part].tolist()]
        amount = np.rint(matrix.data[part]).astype(np.int64)
        model.add(cp_model.LinearExpr.weighted_sum(some, amount.tolist()) <= int(upper[row]))
    scale = SCALE / float(2.0 ** np.ceil(np.log2(max(float(np.abs(value).max()), 1e-300))))
    model.maximize(cp_model.LinearExpr.weighted_sum(options, np.rint(value * scale).astype(np.int64).tolist()))
    for option, taken in zip(options, start.tolist(), strict=True):
        model.add_hint(option, taken)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = work
    if seconds is not None:
        solver.parameters.max_time_in_seconds = max(0.0, seconds)
    status = _solved(solver, model, stop)
    rounding = 0.5 * len(np.unique(owner)) / scale
    if status == cp_model.INFEASIBLE:
        return Choice(status=SolverStatus.INFEASIBLE, taken=None, total=-np.inf, bound=-np.inf)
    bound = solver.best_objective_bound / scale + rounding
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Choice(status=SolverStatus.NOTHING, taken=None, total=-np.inf, bound=np.inf)
    taken = np.array([solver.boolean_value(option) for option in options])
    if (matrix @ taken.astype(np.float64) > upper).any() or (np.bincount(owner[taken], minlength=1) > 1).any():
        raise ArithmeticError("CP-SAT's choice breaks a row")
    total = float(value[taken].sum())
    return Choice(
        status=SolverStatus.OPTIMAL if status == cp_model.OPTIMAL else SolverStatus.LIMIT,
        taken=taken,
        total=total,
        bound=max(bound, total),
    )


def _solved(solver: "cp_model.CpSolver", model: "cp_model.CpModel", stop: Callable[[], bool]) -> int:
    done = threading.Event()

    def watch() -> None:
        while not done.wait(PATIENCE):
            if stop():
                solver.stop_search()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        return int(solver.solve(model))
    finally:
        done.set()
        watcher.join()
