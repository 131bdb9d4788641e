"""A frozen picture keeps its figures for ever, says what has changed since, and is lent out by a link."""

import io
import json
import threading
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import python_calamine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from samverka.collaborations.models import ChosenIndicator, Collaboration
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import Forbidden
from samverka.foundation.audit.models import Entry
from samverka.foundation.database.acting import acting_as
from samverka.picture.content.changes import changes_between
from samverka.picture.content.frozen import thaw
from samverka.picture.content.gathering import checksum, for_outsiders, gather
from samverka.picture.content.wording import changes_told
from samverka.picture.document.figures import csv_of
from samverka.picture.document.images import slides
from samverka.picture.document.pdf import pdf
from samverka.picture.document.workbook import workbook
from samverka.picture.enums import ChangeKind
from samverka.picture.models import Snapshot
from samverka.picture.queries.snapshots import figures_in
from samverka.picture.services import notes, snapshots
from samverka.statistics.enums import ObservationStatus, Sex
from samverka.statistics.models import Indicator, Observation
from samverka.territory.models import Area

pytestmark = pytest.mark.django_db

SLUG = "blekinges-unga-lyfter"
YOUTH = "N03921"
Cast = Callable[[str], Actor]
Browse = Callable[[str], Client]


def collaboration() -> Collaboration:
    return Collaboration.objects.select_related("area").get(slug=SLUG)


def indicator() -> Indicator:
    return Indicator.objects.get(source_key=YOUTH)


def take(actor: Actor, **values: Any) -> Snapshot:
    given = {"title": "Mars", "order_key": uuid.uuid4(), "now": timezone.now()}
    with acting_as(actor):
        return snapshots.take_snapshot(actor=actor, collaboration=collaboration(), **{**given, **values})


def now_of(actor: Actor) -> dict[str, Any]:
    with acting_as(actor):
        return gather(actor=actor, collaboration=collaboration(), title="Nu", number=9, now=timezone.now())


def observe(**values: Any) -> Observation:
    """The newest figure of youth unemployment in the county, for all; changed."""
    found = Observation.objects.filter(indicator=indicator(), area__code="10", sex="T").order_by("-year")[0]
    Observation.objects.filter(pk=found.pk).update(**values)
    return found


def test_it_keeps_the_figures_of_its_day(actor: Cast, browse: Browse) -> None:
    taken = take(actor("bengt"))
    before = observe(value=77.7)
    with acting_as(actor("anna")):
        kept = Snapshot.objects.get(pk=taken.pk)
        assert kept.content_sha256 == checksum(kept.content)
    county = next(found for found in thaw(kept.content) if found.frozen["source_key"] == YOUTH)
    figure = county.at("10", Sex.TOTAL, before.year)
    assert figure is not None
    assert figure.value == before.value
    page = browse("david").get(taken.get_absolute_url()).content.decode()
    assert "77,7" not in page
    assert '<time datetime="2024-08-30">' in page
    assert "Kolada N03921" in page


def test_it_is_never_changed_not_even_by_the_application(actor: Cast) -> None:
    taken = take(actor("anna"))
    with acting_as(actor("anna")), pytest.raises(DatabaseError), transaction.atomic():
        Snapshot.objects.filter(pk=taken.pk).update(title="Annat")


def test_a_double_click_is_one_snapshot(actor: Cast) -> None:
    key = uuid.uuid4()
    assert take(actor("anna"), order_key=key).pk == take(actor("anna"), order_key=key).pk
    with acting_as(actor("anna")):
        assert Snapshot.objects.filter(order_key=key).count() == 1
        assert Entry.objects.filter(action="take_snapshot").count() == Snapshot.objects.count()


