"""The doors: 404 to who may not know, 403 to who may not do, sign-in to who has not said who they are."""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from samverka.collaborations import services as collaborations
from samverka.collaborations.models import Collaboration, Party
from samverka.followup import services as followup
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import DECLARED, Forbidden, check, find, public, requires
from samverka.foundation.access.models import User
from samverka.foundation.access.rules import UnknownRule, allows, permitted, register, registered
from samverka.foundation.clock import now
from samverka.foundation.database.acting import acting_as
from samverka.foundation.jobs import services as jobs
from samverka.foundation.jobs.models import Job
from samverka.organisations.models import Membership, Organisation
from samverka.plans import services as plans
from samverka.plans.models import Measure
from samverka.statistics.models import Extraction

pytestmark = pytest.mark.django_db

Cast = Callable[[str], Any]
PRIVATE = "barnens-basta-galler"


def _party(organisation: str) -> Party:
    return Party.objects.get(organisation__name=organisation)


def test_an_outsider_is_told_that_there_is_nothing(actor: Cast) -> None:
    with pytest.raises(Http404):
        find(actor("anna"), Action.READ, Collaboration.objects.all(), slug=PRIVATE)
    assert find(actor("eva"), Action.READ, Collaboration.objects.all(), slug=PRIVATE).slug == PRIVATE


def test_who_may_read_but_not_do_is_told_so(actor: Cast) -> None:
    party = _party("Olofströms kommun")
    with pytest.raises(Forbidden):
        find(actor("cecilia"), Action.WRITE_BENEFIT, Party.objects.all(), pk=party.pk)
    assert find(actor("bengt"), Action.WRITE_BENEFIT, Party.objects.all(), pk=party.pk) == party


def test_who_may_neither_read_nor_do_is_told_nothing_of_the_right(actor: Cast) -> None:
    hidden = Party.objects.filter(collaboration__slug=PRIVATE)[0]
    with pytest.raises(Http404):
        find(actor("bengt"), Action.WRITE_BENEFIT, Party.objects.all(), pk=hidden.pk)


def test_what_does_not_exist_and_what_is_hidden_look_the_same(browse: Callable[[str], Client]) -> None:
    hidden = Party.objects.filter(collaboration__slug=PRIVATE)[0]
    there = browse("bengt").get(f"/samverkan/part/{hidden.pk}/nytta/")
    nowhere = browse("bengt").get("/samverkan/part/987654/nytta/")
    assert there.status_code == nowhere.status_code == 404
    assert _without(there, str(hidden.pk)) == _without(nowhere, "987654")


def _without(response: Any, key: str) -> str:
    """A page without the tokens of its forms and the key that was asked for."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return text.replace(f"/part/{key}/", "/part//")


def test_nobody_in_particular_is_asked_to_sign_in_and_comes_back(browse: Callable[[str], Client]) -> None:
    key = _party("Olofströms kommun").pk
    response = browse("citizen").get(f"/samverkan/part/{key}/nytta/?x=1")
    assert response.status_code == 302
    assert response.headers["Location"] == f"/konto/login/?next=/samverkan/part/{key}/nytta/%3Fx%3D1"


def test_a_question_that_nobody_has_answered_is_a_mistake_and_not_a_no(actor: Cast) -> None:
    with pytest.raises(UnknownRule, match="WRITE_STATUS on Membership"):
        allows(actor("anna"), Action.WRITE_STATUS, Membership.objects.all()[0])
    with pytest.raises(UnknownRule):
        permitted(actor("anna"), Action.READ, Extraction.objects.all())
    with pytest.raises(UnknownRule):
        check(actor("anna"), Action.READ, None)


def test_a_rule_is_said_once() -> None:
    (action, model), rule = next(iter(registered().items()))
    with pytest.raises(ValueError, match="has a rule already"):
        register(action, model, rule)


@pytest.mark.parametrize("who", ["citizen", "eva", "cecilia", "david", "anna"])
def test_services_ask_by_themselves(actor: Cast, who: str) -> None:
    """Whatever a view forgot: nobody but the party's own writers writes for it."""
    party, measure = _party("Olofströms kommun"), Measure.objects.get(party__organisation__name="Olofströms kommun")
    me, at = actor(who), now()
    attempts: list[Callable[[], object]] = [
        lambda: collaborations.write_benefit(actor=me, party=party, text="Prov", version=party.version, now=at),
        lambda: followup.submit_status(actor=me, party=party, text="Prov", seen="", now=at),
        lambda: plans.change_measure(
            actor=me, measure=measure, state="delayed", state_note="", version=measure.version, now=at
        ),
    ]
    with acting_as(me):
        for attempt in attempts:
            with pytest.raises(Forbidden):
                attempt()


def test_a_job_is_its_own_persons(actor: Cast, person: Cast) -> None:
    job = Job.objects.create(kind="sample", title="Prov", person=person("anna"), created_at=now())
    with pytest.raises(Forbidden):
        jobs.cancel(actor=actor("bengt"), job=job, now=now())
    jobs.cancel(actor=actor("anna"), job=job, now=now())
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_an_operator_takes_figures_in_and_sees_nobodys_information() -> None:
    operator = Actor.of(User.objects.create(email="drift@example.org", name="Drift", is_operator=True))
    check(operator, Action.IMPORT_STATISTICS, None)
    assert not permitted(operator, Action.READ, Membership.objects.all()).exists()
    assert not permitted(operator, Action.READ, Collaboration.objects.filter(is_public=False)).exists()
    for action, model in registered():
        if model is Organisation and action is not Action.READ:
            assert not permitted(operator, action, Organisation.objects.all()).exists()


def test_no_member_of_the_cast_takes_figures_in(actor: Cast) -> None:
    for who in ("anna", "bengt", "cecilia", "david", "eva", "citizen"):
        assert not allows(actor(who), Action.IMPORT_STATISTICS, None)


def test_a_view_that_reads_takes_no_post() -> None:
    @requires(Action.READ, sign_in=False)
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse("read")

    factory = RequestFactory()
    assert page(factory.get("/")).status_code == page(factory.head("/")).status_code == 200
    for method in ("post", "put", "patch", "delete", "options"):
        assert page(getattr(factory, method)("/")).status_code == 405


def test_a_view_says_its_action_or_its_reason() -> None:
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(uuid.uuid4()))

    assert getattr(requires(Action.ADOPT_GOAL, sign_in=True)(page), DECLARED) is Action.ADOPT_GOAL
    assert getattr(public(reason="Shows a number."), "__name__", "") == "declare"
    assert getattr(public(reason="Shows a number.")(page), DECLARED) == "Shows a number."


def test_a_person_who_is_no_longer_active_is_a_citizen(person: Cast) -> None:
    anna = person("anna")
    anna.is_active = False
    assert not Actor.of(anna).is_authenticated
    assert Actor.of(None) is not None
    assert not Actor.of(None).is_system


def test_an_actor_remembers_for_its_own_life_only(actor: Cast, person: Cast, django_assert_num_queries: Any) -> None:
    anna = actor("anna")
    with django_assert_num_queries(2):  # memberships, then seats
        allows(anna, Action.WRITE_BENEFIT, _party_without_query())
    with django_assert_num_queries(0):
        allows(anna, Action.WRITE_BENEFIT, _party_without_query())
    Membership.objects.filter(person=person("anna")).update(ends_on=dt.date(2014, 1, 1))
    assert not permitted(actor("anna"), Action.WRITE_BENEFIT, Party.objects.all()).exists()


def _party_without_query() -> Party:
    return Party(pk=1)
