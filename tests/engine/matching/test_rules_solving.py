"""Placement under rules: against all placements there are, by hand, and with the smallest set when there is none."""

import itertools

import numpy as np
import pytest

from samverka_engine.matching.instances import Shape, households, seats
from samverka_engine.matching.placement import Limits, Status, used_by
from samverka_engine.matching.problem import NOWHERE, Problem
from samverka_engine.matching.rules import solving
from samverka_engine.matching.rules.clauses import Kind
from samverka_engine.matching.rules.keeping import bonus_of, broken, outcome_of, penalty_of
from samverka_engine.matching.rules.model import (
    Closeness,
    Fairness,
    Group,
    Measure,
    Objective,
    Quota,
    Rules,
    Stability,
    Together,
)
from samverka_engine.matching.rules.search import Best
from samverka_engine.matching.rules.solving import Ruled, solve_with_rules
from samverka_engine.matching.solve import solve
from tests.engine.matching.small import problem_of, table

THREE = table([[9, 6], [8, 7], [5, 4]], [1, 1])
"""The example of docs/algorithms/placement-unit.md: Amal, Bo and Cam, two places with a seat each."""


def ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int32)


def solved(problem: Problem, rules: Rules, **limits: float) -> Ruled:
    found = solve_with_rules(problem, rules, Limits(**limits))  # type: ignore[arg-type]
    placement = found.placement
    if placement.status is not Status.INFEASIBLE:
        assert broken(problem, rules, placement.place) == ()
        assert (used_by(problem, placement.place) <= problem.capacity).all()
        assert placement.total == pytest.approx(problem.score[placement.pair[placement.pair >= 0]].sum())
        assert placement.total <= placement.bound + 1e-6
        assert found.penalty == pytest.approx(penalty_of(problem, rules, placement.place))
        assert found.bonus == pytest.approx(bonus_of(rules, placement.place))
    return found


def by_trying_all(problem: Problem, rules: Rules) -> tuple[float, ...] | None:
    """The best values of the goals in order; None when no placement keeps the rules."""
    options = [[-1, *range(problem.first[need], problem.first[need + 1])] for need in range(problem.needs)]
    goals = rules.objectives or (Objective(name="score", value=problem.score),)
    if not any(goal.name == "score" for goal in goals):
        goals = (*goals, Objective(name="score", value=problem.score))
    found = []
    for chosen in itertools.product(*options):
        pair = np.array(chosen)
        place = np.where(pair >= 0, problem.place[np.maximum(pair, 0)] if len(problem.place) else -1, NOWHERE)
        place = place.astype(np.int32)
        if (used_by(problem, place) > problem.capacity).any() or broken(problem, rules, place):
            continue
        values = []
        if rules.fairness.best_worst_off:
            values.append(min(outcome_of(problem, rules, group, place) for group in rules.groups))
        for goal in goals:
            worth = float(goal.value[pair[pair >= 0]].sum())
            if goal.name == "score":
                worth += bonus_of(rules, place) - penalty_of(problem, rules, place)
            values.append(worth)
        found.append(tuple(values))
    if not found:
        return None
    # In order, each goal among those that are best for the earlier ones.
    for at in range(len(found[0])):
        most = max(values[at] for values in found)
        found = [values for values in found if values[at] >= most - 1e-6]
    return found[0]


def made_up(seed: int) -> tuple[Problem, Rules]:
    """A small problem of one or two resources, and some of every kind of rule."""
    rng = np.random.default_rng(seed)
    needs, places, resources = 5, 3, int(rng.integers(1, 3))
    eligible = rng.random((needs, places)) < 0.8
    need, place = np.nonzero(eligible)
    demand = rng.integers(0, 3, (needs, resources)) if resources > 1 else np.ones((needs, 1))
    problem = Problem(
        demand=demand.astype(np.int32),
        capacity=rng.integers(0, 4, (places, resources)),
        first=np.searchsorted(need, np.arange(needs + 1)),
        place=place.astype(np.int32),
        score=rng.integers(-1, 9, len(need)).astype(float),
        resources=("one", "other")[:resources],
    )

    def some(chance: float) -> bool:
        return bool(rng.random() < chance)

    quotas = [
        Quota(
            name=f"q{number}",
            places=tuple(np.flatnonzero(rng.random(places) < 0.6).tolist()),
            resource=0 if some(0.5) else None,
            least=int(rng.integers(0, 3)),
            most=int(rng.integers(1, 5)) if some(0.5) else None,
            penalty=float(rng.integers(1, 5)) if some(0.5) else None,
        )
        for number in range(int(rng.integers(0, 3)))
    ]
    members = np.sort(rng.choice(needs, 2, replace=False)).astype(np.int32)
    others = np.setdiff1d(np.arange(needs), members).astype(np.int32)
    fair = some(0.3)
    objectives = [
        Objective(name="score", value=problem.score),
        Objective(name="placed", value=np.ones(len(need))),
        Objective(name="waiting", value=rng.integers(0, 9, needs)[need].astype(float)),
    ]
    together = (Together(needs=(0, 2), closeness=Closeness.SAME if some(0.5) else Closeness.NEAR),)
    stability = Stability(
        previous=rng.integers(-1, places, needs).astype(np.int32),
        bonus=float(rng.integers(0, 3)),
        most_changes=int(rng.integers(1, 5)) if some(0.5) else None,
    )
    pinned = int(rng.integers(0, len(need))) if some(0.3) else None
    barred = int(rng.integers(0, len(need))) if some(0.3) else None
    return problem, Rules(
        fixed_need=ints() if pinned is None else ints(need[pinned]),
        fixed_place=ints() if pinned is None else ints(place[pinned]),
        forbidden_need=ints() if barred is None else ints(need[barred]),
        forbidden_place=ints() if barred is None else ints(place[barred]),
        together=together if some(0.4) else (),
        groups=(
            Group(name="a", members=members, minimum=0.5 if some(0.2) else None),
            Group(name="b", members=others),
        ),
        fairness=Fairness(
            measure=Measure.PLACED if some(0.5) else Measure.SCORE,
            largest_difference=0.6 if some(0.2) else None,
            best_worst_off=fair,
        ),
        quotas=tuple(quotas),
        objectives=tuple(objectives[at] for at in rng.permutation(3)[: rng.integers(1, 4)]) if some(0.6) else (),
        minimum=rng.integers(0, 4, places) if some(0.4) else None,
        size=rng.integers(1, 3, needs).astype(np.int32) if some(0.5) else None,
        area=ints(0, 0, -1),
        stability=stability if some(0.3) else None,
    )


