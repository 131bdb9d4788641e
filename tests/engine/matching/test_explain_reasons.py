"""Why a place and not another, what stood in the way, and what each group got."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samverka_engine.matching.explain.envy import envy_of
from samverka_engine.matching.explain.options import best_options, ranks_of
from samverka_engine.matching.explain.outcomes import outcomes_of, worth_of
from samverka_engine.matching.explain.reasons import Obstacle, Reasons, Why, reasons_of, why_not
from samverka_engine.matching.placement import Limits, Placement, Status, bound_at, total_of
from samverka_engine.matching.problem import NOWHERE, Problem
from samverka_engine.matching.rules.model import Group, Rules
from samverka_engine.matching.solve import solve


def problem_of(
    scores: list[list[float | None]], capacity: list[list[int]], demand: list[list[int]] | None = None
) -> Problem:
    """From a table of scores, a row a need; None where the pair is not possible."""
    pairs = [(need, place, s) for need, row in enumerate(scores) for place, s in enumerate(row) if s is not None]
    needs = np.array([need for need, _, _ in pairs], dtype=np.int64)
    width = len(capacity[0])
    return Problem(
        demand=np.array(demand or [[1] * width] * len(scores), dtype=np.int32),
        capacity=np.array(capacity, dtype=np.int64),
        first=np.searchsorted(needs, np.arange(len(scores) + 1)),
        place=np.array([place for _, place, _ in pairs], dtype=np.int32),
        score=np.array([score for _, _, score in pairs], dtype=np.float64),
        resources=tuple(f"r{index}" for index in range(width)),
    )


def placed(
    problem: Problem, at: list[int], price: list[list[float]] | None = None, status: Status = Status.OPTIMAL
) -> Placement:
    """A placement by hand."""
    pair = np.full(problem.needs, -1, dtype=np.int64)
    for need, place in enumerate(at):
        for index in range(int(problem.first[need]), int(problem.first[need + 1])):
            if problem.place[index] == place:
                pair[need] = index
    prices = np.zeros(problem.capacity.shape) if price is None else np.array(price, dtype=np.float64)
    return Placement(
        status=status,
        place=np.array(at, dtype=np.int32),
        pair=pair,
        price=prices,
        total=total_of(problem, pair),
        bound=bound_at(problem, prices),
    )


def said(problem: Problem, reasons: Reasons, need: int) -> list[tuple[int, Why, int]]:
    """(place, why not, resource) of a need's alternatives in their order."""
    other = reasons.alternatives
    rows = zip(other.need, other.pair, other.why, other.resource, strict=True)
    return [(int(problem.place[pair]), why, int(resource)) for at, pair, why, resource in rows if at == need]


def test_alternatives_in_order_with_why_not_and_what_it_would_cost() -> None:
    # The first need is at its second choice: its first is full, its third is worth less, its fourth cannot hold it.
    problem = problem_of([[9, 8, 7, 10], [9, None, None, None]], [[1, 5], [5, 5], [5, 5], [5, 1]], [[1, 2], [1, 0]])
    placement = placed(problem, [1, 0], [[4, 0.5], [0, 0], [0, 0], [0, 0]])
    reasons = reasons_of(problem, Rules(), placement)
    assert said(problem, reasons, 0) == [
        (3, Why.TOO_SMALL, 1),
        (0, Why.FULL, 0),
        (2, Why.LOWER_SCORE, -1),
    ]
    assert reasons.alternatives.rank[:3].tolist() == [1, 2, 4]
    assert reasons.alternatives.cost[:3].tolist() == [0, 5, 0]
    assert reasons.rank.tolist() == [3, 1]
    assert reasons.cost.tolist() == [0, 4]
    assert reasons.options.tolist() == [4, 1]


def test_only_the_best_alternatives_are_told() -> None:
    problem = problem_of([[float(place) for place in range(12)]], [[1]] * 12)
    reasons = reasons_of(problem, Rules(), placed(problem, [11]))
    assert [place for place, _, _ in said(problem, reasons, 0)] == [10, 9, 8, 7, 6]
    reasons = reasons_of(problem, Rules(), placed(problem, [0]), count=2)
    assert [place for place, _, _ in said(problem, reasons, 0)] == [11, 10]


