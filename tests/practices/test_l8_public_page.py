"""L8: what the public sees is what has been decided to be public, and nothing else. Here: the joint report."""

import io
import json
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from samverka.collaborations.models import Collaboration, Party
from samverka.followup.models import StatusText
from samverka.foundation.access.actors import Actor
from samverka.foundation.database.acting import acting_as
from samverka.goals.models import Goal
from samverka.plans.models import Measure
from samverka.reports.models import Report
from samverka.reports.services import publish_report

pytestmark = pytest.mark.django_db

NOT_DECIDED = (
    "Ett hemligt mål",
    "En hemlig åtgärd",
    "Ett utkast som ingen skickat",
    "anna@demo.example",
    "Bengt Berg",
)
DECIDED = ("En öppen åtgärd", "Ett skickat ord om läget", "En öppen nytta")


@pytest.fixture
def collaboration(actor: Callable[[str], Actor]) -> Collaboration:
    """Blekinge, with one of everything that is decided to be public and one that is not."""
    found = Collaboration.objects.select_related("area").get(slug="blekinges-unga-lyfter")
    party = Party.objects.get(organisation__name="Olofströms kommun")
    Party.objects.filter(pk=party.pk).update(own_benefit="En öppen nytta")
    goal = Goal.objects.get(collaboration=found)
    with acting_as(Actor.system("test")):
        hidden = Goal.objects.create(
            collaboration=found,
            name="Ett hemligt mål",
            indicator=goal.indicator,
            polarity=goal.polarity,
            baseline_year=2013,
            target_year=2017,
            is_public=False,
        )
    for of, title, is_public in (
        (goal, "En öppen åtgärd", True),
        (goal, "En hemlig åtgärd", False),
        (hidden, "En hemlig åtgärd för ett hemligt mål", True),
    ):
        Measure.objects.create(
            goal=of,
            party=party,
            title=title,
            responsible="Förvaltningen",
            starts_on=found.starts_on,
            ends_on=found.starts_on,
            changed_at=timezone.now(),
            is_public=is_public,
        )
    bengt = actor("bengt")
    with acting_as(bengt):
        for text, submitted_at in (
            ("Ett skickat ord om läget", timezone.now()),
            ("Ett utkast som ingen skickat", None),
        ):
            StatusText.objects.create(
                party=party,
                text=text,
                written_at=timezone.now(),
                written_by_id=bengt.user_id,
                submitted_at=submitted_at,
            )
    return found


def publish(actor: Actor, collaboration: Collaboration, *, is_public: bool) -> Report:
    with acting_as(actor):
        return publish_report(
            actor=actor,
            collaboration=collaboration,
            title="Rapporten",
            is_public=is_public,
            order_key=uuid.uuid4(),
            now=timezone.now(),
        )


def test_a_public_report_holds_what_is_decided_to_be_public_and_nothing_else(
    actor: Callable[[str], Actor], browse: Callable[[str], Client], collaboration: Collaboration
) -> None:
    report = publish(actor("anna"), collaboration, is_public=True)
    for text in _everything(browse("citizen"), report):
        for word in DECIDED:
            assert word in text
        for word in NOT_DECIDED:
            assert word not in text


def test_a_report_for_the_parties_holds_all_that_they_share_and_reaches_nobody_else(
    actor: Callable[[str], Actor], browse: Callable[[str], Client], collaboration: Collaboration
) -> None:
    report = publish(actor("anna"), collaboration, is_public=False)
    for text in _everything(browse("bengt"), report):
        assert "Ett hemligt mål" in text
        assert "En hemlig åtgärd" in text
        assert "Ett utkast som ingen skickat" not in text
    for client in (browse("citizen"), browse("eva")):
        for address in _addresses(report):
            assert client.get(address).status_code == 404


def test_when_the_collaboration_is_closed_to_the_public_so_are_its_reports(
    actor: Callable[[str], Actor], browse: Callable[[str], Client], collaboration: Collaboration
) -> None:
    report = publish(actor("anna"), collaboration, is_public=True)
    Collaboration.objects.filter(pk=collaboration.pk).update(is_public=False)
    assert {browse("citizen").get(address).status_code for address in _addresses(report)} == {404}
    assert {browse("bengt").get(address).status_code for address in _addresses(report)} == {200}


def test_the_form_says_what_becomes_public_and_what_does_not(
    browse: Callable[[str], Client], collaboration: Collaboration
) -> None:
    page = browse("anna").get(reverse("reports:new", args=[collaboration.slug])).content.decode()
    assert "blir det som parterna har skrivit offentligt: deras lägesbeskrivningar och egna nytta" in page
    assert "3 mål och åtgärder är inte offentliga" in page


def _addresses(report: Report) -> list[str]:
    return [
        report.get_absolute_url(),
        reverse("reports:content", args=[report.pk]),
        reverse("reports:pdf", args=[report.pk, "sv"]),
        reverse("reports:pdf", args=[report.pk, "en"]),
    ]


def _everything(client: Client, report: Report) -> Iterator[str]:
    """The words of the report's page, its data, and its two PDF files."""
    page, data, *files = (client.get(address) for address in _addresses(report))
    main = page.content.decode()
    yield main[main.index("<main") : main.index("</main>")]
    yield json.dumps(json.loads(data.content), ensure_ascii=False)
    for file in files:
        pages = PdfReader(io.BytesIO(file.content)).pages
        yield " ".join("\n".join(page.extract_text() for page in pages).split())
