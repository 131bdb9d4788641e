"""Linear and integer programs by HiGHS, with every answer checked against the program itself.

HiGHS can overrun its time limit, and a version of it has returned wrong optima: a point is rounded, checked against
rows and bounds, and its total summed anew; the bound of a linear program is worked out here from the duals. Only the
bound of an integer program is HiGHS's own word.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["Program", "Solution", "SolverStatus", "dual_bound", "solve_program"]

HEURISTICS = ("rins", "rens", "root_reduced_cost", "feasibility_jump")
"""Of HiGHS, each switched off by a name of its own."""
FEASIBILITY = 1e-6
"""How far a row or a bound may be overstepped, relative to the size of what stands in it."""


class SolverStatus(StrEnum):
    OPTIMAL = "optimal"
    LIMIT = "limit"  # a feasible point, stopped by time or somebody
    NOTHING = "nothing"  # stopped without a feasible point
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"


@dataclass(frozen=True, kw_only=True)
class Program:
    """Maximise `value @ x` where `row_lower <= matrix @ x <= row_upper` and `lower <= x <= upper`; inf for no bound."""

    value: NDArray[np.float64]
    """(n,)"""
    matrix: sparse.csc_array
    """(m, n)"""
    row_lower: NDArray[np.float64]
    row_upper: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    integer: NDArray[np.bool_] | None = None
    """(n,): which are whole numbers; None makes it a linear program."""


@dataclass(frozen=True, kw_only=True)
class Solution:
    """What came of it. `x` is None without a feasible point; duals are for linear programs only."""

    status: SolverStatus
    x: NDArray[np.float64] | None
    total: float
    """`value @ x`, -inf without a point."""
    bound: float
    """No feasible point is worth more; inf when nothing is known."""
    row_dual: NDArray[np.float64] | None = None
    """(m,): what one more unit of a row's bound is worth."""


def solve_program(
    program: Program,
    *,
    seconds: float | None = None,
    gap: float = 0.0,
    start: NDArray[np.float64] | None = None,
    stop: Callable[[], bool] | None = None,
    seed: int = 0,
    interior: bool = False,
    floor: float | None = None,
) -> Solution:
    """The best point of a program, on one thread.

    `gap` is relative and for integer programs; `start` a feasible point to begin from; `stop` is asked now and then
    while an integer program is solved. `interior` solves a linear program by interior points without crossover:
    faster on large ones, with duals that are only near. `floor` says that no point below it is of use: an integer
    program is then cut off there, without heuristics, and the bound is at least that; a point below it is no optimum.

    Raises:
        ArithmeticError: HiGHS failed, or its point breaks the program or misses the bound.
    """
    if not len(program.value):
        return _of_nothing(program)
    if program.integer is not None and not program.integer.any():
        program = replace(program, integer=None)  # of a linear program HiGHS tells no bound of an integer one
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("parallel", "off")
    solver.setOptionValue("random_seed", seed % 2**31)
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("mip_abs_gap", 0.0)
    if seconds is not None:
        solver.setOptionValue("time_limit", max(0.0, seconds))
    if interior:
        solver.setOptionValue("solver", "ipm")
        solver.setOptionValue("run_crossover", "off")
    if floor is not None:
        solver.setOptionValue("objective_bound", FEASIBILITY - floor)
        solver.setOptionValue("mip_heuristic_effort", 0.0)
        for name in HEURISTICS:
            solver.setOptionValue(f"mip_heuristic_run_{name}", False)
    solver.passModel(_model(program))
    if start is not None:
        point = highspy.HighsSolution()
        point.col_value = start.tolist()
        solver.setSolution(point)
    if stop is not None and program.integer is not None:
        _ask(solver, stop)
    solver.run()
    found = _answer(program, solver)
    return found if floor is None else _above(floor, found)


def dual_bound(program: Program, row_dual: NDArray[np.float64]) -> float:
    """The bound that any row duals (m,) prove, by weak duality; inf when a variable without bound is worth raising.

    A dual whose sign asks for a row bound that is not there proves nothing and counts as zero.
    """
    dual = np.where((row_dual > 0) & np.isinf(program.row_upper), 0.0, row_dual)
    dual = np.where((dual < 0) & np.isinf(program.row_lower), 0.0, dual)
    reduced = program.value - program.matrix.T @ dual
    return _times(np.where(dual > 0, program.row_upper, program.row_lower), dual) + _times(
        np.where(reduced > 0, program.upper, program.lower), reduced
    )


