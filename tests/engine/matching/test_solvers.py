"""The door to general solvers: what comes back is checked, and what they cannot do is said."""

import numpy as np
import pytest
from scipy import sparse

from samverka_engine.matching.instances import Shape, households
from samverka_engine.matching.problem import Problem
from samverka_engine.matching.solvers import (
    Program,
    SolverStatus,
    least_cost_flow,
    most_valuable_assignment,
    solve_program,
)
from samverka_engine.matching.solvers.highs import dual_bound

INF = np.inf


def knapsack(*, integer: bool, capacity: float = 10.0) -> Program:
    """Worth 10, 13, 7 with weights 4, 6, 3: whole, the first two (23); in parts 10 + 7 + 13/2 = 23.5."""
    return Program(
        value=np.array([10.0, 13.0, 7.0]),
        matrix=sparse.csc_array(np.array([[4.0, 6.0, 3.0]])),
        row_lower=np.array([-INF]),
        row_upper=np.array([capacity]),
        lower=np.zeros(3),
        upper=np.ones(3),
        integer=np.ones(3, dtype=bool) if integer else None,
    )


def generalized_assignment(problem: Problem) -> Program:
    need, pairs = problem.need_of_pairs(), len(problem.place)
    rows, columns, values = [need.astype(np.int64)], [np.arange(pairs)], [np.ones(pairs)]
    for resource in range(len(problem.resources)):
        taken = problem.demand[need, resource]
        some = np.flatnonzero(taken)
        rows.append(problem.needs + problem.place[some].astype(np.int64) * len(problem.resources) + resource)
        columns.append(some)
        values.append(taken[some].astype(np.float64))
    upper = np.concatenate([np.ones(problem.needs), problem.capacity.ravel().astype(np.float64)])
    return Program(
        value=problem.score,
        matrix=sparse.csc_array(
            (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(len(upper), pairs)
        ),
        row_lower=np.full(len(upper), -INF),
        row_upper=upper,
        lower=np.zeros(pairs),
        upper=np.ones(pairs),
        integer=np.ones(pairs, dtype=bool),
    )


def test_a_linear_program_comes_with_duals_that_prove_its_optimum() -> None:
    program = knapsack(integer=False)
    solution = solve_program(program)
    assert solution.status == SolverStatus.OPTIMAL
    assert solution.total == pytest.approx(23.5)
    assert solution.bound == pytest.approx(23.5)
    assert solution.row_dual == pytest.approx([13 / 6])


def test_an_integer_program_is_whole() -> None:
    solution = solve_program(knapsack(integer=True), start=np.array([0.0, 1.0, 1.0]))
    assert solution.x is not None
    assert solution.x.tolist() == [1.0, 1.0, 0.0]
    assert solution.total == 23.0
    assert solution.bound == pytest.approx(23.0)


def test_an_integer_program_in_which_nothing_is_whole_has_the_bound_of_a_linear_one() -> None:
    linear = knapsack(integer=False)
    named = Program(**{**vars(linear), "integer": np.zeros(3, dtype=np.bool_)})
    assert solve_program(named).bound == pytest.approx(solve_program(linear).bound)


@pytest.mark.parametrize("seed", range(5))
def test_below_a_floor_nothing_is_looked_for_and_nothing_is_claimed(seed: int) -> None:
    program = generalized_assignment(households(Shape(needs=25, places=4, pairs_per_need=4, seed=seed)))
    best = solve_program(program).total
    for floor in (0.5 * best, best * (1 - 1e-4), best):
        found = solve_program(program, floor=floor)
        assert found.status is SolverStatus.OPTIMAL
        assert found.total == pytest.approx(best)
        assert found.bound == pytest.approx(best)
    for floor in (best * (1 + 1e-4), 1.05 * best, 2 * float(program.value.sum())):
        nothing = solve_program(program, floor=floor)
        assert nothing.status in {SolverStatus.LIMIT, SolverStatus.NOTHING}
        assert nothing.bound == floor
        assert nothing.total <= best * (1 + 1e-9)


def test_any_duals_prove_a_bound() -> None:
    program = knapsack(integer=False)
    random = np.random.default_rng(0)
    for _ in range(100):
        assert dual_bound(program, random.normal(0, 3, 1)) >= 23.5 - 1e-12


def test_interior_points_prove_a_bound_too() -> None:
    program = generalized_assignment(households(Shape(needs=200, places=20, seed=1)))
    relaxed = Program(**{**vars(program), "integer": None})
    exact, interior = solve_program(relaxed), solve_program(relaxed, interior=True)
    assert interior.bound == pytest.approx(exact.total, rel=1e-4)
    assert interior.bound >= exact.total - 1e-6


def test_says_that_there_is_no_answer() -> None:
    assert solve_program(knapsack(integer=True, capacity=-1.0)).status == SolverStatus.INFEASIBLE
    endless = knapsack(integer=False, capacity=INF)
    endless = Program(**{**vars(endless), "upper": np.full(3, INF)})
    assert solve_program(endless).status == SolverStatus.UNBOUNDED


@pytest.mark.parametrize(("least", "status"), [(0.0, SolverStatus.OPTIMAL), (1.0, SolverStatus.INFEASIBLE)])
def test_a_program_without_variables(least: float, status: SolverStatus) -> None:
    none = np.empty(0)
    empty = sparse.csc_array((1, 0))
    program = Program(
        value=none, matrix=empty, row_lower=np.array([least]), row_upper=np.array([INF]), lower=none, upper=none
    )
    assert solve_program(program).status == status


def test_stops_when_asked_or_when_time_is_out() -> None:
    program = generalized_assignment(households(Shape(needs=60, places=8, seed=1)))
    stopped = solve_program(program, stop=lambda: True)
    assert stopped.status in {SolverStatus.LIMIT, SolverStatus.NOTHING}
    out_of_time = solve_program(program, seconds=0.0)
    assert out_of_time.status == SolverStatus.NOTHING
    assert out_of_time.x is None
    near = solve_program(program, gap=0.05, seconds=60)
    assert near.status == SolverStatus.OPTIMAL
    assert near.total <= near.bound <= near.total * 1.06


def test_a_flow_and_one_that_there_is_not() -> None:
    tail, head = np.array([0, 0, 1], dtype=np.int32), np.array([1, 2, 2], dtype=np.int32)
    width, cost = np.array([5, 1, 5]), np.array([1, 5, 1])
    flow = least_cost_flow(tail, head, width, cost, np.array([3, 0, -3]))
    assert flow is not None
    assert (flow.amount.tolist(), flow.cost) == ([3, 0, 3], 6)
    assert least_cost_flow(tail, head, width, cost, np.array([7, 0, -7])) is None
    with pytest.raises(ArithmeticError, match="gave up"):
        least_cost_flow(tail, head, width, np.array([2**62, 1, 1]), np.array([3, 0, -3]))


def test_an_assignment_leaves_out_what_is_worth_less_than_nothing() -> None:
    need, place = np.array([0, 1, 2], dtype=np.int32), np.array([0, 0, 1], dtype=np.int32)
    pair = most_valuable_assignment(need, place, np.array([3, 4, -1]), np.array([1, 1]), 3)
    assert pair.tolist() == [-1, 1, -1]
