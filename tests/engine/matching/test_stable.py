"""Stable placements: published examples with their known answers, all stable ones of small cases, and households."""

import itertools

import numpy as np
import pytest

from samverka_engine.matching.instances import Shape, households, seats
from samverka_engine.matching.placement import Limits, used_by
from samverka_engine.matching.problem import NOWHERE, Problem
from samverka_engine.matching.stable import blocking_pairs, compared_with_best, stable_placement
from tests.engine.matching.small import table


def ranked(
    needs: list[list[int]], places: list[list[int]], capacity: list[int]
) -> tuple[Problem, np.ndarray, np.ndarray]:
    """Preference lists, best first, as a problem with wishes; who is not on a list is unacceptable."""
    rows = [(need, place) for need, listed in enumerate(needs) for place in sorted(listed)]
    problem = Problem(
        demand=np.ones((len(needs), 1), dtype=np.int32),
        capacity=np.array(capacity, dtype=np.int64)[:, None],
        first=np.searchsorted([need for need, _ in rows], np.arange(len(needs) + 1)),
        place=np.array([place for _, place in rows], dtype=np.int32),
        score=np.ones(len(rows)),
    )
    wants = np.array([float(10 - needs[need].index(place)) for need, place in rows])
    wanted = np.array([10.0 - places[place].index(need) if need in places[place] else -1.0 for need, place in rows])
    return problem, wants, wanted


def test_gale_and_shapley_1962_example_1_three_and_three() -> None:
    """Men alpha, beta, gamma and women A, B, C: of six marriages three are stable; when men propose all get their
    first choice."""
    men = [[0, 1, 2], [1, 2, 0], [2, 0, 1]]
    women = [[1, 2, 0], [2, 0, 1], [0, 1, 2]]
    assert stable_placement(*ranked(men, women, [1, 1, 1])).place.tolist() == [0, 1, 2]
    # When women propose they do: A has beta, B gamma, C alpha.
    assert stable_placement(*ranked(women, men, [1, 1, 1])).place.tolist() == [1, 2, 0]
    problem, wants, wanted = ranked(men, women, [1, 1, 1])
    stable = [
        list(marriage)
        for marriage in itertools.permutations(range(3))
        if not len(blocking_pairs(problem, np.array(marriage, dtype=np.int32), wants, wanted))
    ]
    assert sorted(stable) == [[0, 1, 2], [1, 2, 0], [2, 0, 1]]


def test_gale_and_shapley_1962_example_2_has_one_stable_set_of_marriages() -> None:
    """The 4 × 4 ranking matrix of the paper: alpha–C, beta–D, gamma–A, delta–B, where no one gets a first choice."""
    men = [[0, 1, 2, 3], [0, 3, 2, 1], [1, 0, 2, 3], [3, 1, 2, 0]]
    women = [[3, 2, 0, 1], [1, 3, 0, 2], [3, 0, 1, 2], [2, 1, 0, 3]]
    problem, wants, wanted = ranked(men, women, [1] * 4)
    found = stable_placement(problem, wants, wanted)
    assert found.is_stable
    assert found.place.tolist() == [2, 3, 0, 1]
    others = [
        marriage
        for marriage in itertools.permutations(range(4))
        if not len(blocking_pairs(problem, np.array(marriage, dtype=np.int32), wants, wanted))
    ]
    assert others == [(2, 3, 0, 1)]


def test_hospitals_and_residents_where_one_stays_without() -> None:
    """The residency example of the National Resident Matching Program's guide to its algorithm."""
    arthur, sunny, joseph, latha, darrius = range(5)
    mercy, city, general = range(3)
    residents = [[city], [city, mercy], [city, general, mercy], [mercy, city, general], [city, mercy, general]]
    hospitals = [[darrius, joseph], [darrius, arthur, sunny, latha, joseph], [darrius, arthur, joseph, latha]]
    found = stable_placement(*ranked(residents, hospitals, [2, 2, 2]))
    assert found.is_stable
    assert found.place.tolist() == [city, NOWHERE, general, general, city]


@pytest.mark.parametrize("seed", range(30))
def test_with_one_seat_each_no_stable_placement_is_better_for_anybody(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = table(rng.random((4, 3)).tolist(), rng.integers(0, 3, 3).tolist())
    wants, wanted = rng.permutation(12).astype(float), rng.permutation(12).astype(float)
    found = stable_placement(problem, wants, wanted)
    assert found.is_stable
    grid = np.vstack([wants.reshape(4, 3).T, np.full(4, -1.0)]).T  # the last column is no place
    for chosen in itertools.product([0, 1, 2, NOWHERE], repeat=4):
        place = np.array(chosen, dtype=np.int32)
        if (used_by(problem, place) <= problem.capacity).all() and not len(
            blocking_pairs(problem, place, wants, wanted)
        ):
            assert (grid[np.arange(4), found.place] >= grid[np.arange(4), place]).all()


def test_households_are_placed_and_who_would_rather_change_is_counted() -> None:
    problem = households(Shape(needs=300, places=30, pairs_per_need=12, supply=0.9, seed=5))
    found = stable_placement(problem)
    assert (used_by(problem, found.place) <= problem.capacity).all()
    assert found.blocking.tolist() == blocking_pairs(problem, found.place).tolist()


def test_three_households_for_whom_nothing_is_stable() -> None:
    """One of two wants the first place and is wanted less there than one single, who wants the second more."""
    problem = Problem(
        demand=np.array([[2], [1], [1]], dtype=np.int32),
        capacity=np.array([[2], [1]], dtype=np.int64),
        first=np.array([0, 1, 3, 5]),
        place=np.array([0, 0, 1, 0, 1], dtype=np.int32),
        score=np.ones(5),
    )
    wants = np.array([5.0, 2.0, 1.0, 1.0, 2.0])
    wanted = np.array([2.0, 1.0, 2.0, 3.0, 1.0])
    stable = [
        place
        for place in itertools.product([0, NOWHERE], [0, 1, NOWHERE], [0, 1, NOWHERE])
        if (used_by(problem, np.array(place, dtype=np.int32)) <= problem.capacity).all()
        and not len(blocking_pairs(problem, np.array(place, dtype=np.int32), wants, wanted))
    ]
    assert stable == []
    assert not stable_placement(problem, wants, wanted).is_stable


def test_the_difference_to_the_highest_total_is_told() -> None:
    problem = seats(Shape(needs=500, places=50, pairs_per_need=10, seed=1))
    found = stable_placement(problem)
    best, lost = compared_with_best(problem, found, Limits())
    assert lost == pytest.approx(best.total - found.total)
    assert lost >= 0
    assert stable_placement(table([[9, 8], [8, 1]], [1, 1])).total == 10  # the best total is 16


def test_wishes_of_another_problem_are_refused() -> None:
    with pytest.raises(ValueError, match="one wish for each pair"):
        stable_placement(table([[1.0]], [1]), np.ones(3))
