"""The one door to general solvers: OR-Tools' min-cost flow and CP-SAT, and HiGHS.

Nobody else imports them, their peculiarities stop here, and nothing that they answer is believed unseen.
"""

from .choice import Choice, load_choices, most_valuable_choice
from .flow import Flow, least_cost_flow, most_valuable_assignment
from .highs import Program, Solution, SolverStatus, solve_program

__all__ = [
    "Choice",
    "Flow",
    "Program",
    "Solution",
    "SolverStatus",
    "least_cost_flow",
    "load_choices",
    "most_valuable_assignment",
    "most_valuable_choice",
    "solve_program",
]
