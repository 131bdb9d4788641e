"""Survival rates: certain where scores are far apart, halved where they are equal, and the same by the same seed."""

import numpy as np
import pytest

from samverka_engine.matching.instances import Shape, seats
from samverka_engine.matching.placement import Limits
from samverka_engine.matching.problem import NOWHERE
from samverka_engine.matching.rules.model import Quota, Rules
from samverka_engine.matching.rules.solving import solve_with_rules
from samverka_engine.matching.sensitivity import sensitivity_of
from samverka_engine.matching.solve import solve
from tests.engine.matching.small import table


def test_a_place_that_is_far_better_survives_and_equals_share_it() -> None:
    problem = table([[9, 1, 0], [0, 5, 5]], [1, 1, 1])
    found = sensitivity_of(problem, solve(problem, Limits()), 0.5, Limits(seed=1), draws=200)
    assert found.draws == 200
    assert found.survival[0] == 1.0
    assert 0.35 < found.survival[1] < 0.65
    assert 0 not in found.shortlists
    assert (1 in found.shortlists) == (found.survival[1] < 0.5)
    assert {place for place, _ in found.shortlists.get(1, ())} <= {1, 2}
    assert (found.regret >= -1e-9).all()


def test_a_shortlist_names_the_places_between_which_a_human_chooses() -> None:
    problem = table([[5.0, 5.0, 5.0, 1.0]], [1, 1, 1, 1])
    found = sensitivity_of(problem, solve(problem, Limits()), 0.3, Limits(seed=2), draws=300)
    assert found.survival[0] < 0.5
    listed = found.shortlists[0]
    assert {place for place, _ in listed} == {0, 1, 2}
    assert [share for _, share in listed] == sorted((share for _, share in listed), reverse=True)
    assert sum(share for _, share in listed) == pytest.approx(1.0)


def test_nothing_uncertain_changes_nothing_and_the_seed_decides_the_draws() -> None:
    problem = seats(Shape(needs=60, places=10, pairs_per_need=5, supply=0.8, seed=4))
    now = solve(problem, Limits())
    certain = sensitivity_of(problem, now, 0.0, Limits(), draws=3)
    assert (certain.survival == 1.0).all()
    assert certain.shortlists == {}
    again = [sensitivity_of(problem, now, 0.4, Limits(seed=seed), draws=10).survival.tolist() for seed in (1, 1, 2)]
    assert again[0] == again[1]
    assert again[0] != again[2]


def test_rules_hold_in_every_draw_and_no_place_can_be_on_a_shortlist() -> None:
    problem = table([[5.0], [5.0], [5.0]], [3])
    rules = Rules(quotas=(Quota(name="one", places=(0,), most=1),))
    now = solve_with_rules(problem, rules, Limits()).placement
    found = sensitivity_of(problem, now, 1.0, Limits(seed=3), draws=60, rules=rules)
    placed = int(np.flatnonzero(now.place == 0)[0])
    assert 0.15 < found.survival[placed] < 0.55
    assert found.survival.sum() < 3
    assert any(place == NOWHERE for place, _ in found.shortlists.get(placed, ((NOWHERE, 1.0),)))


def test_time_ends_the_draws_and_a_negative_spread_is_refused() -> None:
    problem = table([[1.0]], [1])
    ticking = iter(range(1000))
    limits = Limits(seconds=5.0, clock=lambda: float(next(ticking)))
    assert sensitivity_of(problem, solve(problem, Limits()), 0.1, limits, draws=100).draws < 100
    with pytest.raises(ValueError, match="negative"):
        sensitivity_of(problem, solve(problem, Limits()), -1.0, Limits())
