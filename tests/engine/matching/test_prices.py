"""Prices and their ranges against placing anew: one seat more, several, one fewer."""

import numpy as np
import pytest

from samverka_engine.matching.instances import Shape, seats
from samverka_engine.matching.placement import Limits, Placement
from samverka_engine.matching.problem import Problem
from samverka_engine.matching.unit import price_ranges, solve_unit
from tests.engine.matching.small import FAMILIES, by_ortools, random_problem, table, with_capacity

NEVER_ENDS = 40
"""Seats more that a price without end is tried for."""


def best(problem: Problem) -> Placement:
    return solve_unit(problem, Limits(), lambda progress: None)


def total_with(problem: Problem, at: int, more: int) -> float:
    capacity = problem.capacity.copy()
    capacity[at] += more
    return by_ortools(with_capacity(problem, capacity))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_price_is_what_one_more_seat_is_worth_and_holds_as_far_as_it_says(family: str) -> None:
    for seed in range(3000, 3012):
        problem = random_problem(family, seed)
        placement = best(problem)
        total = by_ortools(problem)
        near = 1e-10 * max(1e-20, float(np.abs(problem.score).max(initial=0.0)))
        for found in price_ranges(problem, placement, range(problem.places)):
            at = found.place
            assert found.price == pytest.approx(placement.price[at, 0], abs=near)
            assert found.exact
            units = NEVER_ENDS if found.holds_for is None else found.holds_for
            assert total_with(problem, at, units) - total == pytest.approx(units * found.price, abs=near)
            if found.holds_for is None:
                assert found.price == 0
            else:
                assert found.holds_for >= 1
                next_one = total_with(problem, at, units + 1) - total_with(problem, at, units)
                assert next_one < found.price - near
            if problem.capacity[at, 0] == 0:
                assert found.last is None
            else:
                assert found.last is not None
                assert found.last == pytest.approx(total - total_with(problem, at, -1), abs=near)
                assert found.last >= found.price - near


def test_ranges_of_a_larger_instance() -> None:
    problem = seats(Shape(needs=2000, places=100, supply=0.9, step=0.1, seed=4))
    placement = best(problem)
    dearest = np.argsort(-placement.price[:, 0])[:5].tolist()
    for found in price_ranges(problem, placement, dearest):
        assert found.holds_for is not None
        total = total_with(problem, found.place, found.holds_for)
        assert total == pytest.approx(placement.total + found.holds_for * found.price, rel=1e-12)
        assert total_with(problem, found.place, found.holds_for + 1) - total < found.price - 0.05


def test_asked_for_few_seats_the_range_says_that_it_may_be_longer() -> None:
    problem = table([[5.0]] * 10, [2])
    placement = best(problem)
    [all_of_it] = price_ranges(problem, placement, [0])
    assert (all_of_it.holds_for, all_of_it.exact, all_of_it.price, all_of_it.last) == (8, True, 5.0, 5.0)
    [some_of_it] = price_ranges(problem, placement, [0], most=3)
    assert (some_of_it.holds_for, some_of_it.exact) == (3, False)


def test_the_placement_itself_is_left_alone() -> None:
    problem = table([[5.0, 1.0], [4.0, 1.0], [3.0, 1.0]], [1, 1])
    placement = best(problem)
    before = placement.pair.copy()
    price_ranges(problem, placement, [0, 1])
    assert (placement.pair == before).all()


def test_only_a_best_placement_has_ranges() -> None:
    problem = table([[5.0], [4.0]], [1])
    worse = Placement(
        status=best(problem).status,
        place=np.array([-1, 0], dtype=np.int32),
        pair=np.array([-1, 1]),
        price=np.array([[4.0]]),
        total=4.0,
        bound=5.0,
    )
    with pytest.raises(ValueError, match="best"):
        price_ranges(problem, worse, [0])


def test_prices_are_the_lowest_that_prove_it() -> None:
    """One need, one seat: any price up to 7 proves it, and one more seat is worth nothing."""
    placement = best(table([[7.0]], [1]))
    assert placement.price.tolist() == [[0.0]]
    [found] = price_ranges(table([[7.0]], [1]), placement, [0])
    assert found.last == 7.0
