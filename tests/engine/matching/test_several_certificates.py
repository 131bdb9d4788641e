"""Placements of households against brute force and HiGHS on thousands of small and awkward markets."""

import itertools

import numpy as np
import pytest

from samverka_engine.matching.certificate import check
from samverka_engine.matching.instances import Shape, households
from samverka_engine.matching.placement import Limits, Status
from samverka_engine.matching.problem import Problem
from samverka_engine.matching.several import solve_several

KINDS = (
    "plain",
    "ties",
    "no_capacity",
    "no_demand",
    "one_place",
    "equal",
    "huge",
    "tiny",
    "negative",
    "apart",
    "scarce",
)


def market(kind: str, seed: int, *, needs: int = 5, places: int = 3, resources: int = 2) -> Problem:
    random = np.random.default_rng([KINDS.index(kind), seed])
    places = 1 if kind == "one_place" else places
    demand = random.integers(0 if kind == "no_demand" else 1, 4, size=(needs, resources), dtype=np.int32)
    if kind == "no_demand":
        demand[random.random(needs) < 0.5] = 0
    capacity = random.integers(2, 4 if kind == "scarce" else 8, size=(places, resources), dtype=np.int64)
    if kind == "no_capacity":
        capacity[random.random(capacity.shape) < 0.4] = 0
    eligible = random.random((needs, places)) < 0.8
    if kind == "apart":  # each need knows one half of the places
        eligible &= (np.arange(needs)[:, None] + np.arange(places)[None, :]) % 2 == 0
    row, place = np.nonzero(eligible)
    score = random.uniform(0.5, 10.0, len(row))
    score = {
        "ties": np.round(score / 4),
        "equal": np.full(len(row), 3.0),
        "huge": score * 1e15,
        "tiny": score * 1e-12,
        "negative": score - 5.0,
    }.get(kind, score)
    first = np.searchsorted(row, np.arange(needs + 1)).astype(np.int64)
    return Problem(
        demand=demand,
        capacity=capacity,
        first=first,
        place=place.astype(np.int32),
        score=score.astype(np.float64),
        resources=tuple("abcdefg"[:resources]),
    )


def best_of_all(problem: Problem) -> float:
    """Every way to place everybody."""
    choices = [[-1, *range(problem.first[i], problem.first[i + 1])] for i in range(problem.needs)]
    best = 0.0
    for chosen in itertools.product(*choices):
        used = np.zeros_like(problem.capacity)
        total = 0.0
        for need, pair in enumerate(chosen):
            if pair >= 0:
                used[problem.place[pair]] += problem.demand[need]
                total += problem.score[pair]
        if total > best and (used <= problem.capacity).all():
            best = total
    return best


@pytest.mark.parametrize("kind", KINDS)
def test_small_markets_are_solved_to_the_proven_best(kind: str) -> None:
    for seed in range(12):
        problem = market(kind, seed)
        answer = solve_several(problem, Limits(threads=1))
        certificate = check(problem, answer)
        best = best_of_all(problem)
        assert certificate.sound, (seed, certificate.faults)
        assert answer.status == Status.OPTIMAL, seed
        assert answer.total == pytest.approx(best, rel=1e-9, abs=1e-300), seed
        assert answer.bound >= best * (1 - 1e-9), seed


@pytest.mark.parametrize("kind", KINDS)
def test_the_bound_and_the_capacities_hold_when_stopped_by_a_gap(kind: str) -> None:
    for seed in range(60):
        problem = market(kind, seed, needs=8, places=4, resources=3)
        answer = solve_several(problem, Limits(gap=1.0, threads=1))
        certificate = check(problem, answer)
        assert certificate.sound, (seed, certificate.faults)


@pytest.mark.parametrize("seed", range(3))
def test_middling_markets_agree_with_highs(seed: int) -> None:
    from scipy import optimize, sparse

    problem = households(Shape(needs=40, places=6, pairs_per_need=4, seed=seed))
    need, pairs = problem.need_of_pairs(), np.arange(len(problem.place))
    rows = [sparse.coo_array((np.ones(len(pairs)), (need, pairs)), shape=(problem.needs, len(pairs)))]
    limits = [np.ones(problem.needs)]
    for resource in range(problem.capacity.shape[1]):
        rows.append(
            sparse.coo_array(
                (problem.demand[need, resource].astype(float), (problem.place, pairs)),
                shape=(problem.places, len(pairs)),
            )
        )
        limits.append(problem.capacity[:, resource].astype(float))
    found = optimize.milp(
        -problem.score,
        constraints=optimize.LinearConstraint(sparse.vstack(rows), -np.inf, np.concatenate(limits)),
        integrality=np.ones(len(pairs)),
        bounds=optimize.Bounds(0, 1),
    )
    answer = solve_several(problem, Limits())
    assert check(problem, answer).sound
    assert answer.status == Status.OPTIMAL
    assert answer.total == pytest.approx(-found.fun, rel=1e-6)


def test_nothing_to_place_is_an_answer() -> None:
    problem = Problem(
        demand=np.ones((2, 2), dtype=np.int32),
        capacity=np.ones((1, 2), dtype=np.int64),
        first=np.array([0, 0, 1]),
        place=np.zeros(1, dtype=np.int32),
        score=np.array([-1.0]),
        resources=("a", "b"),
    )
    answer = solve_several(problem, Limits())
    assert (answer.total, answer.bound, answer.status) == (0.0, 0.0, Status.OPTIMAL)
