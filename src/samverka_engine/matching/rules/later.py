"""Room for those who come later, as a goal: the score less what a placement takes from them."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from samverka_engine.matching.problem import Problem

from .model import Objective, Rules

__all__ = ["LATER", "with_room_for_later", "without_room_for_later"]

LATER = "score less what later needs lose"


def with_room_for_later(problem: Problem, rules: Rules, price: NDArray[np.float64]) -> Rules:
    """The rules with this goal just before the score; `price` (P, R) is what a unit is expected to be worth later.

    What is left to the score is to decide between placements that take as much from those who come later.
    """
    taken = np.einsum("er,er->e", problem.demand[problem.need_of_pairs()], price[problem.place])
    goals = rules.objectives or (Objective(name="score", value=problem.score),)
    at = next((index for index, goal in enumerate(goals) if goal.name == "score"), len(goals))
    less = Objective(name=LATER, value=problem.score - taken)
    return replace(rules, objectives=(*goals[:at], less, *goals[at:]))


def without_room_for_later(rules: Rules) -> Rules:
    """The rules without this goal."""
    return replace(rules, objectives=tuple(goal for goal in rules.objectives if goal.name != LATER))
