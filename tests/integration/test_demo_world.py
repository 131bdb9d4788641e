"""The demo's world is the one that the facts tell of."""

from collections.abc import Callable
from typing import Any

import pytest

from samverka.collaborations.models import Collaboration
from samverka.goals import queries
from samverka_engine.series.verdict import Verdict

pytestmark = pytest.mark.django_db


def test_blekinge_missed_the_promise_of_2017_and_reached_it_in_2021(actor: Callable[[str], Any]) -> None:
    collaboration = Collaboration.objects.get(slug="blekinges-unga-lyfter")
    [goal] = queries.goals_of(actor("citizen"), collaboration)
    total = queries.progress_of(goal).whole.total
    assert total.target is not None
    assert total.target.baseline_value == 14.191367
    assert total.target.target_value == pytest.approx(14.191367 / 2)
    assert total.judgement.verdict is Verdict.BEHIND
    assert total.judgement.first_year_met == 2021


def test_nine_parties_as_skr_tells(actor: Callable[[str], Any]) -> None:
    assert Collaboration.objects.get(slug="blekinges-unga-lyfter").parties.count() == 9