@pytest.mark.parametrize("who", ["cecilia", "david", "eva", "citizen"])
def test_who_does_not_write_for_a_party_freezes_nothing(actor: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        take(actor(who))


def test_what_an_organisation_keeps_to_itself_is_not_frozen(actor: Cast, browse: Browse) -> None:
    own = indicator()
    organisation = collaboration().parties.get(organisation__name="Olofströms kommun").organisation
    Indicator.objects.filter(pk=own.pk).update(organisation=organisation, is_public=False)
    taken = take(actor("bengt"))
    assert YOUTH not in json.dumps(taken.content)
    page = browse("bengt").get(reverse("picture:new_snapshot", args=[SLUG])).content.decode()
    assert "Dessa egna mätningar är inte öppna för alla" in page
    assert own.name in page


def test_without_public_indicators_there_is_nothing_to_freeze(actor: Cast, browse: Browse) -> None:
    ChosenIndicator.objects.filter(collaboration__slug=SLUG).delete()
    with pytest.raises(snapshots.NothingToFreeze):
        take(actor("anna"))
    page = browse("anna").get(reverse("picture:new_snapshot", args=[SLUG])).content.decode()
    assert "Det finns inga siffror att frysa än" in page


# --- What has changed since ---------------------------------------------------------------------------------------


def test_nothing_has_changed_right_away(actor: Cast) -> None:
    taken = take(actor("anna"))
    changes = changes_between(taken.content, now_of(actor("anna")))
    assert not any(change.differs for change in changes)
    assert changes_told(changes) == ["Ingenting har ändrats."]


def test_every_kind_of_change_is_told_apart(actor: Cast) -> None:
    county = Area.objects.get(code="10")
    figures = Observation.objects.filter(indicator=indicator(), area=county, sex="T").order_by("-year")
    newest, revised, hidden, gone, preliminary, added = figures[:6]
    Observation.objects.filter(pk=preliminary.pk).update(status=ObservationStatus.PRELIMINARY)
    added.delete()
    taken = take(actor("anna"))

    Observation.objects.filter(pk=revised.pk).update(value=12.3)
    Observation.objects.filter(pk=hidden.pk).update(value=None, status=ObservationStatus.SUPPRESSED)
    Observation.objects.filter(pk=preliminary.pk).update(status=ObservationStatus.OK)
    gone.delete()
    for copy, year in ((added, added.year), (newest, newest.year + 1)):
        copy.pk, copy.year = None, year
        copy.save()

    (change,) = [c for c in changes_between(taken.content, now_of(actor("anna"))) if c.differs]
    assert {(figure.kind, figure.year) for figure in change.figures} == {
        (ChangeKind.NEW_YEAR, newest.year),
        (ChangeKind.REVISED, revised.year),
        (ChangeKind.STATUS, hidden.year),
        (ChangeKind.STATUS, preliminary.year),
        (ChangeKind.GONE, gone.year),
        (ChangeKind.ADDED, added.year),
    }
    told = changes_told([change])
    assert told[0] == "1 indikator har fått siffror för ett nytt år."
    assert told[1] == "Källan har ändrat 1 siffra."
    assert told[2] == "2 siffror har fått en annan status."


def test_indicators_that_come_and_go_and_are_defined_anew_are_told(actor: Cast) -> None:
    chosen = list(ChosenIndicator.objects.filter(collaboration__slug=SLUG).order_by("order"))
    dropped, redefined = chosen[0], chosen[1]
    taken = take(actor("anna"))
    dropped.delete()
    Indicator.objects.filter(pk=redefined.indicator_id).update(version=2)
    other = Indicator.objects.exclude(pk__in=[row.indicator_id for row in chosen])[0]
    ChosenIndicator.objects.create(collaboration=collaboration(), indicator=other, order=90)
    changes = {c.shown.key: c for c in changes_between(taken.content, now_of(actor("anna"))) if c.differs}
    assert changes[dropped.indicator_id].is_gone
    assert changes[redefined.indicator_id].redefined
    assert changes[other.pk].is_new
    assert len(changes) == 3


def test_the_page_says_it_in_words_and_in_a_table_against_now_and_against_another(actor: Cast, browse: Browse) -> None:
    first = take(actor("anna"))
    before = observe(value=3.3)
    second = take(actor("anna"), title="Juni")
    anna = browse("anna")
    address = reverse("picture:compare_snapshot", args=[first.pk])
    page = anna.get(address).content.decode()
    assert "Källan har ändrat 1 siffra." in page
    assert "3,3" in page
    with translation.override("sv"):
        assert f"{before.value:.1f}".replace(".", ",") in page
    assert anna.get(f"{address}?med={second.number}").content.decode().count("ändrad av källan") >= 1
    # The other way round is the same comparison: the earlier one comes first.
    turned = anna.get(f"{reverse('picture:compare_snapshot', args=[second.pk])}?med={first.number}")
    assert "Källan har ändrat 1 siffra." in turned.content.decode()
    unchanged = anna.get(reverse("picture:compare_snapshot", args=[second.pk]))
    assert "Ingenting har ändrats sedan" in unchanged.content.decode()
    assert anna.get(f"{address}?med=77").status_code == 404


# --- Lending it out -----------------------------------------------------------------------------------------------


def shared_path(browse: Browse, taken: Snapshot) -> str:
    page = browse("bengt").get(taken.get_absolute_url()).content.decode()
    return page.split("http://testserver/lagesbild/delad/")[1].split('"')[0]


def test_a_link_lets_anybody_read_until_it_is_withdrawn(actor: Cast, browse: Browse) -> None:
    anna = actor("anna")
    with acting_as(anna):
        for text, is_public in (("Bara för oss", False), ("För alla", True)):
            draft = notes.NoteDraft(text=text, indicator=indicator(), is_public=is_public)
            notes.write_note(actor=anna, collaboration=collaboration(), draft=draft, now=timezone.now())
    taken = take(anna)
    citizen = browse("citizen")
    assert citizen.get(taken.get_absolute_url()).status_code == 302  # asked to sign in
    share = reverse("picture:share_snapshot", args=[taken.pk])
    assert browse("bengt").post(share).status_code == 302
    path = f"/lagesbild/delad/{shared_path(browse, taken)}"
    answer = citizen.get(path)
    page = answer.content.decode()
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "För alla" in page
    assert "Bara för oss" not in page
    assert anna.name not in page
    for name in ("siffror.csv", "innehall.json", "lagesbild.xlsx"):
        file = citizen.get(path + name)
        assert file.status_code == 200
        assert b"Bara" not in file.content
    assert b"Bara" in browse("anna").get(f"{taken.get_absolute_url()}innehall.json").content
    assert citizen.get(f"{path}diagram/{indicator().pk}.svg").status_code == 200
    assert browse("anna").post(share, {"do": "withdraw"}).status_code == 302
    for below in ("", "innehall.json", f"diagram/{indicator().pk}.svg"):
        assert citizen.get(path + below).status_code == 404
    assert "Länken gäller inte" in citizen.get(path).content.decode()
    with acting_as(anna):
        said = set(Entry.objects.values_list("action", flat=True))
        assert {"share_snapshot", "withdraw_snapshot"} <= said
        assert path.split("/")[3] not in str(list(Entry.objects.values("changes", "object_label")))


def test_a_new_link_after_a_withdrawal_is_another(actor: Cast) -> None:
    anna = actor("anna")
    taken = take(anna)
    with acting_as(anna):
        first = snapshots.share_snapshot(actor=anna, snapshot=taken, now=timezone.now())
        assert snapshots.share_snapshot(actor=anna, snapshot=taken, now=timezone.now()).pk == first.pk
        snapshots.withdraw_snapshot(actor=anna, snapshot=taken, now=timezone.now())
        second = snapshots.share_snapshot(actor=anna, snapshot=taken, now=timezone.now())
    assert second.token != first.token
    assert len(second.token) >= 32


def test_who_only_reads_neither_shares_nor_withdraws(actor: Cast, browse: Browse) -> None:
    taken = take(actor("anna"))
    address = reverse("picture:share_snapshot", args=[taken.pk])
    assert [browse(who).post(address).status_code for who in ("cecilia", "david", "eva")] == [403, 403, 404]


# --- Files --------------------------------------------------------------------------------------------------------


def test_the_workbook_has_a_sheet_for_each_focus_area_with_real_numbers(actor: Cast) -> None:
    observe(value=None, status=ObservationStatus.SUPPRESSED)
    taken = take(actor("anna"))
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(workbook(taken.content)))
    names = [focus["name"] or "Övrigt" for focus in taken.content["focus"]]
    assert book.sheet_names == [*names, "Anteckningar", "Källor"]
    rows = [row for name in names for row in book.get_sheet_by_name(name).to_python()]
    own = [row for row in rows if row[0] == indicator().name and row[3] == "10" and row[4] == "alla"]
    assert len(own) == 1
    assert "för få" in own[0]
    assert any(isinstance(cell, float) for cell in own[0])
    assert not any(str(cell).startswith("=") for row in rows for cell in row)
    sources = book.get_sheet_by_name("Källor").to_python()
    assert any("N03921" in row and "2024-08-30" in row for row in sources)


