"""Starting a collaboration, parties that join and leave, own benefit, and what citizens see of it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from samverka.collaborations import queries, services
from samverka.collaborations.enums import PartyRole, Phase
from samverka.collaborations.models import Collaboration, Party
from samverka.foundation import clock
from samverka.foundation.access.doors import Forbidden
from samverka.foundation.audit.models import Entry
from samverka.foundation.database.acting import acting_as
from samverka.foundation.versions import Overtaken
from samverka.organisations.models import Organisation
from samverka.territory.models import Area

pytestmark = pytest.mark.django_db

Cast = Callable[[str], Any]
Browse = Callable[[str], Client]
ROOT = "/samverkan/blekinges-unga-lyfter"


def blekinge() -> Collaboration:
    return Collaboration.objects.get(slug="blekinges-unga-lyfter")


def party(name: str) -> Party:
    return blekinge().parties.get(organisation__name=name)


def details(**changed: Any) -> services.Details:
    return services.Details(
        **{
            "name": "Språk på jobbet",
            "citizen_value": "Fler lär sig svenska medan de arbetar.",
            "challenge": "Kommunen har skolan, företagen har jobben.",
            "area": Area.objects.get(code="10"),
            "starts_on": date(2026, 1, 1),
            **changed,
        }
    )


def test_who_starts_a_collaboration_leads_it_and_nobody_else_sees_it(actor: Cast) -> None:
    anna = actor("anna")
    with acting_as(anna):
        started = services.start_collaboration(
            actor=anna,
            organisation=Organisation.objects.get(name="Region Blekinge"),
            details=details(),
            now=clock.now(),
        )
    assert [(p.organisation.name, p.role) for p in started.parties.all()] == [("Region Blekinge", PartyRole.LEAD)]
    assert started.slug == "sprak-pa-jobbet"
    assert started in queries.visible_to(actor("anna"))
    assert started not in queries.visible_to(actor("bengt"))
    assert started not in queries.visible_to(actor("citizen"))


def test_a_coordinator_without_any_collaboration_is_offered_to_start_one(browse: Browse) -> None:
    Collaboration.objects.update(is_public=False)
    Party.objects.update(left_on=date(2019, 1, 1))
    button = "Starta en samverkan</a>"
    for address in ("/", "/samverkan/"):
        assert button in browse("anna").get(address).content.decode()
        assert button not in browse("bengt").get(address).content.decode()


def test_the_same_name_twice_gets_an_address_of_its_own(actor: Cast) -> None:
    anna = actor("anna")
    region = Organisation.objects.get(name="Region Blekinge")
    with acting_as(anna):
        slugs = [
            services.start_collaboration(
                actor=anna, organisation=region, details=details(starts_on=date(year, 1, 1)), now=clock.now()
            ).slug
            for year in (2026, 2027, 2028, 2028)
        ]
    assert slugs.pop() == slugs[-1]  # the same thing twice is one collaboration
    assert slugs == ["sprak-pa-jobbet", "sprak-pa-jobbet-2", "sprak-pa-jobbet-3"]


@pytest.mark.parametrize("who", ["bengt", "cecilia", "david", "eva", "citizen"])
def test_only_the_leading_partys_coordinator_changes_it(actor: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        services.change_collaboration(
            actor=actor(who), collaboration=blekinge(), details=details(), version=1, now=clock.now()
        )
    assert blekinge().name == "Blekinges unga lyfter"


def test_a_change_that_overtakes_another_is_refused_and_keeps_the_first(actor: Cast) -> None:
    anna = actor("anna")
    with acting_as(anna):
        services.change_collaboration(
            actor=anna, collaboration=blekinge(), details=details(name="Första"), version=1, now=clock.now()
        )
        with pytest.raises(Overtaken) as overtaken:
            services.change_collaboration(
                actor=anna, collaboration=blekinge(), details=details(name="Andra"), version=1, now=clock.now()
            )
    assert overtaken.value.current.name == "Första"
    assert blekinge().name == "Första"


def test_the_change_is_audited_field_by_field(actor: Cast) -> None:
    anna = actor("anna")
    with acting_as(anna):
        services.change_collaboration(
            actor=anna,
            collaboration=blekinge(),
            details=details(phase=Phase.IN_FORCE),
            version=1,
            now=clock.now(),
        )
        entry = Entry.objects.get(action="change_collaboration")
    assert entry.changes["name"] == ["Blekinges unga lyfter", "Språk på jobbet"]
    assert entry.changes["starts_on"] == ["2013-01-01", "2026-01-01"]


def test_a_party_that_leaves_sees_only_what_is_public_and_may_come_back(actor: Cast) -> None:
    anna = actor("anna")
    olofstrom = party("Olofströms kommun")
    with acting_as(anna):
        services.end_party(actor=anna, party=olofstrom, left_on=clock.today(), now=clock.now())
    assert queries.seats_in(actor("bengt"), blekinge()) == []
    with acting_as(anna):
        back = services.add_party(
            actor=anna,
            collaboration=blekinge(),
            organisation=olofstrom.organisation,
            role=PartyRole.PARTY,
            joined_on=clock.today(),
            now=clock.now(),
        )
    assert back.pk == olofstrom.pk
    assert back.own_benefit == olofstrom.own_benefit
    assert len(queries.seats_in(actor("bengt"), blekinge())) == 1


def test_the_lead_cannot_leave(actor: Cast) -> None:
    anna = actor("anna")
    with acting_as(anna), pytest.raises(services.LeadCannotLeave):
        services.end_party(actor=anna, party=party("Region Blekinge"), left_on=clock.today(), now=clock.now())


def test_a_party_writes_its_own_benefit_and_no_one_elses(browse: Browse) -> None:
    bengt = browse("bengt")
    own, other = party("Olofströms kommun"), party("Ronneby kommun")
    answer = bengt.post(f"/samverkan/part/{own.pk}/nytta/", {"own_benefit": "Vi vinner tid.", "version": 1})
    assert answer.status_code == 302
    assert party("Olofströms kommun").own_benefit == "Vi vinner tid."
    assert bengt.post(f"/samverkan/part/{other.pk}/nytta/", {"own_benefit": "x", "version": 1}).status_code == 403


def test_a_benefit_that_was_overtaken_shows_both_versions(browse: Browse) -> None:
    bengt = browse("bengt")
    key = party("Olofströms kommun").pk
    bengt.post(f"/samverkan/part/{key}/nytta/", {"own_benefit": "Först.", "version": 1})
    answer = bengt.post(f"/samverkan/part/{key}/nytta/", {"own_benefit": "Sedan.", "version": 1})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Först." in page
    assert "Sedan." in page
    assert "Någon annan har också ändrat egen nytta för Olofströms kommun" in page
    assert "Det sparades medan du skrev." in page
    assert party("Olofströms kommun").own_benefit == "Först."


def test_names_and_addresses_of_people_are_not_for_citizens(browse: Browse) -> None:
    assert "anna@demo.example" in browse("bengt").get(f"{ROOT}/leda/").content.decode()
    assert "anna@demo.example" not in browse("citizen").get(f"{ROOT}/leda/").content.decode()
    assert "anna@demo.example" not in browse("eva").get(f"{ROOT}/leda/").content.decode()


def test_a_private_collaboration_is_not_there_for_outsiders(browse: Browse) -> None:
    for tab in ("", "lagesbild/", "organisera/", "styra/", "leda/", "arbeta/"):
        address = f"/samverkan/barnens-basta-galler/{tab}"
        assert browse("anna").get(address).status_code == 404
        assert browse("citizen").get(address).status_code == 404
        assert browse("eva").get(address, follow=True).status_code == 200


def test_an_unknown_tab_is_not_there(browse: Browse) -> None:
    assert browse("anna").get(f"{ROOT}/hitta-pa/").status_code == 404


def test_a_collaboration_is_started_on_the_page(browse: Browse) -> None:
    region = Organisation.objects.get(name="Region Blekinge")
    answer = browse("anna").post(
        f"/samverkan/starta/{region.pk}/",
        {
            "name": "Språk på jobbet",
            "citizen_value": "Fler lär sig svenska medan de arbetar.",
            "challenge": "Kommunen har skolan, företagen har jobben.",
            "area": Area.objects.get(code="10").pk,
            "starts_on": "2026-01-01",
            "ends_on": "2025-01-01",
            "phase": "preparing",
            "version": 1,
        },
    )
    assert answer.status_code == 422
    assert "Sista dagen ligger före första dagen." in answer.content.decode()
    assert not Collaboration.objects.filter(name="Språk på jobbet").exists()
