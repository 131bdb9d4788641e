"""Rules that cannot all hold, of an integer program: one after the other is left out while it stays impossible."""

from collections.abc import Callable

import numpy as np

from samverka_engine.matching.solvers import SolverStatus, solve_program

from .clauses import Clause
from .options import Options
from .program import Goal, Rows, program_of

__all__ = ["smallest_contradiction"]


def smallest_contradiction(options: Options, rows: Rows, stop: Callable[[], bool]) -> tuple[Clause, ...]:
    """A set of clauses that cannot all hold, and can when any of them is left out (deletion filter; Chinneck and
    Dravnieks, Locating minimal infeasible constraint sets in linear programs, 1991).

    Fixed pairs and capacities stay throughout. Stopped in the middle, it may have members too many.
    """
    goal = Goal("nothing", np.zeros(len(options.problem.place)))
    everything = tuple(dict.fromkeys(row.clause for row in rows.rows if row.clause is not None))
    needless: set[Clause] = set()
    for clause in everything:
        if stop():
            break
        program, _ = program_of(options, rows, goal, without=frozenset(needless | {clause}))
        if solve_program(program, stop=stop).status is SolverStatus.INFEASIBLE:
            needless.add(clause)
    return tuple(clause for clause in everything if clause not in needless)
