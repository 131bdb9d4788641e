"""Who one is depends on the day: memberships begin and end, and parties leave."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from samverka.collaborations.models import Collaboration, Party
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import allows, permitted
from samverka.foundation.clock import now, today
from samverka.foundation.database.acting import acting_as
from samverka.foundation.jobs.models import Job
from samverka.organisations.models import Membership
from samverka.organisations.queries import roles_of

pytestmark = pytest.mark.django_db

Cast = Callable[[str], Any]
DAY = dt.timedelta(days=1)


def _writes(who: Actor) -> bool:
    party = Party.objects.get(organisation__name="Olofströms kommun")
    return allows(who, Action.WRITE_STATUS, party)


@pytest.mark.parametrize(
    ("starts", "ends", "counts"),
    [
        (-10, None, True),
        (0, None, True),
        (1, None, False),
        (-10, 1, True),
        (-10, 0, False),
        (-10, -1, False),
    ],
    ids=["for long", "starts today", "starts tomorrow", "last day today", "ended today", "ended yesterday"],
)
def test_a_membership_counts_from_its_first_day_to_the_day_before_its_last(
    actor: Cast, person: Cast, starts: int, ends: int | None, counts: bool
) -> None:
    Membership.objects.filter(person=person("bengt")).update(
        starts_on=today() + starts * DAY, ends_on=None if ends is None else today() + ends * DAY
    )
    assert _writes(actor("bengt")) is counts
    assert bool(roles_of(actor("bengt"))) is counts


def test_postgresql_counts_the_same_days(actor: Cast, person: Cast) -> None:
    from samverka.followup.models import StatusText

    party = Party.objects.get(organisation__name="Olofströms kommun")
    with acting_as(Actor.system("test")):
        StatusText.objects.filter(party=party).delete()
        draft = StatusText.objects.create(party=party, text="Utkast", written_at=now())
    for starts, ends, counts in ((0, None, True), (1, None, False), (-5, 0, False), (-5, 1, True)):
        Membership.objects.filter(person=person("bengt")).update(
            starts_on=today() + starts * DAY, ends_on=None if ends is None else today() + ends * DAY
        )
        with acting_as(actor("bengt")):
            assert StatusText.objects.filter(pk=draft.pk).exists() is counts


def test_a_party_that_has_left_keeps_no_seat_and_its_work_stays(actor: Cast) -> None:
    party = Party.objects.get(organisation__name="Olofströms kommun")
    Collaboration.objects.filter(pk=party.collaboration_id).update(is_public=False)
    assert permitted(actor("bengt"), Action.READ, Collaboration.objects.all()).exists()
    party.left_on = today()
    party.save(update_fields=["left_on"])
    assert not permitted(actor("bengt"), Action.READ, Collaboration.objects.all()).exists()
    assert not _writes(actor("bengt"))
    assert party.measures.exists()
    assert permitted(actor("anna"), Action.READ, Party.objects.filter(pk=party.pk)).exists()


def test_a_person_in_two_organisations_has_both_rights(actor: Cast, person: Cast) -> None:
    other = Party.objects.get(organisation__name="Ronneby kommun")
    Membership.objects.create(
        person=person("bengt"), organisation=other.organisation, role="politician", starts_on=today()
    )
    bengt = actor("bengt")
    assert _writes(bengt)
    assert not allows(bengt, Action.WRITE_STATUS, other)
    assert allows(bengt, Action.READ, other)


def test_a_role_in_one_organisation_gives_nothing_in_another(actor: Cast, person: Cast) -> None:
    """Coordinator at a party, member at the leading one: neither makes a coordinator of the leading one."""
    lead = Party.objects.get(organisation__name="Region Blekinge")
    Membership.objects.filter(person=person("bengt")).update(role="coordinator")
    Membership.objects.create(person=person("bengt"), organisation=lead.organisation, role="member", starts_on=today())
    assert not allows(actor("bengt"), Action.CHANGE_COLLABORATION, lead.collaboration)
    assert not allows(actor("bengt"), Action.READ_AUDIT, lead.organisation)


def test_a_job_is_seen_after_its_person_has_changed_organisation(actor: Cast, person: Cast) -> None:
    job = Job.objects.create(kind="sample", title="Prov", person=person("bengt"), created_at=now())
    Membership.objects.filter(person=person("bengt")).update(ends_on=today())
    assert allows(actor("bengt"), Action.READ, job)
