"""Attacks on the addresses and forms: what no browser sends, what is sent twice, and what a log must not keep."""

import datetime as dt
import io
import logging
import re
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from samverka.cli import archive
from samverka.cli.failures import Failure
from samverka.collaborations.models import Collaboration, Party
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.models import User
from samverka.foundation.audit.models import Entry
from samverka.foundation.database.acting import acting_as
from samverka.foundation.jobs.models import Job
from samverka.goals.models import Goal, GoalTarget
from samverka.goals.services import GoalDraft, adopt_goal
from samverka.organisations.enums import MembershipRole
from samverka.organisations.models import Membership, Organisation
from samverka.plans.models import Measure
from samverka.plans.services import MeasureDraft, add_measure
from samverka.reports.models import Report
from samverka.reports.services import publish_report
from samverka.statistics.enums import Polarity
from tests.guards import rows

pytestmark = pytest.mark.django_db

SLUG = "blekinges-unga-lyfter"
DAY = dt.date(2018, 3, 1)


def _collaboration() -> Collaboration:
    return Collaboration.objects.select_related("area").get(slug=SLUG)


@pytest.mark.parametrize(
    "address",
    [
        "/statistik/?q=%00",
        "/statistik/1/?lan=%00",
        "/konto/oidc/%00/login/",
        "/konto/saml/%00/login/",
        "/konto/login/?next=/%00",
    ],
)
def test_a_null_character_in_an_address_is_a_bad_request(client: Client, address: str) -> None:
    assert client.get(address).status_code == 400


def test_a_name_with_a_percent_sign_is_no_null_character(client: Client) -> None:
    assert client.get("/statistik/?q=%2500").status_code == 200


def test_the_longest_title_that_the_form_takes_can_be_ordered(browse: Callable[[str], Client]) -> None:
    order = {"title": "x" * 200, "readers": "parterna", "order_key": str(uuid.uuid4())}
    assert browse("anna").post(f"/rapporter/ny/{SLUG}/", order).status_code == 302
    assert Job.objects.get().arguments["title"] == "x" * 200


def test_the_log_keeps_no_key_to_an_account(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.post("/konto/password/reset/", {"email": "anna@demo.example"})
    (message,) = mail.outbox
    (address,) = [word for word in str(message.body).split() if "/key/" in word]
    path = "/" + address.split("/", 3)[3]
    with caplog.at_level(logging.INFO):
        assert client.get(path).status_code == 302
    assert any(getattr(record, "path", "") == "/konto/password/reset/key/…" for record in caplog.records)
    key = path.rstrip("/").rpartition("/")[2]
    assert not any(key in str(vars(record).get("path")) or key in record.getMessage() for record in caplog.records)


def test_a_body_that_no_form_takes_is_refused_before_it_is_kept(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samverka.web.uploads.LARGEST_BODY", 1000)
    file = SimpleUploadedFile("stor.csv", b"x" * 2000)
    assert client.post("/konto/login/", {"login": "a", "file": file}).status_code == 400
    assert client.post("/konto/login/", {"login": "a", "file": SimpleUploadedFile("x", b"x")}).status_code == 200


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, 99])
def test_a_file_that_is_no_whole_backup_is_refused_in_words(tmp_path: Path, compression: int) -> None:
    file = tmp_path / "x.backup"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(archive.MANIFEST, "{}" * 100)
    content = bytearray(file.read_bytes())
    if compression == zipfile.ZIP_DEFLATED:
        content[30 + len(archive.MANIFEST)] = 0xFF  # the compressed data begin with what is no block
    else:
        for header, field in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
            content[content.index(header) + field] = compression
    file.write_bytes(content)
    with pytest.raises(Failure, match="not a whole backup"):
        archive.unpack(file, io.BytesIO())


# --- who reads what was done, and whose name stands where -----------------------------------------------------------


def _draft(goal: Goal) -> GoalDraft:
    return GoalDraft(
        name="Samma mål igen",
        indicator=goal.indicator,
        baseline_year=2013,
        target_year=2017,
        share_of_baseline=0.5,
        polarity=Polarity.LOWER,
    )


def test_the_leading_party_reads_in_its_audit_that_a_goal_was_adopted(actor: Callable[[str], Actor]) -> None:
    anna, goal = actor("anna"), Goal.objects.get(collaboration__slug=SLUG)
    with acting_as(anna):
        adopted = adopt_goal(
            actor=anna, collaboration=_collaboration(), draft=_draft(goal), adopted_on=DAY, now=timezone.now()
        )
        entry = Entry.objects.get(object_type="goals.goal", object_id=adopted.pk)
    assert entry.organisation_id == Organisation.objects.get(name="Region Blekinge").pk