def test_names_that_look_like_formulas_are_text(actor: Cast) -> None:
    Indicator.objects.filter(pk=indicator().pk).update(name='=HYPERLINK("http://evil.example")')
    content = now_of(actor("anna"))
    with zipfile.ZipFile(io.BytesIO(workbook(content))) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())
    assert b"'=HYPERLINK" in csv_of(content)


@pytest.mark.parametrize(("language", "title"), [("sv", "Om lägesbilden"), ("en", "")])
def test_the_pdf_is_tagged_says_its_language_and_repeats_byte_for_byte(actor: Cast, language: str, title: str) -> None:
    content = take(actor("anna"), title="Läget 😀").content
    made = pdf(content, language=language)
    assert made == pdf(content, language=language)
    reader = PdfReader(io.BytesIO(made))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in made or "pdfuaid" in str(reader.xmp_metadata and reader.xmp_metadata.stream.get_data())
    text = " ".join(page.extract_text() for page in reader.pages).replace("\n", " ")
    assert title in text
    assert "N03921" in text


def test_slides_are_sixteen_by_nine_and_say_what_they_show(actor: Cast) -> None:
    content = take(actor("anna")).content
    with zipfile.ZipFile(io.BytesIO(slides(content, "png"))) as archive:
        names = archive.namelist()
        assert len(names) == len(content["indicators"])
        header = archive.read(names[0])[:24]
    width, height = int.from_bytes(header[16:20], "big"), int.from_bytes(header[20:24], "big")
    assert (width, height) == (1920, 1080)
    with zipfile.ZipFile(io.BytesIO(slides(content, "svg"))) as archive:
        drawn = archive.read(archive.namelist()[0]).decode()
    assert "Källa: Kolada" in drawn