@pytest.mark.parametrize("seed", range(120))
def test_the_answer_is_the_best_of_all_placements_that_keep_the_rules(seed: int) -> None:
    problem, rules = made_up(seed)
    best = by_trying_all(problem, rules)
    found = solved(problem, rules)
    if best is None:
        assert found.placement.status is Status.INFEASIBLE
        assert found.contradiction
    else:
        assert found.placement.status is Status.OPTIMAL
        assert [goal.value for goal in found.goals] == pytest.approx(best, abs=1e-5)


def test_made_up_rules_are_of_every_kind_and_some_cannot_all_hold() -> None:
    all_rules = [made_up(seed) for seed in range(120)]
    impossible = sum(solve_with_rules(*one, Limits()).placement.status is Status.INFEASIBLE for one in all_rules[:100])
    assert 5 < impossible < 60
    assert sum(len(rules.objectives) > 1 for _, rules in all_rules) > 20
    assert sum(rules.minimum is not None and not rules.together for _, rules in all_rules) > 12


def test_fixed_and_forbidden_pairs_leave_an_exact_answer_with_prices_that_prove_it() -> None:
    rng = np.random.default_rng(4)
    problem = seats(Shape(needs=200, places=20, pairs_per_need=8, seed=4))
    pinned = rng.choice(200, 6, replace=False)
    fixed = ints(*pinned), problem.place[problem.first[pinned]]
    others = np.setdiff1d(np.arange(200), pinned)[:50]
    barred = ints(*others), problem.place[problem.first[others]]
    rules = Rules(fixed_need=fixed[0], fixed_place=fixed[1], forbidden_need=barred[0], forbidden_place=barred[1])
    placement = solved(problem, rules).placement
    assert placement.status is Status.OPTIMAL
    assert placement.bound == pytest.approx(placement.total, rel=1e-9)
    # Anybody can work out the bound: those who are fixed count with their own score, forbidden pairs not at all.
    price = placement.price[:, 0]
    bound = float((problem.capacity[:, 0] * price).sum())
    not_allowed = set(zip(barred[0].tolist(), barred[1].tolist(), strict=True))
    for need in range(problem.needs):
        pairs = range(problem.first[need], problem.first[need + 1])
        worth = {int(problem.place[pair]): problem.score[pair] - price[problem.place[pair]] for pair in pairs}
        if need in pinned:
            bound += worth[int(fixed[1][list(pinned).index(need)])]
        else:
            bound += max([0.0, *(value for place, value in worth.items() if (need, place) not in not_allowed)])
    assert bound == pytest.approx(placement.bound, rel=1e-9)


@pytest.mark.parametrize("seed", range(40))
def test_equally_good_placements_are_decided_by_the_next_goals_without_a_program(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solving, "program_of", None)  # prices alone must do
    rng = np.random.default_rng(seed)
    problem = problem_of(
        [{int(at): float(rng.integers(0, 3)) for at in np.flatnonzero(rng.random(4) < 0.7)} for _ in range(5)],
        rng.integers(0, 3, 4).tolist(),
    )
    need = problem.need_of_pairs()
    rules = Rules(
        objectives=(
            Objective(name="score", value=problem.score),
            Objective(name="priority", value=rng.integers(0, 4, 5)[need].astype(float)),
            Objective(name="distance", value=-rng.integers(0, 9, len(need)).astype(float)),
        )
    )
    best = by_trying_all(problem, rules)
    assert best is not None
    assert [goal.value for goal in solved(problem, rules).goals] == pytest.approx(best)


