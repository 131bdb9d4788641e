"""The one door to a placement: whichever method suits the problem."""

from collections.abc import Callable

import numpy as np

from .placement import Limits, Placement, Progress
from .problem import Problem
from .unit import solve_unit

__all__ = ["prepare", "solve"]


def solve(problem: Problem, limits: Limits, told: Callable[[Progress], None] = lambda progress: None) -> Placement:
    """A placement with prices and a bound: proven best when everybody needs one seat, else as near as limits allow.

    The same problem and seed give the same answer, however many threads there are, unless time or somebody ends the
    work before it is done. `told` hears of every better answer.

    Raises:
        ValueError: scores too large to add.
    """
    if problem.is_unit:
        return solve_unit(problem, limits, told)
    from .several import solve_several  # its libraries are large, and seats do without them

    return solve_several(problem, limits, told)


def prepare(problem: Problem) -> None:
    """Compiles what `solve` runs for such a problem, or loads it compiled: seconds that can so be told apart."""
    if not problem.is_unit:
        from .several import prepare_several

        prepare_several(len(problem.place))
        return
    solve(
        Problem(
            demand=np.ones((3, 1), dtype=np.int32),
            capacity=np.array([[1], [1], [0]], dtype=np.int64),
            first=np.array([0, 2, 4, 6]),
            place=np.array([0, 1, 0, 1, 0, 2], dtype=np.int32),
            score=np.array([3.0, 1.0, 2.0, 1.0, 2.5, 4.0]),
        ),
        Limits(),
    )
