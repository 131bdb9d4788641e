"""Who works for an organisation, from when to when."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from samverka.cli.accounts import refuse_weak
from samverka.cli.failures import Failure
from samverka.foundation import clock
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import Forbidden
from samverka.foundation.access.models import User
from samverka.foundation.audit.models import Entry
from samverka.foundation.database.acting import acting_as
from samverka.organisations import services
from samverka.organisations.enums import MembershipRole
from samverka.organisations.models import Membership, Organisation

pytestmark = pytest.mark.django_db

Cast = Callable[[str], Any]


def region() -> Organisation:
    return Organisation.objects.get(name="Region Blekinge")


def add(actor: Actor, email: str = "greta@demo.example", **changed: Any) -> Membership:
    with acting_as(actor):
        return services.add_member(
            actor=actor,
            **{
                "organisation": region(),
                "email": email,
                "name": "Greta Gran",
                "role": MembershipRole.MEMBER,
                "starts_on": clock.today(),
                "now": clock.now(),
                **changed,
            },
        )


def make_operator(actor: Actor, email: str = "drift@example.se") -> User:
    with acting_as(actor):
        return services.make_operator(actor=actor, email=email, name="Drift Dahl", now=clock.now())


def test_the_system_makes_somebody_an_operator_who_gets_a_mail(django_capture_on_commit_callbacks: Any) -> None:
    system = Actor.system("samverka add-operator")
    with django_capture_on_commit_callbacks(execute=True):
        made, again = make_operator(system), make_operator(system, "Drift@EXAMPLE.se")
    assert made == again
    assert Actor.of(made).is_operator
    [letter] = mail.outbox
    assert letter.to == ["drift@example.se"]
    assert "Samverkas drift har lagt till dig" in letter.body
    with acting_as(system):
        entry = Entry.objects.get(action="make_operator")
    assert (entry.object_label, entry.changes) == ("Drift Dahl", {"is_operator": [False, True]})


def test_a_command_says_in_english_that_a_password_is_weak() -> None:
    with pytest.raises(Failure) as refused:
        refuse_weak("123")
    assert refused.value.message.startswith("This password is too short.")
    assert (refused.value.kept, refused.value.remedy) == ("Nothing was added.", "Choose another password.")


def test_who_has_an_account_keeps_it_as_an_operator(person: Cast, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        made = make_operator(Actor.system("samverka add-operator"), "ANNA@demo.example")
    assert made == person("anna")
    assert (made.name, made.is_operator, mail.outbox) == ("Anna Alm", True, [])


def test_nobody_makes_an_operator_on_the_screen(actor: Cast) -> None:
    operator = Actor(user_id=actor("bengt").user_id, name="Bengt", is_operator=True)
    for nobody in (actor("anna"), operator, actor("citizen")):
        with pytest.raises(Forbidden):
            make_operator(nobody)
    assert not User.objects.filter(email="drift@example.se").exists()


def test_a_coordinator_adds_somebody_who_gets_a_mail(
    actor: Cast, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        membership = add(actor("anna"))
    assert membership.person.name == "Greta Gran"
    assert not membership.person.has_usable_password()
    [letter] = mail.outbox
    assert letter.to == ["greta@demo.example"]
    assert "/konto/password/reset/" in letter.body


def test_adding_twice_changes_nothing_whatever_the_case_of_the_address(actor: Cast) -> None:
    first = add(actor("anna"))
    second = add(actor("anna"), email="Greta@DEMO.example", name="Somebody Else")
    assert second == first
    assert User.objects.get(email="greta@demo.example").name == "Greta Gran"


@pytest.mark.parametrize("who", ["bengt", "cecilia", "david", "eva", "citizen"])
def test_nobody_else_adds_people(actor: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        add(actor(who))
    assert not User.objects.filter(email="greta@demo.example").exists()


def test_the_audit_tells_the_coordinator_who_was_added(actor: Cast) -> None:
    anna = actor("anna")
    add(anna)
    with acting_as(anna):
        entry = Entry.objects.filter(action="add_member").get()
    assert (entry.actor_name, entry.organisation_id) == ("Anna Alm", region().pk)
    assert entry.changes["role"] == [None, "member"]


def test_the_audit_speaks_the_language_of_the_screen(actor: Cast, browse: Callable[[str], Client]) -> None:
    add(actor("anna"))
    page = browse("anna").get(f"/organisation/{region().pk}/handelser/").content.decode()
    assert "<ins>medarbetare</ins>" in page
    assert "<ins>member</ins>" not in page


def test_the_last_coordinator_cannot_be_ended(actor: Cast) -> None:
    anna = actor("anna")
    membership = Membership.objects.get(person_id=anna.user_id)
    with acting_as(anna), pytest.raises(services.LastCoordinator):
        services.end_membership(actor=anna, membership=membership, ends_on=clock.today(), now=clock.now())
    membership.refresh_from_db()
    assert membership.ends_on is None


def test_an_ended_membership_opens_nothing_from_that_day(actor: Cast, person: Cast) -> None:
    anna = actor("anna")
    greta = add(anna, starts_on=date(2020, 1, 1))
    with acting_as(anna):
        services.end_membership(actor=anna, membership=greta, ends_on=clock.today(), now=clock.now())
    from samverka.organisations.queries import roles_of

    assert roles_of(Actor.of(greta.person)) == ()


def test_a_membership_that_never_began_is_removed(actor: Cast) -> None:
    anna = actor("anna")
    later = add(anna, starts_on=clock.today() + timedelta(days=30))
    with acting_as(anna):
        services.end_membership(actor=anna, membership=later, ends_on=clock.today(), now=clock.now())
    assert not Membership.objects.filter(pk=later.pk).exists()


def test_the_pages_keep_what_was_typed_and_say_what_is_wrong(browse: Callable[[str], Client]) -> None:
    anna = browse("anna")
    answer = anna.post(
        f"/organisation/{region().pk}/personer/ny/", {"name": "Greta Gran", "email": "no address", "role": "member"}
    )
    assert answer.status_code == 422
    assert "Greta Gran" in answer.content.decode()
    assert not User.objects.filter(name="Greta Gran").exists()


def test_the_page_adds_and_the_list_shows(browse: Callable[[str], Client]) -> None:
    anna = browse("anna")
    answer = anna.post(
        f"/organisation/{region().pk}/personer/ny/",
        {"name": "Greta Gran", "email": "greta@demo.example", "role": "member", "starts_on": "2026-01-01"},
        follow=True,
    )
    page = answer.content.decode()
    assert "Greta Gran är tillagd." in page
    assert "medarbetare" in page


def test_an_outsider_learns_nothing_of_the_audit(browse: Callable[[str], Client]) -> None:
    assert browse("eva").get(f"/organisation/{region().pk}/handelser/").status_code == 403  # names are public
    assert browse("bengt").get(f"/organisation/{region().pk}/handelser/").status_code == 403
    assert browse("anna").get(f"/organisation/{region().pk}/handelser/").status_code == 200


def test_only_who_may_read_what_has_happened_is_told_of_it(browse: Callable[[str], Client]) -> None:
    told = {
        who: "vad som har hänt" in browse(who).get("/organisation/").content.decode() for who in ("anna", "cecilia")
    }
    assert told == {"anna": True, "cecilia": False}
