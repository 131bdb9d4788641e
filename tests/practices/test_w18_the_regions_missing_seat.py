"""W18 (the engine's part): the region's courses, practice, rehabilitation and validation are one supply, filled
together, and the seat that is missing is named. The catalogue itself, with dates and buyers, is not the engine's."""

from samverka_engine.matching.explain.outcomes import worth_of
from samverka_engine.matching.explain.reasons import Obstacle, reasons_of
from samverka_engine.matching.placement import Limits
from samverka_engine.matching.problem import NOWHERE
from samverka_engine.matching.rules.model import Rules
from samverka_engine.matching.solve import solve
from tests.engine.matching.small import problem_of

OFFERS = ["kurs", "praktik", "rehabilitering", "validering"]


def test_every_kind_of_offer_is_filled_and_the_missing_seat_is_named() -> None:
    problem = problem_of([{0: 5.0, 1: 2.0}, {3: 6.0, 0: 1.0}, {3: 5.0}, {2: 3.0}], [1, 1, 1, 1])
    placement = solve(problem, Limits())
    assert placement.place.tolist() == [0, 3, NOWHERE, 2]
    reasons = reasons_of(problem, Rules(), placement)
    assert reasons.obstacle[2] is Obstacle.FULL
    assert OFFERS[reasons.change_place[2]] == "validering"
    [missing, *_] = worth_of(placement)
    assert (OFFERS[missing.place], missing.price) == ("validering", 5.0)
