"""T10: action plans with responsible and date, owned by each actor. Only the owner edits; the others read."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import Forbidden
from samverka.foundation.database.acting import acting_as
from samverka.plans import queries, services
from samverka.plans.enums import MeasureState
from samverka.plans.models import Measure

pytestmark = pytest.mark.django_db

NOW = datetime(2018, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def olofstrom() -> Measure:
    return Measure.objects.get(title="Navigatorcentrum i Olofström")


def test_every_measure_has_somebody_responsible_and_a_last_day() -> None:
    assert Measure.objects.count() == 9
    assert all(measure.responsible and measure.ends_on for measure in Measure.objects.all())


@pytest.mark.parametrize("key", ["anna", "bengt", "cecilia", "david", "eva", "citizen"])
def test_everybody_may_read_what_is_public_and_only_the_owner_changes_it(
    actor: Callable[[str], Actor], olofstrom: Measure, key: str
) -> None:
    who = actor(key)
    with acting_as(who):
        assert olofstrom in queries.visible_to(who)
        change = {"measure": olofstrom, "state": MeasureState.DONE, "state_note": "", "version": 1, "now": NOW}
        if key == "bengt":
            assert services.change_measure(actor=who, **change).state == MeasureState.DONE
        else:
            with pytest.raises(Forbidden):
                services.change_measure(actor=who, **change)


def test_a_measure_that_is_not_public_is_read_by_the_parties_alone(
    actor: Callable[[str], Actor], olofstrom: Measure
) -> None:
    Measure.objects.filter(pk=olofstrom.pk).update(is_public=False)
    readers = {
        key
        for key in ("anna", "bengt", "cecilia", "david", "eva", "citizen")
        if olofstrom in queries.visible_to(actor(key))
    }
    assert readers == {"anna", "bengt", "cecilia", "david"}


@pytest.mark.parametrize(
    ("key", "status"),
    [("bengt", 200), ("anna", 403), ("cecilia", 403), ("david", 403), ("eva", 403), ("citizen", 302)],
)
def test_the_form_is_for_the_owner(browse: Callable[[str], Client], olofstrom: Measure, key: str, status: int) -> None:
    page = f"/atgarder/{olofstrom.pk}/"
    assert browse(key).get(page).status_code == 200
    assert browse(key).get(f"{page}andra/").status_code == status
    answer = browse(key).post(f"{page}andra/", {"state": "done", "version": 1})
    assert answer.status_code == (302 if key in {"bengt", "citizen"} else status)
    olofstrom.refresh_from_db()
    assert olofstrom.state == ("done" if key == "bengt" else "ongoing")


def test_an_outsider_learns_nothing_of_a_measure_that_is_not_public(
    browse: Callable[[str], Client], olofstrom: Measure
) -> None:
    Measure.objects.filter(pk=olofstrom.pk).update(is_public=False)
    for key in ("eva", "citizen"):
        assert browse(key).get(f"/atgarder/{olofstrom.pk}/").status_code == 404
    assert browse("eva").get(f"/atgarder/{olofstrom.pk}/andra/").status_code == 404