def test_room_that_was_not_used_is_a_rule_or_an_unfinished_search() -> None:
    problem = problem_of([[5, 4]], [[1], [1]])
    forbidden = Rules(forbidden_need=np.array([0], dtype=np.int32), forbidden_place=np.array([0], dtype=np.int32))
    fixed = Rules(fixed_need=np.array([0], dtype=np.int32), fixed_place=np.array([1], dtype=np.int32))
    at_second = placed(problem, [1])
    assert said(problem, reasons_of(problem, forbidden, at_second), 0)[0][1] is Why.FORBIDDEN
    assert said(problem, reasons_of(problem, fixed, at_second), 0)[0][1] is Why.RULES
    stopped = placed(problem, [1], status=Status.STOPPED)
    assert said(problem, reasons_of(problem, Rules(), stopped), 0)[0][1] is Why.NOT_PROVEN


def test_why_not_answers_for_any_pair() -> None:
    problem = problem_of([[5, 4, None], [6, None, None]], [[1], [1], [1]])
    placement = placed(problem, [1, 0])
    assert [why_not(problem, Rules(), placement, 0, place) for place in range(3)] == [Why.FULL, None, Why.NOT_ELIGIBLE]


def test_the_resource_that_stood_in_the_way_and_the_smallest_change() -> None:
    # Three more of care at the first place, or one more person and one more of care at the second.
    problem = problem_of([[9, 2], [5, None], [None, 5]], [[2, 1], [1, 3]], [[1, 4], [1, 0], [1, 0]])
    reasons = reasons_of(problem, Rules(), placed(problem, [NOWHERE, 0, 1]))
    assert reasons.obstacle == [Obstacle.TOO_SMALL, None, None]
    assert problem.resources[reasons.obstacle_resource[0]] == "r1"
    assert int(reasons.change_place[0]) == 1
    assert reasons.change.tolist() == [[1, 1], [0, 0], [0, 0]]
    assert reasons.change_place.tolist()[1:] == [NOWHERE, NOWHERE]


@pytest.mark.parametrize(
    ("scores", "rules", "status", "obstacle"),
    [
        ([[None], [1]], Rules(), Status.OPTIMAL, Obstacle.NO_OPTIONS),
        ([[-1], [1]], Rules(), Status.OPTIMAL, Obstacle.NOT_WORTH),
        ([[2], [3]], Rules(), Status.OPTIMAL, Obstacle.FULL),
        (
            [[2], [3]],
            Rules(forbidden_need=np.array([0], dtype=np.int32), forbidden_place=np.array([0], dtype=np.int32)),
            Status.OPTIMAL,
            Obstacle.RULES,
        ),
    ],
)
def test_what_stood_in_the_way(
    scores: list[list[float | None]], rules: Rules, status: Status, obstacle: Obstacle
) -> None:
    problem = problem_of(scores, [[1]])
    reasons = reasons_of(problem, rules, placed(problem, [NOWHERE, 0], status=status))
    assert reasons.obstacle == [obstacle, None]


def test_a_search_that_was_stopped_says_so() -> None:
    problem = problem_of([[2], [3]], [[2]])
    reasons = reasons_of(problem, Rules(), placed(problem, [NOWHERE, 0], status=Status.STOPPED))
    assert reasons.obstacle[0] is Obstacle.NOT_PROVEN


SCORES = st.lists(
    st.lists(st.one_of(st.none(), st.integers(-2, 6).map(float)), min_size=3, max_size=3), min_size=1, max_size=5
)


@settings(deadline=None, max_examples=100)
@given(SCORES, st.lists(st.integers(0, 2), min_size=3, max_size=3))
def test_the_smallest_change_helps(scores: list[list[float | None]], capacity: list[int]) -> None:
    problem = problem_of(scores, [[c] for c in capacity])
    placement = solve(problem, Limits())
    reasons = reasons_of(problem, Rules(), placement)
    for need in np.flatnonzero(placement.place == NOWHERE):
        obstacle = reasons.obstacle[need]
        assert obstacle in (Obstacle.NO_OPTIONS, Obstacle.NOT_WORTH, Obstacle.FULL, Obstacle.TOO_SMALL)
        if reasons.change_place[need] < 0:
            continue
        more = problem.capacity.copy()
        more[reasons.change_place[need]] += reasons.change[need]
        widened = Problem(
            demand=problem.demand, capacity=more, first=problem.first, place=problem.place, score=problem.score
        )
        pairs = range(int(problem.first[need]), int(problem.first[need + 1]))
        [own] = [pair for pair in pairs if problem.place[pair] == reasons.change_place[need]]
        assert solve(widened, Limits()).total >= placement.total + problem.score[own] - 1e-9


