"""Unit demand: the optimum against others and brute force, proofs, textbooks, stopping, the same answer twice."""

from dataclasses import replace
from itertools import count

import numpy as np
import pytest
from numpy.typing import NDArray

from samverka_engine.matching.certificate import check
from samverka_engine.matching.instances import Shape, seats
from samverka_engine.matching.placement import Limits, Placement, Progress, Status, bound_at
from samverka_engine.matching.problem import NOWHERE, Problem
from samverka_engine.matching.solve import PREPARING, solve
from samverka_engine.matching.unit import auction, solve_unit
from samverka_engine.matching.unit import solve as unit_solve
from tests.engine.matching.small import (
    FAMILIES,
    by_brute_force,
    by_highs,
    by_ortools,
    problem_of,
    random_problem,
    random_problems,
    table,
)


def best(problem: Problem, limits: Limits | None = None) -> Placement:
    return solve_unit(problem, limits or Limits(), lambda progress: None)


def assert_proven(problem: Problem, placement: Placement) -> None:
    certificate = check(problem, placement)
    assert certificate.faults == ()
    assert placement.status == Status.OPTIMAL
    allowed = 1e-9 * max(abs(certificate.bound), 1e-12)
    assert certificate.unsold <= allowed
    assert certificate.regret <= allowed
    assert certificate.bound - certificate.total == pytest.approx(certificate.unsold + certificate.regret, abs=allowed)
    assert placement.bound == pytest.approx(bound_at(problem, placement.price), rel=1e-12, abs=1e-20)
    assert not (problem.score[placement.pair[placement.pair >= 0]] < 0).any()


def test_thousands_of_cases_are_proven_and_agree_with_the_flow_solver() -> None:
    cases = 0
    for family, seed, problem in random_problems(250):
        placement = best(problem)
        assert_proven(problem, placement)
        largest = float(np.abs(problem.score).max(initial=0.0))
        assert placement.total == pytest.approx(by_ortools(problem), rel=1e-9, abs=1e-8 * largest), (family, seed)
        cases += 1
    assert cases == 250 * len(FAMILIES)


@pytest.mark.parametrize("family", [family for family in FAMILIES if family not in {"huge", "tiny"}])
def test_agrees_with_a_linear_program(family: str) -> None:
    for seed in range(1000, 1025):
        problem = random_problem(family, seed)
        assert best(problem).total == pytest.approx(by_highs(problem), rel=1e-7, abs=1e-6), seed


@pytest.mark.parametrize("family", FAMILIES)
def test_agrees_with_brute_force(family: str) -> None:
    for seed in range(2000, 2012):
        problem = random_problem(family, seed, needs=6, places=3)
        assert best(problem).total == pytest.approx(by_brute_force(problem), rel=1e-9, abs=0), seed


@pytest.mark.parametrize("shape", [
    Shape(needs=3000, places=300, seed=1),
    Shape(needs=3000, places=300, step=0.1, seed=2),
    Shape(needs=3000, places=300, supply=0.8, seed=3),
    Shape(needs=3000, places=300, supply=0.8, step=0.1, seed=4),
    Shape(needs=3000, places=300, supply=0.8, step=1.0, seed=5),
])  # fmt: skip
def test_middling_instances_agree_with_the_flow_solver(shape: Shape) -> None:
    problem = seats(shape)
    placement = best(problem)
    assert_proven(problem, placement)
    assert placement.total == pytest.approx(by_ortools(problem), rel=1e-9)


def test_few_pairs_let_in_are_seen_to_be_too_few(monkeypatch: pytest.MonkeyPatch) -> None:
    widened: list[float] = []

    class Watched(unit_solve._Work):
        def _widened(self, auctioned: object, width: float, ticks: object) -> NDArray[np.int64]:
            widened.append(width)
            return super()._widened(auctioned, width, ticks)  # type: ignore[arg-type]

    problem = seats(Shape(needs=2000, places=200, seed=9))
    expected = by_ortools(problem)
    monkeypatch.setattr(unit_solve, "_Work", Watched)
    monkeypatch.setattr(unit_solve, "WIDTHS", (0.0, float("inf")))
    placement = best(problem)
    assert widened == [0.0, float("inf")]
    assert_proven(problem, placement)
    assert placement.total == pytest.approx(expected, rel=1e-9)


def test_a_price_war_between_equals_ends() -> None:
    """A hundred needs, ten equal places, one rare good one: with a small raise alone it would take millions of bids."""
    problem = table([[1e6 + 1e-3 * (need % 2), 1e6] for need in range(100)], [5, 4])
    placement = best(problem)
    assert_proven(problem, placement)
    assert (placement.place != NOWHERE).sum() == 9
    assert placement.diagnostics["bids"] < 100_000


def test_nobody_nowhere_and_nothing_eligible() -> None:
    for problem in (problem_of([], [3]), problem_of([{}, {}], [1]), problem_of([], []), problem_of([{}], [])):
        placement = best(problem)
        assert placement.total == placement.bound == 0
        assert (placement.place == NOWHERE).all()
        assert placement.status == Status.OPTIMAL
        assert check(problem, placement).sound


def test_a_negative_pair_is_never_used_even_when_the_seat_is_free() -> None:
    placement = best(table([[-1.0], [2.0], [-3.0]], [3]))
    assert placement.place.tolist() == [NOWHERE, 0, NOWHERE]


def test_by_hand_the_example_of_the_documentation() -> None:
    """Three needs, two places with a seat each; docs/algorithms/placement-unit.md."""
    placement = best(table([[9.0, 6.0], [8.0, 7.0], [5.0, 4.0]], [1, 1]))
    assert placement.place.tolist() == [0, 1, NOWHERE]
    assert placement.total == placement.bound == 16
    assert placement.price.tolist() == [[5.0], [4.0]]


