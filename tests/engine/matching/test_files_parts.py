"""Parts: they are what a plain search finds, each is solved by itself, and together they are the whole answer."""

from concurrent.futures import Executor, Future, ThreadPoolExecutor

import numpy as np
import pytest

from samverka_engine.matching.certificate import check
from samverka_engine.matching.parts import parts_of, solve_in_parts
from samverka_engine.matching.placement import Limits, Progress, Status
from samverka_engine.matching.problem import Problem
from samverka_engine.matching.solve import solve


def islands(count: int, seed: int = 0, needs: int = 6, places: int = 3) -> Problem:
    """Islands whose needs come to their own places only; every other need of the last stands alone."""
    rng = np.random.default_rng(seed)
    near = rng.random((count * needs, places)) < 0.7
    island = np.repeat(np.arange(count), needs)
    turned = rng.permutation(count * places)  # so that a part's places are not beside each other
    need, column = np.nonzero(near)
    place = turned[island[need] * places + column]
    order = np.lexsort((place, need))
    return Problem(
        demand=np.ones((count * needs, 1), dtype=np.int32),
        capacity=rng.integers(0, 3, (count * places, 1)),
        first=np.searchsorted(need, np.arange(count * needs + 1)),
        place=place[order].astype(np.int32),
        score=np.round(rng.random(len(need)) * 10, 2),
    )


def _connected(problem: Problem) -> set[frozenset[int]]:
    """The needs of each part, found by walking."""
    places_of = [set(problem.place[problem.first[n] : problem.first[n + 1]].tolist()) for n in range(problem.needs)]
    left = {need for need in range(problem.needs) if places_of[need]}
    found = set()
    while left:
        part, reached = {left.pop()}, set()
        while True:
            reached = set().union(*(places_of[need] for need in part))
            more = {need for need in left if places_of[need] & reached}
            if not more:
                break
            part |= more
            left -= more
        found.add(frozenset(part))
    return found


@pytest.mark.parametrize("seed", range(20))
def test_parts_are_what_is_connected(seed: int) -> None:
    problem = islands(5, seed)
    parts = parts_of(problem, block=1)
    assert {frozenset(part.needs.tolist()) for part in parts} == _connected(problem)
    assert sorted(pair for part in parts for pair in part.pairs.tolist()) == list(range(len(problem.place)))
    for part in parts:
        assert np.array_equal(problem.score[part.pairs], part.problem.score)
        assert np.array_equal(problem.place[part.pairs], part.places[part.problem.place])


def test_small_parts_are_put_together() -> None:
    problem = islands(30)
    assert 1 < len(parts_of(problem, block=60)) < len(parts_of(problem, block=1))
    assert len(parts_of(problem, block=10**9)) == 1


@pytest.mark.parametrize("seed", range(5))
def test_the_parts_answer_as_the_whole_and_prove_it(seed: int) -> None:
    problem = islands(12, seed)
    whole = solve(problem, Limits())
    heard: list[Progress] = []
    apart = solve_in_parts(problem, Limits(), heard.append, solver=solve, block=20)
    assert apart.status is Status.OPTIMAL
    assert apart.total == pytest.approx(whole.total)
    assert apart.diagnostics["parts"] > 1
    found = check(problem, apart)
    assert found.sound, found.faults
    assert heard[-1].total == pytest.approx(whole.total)
    assert heard[-1].bound == pytest.approx(whole.total)
    assert all(progress.bound >= whole.total - 1e-9 for progress in heard)
    with ThreadPoolExecutor(2) as executor:
        beside = solve_in_parts(problem, Limits(), heard.append, solver=solve, executor=executor, block=20)
    assert np.array_equal(beside.place, apart.place)
    assert np.array_equal(beside.price, apart.price)


def test_a_problem_that_hangs_together_is_solved_as_it_is() -> None:
    problem = islands(1, seed=3)
    assert parts_of(problem)[0].problem is problem or len(parts_of(problem)[0].needs) < problem.needs


def test_nobody_has_any_pair() -> None:
    problem = Problem(
        demand=np.ones((2, 1), dtype=np.int32),
        capacity=np.ones((1, 1), dtype=np.int64),
        first=np.zeros(3, dtype=np.int64),
        place=np.zeros(0, dtype=np.int32),
        score=np.zeros(0),
    )
    answer = solve_in_parts(problem, Limits(), lambda progress: None, solver=solve)
    assert answer.status is Status.OPTIMAL
    assert answer.place.tolist() == [-1, -1]


class _Cancelling(Executor):
    """Does the first piece of work and gives up the others, as one that is told to stop."""

    def __init__(self) -> None:
        self.done = 0

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        future: Future[object] = Future()
        if self.done == 0:
            future.set_result(fn(*args, **kwargs))
        else:
            future.cancel()
            future.set_running_or_notify_cancel()
        self.done += 1
        return future


def test_parts_that_were_given_up_place_nobody_and_the_bound_still_holds() -> None:
    problem = islands(8)
    best = solve(problem, Limits())
    answer = solve_in_parts(problem, Limits(), lambda progress: None, solver=solve, executor=_Cancelling(), block=20)
    assert answer.status is Status.STOPPED
    assert 0 < answer.total < best.total <= answer.bound
    assert check(problem, answer).sound
