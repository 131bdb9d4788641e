"""T6: a joint goal without indicator, baseline, target and date cannot be adopted."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from samverka.foundation.access.actors import Actor
from samverka.foundation.database.acting import acting_as
from samverka.goals.models import Goal
from samverka.statistics.models import Indicator

pytestmark = pytest.mark.django_db

ADOPT = "/mal/nytt/blekinges-unga-lyfter/"


def form(**changed: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "name": "Fler behöriga till gymnasiet",
        "indicator": Indicator.objects.get(source_key="N15428").pk,
        "polarity": "higher_is_better",
        "baseline_year": 2015,
        "target_year": 2020,
        "percent_of_baseline": "105",
        "adopted_on": "2016-01-01",
    }
    return {key: value for key, value in {**whole, **changed}.items() if value is not None}


def test_a_whole_goal_is_adopted_and_judged_at_once(browse: Callable[[str], Client]) -> None:
    answer = browse("anna").post(ADOPT, form(), follow=True)
    assert answer.status_code == 200
    with acting_as(Actor.system("test")):
        goal = Goal.objects.get(name="Fler behöriga till gymnasiet")
        assert goal.targets.filter(area__code="10").count() == 3  # women, men, all
    assert "2020" in answer.content.decode()


@pytest.mark.parametrize("lacking", ["indicator", "baseline_year", "target_year", "percent_of_baseline", "polarity"])
def test_a_goal_that_lacks_something_is_not_adopted(browse: Callable[[str], Client], lacking: str) -> None:
    answer = browse("anna").post(ADOPT, form(**{lacking: None}))
    assert answer.status_code == 422
    assert "Fler behöriga till gymnasiet" in answer.content.decode()  # what was typed is kept
    with acting_as(Actor.system("test")):
        assert not Goal.objects.filter(name="Fler behöriga till gymnasiet").exists()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"baseline_year": 1950}, "Det finns ingen siffra för hela området det året."),
        ({"target_year": 2010}, "Målåret måste komma efter utgångsåret."),
        ({"percent_of_baseline": "90"}, "Målvärdet är sämre än utgångsvärdet."),
        ({"polarity": "lower_is_better", "percent_of_baseline": "90"}, "det andra hållet bra"),
    ],
)
def test_a_goal_that_cannot_be_followed_up_says_why(
    browse: Callable[[str], Client], changed: dict[str, Any], says: str
) -> None:
    answer = browse("anna").post(ADOPT, form(**changed))
    assert answer.status_code == 422
    assert says in answer.content.decode()


@pytest.mark.parametrize(("who", "status"), [("bengt", 403), ("david", 403), ("eva", 403)])
def test_only_the_leading_party_adopts(browse: Callable[[str], Client], who: str, status: int) -> None:
    assert browse(who).post(ADOPT, form()).status_code == status


def test_the_database_refuses_a_target_year_that_is_not_later() -> None:
    with pytest.raises(IntegrityError), acting_as(Actor.system("test")):
        Goal.objects.update(target_year=2013)
