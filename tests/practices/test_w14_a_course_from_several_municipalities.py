"""W14 (the engine's part): a course in vocational Swedish starts from eight, and no municipality has eight alone."""

import numpy as np
import pytest

from samverka_engine.matching.placement import Limits, Status
from samverka_engine.matching.rules.model import Quota, Rules
from samverka_engine.matching.rules.solving import Ruled, solve_with_rules
from tests.engine.matching.small import table

HOMES = np.repeat(["Halmstad", "Laholm", "Hylte"], [5, 3, 2])
COURSE_FROM = np.array([8])


def placed(from_where: list[str]) -> Ruled:
    """Those who live in these municipalities may come."""
    people = np.isin(HOMES, from_where).sum()
    return solve_with_rules(table([[4.0]] * people, [12]), Rules(minimum=COURSE_FROM), Limits())


@pytest.mark.parametrize("one", ["Halmstad", "Laholm", "Hylte"])
def test_no_municipality_fills_it_alone(one: str) -> None:
    found = placed([one])
    assert found.placement.status is Status.OPTIMAL
    assert (found.placement.place == -1).all()


def test_two_together_do_and_a_third_buys_the_seats_that_are_left() -> None:
    assert (placed(["Halmstad", "Laholm"]).placement.place == 0).sum() == 8
    assert (placed(["Halmstad", "Laholm", "Hylte"]).placement.place == 0).sum() == 10


def test_a_municipality_that_has_bought_its_seats_is_held_to_them() -> None:
    """Two courses; the first has sold Halmstad four seats at most, so the fifth goes to the other."""
    problem = table([[5.0, 2.0]] * 10, [12, 12])
    resource_of_halmstad = np.where(HOMES == "Halmstad", 1, 0).astype(np.int32)
    rules = Rules(quotas=(Quota(name="Halmstad", places=(0,), most=4),), size=resource_of_halmstad)
    found = solve_with_rules(problem, rules, Limits()).placement
    assert ((found.place == 0) & (HOMES == "Halmstad")).sum() == 4
    assert ((found.place == 1) & (HOMES == "Halmstad")).sum() == 1
