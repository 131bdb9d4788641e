"""A joint report says what the screen says, and keeps saying it."""

import html
import io
import json
import re
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from samverka.collaborations.models import Collaboration, Party
from samverka.followup.models import StatusText
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import Forbidden
from samverka.foundation.access.models import User
from samverka.foundation.audit.models import Entry
from samverka.foundation.database.acting import acting_as
from samverka.foundation.jobs.enums import JobState
from samverka.foundation.jobs.models import Job
from samverka.foundation.jobs.registry import Cancelled
from samverka.foundation.jobs.services import run
from samverka.foundation.ui.charts import draw
from samverka.foundation.ui.figures import figure_text
from samverka.goals.models import Goal
from samverka.goals.queries import goals_of, progress_of, table_of
from samverka.plans.models import Measure
from samverka.reports import services
from samverka.reports.charts import charts_of
from samverka.reports.content import checksum, gather, goal_content, thawed
from samverka.reports.document import pdf
from samverka.reports.models import Report, ReportFile
from samverka.statistics.models import Observation

SLUG = "blekinges-unga-lyfter"


def collaboration() -> Collaboration:
    return Collaboration.objects.select_related("area").get(slug=SLUG)


def publish(actor: Actor, **changes: Any) -> Report:
    values: dict[str, Any] = {
        "title": "Så gick det",
        "is_public": True,
        "order_key": uuid.uuid4(),
        "now": timezone.now(),
    }
    with acting_as(actor):
        return services.publish_report(actor=actor, collaboration=collaboration(), **(values | changes))


@pytest.fixture
def report(actor: Callable[[str], Actor]) -> Report:
    return publish(actor("anna"))


def file_of(report: Report, language: str = "sv") -> bytes:
    return bytes(ReportFile.objects.get(report=report, language=language).pdf)


