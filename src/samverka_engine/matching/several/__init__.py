"""Several resources: households that need homes, school seats and more, a generalized assignment problem."""

from .solve import prepare_several, solve_several

__all__ = ["prepare_several", "solve_several"]
