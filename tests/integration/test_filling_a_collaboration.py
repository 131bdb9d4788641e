"""The leading party fills its collaboration from the screen: indicators, agreements and money."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from samverka.agreements import services as agreements
from samverka.agreements.enums import AgreementKind
from samverka.agreements.models import Agreement
from samverka.collaborations import queries, services
from samverka.collaborations.models import Collaboration
from samverka.financing import services as financing
from samverka.financing.models import Funding
from samverka.foundation import clock
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import Forbidden
from samverka.foundation.audit.models import Entry
from samverka.foundation.database.acting import acting_as
from samverka.organisations.models import Organisation
from samverka.statistics.models import Indicator

pytestmark = pytest.mark.django_db

Cast = Callable[[str], Any]
Browse = Callable[[str], Client]
SLUG = "blekinges-unga-lyfter"
CHOICE = f"/samverkan/{SLUG}/indikatorer/"
AGREEMENT = f"/overenskommelser/ny/{SLUG}/"
FUNDING = f"/finansiering/ny/{SLUG}/"
OTHERS = ["bengt", "cecilia", "david", "eva", "citizen"]


def blekinge() -> Collaboration:
    return Collaboration.objects.get(slug=SLUG)


def followed() -> list[str]:
    return [row.indicator.source_key for row in queries.chosen_of(blekinge())]


def choose_three(anna: Actor) -> list[str]:
    """The situation picture follows exactly three indicators."""
    blekinge().chosen_indicators.all().delete()
    with acting_as(anna):
        for indicator in Indicator.objects.order_by("source_key")[:3]:
            services.choose_indicator(actor=anna, collaboration=blekinge(), indicator=indicator, now=clock.now())
    return followed()


def entries(actor: Actor, action: str) -> list[Entry]:
    with acting_as(actor):
        return list(Entry.objects.filter(action=action))


def agreement(**changed: Any) -> agreements.AgreementDraft:
    given = {
        "title": "Avsikt",
        "kind": AgreementKind.LETTER_OF_INTENT,
        "summary": "Vi vill.",
        "starts_on": date(2026, 1, 1),
    }
    return agreements.AgreementDraft(**{**given, **changed})


def test_an_indicator_is_chosen_last_moved_up_and_taken_away_on_the_page(actor: Cast, browse: Browse) -> None:
    first, second, third = choose_three(actor("anna"))
    anna = browse("anna")
    last = blekinge().chosen_indicators.get(indicator__source_key=third)
    for _twice in range(2):
        answer = anna.post(CHOICE, {"chosen": last.pk, "place": 2})
        assert answer.headers["Location"].endswith(f"#vald-{last.pk}")
        assert followed() == [first, third, second]
    for _twice in range(2):
        assert anna.post(CHOICE, {"chosen": last.pk}).status_code == 302
        assert followed() == [first, second]
    for _twice in range(2):
        assert anna.post(CHOICE, {"indicator": last.indicator_id}).status_code == 302
        assert followed() == [first, second, third]


def test_the_choice_is_audited_once_for_the_leading_organisation(actor: Cast) -> None:
    anna = actor("anna")
    choose_three(anna)
    third = list(queries.chosen_of(blekinge()))[2]
    with acting_as(anna):
        services.move_indicator(actor=anna, chosen=third, place=1, now=clock.now())
        services.move_indicator(actor=anna, chosen=third, place=1, now=clock.now())
        services.drop_indicator(actor=anna, chosen=third, now=clock.now())
    region = Organisation.objects.get(name="Region Blekinge").pk
    assert len(entries(anna, "choose_indicator")) == 3
    (moved,) = entries(anna, "move_indicator")
    (dropped,) = entries(anna, "drop_indicator")
    assert moved.changes == {"order": [3, 1]}
    assert {moved.organisation_id, dropped.organisation_id} == {region}
    assert dropped.object_label == third.indicator.name


def test_without_a_choice_the_form_says_so(browse: Browse) -> None:
    before = followed()
    assert browse("anna").post(CHOICE, {"indicator": ""}).status_code == 422
    assert browse("anna").post(CHOICE, {"chosen": "0", "place": 1}).status_code == 302
    assert followed() == before


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_but_the_leading_partys_coordinator_fills_it(actor: Cast, browse: Browse, who: str) -> None:
    chosen, nobody = list(queries.chosen_of(blekinge()))[1], actor(who)
    now, before = clock.now(), followed()
    for refused in (
        lambda: services.choose_indicator(actor=nobody, collaboration=blekinge(), indicator=chosen.indicator, now=now),
        lambda: services.move_indicator(actor=nobody, chosen=chosen, place=1, now=now),
        lambda: services.drop_indicator(actor=nobody, chosen=chosen, now=now),
        lambda: agreements.add_agreement(actor=nobody, collaboration=blekinge(), draft=agreement(), now=now),
        lambda: financing.add_funding(
            actor=nobody,
            collaboration=blekinge(),
            draft=financing.FundingDraft(name="Fond", amount=None, is_temporary=True),
            now=now,
        ),
    ):
        with pytest.raises(Forbidden):
            refused()
    assert followed() == before
    client = browse(who)
    for tab, address in (("lagesbild", CHOICE), ("organisera", AGREEMENT), ("organisera", FUNDING)):
        assert address not in client.get(f"/samverkan/{SLUG}/{tab}/").content.decode()
        assert address in browse("anna").get(f"/samverkan/{SLUG}/{tab}/").content.decode()


def test_an_agreement_is_taken_down_once_and_shown(actor: Cast, browse: Browse) -> None:
    anna = browse("anna")
    written = {
        "title": "Avsiktsförklaring 2026",
        "kind": "letter_of_intent",
        "summary": "Vi vill samma sak.\r\nOch betalar var sitt.",
        "starts_on": "2026-01-01",
        "ends_on": "",
        "source": "Dnr 2026/1",
    }
    for _twice in range(2):
        page = anna.post(AGREEMENT, written, follow=True).content.decode()
    assert page.count("Avsiktsförklaring 2026") == 1
    assert "Dnr 2026/1" in page
    added = Agreement.objects.get(title="Avsiktsförklaring 2026")
    assert (added.kind, added.ends_on) == (AgreementKind.LETTER_OF_INTENT, None)
    (entry,) = entries(actor("anna"), "add_agreement")
    assert entry.organisation_id == Organisation.objects.get(name="Region Blekinge").pk
    assert entry.changes["starts_on"] == [None, "2026-01-01"]


def test_an_agreement_that_ends_before_it_starts_is_refused_and_keeps_what_was_typed(browse: Browse) -> None:
    before = Agreement.objects.count()
    answer = browse("anna").post(
        AGREEMENT,
        {
            "title": "Bakvänt avtal",
            "kind": "agreement",
            "summary": "Det som skrevs.",
            "starts_on": "2026-02-01",
            "ends_on": "2026-01-01",
        },
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Sista dagen ligger före första dagen." in page
    assert "Bakvänt avtal" in page
    assert "Det som skrevs." in page
    assert Agreement.objects.count() == before


def test_an_unknown_amount_is_unknown_and_not_zero(actor: Cast, browse: Browse) -> None:
    anna = browse("anna")
    for name, amount in (("Okänd fond", ""), ("Nollfond", "0"), ("Storfond", "1 250 000,50")):
        for _twice in range(2):
            anna.post(FUNDING, {"name": name, "amount": amount, "source": f"Beslut om {name}"})
    added = {row.name: row.amount for row in Funding.objects.filter(name__endswith="fond")}
    assert added == {"Okänd fond": None, "Nollfond": Decimal(0), "Storfond": Decimal("1250000.50")}
    page = anna.get(f"/samverkan/{SLUG}/organisera/").content.decode()
    assert "Beslut om Okänd fond; Beslut om Nollfond; Beslut om Storfond" in page
    written = {entry.object_label: entry.changes for entry in entries(actor("anna"), "add_funding")}
    assert len(written) == 3
    assert "amount" not in written["Okänd fond"]
    assert written["Nollfond"]["amount"] == [None, "0"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"amount": "mycket"}, "mycket"),
        ({"amount": "-5"}, "-5"),
        ({"ends_on": "2026-06-30"}, "Kryssa för att finansieringen är tillfällig, eller ta bort dagen."),
    ],
)
def test_money_that_cannot_be_is_refused_and_keeps_what_was_typed(
    browse: Browse, wrong: dict[str, str], said: str
) -> None:
    before = Funding.objects.count()
    answer = browse("anna").post(FUNDING, {"name": "Fond för unga", **wrong})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "Fond för unga" in page
    assert Funding.objects.count() == before