def text_of(file: bytes) -> str:
    """The text of a PDF on one line; the no-break spaces of figures are kept."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(file)).pages]
    return re.sub(r"[ \n\u200b]+", " ", "\n".join(pages))


def page_text(page: str) -> str:
    """The text of a page on one line."""
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"[ \n]+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


def row_of(text: str, name: str, figures: list[str]) -> bool:
    """Whether the figures follow each other after the name, with nothing but marks and words between."""
    between = r"[^\d]{0,40}?"
    return re.search(re.escape(name) + between + between.join(map(re.escape, figures)), text) is not None


# --- the same figures everywhere ---------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_figures_of_the_goals_page_the_report_the_pdf_and_the_data_are_the_same(
    report: Report, browse: Callable[[str], Client], actor: Callable[[str], Actor], language: str
) -> None:
    citizen = browse("citizen")
    [goal] = goals_of(actor("citizen"), collaboration())
    progress = progress_of(goal)
    with translation.override(language):
        headers = {"Accept-Language": language}
        screen = page_text(citizen.get(goal.get_absolute_url(), headers=headers).content.decode())
        page = page_text(citizen.get(report.get_absolute_url(), headers=headers).content.decode())
        paper = text_of(file_of(report, language))
        table = table_of(progress)
        for row in [*table.rows, table.whole]:
            told = [figure_text(value) for value in (row.total.baseline.value, row.total.now.value, row.total.target)]
            assert row_of(screen, row.area.name, told), f"{row.area} {told} is not on the goal's page"
            assert row_of(page, row.area.name, told), f"{row.area} {told} is not on the report's page"
            assert row_of(paper, row.area.name, [told[0], told[2], told[1]]), f"{row.area} {told} is not in the PDF"
            assert row.women is not None
            assert row.men is not None
            for outcome in (row.women, row.men):
                assert figure_text(outcome.now.value) in paper
        whole = table.whole.total
        number = figure_text(whole.now.value, unit=goal.indicator.unit)
        assert number in screen.replace(" \u00a0", "\u00a0")
        assert number in page.replace(" \u00a0", "\u00a0")
        assert number in paper
    data = json.loads(citizen.get(reverse("reports:content", args=[report.pk])).content)
    for place, frozen in zip(progress.places, data["goals"][0]["places"], strict=True):
        for line, kept in ((place.total, frozen["total"]), (place.women, frozen["women"]), (place.men, frozen["men"])):
            assert line is not None
            assert [(f.year, f.value) for f in line.figures] == [(f["year"], f["value"]) for f in kept["figures"]]
            assert line.target is not None
            assert (kept["baseline"], kept["target"]) == (line.target.baseline_value, line.target.target_value)
            assert (kept["verdict"], kept["first_year_met"]) == (line.judgement.verdict, line.judgement.first_year_met)


@pytest.mark.django_db
def test_what_is_frozen_thaws_to_what_it_was(actor: Callable[[str], Actor]) -> None:
    [goal] = goals_of(actor("citizen"), collaboration())
    progress = progress_of(goal)
    kept = json.loads(json.dumps({"goals": [goal_content(progress)]}))
    [again] = thawed(kept)
    assert goal_content(again) | {"adopted_on": None, "extraction": None} == kept["goals"][0] | {
        "adopted_on": None,
        "extraction": None,
    }
    for before, after in zip(progress.places, again.places, strict=True):
        assert [line.judgement for line in before.lines] == [line.judgement for line in after.lines]
        assert [line.figures for line in before.lines] == [line.figures for line in after.lines]


@pytest.mark.django_db
def test_a_missing_figure_is_absent_everywhere_and_never_zero(
    actor: Callable[[str], Actor], browse: Callable[[str], Client]
) -> None:
    Observation.objects.filter(indicator__source_key="N03921", area__code="1060", sex="T", year=2017).update(
        value=None, status=2
    )
    Observation.objects.filter(indicator__source_key="N03921", area__code="1080", sex="T", year=2017).update(
        value=None, status=3
    )
    report = publish(actor("anna"))
    paper = text_of(file_of(report))
    assert re.search(r"Olofström 17,8 8,9 saknas .{0,3}går inte att säga", paper)
    assert re.search(r"Karlskrona 12,7 6,4 ⋯ för få .{0,3}går inte att säga", paper)
    page = browse("citizen").get(report.get_absolute_url()).content.decode()
    row = re.search(r"<th scope=\"row\">Olofström</th>(.*?)</tr>", page, re.DOTALL)
    assert row is not None
    assert "figure--missing" in row[1]
    kept = Report.objects.get(pk=report.pk).content["goals"][0]["places"]
    figures = {place["total"]["area"]["code"]: place["total"]["figures"] for place in kept}
    assert {"year": 2017, "value": None, "status": "missing"} in figures["1060"]
    assert {"year": 2017, "value": None, "status": "suppressed"} in figures["1080"]


@pytest.mark.django_db
def test_money_that_nobody_has_stated_is_unknown(report: Report) -> None:
    assert [row["amount"] for row in report.content["funding"]] == [None, None, None]
    assert re.search(r"Europeiska socialfonden saknas", text_of(file_of(report)))


# --- it stays as it was -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_nothing_of_a_report_follows_when_figures_words_and_measures_change(
    report: Report, browse: Callable[[str], Client], actor: Callable[[str], Actor]
) -> None:
    citizen = browse("citizen")
    addresses = [
        report.get_absolute_url(),
        reverse("reports:pdf", args=[report.pk, "sv"]),
        reverse("reports:content", args=[report.pk]),
        reverse("reports:chart", args=[report.pk, report.content["goals"][0]["key"]]),
    ]
    before = [citizen.get(address).content for address in addresses]
    assert b"Siffrorna \xc3\xa4r de som g\xc3\xa4llde" in before[0]
    goal = Goal.objects.get(pk=report.content["goals"][0]["key"])

    Observation.objects.filter(indicator=goal.indicator, area__code="1080", sex="T", year=2017).update(value=99.9)
    with acting_as(actor("bengt")):
        party = Party.objects.get(organisation__name="Olofströms kommun")
        StatusText.objects.create(
            party=party,
            text="Nu är det annorlunda.",
            written_at=timezone.now(),
            written_by_id=actor("bengt").user_id,
            submitted_at=timezone.now(),
        )
    Measure.objects.update(state="stopped", title="En annan åtgärd")
    Party.objects.update(own_benefit="En annan nytta")
    Collaboration.objects.filter(slug=SLUG).update(name="Ett annat namn", citizen_value="Ett annat värde")
    Goal.objects.update(name="Ett annat mål")

    after = [citizen.get(address).content for address in addresses]
    assert before[1:] == after[1:]
    page = page_text(after[0].decode())
    for word in ("99,9", "annorlunda", "annan"):
        assert word not in page.replace("Ett annat mål", "")
    assert "Källan har ändrat eller lagt till siffror sedan dess" in page
    assert f'href="{goal.get_absolute_url()}"' in after[0].decode()


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["reports_report", "reports_reportfile"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_application_can_neither_change_nor_remove_what_is_published(
    report: Report, table: str, statement: str
) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement.format(table))
    assert Report.objects.get(pk=report.pk).content_sha256 == checksum(report.content)


@pytest.mark.django_db
def test_the_checksum_is_that_of_what_the_database_gives_back(report: Report) -> None:
    assert checksum(Report.objects.get(pk=report.pk).content) == report.content_sha256


# --- once, whole, or not at all ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_same_order_twice_is_one_report_and_another_order_the_next_number(actor: Callable[[str], Actor]) -> None:
    order_key = uuid.uuid4()
    first = publish(actor("anna"), order_key=order_key)
    again = publish(actor("anna"), order_key=order_key)
    other = publish(actor("anna"))
    assert again == first
    assert (first.number, other.number) == (1, 2)
    assert ReportFile.objects.count() == 4


def test_two_workers_with_one_order_publish_one_report_and_two_orders_get_numbers_of_their_own(
    own_database: str, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        anna = User.objects.get(email="anna@demo.example")
        keys = [uuid.UUID(int=1), uuid.UUID(int=1), uuid.UUID(int=2)]
        together = threading.Barrier(len(keys))
        outcomes: list[tuple[int, int] | Exception] = []

        def work(key: uuid.UUID) -> None:
            try:
                together.wait()
                made = publish(Actor.of(anna), order_key=key)
                outcomes.append((made.pk, made.number))
            except Exception as error:
                outcomes.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=work, args=(key,)) for key in keys]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(outcomes) == 3
        assert len(set(outcomes)) == 2, outcomes
        assert sorted(Report.objects.values_list("number", flat=True)) == [1, 2]
        assert ReportFile.objects.count() == 4


@pytest.mark.django_db
@pytest.mark.parametrize("step", range(5))
def test_stopped_at_any_step_it_leaves_nothing(actor: Callable[[str], Actor], step: int) -> None:
    def tell(done: int, total: int, doing: str) -> None:
        assert doing
        assert 0 <= done <= total == 4
        if done == step:
            raise Cancelled

    with pytest.raises(Cancelled):
        publish(actor("anna"), tell=tell)
    assert not Report.objects.exists()
    assert not ReportFile.objects.exists()
    with acting_as(actor("anna")):
        assert not Entry.objects.filter(action="publish_report").exists()


def test_a_worker_that_dies_half_way_leaves_nothing_and_the_order_can_be_carried_out_anew(
    own_database: str, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        anna = Actor.of(User.objects.get(email="anna@demo.example"))
        order_key = uuid.uuid4()

        def die(done: int, total: int, doing: str) -> None:
            if done == total:
                connection.cursor().execute("SELECT pg_terminate_backend(pg_backend_pid())")

        with pytest.raises(DatabaseError):
            publish(anna, order_key=order_key, tell=die)
        connection.close()
        assert not Report.objects.exists()
        assert publish(anna, order_key=order_key).number == 1
        connection.close()


@pytest.mark.django_db
def test_publishing_leaves_one_trace_for_the_organisation_that_publishes(
    actor: Callable[[str], Actor], report: Report
) -> None:
    with acting_as(actor("anna")):
        entry = Entry.objects.get(action="publish_report")
    assert (entry.actor_name, entry.object_id, entry.object_label) == ("Anna Alm", report.pk, "Så gick det")
    assert entry.organisation_id == Party.objects.get(collaboration__slug=SLUG, role="lead").organisation_id


# --- ordered on a page, made as a job ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_from_the_draft_through_the_job_to_the_report(browse: Callable[[str], Client]) -> None:
    anna = browse("anna")
    address = reverse("reports:new", args=[SLUG])
    draft = anna.get(address)
    assert "Det här är siffrorna och texterna just nu." in page_text(draft.content.decode())
    assert "Parterna och vad de vinner" in page_text(draft.content.decode())
    order = {
        "title": "Så gick det för unga",
        "readers": "alla",
        "order_key": str(draft.context["form"]["order_key"].value()),
    }
    first, again = anna.post(address, order), anna.post(address, order)
    job = Job.objects.get()
    assert first["Location"] == again["Location"] == reverse("web:job", args=[job.pk])
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    report = Report.objects.get()
    assert job.result == {"report": report.pk}
    assert reverse("reports:detail", args=[report.pk]) in anna.get(first["Location"]).content.decode()
    tab = anna.get(reverse("collaborations:tab", args=[SLUG, "styra"])).content.decode()
    assert report.get_absolute_url() in tab
    assert reverse("reports:pdf", args=[report.pk, "en"]) in tab


@pytest.mark.django_db
def test_a_form_without_a_decision_on_readers_is_shown_again_with_what_was_typed(
    browse: Callable[[str], Client],
) -> None:
    answer = browse("anna").post(
        reverse("reports:new", args=[SLUG]), {"title": "Min rubrik", "order_key": str(uuid.uuid4())}
    )
    assert answer.status_code == 422
    assert "Min rubrik" in answer.content.decode()
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_a_collaboration_that_is_not_public_gets_reports_for_the_parties_alone(
    actor: Callable[[str], Actor], browse: Callable[[str], Client]
) -> None:
    Collaboration.objects.update(is_public=False)
    with pytest.raises(services.NotAPublicCollaboration):
        publish(actor("anna"), is_public=True)
    address = reverse("reports:new", args=[SLUG])
    page = browse("anna").get(address)
    assert 'value="alla"' not in page.content.decode()
    order = {"title": "T", "readers": "alla", "order_key": str(uuid.uuid4())}
    assert browse("anna").post(address, order).status_code == 422
    report = publish(actor("anna"), is_public=False)
    assert browse("bengt").get(report.get_absolute_url()).status_code == 200
    assert browse("citizen").get(report.get_absolute_url()).status_code == 404


@pytest.mark.django_db
def test_one_who_no_longer_coordinates_is_told_so_by_the_job(
    browse: Callable[[str], Client], person: Callable[[str], User]
) -> None:
    address = reverse("reports:new", args=[SLUG])
    browse("anna").post(address, {"title": "T", "readers": "alla", "order_key": str(uuid.uuid4())})
    person("anna").memberships.update(role="member")
    job = Job.objects.get()
    run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "inte längre" in job.error
    assert not Report.objects.exists()


# --- who may ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("is_public", "key", "status"),
    [
        *((True, key, 200) for key in ("anna", "bengt", "cecilia", "david", "eva", "citizen")),
        *((False, key, 200) for key in ("anna", "bengt", "cecilia", "david")),
        (False, "eva", 404),
        (False, "citizen", 404),
    ],
)
def test_a_public_report_is_everybodys_and_another_only_the_parties(
    browse: Callable[[str], Client], actor: Callable[[str], Actor], is_public: bool, key: str, status: int
) -> None:
    report = publish(actor("anna"), is_public=is_public)
    client = browse(key)
    goal = report.content["goals"][0]["key"]
    for address in (
        report.get_absolute_url(),
        reverse("reports:pdf", args=[report.pk, "sv"]),
        reverse("reports:pdf", args=[report.pk, "en"]),
        reverse("reports:content", args=[report.pk]),
        reverse("reports:chart", args=[report.pk, goal]),
    ):
        answer = client.get(address)
        assert answer.status_code == status, address
        if not is_public and status == 200:
            assert "public" not in answer.get("Cache-Control", "")
    tab = client.get(reverse("collaborations:tab", args=[SLUG, "styra"])).content.decode()
    assert (report.get_absolute_url() in tab) == (status == 200)
    assert (reverse("reports:new", args=[SLUG]) in tab) == (key == "anna")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "status"), [("anna", 200), ("bengt", 403), ("cecilia", 403), ("david", 403), ("eva", 403), ("citizen", 302)]
)
def test_only_the_coordinator_of_the_leading_party_publishes(
    browse: Callable[[str], Client], actor: Callable[[str], Actor], key: str, status: int
) -> None:
    assert browse(key).get(reverse("reports:new", args=[SLUG])).status_code == status
    if key != "anna":
        with pytest.raises(Forbidden):
            publish(actor(key))


@pytest.mark.django_db
def test_files_have_names_and_headers_that_browsers_and_caches_understand(
    browse: Callable[[str], Client], actor: Callable[[str], Actor]
) -> None:
    report = publish(actor("anna"), title='Läget i Åhus: "bra" / 2017')
    citizen = browse("citizen")
    address = reverse("reports:pdf", args=[report.pk, "sv"])
    answer = citizen.get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="laget-i-ahus-bra-2017-1-sv.pdf"'
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert citizen.get(address, HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304
    assert citizen.get(reverse("reports:pdf", args=[report.pk, "fi"])).status_code == 404
    chart = citizen.get(reverse("reports:chart", args=[report.pk, report.content["goals"][0]["key"]]))
    assert chart["Content-Type"].startswith("image/svg+xml")
    assert "sandbox" in chart["Content-Security-Policy"]
    wrong = reverse("reports:chart", args=[report.pk, report.content["goals"][0]["key"]])
    assert citizen.get(wrong + "?form=rund").status_code == 404
    assert citizen.get(wrong + "?sprak=xx").status_code == 404
    assert citizen.get(reverse("reports:chart", args=[report.pk, 999999])).status_code == 404


# --- what people write ---------------------------------------------------------------------------------------------

HOSTILE = [
    '#panic("nej")',
    '"] #let x = 1 [',
    "{{ 7|add:7 }} {% now %}",
    r"C:\temp\n \u0041",
    "$x^2$ *fet* _kursiv_ `kod` <etikett> @ref // kommentar /* */",
    "<script>alert(1)</script>",
    "x" * 300,
    "= Inte en rubrik",
    "مرحبا بالعالم",
    "שלום",
]


@pytest.mark.django_db
@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_write_is_text_and_nothing_else(
    actor: Callable[[str], Actor], browse: Callable[[str], Client], text: str
) -> None:
    Party.objects.filter(organisation__name="Olofströms kommun").update(own_benefit=text)
    report = publish(actor("anna"), title=text[:200])
    paper, page = text_of(file_of(report)), browse("citizen").get(report.get_absolute_url()).content.decode()
    assert text in html.unescape(page)
    assert "<script>alert" not in page
    squeezed = re.sub(r"\s+", "", paper)
    if re.match(r"[\u0590-\u06ff]", text):
        assert set(text) - {" "} <= set(squeezed)  # the order is the reader's: right to left
    else:
        # Hyphens at line ends aside, every character is there.
        assert re.sub(r"\s+", "", text).replace("-", "") in squeezed.replace("-", "")
    data = json.loads(browse("citizen").get(reverse("reports:content", args=[report.pk])).content)
    assert text in [party["own_benefit"] for party in data["parties"]]


@pytest.mark.django_db
def test_a_character_that_no_font_can_draw_is_named_on_paper_and_itself_on_the_screen(
    actor: Callable[[str], Actor], browse: Callable[[str], Client]
) -> None:
    Party.objects.filter(organisation__name="Olofströms kommun").update(own_benefit="Bra 😀, 中 och \x07 klart")
    report = publish(actor("anna"))
    assert "Bra [grinning face], [cjk unified ideograph-4e2d] och [u+0007] klart" in text_of(file_of(report))
    page = html.unescape(browse("citizen").get(report.get_absolute_url()).content.decode())
    assert "Bra 😀, 中 och" in page


@pytest.mark.django_db
def test_a_very_long_text_is_whole(actor: Callable[[str], Actor]) -> None:
    words = [f"ord{number}" for number in range(600)]
    Party.objects.filter(organisation__name="Olofströms kommun").update(own_benefit=" ".join(words))
    paper = text_of(file_of(publish(actor("anna"))))
    assert all(f"{word} " in paper or f"{word}-" in paper for word in words)


# --- the document --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "word"), [("sv", "Innehåll"), ("en", "Contents")])
def test_the_pdf_is_tagged_titled_and_in_its_language(report: Report, language: str, word: str) -> None:
    reader = PdfReader(io.BytesIO(file_of(report, language)))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712  pypdf has a boolean of its own
    assert root["/Lang"] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert reader.metadata is not None
    assert reader.metadata.title == "Så gick det"
    assert reader.metadata.author == "Region Blekinge"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    roles = structure(root["/StructTreeRoot"])
    assert {"/Document", "/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/TOC"} <= roles.keys()
    assert all(figure.get("/Alt") for figure in roles["/Figure"])
    assert "2013" in roles["/Figure"][0]["/Alt"]
    assert next(item.title for item in reader.outline if not isinstance(item, list)) == (
        "Halverad ungdomsarbetslöshet till 2017"
    )
    if language == "sv":  # English words come with the catalogue, which has a guard of its own
        assert word in text_of(file_of(report, language))


def structure(element: Any) -> dict[str, list[Any]]:
    """The structure elements of a tagged PDF by their role."""
    found: dict[str, list[Any]] = {}
    stack, seen = [element], set()
    while stack:
        now = stack.pop()
        now = now.get_object() if hasattr(now, "get_object") else now
        if isinstance(now, list):
            stack.extend(now)
        elif isinstance(now, dict) and id(now) not in seen:
            seen.add(id(now))
            if "/S" in now:
                found.setdefault(now["/S"], []).append(now)
            if "/K" in now:
                stack.append(now["/K"])
    return found


@pytest.mark.django_db
def test_the_same_content_gives_the_same_bytes(report: Report) -> None:
    for language in ("sv", "en"):
        charts = {key: draw(chart) for key, chart in charts_of(report.content, language=language).items()}
        assert pdf(report.content, language=language, charts=charts) == file_of(report, language)


@pytest.mark.django_db
def test_a_report_without_goals_or_answers_says_so(actor: Callable[[str], Actor]) -> None:
    eva = actor("eva")
    other = Collaboration.objects.select_related("area").get(slug="barnens-basta-galler")
    with acting_as(eva):
        content = gather(actor=eva, collaboration=other, title="Tom", number=1, is_public=False, now=timezone.now())
    paper = text_of(pdf(content, language="sv", charts={}))
    assert "Samverkan har inget gemensamt mål som kan visas här." in paper
    assert "Har inte svarat: Region Kronoberg, Växjö kommun, Ljungby kommun" in paper
