"""What fairness costs, by hand and against placements without it."""

from dataclasses import replace

import numpy as np
import pytest

from samverka_engine.matching.fairness import price_of_fairness
from samverka_engine.matching.instances import Shape, seats
from samverka_engine.matching.placement import Limits, Status
from samverka_engine.matching.rules import solving
from samverka_engine.matching.rules.clauses import Kind
from samverka_engine.matching.rules.costs import costs_of
from samverka_engine.matching.rules.keeping import broken, outcome_of
from samverka_engine.matching.rules.model import Fairness, Group, Measure, Quota, Rules, Stability, Together
from samverka_engine.matching.rules.solving import solve_with_rules
from tests.engine.matching.small import table

PROBLEM = table([[9, 8], [8, 6], [5, 4], [4, 4]], [1, 1])
"""Two seats; the first two needs are group a, the others group b."""
A, B = np.array([0, 1], dtype=np.int32), np.array([2, 3], dtype=np.int32)


def rules(*, minimum: float | None = None, **fairness: object) -> Rules:
    return Rules(
        groups=(Group(name="a", members=A), Group(name="b", members=B, minimum=minimum)),
        fairness=Fairness(measure=Measure.PLACED, **fairness),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("wanted", [rules(minimum=0.5), rules(largest_difference=0.0), rules(best_worst_off=True)])
def test_each_rule_of_fairness_gives_the_other_group_a_seat_at_the_same_price(wanted: Rules) -> None:
    # Free: 8 + 8 = 16, both of group a. Fair: one of each; the best are 8 (need 0 at 1) + 5 or 9 + 4.
    found = price_of_fairness(PROBLEM, wanted, Limits())
    assert found.free.placement.total == 16
    assert found.fair.placement.total == 13
    assert found.price == found.least == found.most == pytest.approx(3)
    assert [(group.name, group.fair, group.free) for group in found.groups] == [("a", 0.5, 1.0), ("b", 0.5, 0.0)]
    assert found.difference == (0.0, 1.0)


def test_what_nobody_can_give_is_no_placement_and_says_why() -> None:
    found = price_of_fairness(
        table([[3], [2]], [1]),
        Rules(groups=(Group(name="both", members=A, minimum=1.0),), fairness=Fairness(measure=Measure.PLACED)),
        Limits(),
    )
    assert found.fair.placement.status is Status.INFEASIBLE
    assert [clause.kind for clause in found.fair.contradiction] == [Kind.GROUP]


def test_a_wider_demand_for_fairness_never_costs_less() -> None:
    problem = seats(Shape(needs=60, places=8, pairs_per_need=5, supply=0.7, seed=3))
    members = np.arange(0, 60, 3, dtype=np.int32)
    prices = []
    for minimum in (0.5, 0.8, 0.95):
        group = Group(name="third", members=members, minimum=minimum)
        found = price_of_fairness(problem, Rules(groups=(group,), fairness=Fairness(measure=Measure.PLACED)), Limits())
        assert found.groups[0].fair >= minimum
        assert found.least - 1e-6 <= found.price <= found.most + 1e-6
        prices.append(found.price)
    assert prices == sorted(prices)
    assert prices[-1] > 0


@pytest.mark.parametrize("measure", list(Measure))
def test_too_large_for_one_program_the_worst_off_come_first_as_near_as_is_stated(
    measure: Measure, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = seats(Shape(needs=150, places=15, pairs_per_need=6, supply=0.85, seed=9))
    weak = np.random.default_rng(9).random(150) < 0.3
    score = np.where(weak[problem.need_of_pairs()], 0.6, 1.0) * problem.score
    problem = replace(problem, score=score)
    few = Quota(name="few", places=(0, 1), most=int(problem.capacity[:2].sum()) - 3)
    fair = Rules(
        groups=tuple(Group(name=str(at), members=np.flatnonzero(weak == at).astype(np.int32)) for at in (True, False)),
        fairness=Fairness(measure=measure, best_worst_off=True),
        quotas=(few,),
    )
    exact = solve_with_rules(problem, fair, Limits(gap=1e-3))
    monkeypatch.setattr(solving, "ONE_PROGRAM", 10)
    near = solve_with_rules(problem, fair, Limits(gap=1e-3))
    place = near.placement.place
    assert broken(problem, fair, place) == ()
    first, best = near.goals[0], exact.goals[0]
    assert first.name == best.name == solving.WORST_OFF
    assert first.value == pytest.approx(min(outcome_of(problem, fair, group, place) for group in fair.groups))
    assert 0.97 * best.value <= first.value <= (1 + 1e-3) * best.value
    assert first.bound is not None
    assert first.bound >= best.value * (1 - 1e-9)


def test_every_rule_is_left_out_once_and_its_cost_is_the_difference() -> None:
    wanted = Rules(
        fixed_need=np.array([3], dtype=np.int32),
        fixed_place=np.array([1], dtype=np.int32),
        forbidden_need=np.array([0], dtype=np.int32),
        forbidden_place=np.array([0], dtype=np.int32),
        together=(Together(needs=(1, 2)),),
        quotas=(Quota(name="q", places=(0, 1), most=2),),
        minimum=np.array([0, 2]),
        groups=(Group(name="a", members=A, minimum=0.0),),
        stability=Stability(previous=np.array([-1, -1, -1, 1], dtype=np.int32), bonus=1.0),
    )
    wide = table([[9, 8], [8, 6], [5, 4], [4, 4]], [2, 2])
    ruled = solve_with_rules(wide, wanted, Limits())
    costs = {cost.kind: cost for cost in costs_of(wide, wanted, ruled, Limits())}
    assert set(costs) == {
        Kind.FIXED, Kind.FORBIDDEN, Kind.TOGETHER, Kind.QUOTA, Kind.MINIMUM, Kind.GROUP, Kind.CHANGES
    }  # fmt: skip
    # Need 3 must to place 1, which opens for two: need 0 too, 12, and the quota is full.
    # Without the quota the two who belong together come to place 0: 13 more.
    assert ruled.placement.total == 12
    assert (costs[Kind.QUOTA].least, costs[Kind.QUOTA].most, costs[Kind.QUOTA].placed) == (13, 13, 2)
    assert [costs[kind].most for kind in (Kind.FORBIDDEN, Kind.MINIMUM, Kind.GROUP, Kind.CHANGES)] == [0, 0, 0, 0]