def test_who_sits_for_two_parties_publishes_for_the_leading_one(
    actor: Callable[[str], Actor], person: Callable[[str], User]
) -> None:
    lead = Party.objects.get(organisation__name="Region Blekinge")
    other = Party.objects.get(organisation__name="Olofströms kommun")
    # The other seat is the older one.
    assert other.pk > lead.pk
    Party.objects.filter(pk=lead.pk).update(organisation=Organisation.objects.create(kind="region", name="Ett tag"))
    Party.objects.filter(pk=other.pk).update(
        role="party", organisation=Organisation.objects.get(name="Region Blekinge")
    )
    Party.objects.filter(pk=lead.pk).update(role="party")
    Party.objects.filter(pk=other.pk).update(role="lead")
    Membership.objects.create(
        person=person("anna"),
        organisation=Organisation.objects.get(name="Ett tag"),
        role=MembershipRole.MEMBER,
        starts_on=dt.date(2013, 1, 1),
    )
    anna = actor("anna")
    with acting_as(anna):
        report = _publish(anna, is_public=True)
        entry = Entry.objects.get(action="publish_report", object_id=report.pk)
    assert entry.organisation_id == Organisation.objects.get(name="Region Blekinge").pk


def _publish(actor: Actor, *, is_public: bool) -> Report:
    return publish_report(
        actor=actor,
        collaboration=_collaboration(),
        title="Prov",
        is_public=is_public,
        order_key=uuid.uuid4(),
        now=timezone.now(),
    )


def _text_of(file: bytes) -> str:
    """What stands in a PDF, and what it says about itself."""
    reader = PdfReader(io.BytesIO(file))
    pages = " ".join(page.extract_text() for page in reader.pages)
    return re.sub(r"\s+", " ", f"{dict(reader.metadata or {})} {pages}")


@pytest.mark.parametrize("is_public", [True, False])
def test_a_public_report_names_no_person(
    actor: Callable[[str], Actor], browse: Callable[[str], Client], is_public: bool
) -> None:
    anna = actor("anna")
    with acting_as(anna):
        report = _publish(anna, is_public=is_public)
    reader = browse("citizen" if is_public else "bengt")
    page, data = reader.get(f"/rapporter/{report.pk}/"), reader.get(f"/rapporter/{report.pk}/innehall.json")
    file = reader.get(f"/rapporter/{report.pk}/rapport-sv.pdf")
    assert page.status_code == data.status_code == file.status_code == 200
    # The demo's own bar, which no other installation has, names its cast; what a reader reads is the main part.
    main = page.content.decode().partition("<main")[2].partition("</main>")[0]
    assert "Region Blekinge" in main
    assert ("Anna Alm" in main) is not is_public
    assert ("Anna Alm" in data.content.decode()) is not is_public
    assert ("Anna Alm" in _text_of(file.content)) is not is_public


# --- the same thing twice -------------------------------------------------------------------------------------------


def test_a_goal_that_is_adopted_twice_is_one(actor: Callable[[str], Actor]) -> None:
    anna, goal = actor("anna"), Goal.objects.get(collaboration__slug=SLUG)

    def adopt(draft: GoalDraft) -> Goal:
        with acting_as(anna):
            return adopt_goal(
                actor=anna, collaboration=_collaboration(), draft=draft, adopted_on=DAY, now=timezone.now()
            )

    first = adopt(_draft(goal))
    with acting_as(anna):
        targets = GoalTarget.objects.filter(goal=first).count()
        assert adopt(_draft(goal)) == first
        assert 0 < GoalTarget.objects.filter(goal=first).count() == targets
    assert adopt(replace(_draft(goal), share_of_baseline=0.6)) != first
    assert adopt(replace(_draft(goal), is_public=True)) != first


def test_a_measure_that_is_added_twice_is_one(actor: Callable[[str], Actor]) -> None:
    bengt, party = actor("bengt"), Party.objects.get(organisation__name="Olofströms kommun")
    draft = MeasureDraft(
        goal=Goal.objects.get(collaboration__slug=SLUG), title="Ring", responsible="A", starts_on=DAY, ends_on=DAY
    )
    with acting_as(bengt):
        first = add_measure(actor=bengt, party=party, draft=draft, now=timezone.now())
        assert add_measure(actor=bengt, party=party, draft=draft, now=timezone.now()) == first
        other = replace(draft, responsible="B")
        assert add_measure(actor=bengt, party=party, draft=other, now=timezone.now()) != first
    assert Measure.objects.filter(title="Ring").count() == 2


def test_who_changes_what_another_has_removed_is_told_where_the_text_is(browse: Callable[[str], Client]) -> None:
    with acting_as(Actor.system("test")):
        note = rows.note(_collaboration(), is_public=False)
        address = reverse("picture:change_note", args=[note.pk])
        note.delete()
    answer = browse("bengt").post(address, {"text": "Ett långt stycke", "kind": "scan", "version": 1})
    assert answer.status_code == 404
    told = answer.content.decode()
    assert "Det du skrev är inte sparat." in told
    assert "Inget har försvunnit" not in told
    assert 'href="/"' in told
