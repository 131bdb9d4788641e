"""Focus areas: an organisation's own, in its own order, and two who change one at once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import Forbidden
from samverka.foundation.database.acting import acting_as
from samverka.organisations.models import Organisation
from samverka.statistics.models import FocusArea
from samverka.statistics.services import focusing
from tests.integration.test_definitions import form_of, indicator, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _system() -> Any:
    with acting_as(Actor.system("tests")):
        yield


def test_an_organisation_has_its_own_focus_areas_in_its_own_order(actor: Callable[[str], Actor]) -> None:
    anna, organisation = actor("anna"), Organisation.objects.get(name="Region Blekinge")
    chosen = [indicator("N02268"), indicator("N00973")]
    area = focusing.add_focus_area(
        actor=anna,
        organisation=organisation,
        name="Kompetens",
        question="Får arbetsgivarna dem de söker?",
        order=3,
        indicators=chosen,
        now=timezone.now(),
    )
    with pytest.raises(focusing.NameTaken):
        focusing.add_focus_area(
            actor=anna, organisation=organisation, name="Kompetens", question="", order=0, now=timezone.now()
        )
    focusing.change_focus_area(
        actor=anna,
        area=area,
        name="Kompetens",
        question="Får arbetsgivarna dem de söker?",
        order=3,
        indicators=chosen[::-1],
        seen=focusing.seal_of(area),
        now=timezone.now(),
    )
    assert [place.indicator for place in area.places.order_by("order")] == chosen[::-1]
    with pytest.raises(Forbidden):
        focusing.add_focus_area(
            actor=actor("eva"), organisation=organisation, name="Evas", question="", order=0, now=timezone.now()
        )
    with pytest.raises(Forbidden):
        focusing.change_focus_area(
            actor=anna,
            area=FocusArea.objects.get(organisation=None, key="arbete"),
            name="Annas",
            question="",
            order=0,
            indicators=[],
            seen="",
            now=timezone.now(),
        )


def test_a_coordinator_adds_and_arranges_a_focus_area(browse: Callable[[str], Client]) -> None:
    anna = browse("anna")
    organisation = Organisation.objects.get(name="Region Blekinge")
    overview = reverse("statistics:focus_areas")
    assert "Lägg till för Region Blekinge" in text_of(anna.get(overview))
    address = reverse("statistics:add_focus_area", args=[organisation.pk])
    fields = {"name": "Kompetens", "question": "Får arbetsgivarna dem de söker?", "order": 7}
    wrong = anna.post(address, {**fields, "indicators": "N02268\nN99999"})
    assert wrong.status_code == 422
    assert "N99999" in text_of(wrong)
    assert "Kompetens är tillagt" in text_of(
        anna.post(address, {**fields, "indicators": "N00973\nN02268\n"}, follow=True)
    )
    area = FocusArea.objects.get(name="Kompetens")
    assert [p.indicator.source_key for p in area.places.order_by("order")] == ["N00973", "N02268"]
    again = anna.post(address, {**fields, "indicators": ""})
    assert "har redan ett fokusområde" in text_of(again)
    changing = reverse("statistics:change_focus_area", args=[area.pk])
    assert form_of(anna.get(changing))["indicators"] == "N00973\nN02268"
    seen = focusing.seal_of(area)
    anna.post(changing, {**fields, "name": "Kompetensen", "indicators": "N02268", "seen": seen})
    area.refresh_from_db()
    assert (area.name, area.places.count()) == ("Kompetensen", 1)
    assert browse("eva").get(changing).status_code == 403
    assert browse("bengt").get(address).status_code == 403


def test_the_second_of_two_who_change_a_focus_area_sees_both_versions(browse: Callable[[str], Client]) -> None:
    """Neither is written over unseen; one press saves one's own, once it has been seen beside the other."""
    anna = browse("anna")
    organisation = Organisation.objects.get(name="Region Blekinge")
    fields = {"name": "Kompetens", "question": "", "order": 7, "indicators": "N00973\nN02268"}
    anna.post(reverse("statistics:add_focus_area", args=[organisation.pk]), fields)
    area = FocusArea.objects.get(name="Kompetens")
    changing = reverse("statistics:change_focus_area", args=[area.pk])
    seen = form_of(anna.get(changing))["seen"]
    assert anna.post(changing, {**fields, "question": "Den förstas?", "seen": seen}).status_code == 302
    late = anna.post(changing, {**fields, "name": "Den andras", "indicators": "N02268", "seen": seen})
    assert late.status_code == 409
    for word in ("Den förstas?", "Den andras", "N00973"):
        assert word in text_of(late)
    area.refresh_from_db()
    assert (area.name, area.question) == ("Kompetens", "Den förstas?")
    hidden = dict(late.context["conflict"]["hidden"])
    assert anna.post(changing, hidden).status_code == 302
    area.refresh_from_db()
    assert (area.name, area.question) == ("Den andras", "")
    assert [p.indicator.source_key for p in area.places.all()] == ["N02268"]
    same = anna.post(changing, {**hidden, "seen": seen})
    assert same.status_code == 302  # what is said already overtakes nobody


def test_the_shared_focus_areas_are_named_in_the_readers_language(client: Client) -> None:
    page = text_of(client.get(reverse("statistics:focus_areas")))
    for name in ("Bosättning", "Arbete", "Utbildning", "Hälsa", "Ekonomi", "Befolkning"):
        assert name in page
    assert indicator("N02268").name in page
