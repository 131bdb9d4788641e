"""What one more unit adds, by placing again, against a placement of everything with it; and places that never open."""

from dataclasses import replace

import numpy as np
import pytest

from samverka_engine.matching.explain.one_more import one_more_each
from samverka_engine.matching.explain.outcomes import worth_of
from samverka_engine.matching.instances import Shape, households, seats
from samverka_engine.matching.placement import Limits, Placement, Status
from samverka_engine.matching.problem import Problem
from samverka_engine.matching.rules.later import LATER, with_room_for_later, without_room_for_later
from samverka_engine.matching.rules.model import Objective, Rules
from samverka_engine.matching.rules.options import options_of
from samverka_engine.matching.rules.solving import solve_with_rules
from samverka_engine.matching.solve import solve
from tests.engine.matching.small import by_brute_force, problem_of, table, with_capacity


def again(problem: Problem, limits: Limits) -> Placement:
    return solve(problem, limits)


def test_with_one_seat_each_the_price_is_what_one_more_adds_and_its_range_is_told() -> None:
    problem = seats(Shape(needs=60, places=8, pairs_per_need=4, supply=0.7, seed=2))
    placement = solve(problem, Limits())
    found = one_more_each(problem, placement, worth_of(placement), Limits(), resolve=again, plain=True)
    assert len(found) == 8
    for one in found:
        assert one.least == one.most == pytest.approx(one.price)
        assert one.holds_for is not None
        assert one.last is None or one.last >= one.price - 1e-9
        more = problem.capacity.copy()
        more[one.place, 0] += one.holds_for + 1
        beyond = solve(with_capacity(problem, more), Limits()).total - placement.total
        assert beyond < (one.holds_for + 1) * one.price - 1e-9


@pytest.mark.parametrize("seed", range(4))
def test_with_several_resources_what_it_really_adds_may_be_less_than_the_price(seed: int) -> None:
    problem = households(Shape(needs=14, places=4, pairs_per_need=3, supply=(0.8, 1.0), seed=seed))
    placement = solve(problem, Limits())
    assert placement.status is Status.OPTIMAL
    for one in one_more_each(problem, placement, worth_of(placement), Limits(), resolve=again, plain=True):
        assert one.least == one.most
        assert one.least is not None
        assert 0 <= one.least <= one.price + (placement.bound - placement.total) + 1e-9
        assert one.holds_for is None


def test_nothing_is_tried_when_the_time_is_out_or_nothing_is_found() -> None:
    problem = table([[3], [2]], [1])
    placement = solve(problem, Limits())
    late = Limits(seconds=0.0)
    [one] = one_more_each(problem, placement, worth_of(placement), late, resolve=again, plain=True)
    assert (one.price, one.least, one.most, one.holds_for) == (2.0, None, None, 1)
    [one] = one_more_each(
        problem, placement, worth_of(placement), Limits(), resolve=lambda problem, limits: None, plain=False
    )
    assert (one.least, one.holds_for) == (None, None)


def test_an_answer_that_is_not_proven_gives_bounds() -> None:
    problem = table([[3.0], [2.0]], [1])
    placement = replace(solve(problem, Limits()), status=Status.TIME_LIMIT, bound=4.0)
    [one] = one_more_each(problem, placement, worth_of(placement), Limits(), resolve=again, plain=True)
    assert (one.least, one.most) == (1.0, 2.0)


def test_places_without_room_for_those_they_need_are_no_options() -> None:
    problem = table([[5, 4], [5, 4], [5, 4]], [2, 3])
    options = options_of(problem, Rules(minimum=np.array([3, 3])))
    assert options is not None
    assert set(options.problem.place.tolist()) == {1}
    found = solve_with_rules(problem, Rules(minimum=np.array([3, 3])), Limits())
    assert found.placement.total == 12 == found.placement.bound
    fixed = np.array([0], dtype=np.int32)
    impossible = solve_with_rules(
        problem, Rules(minimum=np.array([3, 3]), fixed_need=fixed, fixed_place=fixed), Limits()
    )
    assert impossible.placement.status is Status.INFEASIBLE


def test_room_for_later_is_a_goal_before_the_score_and_is_best_among_all() -> None:
    problem = problem_of([{0: 5.0, 1: 4.0}, {0: 3.0}, {1: 2.0}], [1, 1])
    price = np.array([[4.0], [1.0]])
    rules = with_room_for_later(problem, Rules(), price)
    assert [goal.name for goal in rules.objectives] == [LATER, "score"]
    found = solve_with_rules(problem, rules, Limits())
    less = replace(problem, score=problem.score - price[problem.place, 0])
    assert found.goals[0].value == pytest.approx(by_brute_force(less))
    assert found.placement.place.tolist() == [1, -1, -1]  # 4 - 1 is more than 5 - 4, and 3 - 4 is less than nothing
    waiting = Objective(name="waiting", value=np.ones(4))
    before = Rules(objectives=(waiting, Objective(name="score", value=problem.score)))
    after = with_room_for_later(problem, before, price)
    assert [goal.name for goal in after.objectives] == ["waiting", LATER, "score"]
    assert without_room_for_later(after) == before
