"""T19: Blekinge halves youth unemployment to 2017: half of the baseline, by sex, a stage under the vision of zero."""

from collections.abc import Callable

import pytest
from django.test import Client

from samverka.financing.models import Funding
from samverka.goals.models import Goal, GoalTarget
from samverka.goals.queries import progress_of
from samverka.statistics.enums import Sex

pytestmark = pytest.mark.django_db


@pytest.fixture
def goal() -> Goal:
    return Goal.objects.get()


@pytest.mark.parametrize("sex", Sex)
def test_the_target_is_half_of_the_baseline_for_each_sex_in_each_area(goal: Goal, sex: Sex) -> None:
    targets = list(GoalTarget.objects.filter(goal=goal, sex=sex))
    assert len(targets) == 6, "the county and its five municipalities"
    assert all(target.target_value == target.baseline_value * 0.5 for target in targets)


def test_women_and_men_start_at_different_levels_and_so_have_different_targets(goal: Goal) -> None:
    whole = progress_of(goal).whole
    assert whole.women is not None
    assert whole.men is not None
    assert whole.women.target is not None
    assert whole.men.target is not None
    assert (round(whole.women.target.target_value, 3), round(whole.men.target.target_value, 3)) == (6.384, 7.680)


def test_the_goal_is_a_stage_under_the_vision_in_its_years(browse: Callable[[str], Client], goal: Goal) -> None:
    page = browse("citizen").get(goal.get_absolute_url()).content.decode()
    assert goal.vision in page, "no young person without work"
    assert "15–29" in page, "who the collaboration was for, beside the ages that the indicator has"
    assert (goal.baseline_year, goal.target_year) == (2013, 2017)
    assert (goal.collaboration.starts_on.year, goal.collaboration.ends_on.year) == (2013, 2018)  # type: ignore[union-attr]


def test_the_social_fund_and_the_growth_funds_pay(goal: Goal) -> None:
    names = set(Funding.objects.filter(collaboration=goal.collaboration).values_list("name", flat=True))
    assert {"Europeiska socialfonden", "Regionala tillväxtanslag"} <= names
