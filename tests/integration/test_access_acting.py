"""Who acts is told to the database, transaction by transaction; and what failed leaves nothing behind."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from samverka.collaborations import services
from samverka.collaborations.models import Party
from samverka.foundation.access.actors import Actor
from samverka.foundation.audit.models import Entry
from samverka.foundation.clock import now
from samverka.foundation.database.acting import ActingMiddleware, acting_as, let_go

pytestmark = pytest.mark.django_db

Cast = Callable[[str], Any]
SYSTEM = Actor.system("test")


class Broken(Exception):
    """Something went wrong."""


def _who() -> tuple[str, str]:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('samverka.user_id', true), ''), "
            "coalesce(current_setting('samverka.system', true), '')"
        )
        found: tuple[str, str] = cursor.fetchone()
    return found


def test_the_database_knows_who_acts_and_forgets_it(actor: Cast) -> None:
    anna = actor("anna")
    with acting_as(anna):
        assert _who() == (str(anna.user_id), "")
    assert _who() == ("", "")


def test_nobody_in_particular_is_nobody_to_the_database() -> None:
    with acting_as(Actor()):
        assert _who() == ("", "")


def test_acting_as_another_inside_ends_with_the_first(actor: Cast) -> None:
    anna, bengt = actor("anna"), actor("bengt")
    with acting_as(anna):
        with acting_as(bengt):
            assert _who() == (str(bengt.user_id), "")
            with acting_as(SYSTEM):
                assert _who() == ("", "yes")
            assert _who() == (str(bengt.user_id), "")
        assert _who() == (str(anna.user_id), "")


def test_a_failure_inside_gives_the_first_back_too(actor: Cast) -> None:
    anna = actor("anna")
    with acting_as(anna):
        with pytest.raises(Broken), acting_as(SYSTEM):
            raise Broken
        assert _who() == (str(anna.user_id), "")
        with acting_as(SYSTEM):
            transaction.set_rollback(True)
        assert _who() == (str(anna.user_id), "")
    assert _who() == ("", "")


def test_becoming_nobody_inside_hides_what_the_system_sees(actor: Cast) -> None:
    with acting_as(SYSTEM):
        everything = Entry.objects.count()
        with acting_as(Actor()):
            assert Entry.objects.count() == 0
        assert Entry.objects.count() == everything > 0


def _write(actor: Actor) -> Party:
    party = Party.objects.get(organisation__name="Olofströms kommun")
    return services.write_benefit(actor=actor, party=party, text="Ny nytta", version=party.version, now=now())


def _entries() -> int:
    with acting_as(SYSTEM):
        return Entry.objects.filter(action="write_benefit").count()


def test_the_trace_is_undone_with_what_it_tells_of(actor: Cast) -> None:
    before = _entries()

    def write_and_fail() -> None:
        with acting_as(actor("bengt")):
            _write(actor("bengt"))
            raise Broken

    with pytest.raises(Broken):
        write_and_fail()
    assert _entries() == before
    assert Party.objects.get(organisation__name="Olofströms kommun").own_benefit != "Ny nytta"


def test_the_trace_stays_with_what_it_tells_of(actor: Cast) -> None:
    before = _entries()
    with acting_as(actor("bengt")):
        party = _write(actor("bengt"))
    assert _entries() == before + 1
    with acting_as(SYSTEM):
        entry = Entry.objects.filter(action="write_benefit").latest("at")
    assert (entry.actor_name, entry.object_type, entry.object_id) == ("Bengt Berg", "collaborations.party", party.pk)
    assert entry.organisation_id == party.organisation_id
    assert entry.collaboration_id == party.collaboration_id
    assert entry.changes["own_benefit"][1] == "Ny nytta"


def test_without_the_trace_there_is_no_change(actor: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The write comes first and the trace after it; a trace that cannot be written takes the write along."""

    def fail(**_: object) -> None:
        raise Broken

    monkeypatch.setattr(services, "record", fail)
    with acting_as(actor("bengt")):
        with pytest.raises(Broken):
            _write(actor("bengt"))
        assert Party.objects.get(organisation__name="Olofströms kommun").own_benefit != "Ny nytta"


@pytest.mark.parametrize(("status", "stays"), [(200, True), (302, True), (400, False), (409, False), (500, False)])
def test_an_answer_of_400_or_more_leaves_nothing_behind(person: Cast, status: int, stays: bool) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        Party.objects.filter(organisation__name="Olofströms kommun").update(own_benefit=f"skrivet {status}")
        return HttpResponse(status=status)

    request = RequestFactory().post("/")
    request.user = person("bengt")
    assert ActingMiddleware(view)(request).status_code == status
    assert Party.objects.filter(own_benefit=f"skrivet {status}").exists() is stays
    assert _who() == ("", "")


def test_a_view_that_raises_leaves_nothing_behind(person: Cast) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        Party.objects.update(own_benefit="skrivet")
        raise Broken

    request = RequestFactory().post("/")
    request.user = person("bengt")
    with pytest.raises(Broken):
        ActingMiddleware(view)(request)
    assert not Party.objects.filter(own_benefit="skrivet").exists()


def test_a_request_that_lets_go_for_a_while_goes_on_as_the_same_person(person: Cast) -> None:
    told = []

    def view(request: HttpRequest) -> HttpResponse:
        with let_go():
            told.append(_who())
        told.append(_who())
        Party.objects.update(own_benefit="skrivet efteråt")
        return HttpResponse(status=409)

    request = RequestFactory().post("/")
    request.user = bengt = person("bengt")
    assert ActingMiddleware(view)(request).status_code == 409
    assert told == [("", ""), (str(bengt.pk), "")]
    assert not Party.objects.filter(own_benefit="skrivet efteråt").exists()
    assert _who() == ("", "")


def test_outside_a_request_nothing_is_let_go(actor: Cast) -> None:
    with acting_as(actor("anna")), let_go():
        assert _who() == (str(actor("anna").user_id), "")


def test_a_page_that_was_overtaken_changes_nothing(browse: Callable[[str], Client], actor: Cast) -> None:
    before = _entries()
    party = Party.objects.get(organisation__name="Olofströms kommun")
    stale = {"own_benefit": "För sent", "version": party.version}
    with acting_as(actor("bengt")):
        _write(actor("bengt"))
    response = browse("bengt").post(f"/samverkan/part/{party.pk}/nytta/", stale)
    assert response.status_code == 409
    party.refresh_from_db()
    assert party.own_benefit == "Ny nytta"
    assert _entries() == before + 1
