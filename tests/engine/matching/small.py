"""Small problems of unit demand for the tests: random and adversarial, with brute force and others' optima."""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from samverka_engine.matching.problem import Problem
from samverka_engine.matching.solvers import Program, SolverStatus, most_valuable_assignment, solve_program

FAMILIES = (
    "plain",
    "ties",
    "all_equal",
    "zero_capacities",
    "one_place",
    "huge",
    "tiny",
    "negative",
    "disconnected",
    "scarce_ties",
    "one_outlier",
    "sparse",
    "plenty",
)


def problem_of(rows: Sequence[dict[int, float]], capacity: Sequence[int]) -> Problem:
    """Needs by rows of place and score."""
    ordered = [sorted(row.items()) for row in rows]
    return Problem(
        demand=np.ones((len(rows), 1), dtype=np.int32),
        capacity=np.array(capacity, dtype=np.int64).reshape(-1, 1),
        first=np.cumsum([0, *(len(row) for row in ordered)]).astype(np.int64),
        place=np.array([place for row in ordered for place, _ in row], dtype=np.int32),
        score=np.array([score for row in ordered for _, score in row], dtype=np.float64),
    )


def table(score: Sequence[Sequence[float]], capacity: Sequence[int]) -> Problem:
    """Everybody is eligible everywhere."""
    return problem_of([dict(enumerate(row)) for row in score], capacity)


def random_problem(family: str, seed: int, *, needs: int = 30, places: int = 8) -> Problem:
    random = np.random.default_rng((FAMILIES.index(family), seed))
    n, m = int(random.integers(1, needs + 1)), int(random.integers(1, places + 1))
    if family == "one_place":
        m = 1
    eligible = random.random((n, m)) < (0.15 if family == "sparse" else 0.7)
    score = random.random((n, m)) * 10
    capacity = random.integers(0, 2 * n // m + 2, m)
    match family:
        case "ties":
            score = random.integers(0, 4, (n, m)).astype(float)
        case "all_equal":
            score = np.full((n, m), 3.7)
        case "zero_capacities":
            capacity[random.random(m) < 0.6] = 0
        case "huge":
            score *= 1e12
        case "tiny":
            score *= 1e-12
        case "negative":
            score -= 6
        case "disconnected":
            eligible &= (np.arange(n)[:, None] % 3) == (np.arange(m) % 3)
        case "scarce_ties":
            score = np.round(random.random((n, 1)) + random.random(m), 1)
            capacity = np.maximum(random.integers(0, 2, m), 0)
        case "one_outlier":
            score[random.integers(n), random.integers(m)] = 1e7
        case "plenty":
            capacity[:] = n + 5
        case _:
            pass
    rows = [{int(at): float(score[need, at]) for at in np.flatnonzero(eligible[need])} for need in range(n)]
    return problem_of(rows, capacity.tolist())


def random_problems(count: int) -> Iterator[tuple[str, int, Problem]]:
    for seed in range(count):
        for family in FAMILIES:
            yield family, seed, random_problem(family, seed)


def with_capacity(problem: Problem, capacity: NDArray[np.int64]) -> Problem:
    return Problem(
        demand=problem.demand, capacity=capacity, first=problem.first, place=problem.place, score=problem.score
    )


def by_brute_force(problem: Problem) -> float:
    best = 0.0
    options = [[None, *range(problem.first[need], problem.first[need + 1])] for need in range(problem.needs)]
    for chosen in product(*options):
        pairs = [pair for pair in chosen if pair is not None]
        used = np.bincount(problem.place[pairs].astype(int), minlength=problem.places)
        if (used <= problem.capacity[:, 0]).all():
            best = max(best, float(problem.score[pairs].sum()))
    return best


def by_ortools(problem: Problem) -> float:
    """On scores in steps of the largest times 2⁻⁴⁰."""
    largest = float(np.abs(problem.score).max(initial=0.0)) or 1.0
    value = np.rint(problem.score / largest * 2**40).astype(np.int64)
    pair = most_valuable_assignment(
        problem.need_of_pairs(), problem.place, value, problem.capacity[:, 0], problem.needs
    )
    return float(problem.score[pair[pair >= 0]].sum())


def by_highs(problem: Problem) -> float:
    pairs = len(problem.place)
    rows = np.concatenate([problem.need_of_pairs(), problem.needs + problem.place])
    columns = np.tile(np.arange(pairs), 2)
    matrix = sparse.csc_array((np.ones(2 * pairs), (rows, columns)), shape=(problem.needs + problem.places, pairs))
    upper = np.concatenate([np.ones(problem.needs), problem.capacity[:, 0].astype(float)])
    solution = solve_program(
        Program(
            value=problem.score,
            matrix=matrix,
            row_lower=np.full(len(upper), -np.inf),
            row_upper=upper,
            lower=np.zeros(pairs),
            upper=np.ones(pairs),
        )
    )
    assert solution.status == SolverStatus.OPTIMAL
    return solution.total