def test_the_figures_can_be_traced_one_by_one(actor: Cast) -> None:
    content = take(actor("anna")).content
    rows = list(figures_in(content))
    assert len(rows) == sum(len(series["years"]) for i in content["indicators"] for series in i["series"])
    own = [row for row in rows if (row.indicator, row.area, row.sex) == (YOUTH, "10", "T")]
    known = Observation.objects.filter(indicator=indicator(), area__code="10", sex="T")
    assert {row.year: row.value for row in own} == dict(
        known.filter(year__gte=own[0].year).values_list("year", "value")
    )
    assert all(row.extracted_at and row.source == "Kolada" for row in own)


def test_outsiders_get_the_same_figures(actor: Cast) -> None:
    content = take(actor("anna")).content
    assert for_outsiders(content)["indicators"] == content["indicators"]


@pytest.mark.django_db(transaction=True)
def test_two_who_freeze_at_once_get_numbers_of_their_own(own_database: str, actor: Cast) -> None:
    people = [actor("anna"), actor("bengt")]
    start = threading.Barrier(2)
    errors: list[BaseException] = []

    def freeze(who: Actor) -> None:
        try:
            start.wait(10)
            take(who)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=freeze, args=[who]) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    with acting_as(people[0]):
        found = Snapshot.objects.filter(title="Mars").values_list("number", flat=True)
        assert sorted(found) == [3, 4], "after the demo's two"