def _of_nothing(program: Program) -> Solution:
    """A program without variables, which HiGHS does not take."""
    if (program.row_lower > 0).any() or (program.row_upper < 0).any():
        return Solution(status=SolverStatus.INFEASIBLE, x=None, total=-np.inf, bound=-np.inf)
    nothing = np.zeros(len(program.row_upper))
    return Solution(status=SolverStatus.OPTIMAL, x=np.empty(0), total=0.0, bound=0.0, row_dual=nothing)


def _times(bound: NDArray[np.float64], by: NDArray[np.float64]) -> float:
    """The sum of products, where nothing times infinity is nothing."""
    used = by != 0
    return float((bound[used] * by[used]).sum())


def _model(program: Program) -> highspy.HighsLp:
    matrix = sparse.csc_array(program.matrix)
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    # Minimising, since duals of an unfinished maximisation come back with either sign.
    model.sense_ = highspy.ObjSense.kMinimize
    model.col_cost_ = -program.value
    model.col_lower_, model.col_upper_ = program.lower, program.upper
    model.row_lower_, model.row_upper_ = program.row_lower, program.row_upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data.astype(np.float64)
    if program.integer is not None:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[int(whole)] for whole in program.integer]
    return model


def _ask(solver: highspy.Highs, stop: Callable[[], bool]) -> None:
    def interrupt(event: Any) -> None:
        if stop():
            event.interrupt()

    solver.cbMipInterrupt.subscribe(interrupt)


def _answer(program: Program, solver: highspy.Highs) -> Solution:
    status = solver.getModelStatus()
    kinds = highspy.HighsModelStatus
    if status == kinds.kInfeasible:
        return Solution(status=SolverStatus.INFEASIBLE, x=None, total=-np.inf, bound=-np.inf)
    if status in (kinds.kUnbounded, kinds.kUnboundedOrInfeasible):
        return Solution(status=SolverStatus.UNBOUNDED, x=None, total=-np.inf, bound=np.inf)
    # Interior points without crossover end as unknown when they are not near enough; their duals still prove a bound.
    stopped = (kinds.kTimeLimit, kinds.kInterrupt, kinds.kSolutionLimit, kinds.kIterationLimit, kinds.kUnknown)
    optimal = status == kinds.kOptimal
    if not optimal and status not in stopped:
        raise ArithmeticError(f"HiGHS gave up: {solver.modelStatusToString(status)}")
    info, found = solver.getInfo(), solver.getSolution()
    row_dual = None
    if program.integer is None:
        row_dual = -np.array(found.row_dual) if found.dual_valid else np.zeros(len(program.row_upper))
        bound = dual_bound(program, row_dual)
    else:
        bound = -float(info.mip_dual_bound)
    point = np.array(found.col_value)
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if not feasible or len(point) != len(program.value):
        if optimal:
            raise ArithmeticError("HiGHS calls a point optimal that it does not have")
        return Solution(status=SolverStatus.NOTHING, x=None, total=-np.inf, bound=bound, row_dual=row_dual)
    x = _checked(program, point)
    total = float(program.value @ x)
    if total > bound + FEASIBILITY * max(1.0, abs(bound)):
        raise ArithmeticError("HiGHS has a point above its own bound")
    return Solution(
        status=SolverStatus.OPTIMAL if optimal else SolverStatus.LIMIT,
        x=x,
        total=total,
        bound=bound,
        row_dual=row_dual,
    )


def _above(floor: float, found: Solution) -> Solution:
    """Below the floor HiGHS has not looked: there it calls optimal what is none, or infeasible what is feasible."""
    if found.status is SolverStatus.INFEASIBLE:
        return replace(found, status=SolverStatus.NOTHING, bound=floor)
    if found.status is SolverStatus.OPTIMAL and found.total < floor:
        return replace(found, status=SolverStatus.LIMIT, bound=floor)
    return replace(found, bound=max(found.bound, floor))


def _checked(program: Program, point: NDArray[np.float64]) -> NDArray[np.float64]:
    x = np.clip(point, program.lower, program.upper)
    if program.integer is not None:
        x = np.where(program.integer, np.rint(x), x)
    if np.abs(x - point).max(initial=0.0) > 10 * FEASIBILITY:
        raise ArithmeticError("HiGHS's point is not within its bounds or not whole")
    rows = program.matrix @ x
    slack = FEASIBILITY * np.maximum(1.0, abs(program.matrix) @ np.abs(x))
    if (rows > program.row_upper + slack).any() or (rows < program.row_lower - slack).any():
        raise ArithmeticError("HiGHS's point breaks a row")
    return x
