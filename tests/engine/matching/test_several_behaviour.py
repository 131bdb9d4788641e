"""What a placement of households promises about time, threads, the order of rows, and published problems."""

import numpy as np
import pytest

from samverka_engine.matching.certificate import check
from samverka_engine.matching.instances import Shape, households
from samverka_engine.matching.placement import Limits, Progress, Status
from samverka_engine.matching.problem import Problem
from samverka_engine.matching.several import solve_several

GAP = 0.01
"""Reached by moves and merging, after the first placement."""


@pytest.fixture(scope="module")
def village() -> Problem:
    return households(Shape(needs=120, places=12, pairs_per_need=8, seed=4))


def reordered(problem: Problem, seed: int) -> tuple[Problem, np.ndarray, np.ndarray]:
    """The same market with needs and places in another order, and which they were."""
    random = np.random.default_rng(seed)
    needs, places = random.permutation(problem.needs), random.permutation(problem.places)
    position = np.argsort(places)
    first, place, score = [0], [], []
    for need in needs:
        pairs = slice(problem.first[need], problem.first[need + 1])
        there = position[problem.place[pairs]]
        order = np.argsort(there)
        place.append(there[order])
        score.append(problem.score[pairs][order])
        first.append(first[-1] + len(there))
    other = Problem(
        demand=problem.demand[needs],
        capacity=problem.capacity[places],
        first=np.array(first, dtype=np.int64),
        place=np.concatenate(place).astype(np.int32),
        score=np.concatenate(score),
        resources=problem.resources,
    )
    return other, needs, places


def test_one_thread_and_two_give_the_same_answer(village: Problem) -> None:
    one = solve_several(village, Limits(gap=GAP, threads=1, seed=5))
    two = solve_several(village, Limits(gap=GAP, threads=2, seed=5))
    np.testing.assert_array_equal(one.pair, two.pair)
    np.testing.assert_array_equal(one.price, two.price)


def test_the_order_of_the_rows_does_not_matter(village: Problem) -> None:
    answer = solve_several(village, Limits(gap=GAP))
    other, needs, places = reordered(village, 8)
    again = solve_several(other, Limits(gap=GAP))
    np.testing.assert_array_equal(np.append(places, -1)[again.place], answer.place[needs])
    np.testing.assert_allclose(again.price, answer.price[places], rtol=1e-9)


def test_an_asked_gap_is_reached_and_answers_get_better_on_the_way(village: Problem) -> None:
    heard: list[Progress] = []
    answer = solve_several(village, Limits(gap=GAP), heard.append)
    assert answer.status == Status.WITHIN_GAP
    assert answer.gap <= GAP
    totals, bounds = [each.total for each in heard], [each.bound for each in heard]
    assert totals == sorted(totals)
    assert bounds == sorted(bounds, reverse=True)
    assert check(village, answer).sound


@pytest.mark.parametrize("questions", [0, 1, 5, 30, 200])
def test_stopped_at_any_moment_the_answer_is_valid(village: Problem, questions: int) -> None:
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > questions

    answer = solve_several(village, Limits(stop=stop, threads=1))
    assert answer.status == Status.STOPPED
    assert check(village, answer).sound
    assert answer.total > 0


def test_out_of_time_the_answer_is_valid(village: Problem) -> None:
    seconds = iter(range(10_000))
    answer = solve_several(village, Limits(seconds=60.0, clock=lambda: float(next(seconds)), threads=1))
    assert answer.status == Status.TIME_LIMIT
    assert check(village, answer).sound


def test_martello_and_toths_assignment_of_eight_jobs_to_three_agents() -> None:
    """Knapsack Problems (Martello and Toth 1990), example 7.1: the best is worth 232.

    The weights differ by agent there; here each job has a resource of its own at each agent.
    """
    profit = np.array([[27, 12, 12, 16, 24, 31, 41, 13], [14, 5, 37, 9, 36, 25, 1, 34], [34, 34, 20, 9, 19, 19, 3, 34]])
    weight = np.array(
        [[21, 13, 9, 5, 7, 15, 5, 24], [20, 8, 18, 25, 6, 6, 9, 6], [16, 16, 18, 24, 11, 11, 16, 18]], dtype=np.int32
    )
    capacity = np.array([26, 25, 34])
    jobs, agents = 8, 3
    # A job takes its weight of resource a, of which only agent a is short.
    demand = weight.T.copy()
    plenty = int(weight.sum())
    room = np.where(np.eye(agents, dtype=bool), capacity[:, None], plenty)
    problem = Problem(
        demand=demand,
        capacity=room.astype(np.int64),
        first=np.arange(0, jobs * agents + 1, agents, dtype=np.int64),
        place=np.tile(np.arange(agents, dtype=np.int32), jobs),
        # All jobs are done in the book: an amount on each that no other gain outweighs.
        score=(profit.T + 1000.0).ravel(),
        resources=("first", "second", "third"),
    )
    answer = solve_several(problem, Limits())
    assert answer.status == Status.OPTIMAL
    assert (answer.place >= 0).all()
    assert answer.total == pytest.approx(232 + 8000)
