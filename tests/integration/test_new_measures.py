"""A party takes on a measure towards a joint goal."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from samverka.collaborations.models import Collaboration, Party
from samverka.foundation import clock
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import Forbidden
from samverka.foundation.database.acting import acting_as
from samverka.goals.models import Goal
from samverka.plans import services
from samverka.plans.models import Measure

pytestmark = pytest.mark.django_db


def olofstrom() -> Party:
    return Party.objects.get(organisation__name="Olofströms kommun")


def draft(**changed: Any) -> services.MeasureDraft:
    given = {
        "goal": Goal.objects.get(collaboration__slug="blekinges-unga-lyfter"),
        "title": "Sommarjobb i industrin",
        "responsible": "Arbetsmarknadsenheten",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 8, 31),
    }
    return services.MeasureDraft(**{**given, **changed})


def test_a_party_takes_on_a_measure_and_citizens_do_not_see_it_unless_it_is_public(
    browse: Callable[[str], Client],
) -> None:
    form = {
        "title": "Sommarjobb i industrin",
        "goal": Goal.objects.get().pk,
        "responsible": "Arbetsmarknadsenheten",
        "starts_on": "2026-01-01",
        "ends_on": "2026-08-31",
    }
    page = browse("bengt").post(f"/atgarder/ny/{olofstrom().pk}/", form, follow=True)
    assert page.status_code == 200
    assert "Sommarjobb i industrin" in page.content.decode()
    work = "/samverkan/blekinges-unga-lyfter/arbeta/"
    assert "Sommarjobb i industrin" in browse("david").get(work).content.decode()
    assert "Sommarjobb i industrin" not in browse("citizen").get(work).content.decode()


def test_a_measure_that_ends_before_it_starts_is_refused_beside_the_field(browse: Callable[[str], Client]) -> None:
    before = Measure.objects.count()
    answer = browse("bengt").post(
        f"/atgarder/ny/{olofstrom().pk}/",
        {
            "title": "Bakvänt",
            "goal": Goal.objects.get().pk,
            "responsible": "X",
            "starts_on": "2026-02-01",
            "ends_on": "2026-01-01",
        },
    )
    assert answer.status_code == 422
    assert "Sista dagen ligger före första dagen." in answer.content.decode()
    assert Measure.objects.count() == before


@pytest.mark.parametrize("who", ["anna", "cecilia", "david", "eva", "citizen"])
def test_nobody_takes_on_measures_for_another_party(actor: Callable[[str], Any], who: str) -> None:
    with pytest.raises(Forbidden):
        services.add_measure(actor=actor(who), party=olofstrom(), draft=draft(), now=clock.now())


def test_a_goal_of_another_collaboration_is_refused(actor: Callable[[str], Any]) -> None:
    bengt = actor("bengt")
    elsewhere = Goal.objects.get()
    elsewhere.pk = None
    elsewhere.collaboration = Collaboration.objects.get(slug="barnens-basta-galler")
    with acting_as(Actor.system("test")):
        elsewhere.save()
    with acting_as(bengt), pytest.raises(services.GoalElsewhere):
        services.add_measure(actor=bengt, party=olofstrom(), draft=draft(goal=elsewhere), now=clock.now())