def test_goals_of_many_seats_are_decided_in_order_and_the_total_is_kept() -> None:
    problem = seats(Shape(needs=5000, places=400, pairs_per_need=20, step=0.5, seed=3))
    waiting = np.random.default_rng(1).integers(0, 365, 5000).astype(float)
    rules = Rules(
        objectives=(
            Objective(name="score", value=problem.score),
            Objective(name="waiting", value=waiting[problem.need_of_pairs()]),
        )
    )
    found, alone = solved(problem, rules), solve(problem, Limits())
    assert found.placement.status is Status.OPTIMAL
    assert found.placement.total == alone.total
    assert found.goals[1].bound == found.goals[1].value
    assert found.goals[1].value >= float(waiting[alone.place != NOWHERE].sum())


def test_what_a_goal_may_give_is_given_and_no_more() -> None:
    problem = table([[10, 9], [10, 8]], [1, 1])
    near = Objective(name="distance", value=np.array([-9.0, -1.0, -9.0, -9.0]), give=0.0)
    values = []
    for give in (0.0, 0.2):
        rules = Rules(objectives=(Objective(name="score", value=problem.score, give=give), near))
        found = solved(problem, rules)
        values.append((found.placement.total, found.goals[1].value))
    assert values[0] == (19.0, -10.0)
    assert values[1][0] >= 0.8 * 19
    assert values[1][1] >= -10


def test_the_smallest_contradiction_is_named_also_when_it_takes_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "contradiction", lambda problem, rules: ())
    rules = Rules(
        quotas=(
            Quota(name="harmless", places=(1,), most=1),
            Quota(name="none in the first", places=(0,), most=0),
            Quota(name="two in all", places=(0, 1), least=2),
        )
    )
    found = solve_with_rules(THREE, rules, Limits())
    assert found.placement.status is Status.INFEASIBLE
    assert {(clause.kind, clause.text) for clause in found.contradiction} == {
        (Kind.QUOTA, "none in the first"),
        (Kind.QUOTA, "two in all"),
    }


def test_a_soft_bound_costs_its_penalty_and_is_reported_beside_the_total() -> None:
    soft = solved(THREE, Rules(quotas=(Quota(name="q", places=(0,), most=0, penalty=1.5),)))
    assert (soft.placement.total, soft.penalty, soft.goals[0].value) == (16, 1.5, 14.5)
    dear = solved(THREE, Rules(quotas=(Quota(name="q", places=(0,), most=0, penalty=50),)))
    assert (dear.placement.total, dear.penalty) == (7, 0)


def test_more_options_than_one_program_takes_are_kept_by_moves_with_a_valid_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for problem in (
        seats(Shape(needs=600, places=40, pairs_per_need=12, seed=7)),
        households(Shape(needs=120, places=20, pairs_per_need=10, supply=(1.4, 1.8), seed=7)),
    ):
        rng = np.random.default_rng(7)
        members = np.flatnonzero(rng.random(problem.needs) < 0.3).astype(np.int32)
        free = solve(problem, Limits(gap=1e-2))
        there = int((free.place < 5).sum())
        rules = Rules(
            quotas=(
                Quota(name="less", places=tuple(range(5)), most=there // 2),
                Quota(name="more", places=tuple(range(5, 10)), least=int((free.place // 5 == 1).sum()) + 2),
                Quota(name="soft", places=tuple(range(10, 15)), most=5, penalty=0.5),
            ),
            groups=(Group(name="g", members=members, minimum=0.5),),
            fairness=Fairness(measure=Measure.PLACED),
            minimum=np.where(np.arange(problem.places) >= 15, 4, 0),
            together=(Together(needs=(0, 1), closeness=Closeness.NEAR),),
            area=(np.arange(problem.places) // 5).astype(np.int32),
        )
        exact = solved(problem, rules, gap=5e-3)
        with monkeypatch.context() as patched:
            patched.setattr(solving, "ONE_PROGRAM", 10)
            near = solved(problem, rules, gap=5e-3)
        assert near.placement.tighter_bound is not None
        assert near.goals[0].bound is not None
        assert near.goals[0].value <= exact.goals[0].bound + 1e-6  # type: ignore[operator]
        assert exact.goals[0].value <= near.goals[0].bound + 1e-6
        assert near.goals[0].value >= 0.97 * exact.goals[0].value


def test_a_large_program_without_an_answer_in_its_time_leaves_it_to_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = seats(Shape(needs=120, places=20, pairs_per_need=6, seed=8))
    rules = Rules(minimum=np.full(20, 5))
    exact = solved(problem, rules)
    nothing = Best(None, -np.inf, np.inf)
    with monkeypatch.context() as patched:
        patched.setattr(solving, "MOVED_TOO", 10)
        patched.setattr(solving, "best_point", lambda *args, **kwargs: nothing)
        near = solved(problem, rules)
    assert 0.9 * exact.placement.total <= near.placement.total <= exact.placement.total + 1e-6