@settings(deadline=None, max_examples=100)
@given(SCORES)
def test_ranks_and_best_options_as_by_sorting(scores: list[list[float | None]]) -> None:
    problem = problem_of(scores, [[1]] * 3)
    best = best_options(problem, 2)
    for need in range(problem.needs):
        pairs = list(range(int(problem.first[need]), int(problem.first[need + 1])))
        ordered = sorted(pairs, key=lambda pair: (-problem.score[pair], pair))
        assert [pair for pair in best[need].tolist() if pair >= 0] == ordered[:2]
        for pair in pairs:
            rank = 1 + sum(problem.score[other] > problem.score[pair] for other in pairs)
            assert (
                ranks_of(problem, np.array([[pair if at == need else -1] for at in range(problem.needs)]))[need, 0]
                == rank
            )


def _envious(problem: Problem, placement: Placement) -> tuple[int, int]:
    """Needs with justified envy and needs that see room, by the definition."""
    own = [float(problem.score[pair]) if pair >= 0 else 0.0 for pair in placement.pair]
    free = problem.capacity.copy()
    for need, place in enumerate(placement.place):
        if place >= 0:
            free[place] -= problem.demand[need]
    envious, room = set(), set()
    for need in range(problem.needs):
        for pair in range(int(problem.first[need]), int(problem.first[need + 1])):
            place, score = int(problem.place[pair]), float(problem.score[pair])
            if score <= own[need] or place == placement.place[need]:
                continue
            if (problem.demand[need] <= free[place]).all():
                room.add(need)
                continue
            for other in np.flatnonzero(placement.place == place):
                if own[other] < score and (problem.demand[need] <= free[place] + problem.demand[other]).all():
                    envious.add(need)
    return len(envious), len(room)


@pytest.mark.parametrize("seed", range(30))
def test_envy_as_it_is_defined(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = [[float(s) if s > 0 else None for s in row] for row in rng.integers(0, 6, (8, 3))]
    problem = problem_of(scores, rng.integers(1, 5, (3, 2)).tolist(), rng.integers(0, 3, (8, 2)).tolist())
    at: list[int] = []
    free = problem.capacity.copy()
    for need in range(8):
        options = [
            int(p)
            for p in problem.place[problem.first[need] : problem.first[need + 1]]
            if (problem.demand[need] <= free[p]).all()
        ]
        at.append(int(rng.choice([*options, NOWHERE])))
        if at[-1] >= 0:
            free[at[-1]] -= problem.demand[need]
    placement = placed(problem, at)
    envy = envy_of(problem, placement)
    assert (envy.needs, envy.unused) == _envious(problem, placement)


def test_a_higher_priority_is_not_envied_with_reason() -> None:
    problem = problem_of([[5], [3]], [[1]])
    placement = placed(problem, [NOWHERE, 0])
    assert envy_of(problem, placement).needs == 1
    assert envy_of(problem, placement, np.array([1.0, 2.0])).needs == 0


def test_outcomes_by_group_women_and_men_first() -> None:
    problem = problem_of([[5, 4, 3, 2], [5, 4, None, None], [5, None, None, None], [9, 8, 7, 6]], [[1]] * 4)
    placement = placed(problem, [1, NOWHERE, 0, 3])
    reasons = reasons_of(problem, Rules(), placement)
    groups = [
        Group(name="age: young", members=np.array([0, 1, 2, 3], dtype=np.int32)),
        Group(name="sex: men", members=np.array([2, 3], dtype=np.int32)),
        Group(name="sex: women", members=np.array([0, 1], dtype=np.int32)),
        Group(name="none", members=np.zeros(0, dtype=np.int32)),
    ]
    everybody, women, men, young, none = outcomes_of(problem, placement, reasons.rank, groups)
    assert (everybody.name, everybody.members, everybody.placed) == ("", 4, 3)
    assert (everybody.first, everybody.second, everybody.third, everybody.later) == (1, 1, 0, 1)
    assert (women.name, women.share, women.score, women.second) == ("sex: women", 0.5, 2.0, 1)
    assert (men.name, men.share, men.first, men.later) == ("sex: men", 1.0, 1, 1)
    assert young.members == 4
    assert (none.share, none.score) == (None, None)


@pytest.mark.parametrize("seed", range(10))
def test_one_more_seat_adds_its_price(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = problem_of(np.round(rng.random((6, 3)) * 10, 1).tolist(), [[1], [2], [1]])
    placement = solve(problem, Limits())
    worth = worth_of(placement)
    assert [w.price for w in worth] == sorted((w.price for w in worth), reverse=True)
    for one in worth:
        more = problem.capacity.copy()
        more[one.place, one.resource] += 1
        again = Problem(
            demand=problem.demand, capacity=more, first=problem.first, place=problem.place, score=problem.score
        )
        assert solve(again, Limits()).total == pytest.approx(placement.total + one.price)
    assert {w.place for w in worth} == set(itertools.compress(range(3), placement.price[:, 0] > 0))
