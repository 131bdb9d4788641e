"""Made-up instances: the same again, of the shape that was asked for."""

import numpy as np
import pytest

from samverka_engine.matching.instances import HOUSEHOLD_RESOURCES, Shape, households, seats


def test_the_same_seed_makes_the_same_instance_and_another_another() -> None:
    for make in (seats, households):
        one, again, other = (make(Shape(needs=300, places=80, seed=seed)) for seed in (1, 1, 2))
        assert (one.score == again.score).all()
        assert (one.capacity == again.capacity).all()
        assert len(one.score) != len(other.score) or (one.score != other.score).any()


def test_as_many_pairs_and_seats_as_asked_for() -> None:
    problem = seats(Shape(needs=25_000, places=1_000, supply=0.8))
    assert len(problem.place) / problem.needs == pytest.approx(50, rel=0.02)
    assert problem.capacity.sum() == 20_000
    assert problem.is_unit
    assert seats(Shape(needs=1_000, places=100)).capacity.sum() == 1_175
    few = seats(Shape(needs=10, places=5))
    assert np.diff(few.first).tolist() == [5] * 10


def test_rounded_scores_are_often_equal() -> None:
    problem = seats(Shape(needs=1_000, places=100, step=0.1))
    assert len(np.unique(np.round(problem.score, 6))) < 120
    assert 0 < problem.score.min() <= problem.score.max() < 15


def test_households_have_nested_homes_and_resources_of_their_own_supply() -> None:
    problem = households(Shape(needs=4_000, places=290, supply=(1.05, 1.3)))
    assert problem.resources == HOUSEHOLD_RESOURCES
    for nested in (problem.demand, problem.capacity):
        assert (nested[:, 1] >= nested[:, 2]).all()
        assert (nested[:, 2] >= nested[:, 3]).all()
    assert problem.demand[:, 0].min() == 1
    assert (problem.demand[:, 4] + problem.demand[:, 5] <= problem.demand[:, 0]).all()
    supply = problem.capacity.sum(axis=0) / problem.demand.sum(axis=0)
    assert supply == pytest.approx(np.linspace(1.05, 1.3, 7), rel=0.01)
