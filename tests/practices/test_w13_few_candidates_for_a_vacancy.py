"""W13 (the engine's part): a vacancy gets the few candidates that suit it, each with the reasons."""

import numpy as np

from samverka_engine.matching.explain.reasons import Why, reasons_of
from samverka_engine.matching.placement import Limits
from samverka_engine.matching.problem import Problem
from samverka_engine.matching.rules.model import Rules
from samverka_engine.matching.solve import solve


def test_a_vacancy_asks_for_three_candidates_and_gets_the_three_who_suit_it_best() -> None:
    suits = np.array([0.9, 0.2, 0.7, 0.4, 0.8, 0.6])
    problem = Problem(
        demand=np.ones((6, 1), dtype=np.int32),
        capacity=np.array([[3]]),
        first=np.arange(7),
        place=np.zeros(6, dtype=np.int32),
        score=suits,
        resources=("candidates",),
    )
    placement = solve(problem, Limits())
    assert np.flatnonzero(placement.place == 0).tolist() == [0, 2, 4]
    reasons = reasons_of(problem, Rules(), placement)
    assert reasons.alternatives.need.tolist() == [1, 3, 5]
    assert set(reasons.alternatives.why) == {Why.FULL}
    assert placement.price[0, 0] == 0.6  # a fourth candidate would be the one with 0.6
