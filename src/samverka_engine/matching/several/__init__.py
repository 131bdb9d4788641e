"""Several resources: households that need homes, school seats and more, a generalized assignment problem."""

from .solve import solve_several

__all__ = ["solve_several"]
