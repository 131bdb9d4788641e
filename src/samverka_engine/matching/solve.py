"""The one door to a placement: whichever method suits the problem."""

from collections.abc import Callable

from .instances import Shape, seats
from .placement import Limits, Placement, Progress
from .problem import Problem
from .unit import solve_unit

__all__ = ["PREPARING", "prepare", "solve"]

PREPARING = Shape(needs=1_000, places=100, pairs_per_need=10)
"""Large enough that an auction does not end with the best by luck: every step is come to."""


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
    solve(seats(PREPARING), Limits())