# Minimum-cost transportation as it stands in textbooks: every unit of supply is a need, and everybody is to be placed,
# so that a score is a large number less the cost. Sources: [P&T] Hillier and Lieberman, Introduction to Operations
# Research, ch. 9, the P & T Company prototype example (152 535); [Powerco] Winston, Operations Research: Applications
# and Algorithms, ch. 7, example 1 (1 020); [Machineco] the same, section 7.5 (15); [Job Shop] Hillier and Lieberman,
# section 9.3, the Job Shop Company (29; a location that is not possible has no pair).
TEXTBOOKS: dict[str, tuple[list[list[int | None]], list[int], list[int], int]] = {
    "P&T": ([[464, 513, 654, 867],
            [352, 416, 690, 791], [995, 682, 388, 685]], [75, 125, 100], [80, 65, 70, 85], 152_535),
    "Powerco": ([[8, 6, 10, 9], [9, 12, 13, 7], [14, 9, 16, 5]], [35, 50, 40], [45, 20, 30, 30], 1_020),
    "Machineco": ([[14, 5, 8, 7], [2, 12, 6, 5], [7, 8, 3, 9], [2, 4, 6, 10]], [1] * 4, [1] * 4, 15),
    "Job Shop": ([[13, 16, 12, 11], [15, None, 13, 20], [5, 7, 10, 6]], [1] * 3, [1] * 4, 29),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTBOOKS)
def test_textbook_transportation_problems_have_their_published_optimum(name: str) -> None:
    costs, supply, demand, optimum = TEXTBOOKS[name]
    rows = [
        {at: 10_000.0 - cost for at, cost in enumerate(row) if cost is not None}
        for row, units in zip(costs, supply, strict=True)
        for _ in range(units)
    ]
    problem = problem_of(rows, demand)
    placement = best(problem)
    assert_proven(problem, placement)
    assert 10_000 * len(rows) - placement.total == optimum


def test_the_same_answer_on_one_and_two_threads_and_again() -> None:
    for step in (None, 0.5):
        problem = seats(Shape(needs=2000, places=150, supply=0.9, step=step, seed=3))
        answers = [best(problem, Limits(threads=threads, seed=seed)) for threads, seed in ((1, 0), (2, 0), (2, 7))]
        for other in answers[1:]:
            assert (other.place == answers[0].place).all()
            assert (other.price == answers[0].price).all()


def test_needs_and_places_in_another_order_get_the_same_places_and_prices() -> None:
    """Scores without ties have one best placement; with ties totals and prices are the same, and readers sort by id."""
    for step, seed in ((None, 5), (None, 6), (0.5, 7)):
        problem = seats(Shape(needs=600, places=60, supply=0.95, step=step, seed=seed))
        random = np.random.default_rng(seed)
        needs, places = random.permutation(problem.needs), random.permutation(problem.places)
        rows = []
        for need in needs:
            pairs = slice(problem.first[need], problem.first[need + 1])
            at = np.argsort(places)[problem.place[pairs]]
            rows.append(dict(zip(at.tolist(), problem.score[pairs].tolist(), strict=True)))
        here, there = best(problem), best(problem_of(rows, problem.capacity[places, 0].tolist()))
        assert there.total == pytest.approx(here.total, rel=1e-12)
        assert there.price[:, 0] == pytest.approx(here.price[places, 0], abs=1e-12)
        if step is None:
            moved = np.where(there.place == NOWHERE, NOWHERE, places[there.place])
            assert (moved == here.place[needs]).all()


def test_a_gap_that_is_allowed_ends_the_work_after_the_auction() -> None:
    problem = seats(Shape(needs=3000, places=300, seed=1))
    placement = best(problem, Limits(gap=0.01))
    assert placement.status == Status.WITHIN_GAP
    assert 0 < placement.gap <= 0.01
    assert check(problem, placement).sound


def test_somebody_stops_it_and_the_answer_is_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auction, "SLICE", 1_000)
    problem = seats(Shape(needs=4_000, places=200, pairs_per_need=20, supply=0.8, seed=1))
    totals = []
    for after in (0, 3, 10):
        asked = count()
        placement = best(problem, Limits(stop=lambda asked=asked, after=after: next(asked) >= after))  # type: ignore[misc]
        assert placement.status == Status.STOPPED
        assert check(problem, placement).sound
        totals.append(placement.total)
    assert 0 < totals[0] < totals[1] < totals[2] < best(problem).total


def test_time_runs_out_by_the_callers_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auction, "SLICE", 100)
    ticking = count()
    placement = best(seats(Shape(needs=500, places=50)), Limits(seconds=2.5, clock=lambda: float(next(ticking))))
    assert placement.status == Status.TIME_LIMIT
    assert placement.gap > 0


def test_told_of_the_auction_and_of_the_proof() -> None:
    told: list[Progress] = []
    problem = seats(Shape(needs=500, places=50))
    placement = solve(problem, Limits(), told.append)
    assert [progress.step for progress in told] == ["auction", "prices"]
    assert told[0].total <= told[1].total == placement.total
    assert told[0].bound >= told[1].bound == placement.bound


def test_preparing_comes_to_every_step() -> None:
    found = solve(seats(PREPARING), Limits())
    assert found.status is Status.OPTIMAL
    assert {"bids", "pairs_kept", "flow_seconds"} <= set(found.diagnostics)


def test_refuses_what_is_not_unit_demand_and_what_cannot_be_added() -> None:
    problem = table([[1.0]], [1])
    with pytest.raises(ValueError, match="one seat"):
        best(replace(problem, demand=np.full((1, 1), 2, dtype=np.int32)))
    with pytest.raises(ValueError, match="large"):
        best(table([[1e308], [1e308]], [1]))
