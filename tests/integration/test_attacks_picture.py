"""Attacks on the situation picture: others' measurements, lent pictures, hostile names, and rubbish in addresses."""

import csv
import io
import logging
import uuid
from collections.abc import Callable

import pytest
import python_calamine
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from samverka.api import callers
from samverka.collaborations.models import ChosenIndicator, Collaboration
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import Forbidden
from samverka.foundation.clock import today
from samverka.foundation.database.acting import acting_as
from samverka.foundation.ui.charts import Chart, Theme, draw, in_expression
from samverka.goals.models import Goal
from samverka.goals.services import GoalDraft, GoalNotMeasurable, adopt_goal
from samverka.organisations.models import Organisation
from samverka.organisations.services import make_api_key
from samverka.picture.content.gathering import Content
from samverka.picture.document.figures import csv_of
from samverka.picture.document.workbook import workbook
from samverka.picture.forms.projection import ProjectionForm
from samverka.picture.models import Comment, Note, Snapshot, SnapshotLink
from samverka.picture.services import notes, snapshots
from samverka.statistics.enums import Measure, Polarity, Recipe
from samverka.statistics.models import FocusArea, FocusIndicator, Indicator
from samverka.statistics.queries import Criteria
from samverka.statistics.queries.formulas import Counting
from samverka.statistics.services import definitions, deriving
from samverka.statistics.services.comparing import choose_similar
from samverka.statistics.services.files import Measurement, add_measurement
from samverka.territory.models import Area
from samverka.territory.services import define_nodes
from tests.integration.test_own_measurements import take

pytestmark = pytest.mark.django_db

Cast = Callable[[str], Actor]
Browse = Callable[[str], Client]
SLUG = "blekinges-unga-lyfter"
NAME = "Unga i kö till navigatorcentrum"
FIGURES = "kod;år;värde\n10;2013;100\n10;2015;813\n10;2016;727\n1060;2016;131\n".encode()


def organisation() -> Organisation:
    return Organisation.objects.get(name="Region Blekinge")


def collaboration() -> Collaboration:
    return Collaboration.objects.select_related("area").get(slug=SLUG)


def measured(actor: Actor, *, is_public: bool = False, name: str = NAME) -> Indicator:
    details = Measurement(
        name=name,
        definition="Den 31 december.",
        unit="personer",
        measure=Measure.COUNT,
        polarity=Polarity.NONE,
        by_sex=False,
        is_public=is_public,
    )
    with acting_as(actor):
        return add_measurement(actor=actor, organisation=organisation(), details=details, now=timezone.now())


@pytest.fixture
def own(actor: Cast, browse: Browse) -> Indicator:
    """What Region Blekinge measures for itself and keeps to itself, with figures."""
    made = measured(actor("anna"))
    take(browse("anna"), made, FIGURES)
    return made


def derive(actor: Actor, *inputs: Indicator, of: Organisation | None) -> Indicator:
    counting = Counting(Recipe.INDEX, tuple(f"{i.source.key}/{i.source_key}" for i in inputs), base_year=2013)
    with acting_as(actor):
        return deriving.add_derived(
            actor=actor, organisation=of, counting=counting, name="Kön", polarity=Polarity.NONE, now=timezone.now()
        )


def freeze(actor: Actor) -> Snapshot:
    with acting_as(actor):
        return snapshots.take_snapshot(
            actor=actor, collaboration=collaboration(), title="Mars", order_key=uuid.uuid4(), now=timezone.now()
        )


def lend(actor: Actor) -> str:
    taken = freeze(actor)
    with acting_as(actor):
        return snapshots.share_snapshot(actor=actor, snapshot=taken, now=timezone.now()).token


# --- what an organisation measures for itself -----------------------------------------------------------------------


def test_no_address_gives_an_outsider_what_an_organisation_keeps_to_itself(own: Indicator, browse: Browse) -> None:
    focus = FocusArea.objects.filter(organisation=None).first()
    assert focus is not None
    FocusIndicator.objects.create(focus_area=focus, indicator=own)
    ChosenIndicator.objects.create(collaboration=collaboration(), indicator=own, order=99)
    identifier = f"{own.source.key}:{own.source_key}"
    addresses = [
        *("/lagesbild/10/", f"/lagesbild/10/{focus.key}/", f"/lagesbild/10/?samverkan={SLUG}"),
        *(f"/lagesbild/10/indikator/{own.pk}/?vy={view}" for view in ("karta", "rangordning", "om")),
        *(f"/lagesbild/10/indikator/{own.pk}/tid/?format={kind}" for kind in ("csv", "xlsx", "png", "json")),
        *(f"/statistik/{own.pk}/", f"/statistik/{own.pk}/tabell.csv", f"/statistik/{own.pk}/andrade-siffror/"),
        *("/statistik/", "/statistik/?q=navigatorcentrum", "/statistik/fokus/", "/statistik/liknande/1060/"),
        *(f"/samverkan/{SLUG}/lagesbild/", f"/lagesbild/anteckningar/{SLUG}/"),
        *("/api/v1/indicators", f"/api/v1/indicators/{identifier}"),
        *(f"/api/v1/observations?indicator={identifier}&format={kind}" for kind in ("json", "csv", "json-stat2")),
    ]
    assert "727" in browse("anna").get(f"/lagesbild/10/indikator/{own.pk}/?vy=delar").content.decode()
    for who in ("bengt", "eva", "citizen"):
        for address in addresses:
            answer = browse(who).get(address)
            assert answer.status_code in (200, 404), address
            text = answer.content.decode(errors="replace")
            assert NAME not in text, (who, address)
            assert "727" not in text or answer.status_code == 404 or "indikator" not in address, (who, address)


def test_the_parties_tab_shows_each_only_what_they_may_read(own: Indicator, browse: Browse) -> None:
    browse("anna").get(f"/samverkan/{SLUG}/lagesbild/")
    ChosenIndicator.objects.create(collaboration=collaboration(), indicator=own, order=99)
    address = f"/samverkan/{SLUG}/lagesbild/"
    shown = {who: NAME in browse(who).get(address).content.decode() for who in ("anna", "bengt", "eva", "citizen")}
    assert shown == {"anna": True, "bengt": False, "eva": False, "citizen": False}
    assert NAME in browse("anna").get(reverse("picture:new_snapshot", args=[SLUG])).content.decode()
    assert NAME not in browse("bengt").get(reverse("picture:new_snapshot", args=[SLUG])).content.decode()


def test_what_is_counted_of_a_closed_measurement_is_closed_too(own: Indicator, actor: Cast, browse: Browse) -> None:
    made = derive(actor("anna"), own, of=organisation())
    assert not made.is_public
    page = reverse("statistics:indicator", args=[made.pk])
    assert [browse(who).get(page).status_code for who in ("anna", "bengt", "citizen")] == [200, 404, 404]


def test_nobody_counts_on_what_they_may_not_read(own: Indicator, actor: Cast) -> None:
    elsewhere = Organisation.objects.get(memberships__person__email="eva@demo.example")
    with pytest.raises(Forbidden):
        derive(actor("eva"), own, of=elsewhere)


def test_a_measurement_for_all_rests_on_none_that_is_closed(own: Indicator, actor: Cast) -> None:
    anna, open_one = actor("anna"), measured(actor("anna"), is_public=True, name="Öppen")
    said = {name: getattr(open_one, name) for name in definitions.FIELDS}
    for name in ("continues", "weight"):
        edit = definitions.Edit(**{**said, name: own})
        with acting_as(anna), pytest.raises(definitions.RestsOnClosed):
            definitions.change_indicator(
                actor=anna, indicator=open_one, edit=edit, seen=definitions.seal_of(open_one), now=timezone.now()
            )


def test_a_series_does_not_name_a_closed_one_that_continues_it(own: Indicator, browse: Browse) -> None:
    official = Indicator.objects.get(source_key="N03921")
    Indicator.objects.filter(pk=official.pk).update(is_closed=True)
    Indicator.objects.filter(pk=own.pk).update(continues=official)
    for address in (f"/statistik/{official.pk}/", f"/lagesbild/10/indikator/{official.pk}/?vy=om"):
        assert NAME in browse("anna").get(address).content.decode()
        assert NAME not in browse("citizen").get(address).content.decode()


def test_a_comment_on_a_closed_measurement_is_for_those_who_read_it(
    own: Indicator, actor: Cast, browse: Browse
) -> None:
    with acting_as(actor("anna")):
        notes.write_comment(
            actor=actor("anna"),
            collaboration=collaboration(),
            indicator=own,
            area=collaboration().area,
            year=2016,
            text="Kön växer",
            now=timezone.now(),
        )
        assert Comment.objects.exists()
    address = f"/samverkan/{SLUG}/lagesbild/"
    assert "Kön växer" in browse("anna").get(address).content.decode()
    assert "Kön växer" not in browse("bengt").get(address).content.decode()


def test_a_goal_is_not_measured_by_what_its_readers_may_not_read(own: Indicator, actor: Cast, browse: Browse) -> None:
    draft = GoalDraft(
        name="Halva kön",
        indicator=own,
        baseline_year=2015,
        target_year=2020,
        share_of_baseline=0.5,
        polarity=Polarity.LOWER,
        is_public=True,
    )
    anna, count = actor("anna"), Goal.objects.count()
    with acting_as(anna), pytest.raises(GoalNotMeasurable):
        adopt_goal(
            actor=anna,
            collaboration=collaboration(),
            draft=draft,
            adopted_on=timezone.localdate(),
            now=timezone.now(),
        )
    assert Goal.objects.count() == count
    form = browse("anna").get(reverse("goals:adopt", args=[SLUG])).content.decode()
    assert NAME not in form


# --- lent pictures --------------------------------------------------------------------------------------------------


def test_nobody_keeps_a_lent_picture_for_others(actor: Cast, client: Client) -> None:
    token = lend(actor("anna"))
    answer = client.get(f"/api/v1/snapshots/shared/{token}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_the_log_keeps_no_key_to_a_lent_picture(actor: Cast, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    token = lend(actor("anna"))
    with caplog.at_level(logging.INFO):
        for address in (
            f"/lagesbild/delad/{token}/",
            f"/lagesbild/delad/{token}/siffror.csv",
            f"/lagesbild/delad/{token}/diagram/1.svg",
            f"/lagesbild/delad/{token}",
            f"/api/v1/snapshots/shared/{token}",
            f"/api/v1/snapshots/shared/{token}/",
        ):
            client.get(address)
    told = [f"{record.getMessage()} {vars(record)}" for record in caplog.records]
    assert told
    assert not [line for line in told if token in line]


# --- the API --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "key", "refused"),
    [
        ("/api/v1/snapshots/shared/guess", "", 404),
        ("/api/v1/observations?indicator=kolada:N0", "", 404),
        ("/api/v1/observations", "", 422),
        ("/api/v1/areas", "sv_guess", 401),
        ("/api/v1/areas", "", 200),
    ],
)
def test_questions_that_are_refused_are_counted_too(
    client: Client, monkeypatch: pytest.MonkeyPatch, address: str, key: str, refused: int
) -> None:
    for throttle in callers.THROTTLES:
        monkeypatch.setattr(throttle, "num_requests", 3)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    # Whose address it is, nobody says themselves.
    asked = [client.get(address, headers=headers | {"X-Forwarded-For": f"10.0.0.{n}"}).status_code for n in range(5)]
    assert asked == [refused] * 3 + [429] * 2


def test_a_key_in_an_address_opens_nothing(own: Indicator, actor: Cast, client: Client) -> None:
    anna = actor("anna")
    with acting_as(anna):
        _made, key = make_api_key(
            actor=anna, organisation=organisation(), name="x", ends_on=today(), now=timezone.now()
        )
    name = f"{own.source.key}:{own.source_key}"
    address = f"/api/v1/indicators/{name}"
    open_to = client.get(address, headers={"Authorization": f"Bearer {key}"})
    assert open_to.status_code == 200
    assert open_to.headers["Cache-Control"].startswith("private")
    assert "Authorization" in open_to.headers["Vary"]
    mark = open_to.headers["ETag"]
    assert client.get(address, headers={"If-None-Match": mark}).status_code == 404
    for asked in (f"{address}?key={key}", f"{address}?authorization=Bearer+{key}", f"{address}?access_token={key}"):
        assert client.get(asked).status_code == 404
    assert client.get(address, headers={"Authorization": f"bearer  {key} "}).status_code == 200


def test_a_key_of_another_organisation_opens_neither_measurements_nor_pictures(
    own: Indicator, actor: Cast, client: Client
) -> None:
    taken = freeze(actor("anna"))
    eva = actor("eva")
    elsewhere = Organisation.objects.get(memberships__person__email="eva@demo.example")
    with acting_as(eva):
        _made, key = make_api_key(actor=eva, organisation=elsewhere, name="x", ends_on=today(), now=timezone.now())
    headers = {"Authorization": f"Bearer {key}"}
    assert client.get(f"/api/v1/indicators/{own.source.key}:{own.source_key}", headers=headers).status_code == 404
    assert client.get(f"/api/v1/snapshots/{taken.pk}", headers=headers).status_code == 404
    assert client.get("/api/v1/snapshots", headers=headers).json() == {"snapshots": []}


# --- when every filter is forgotten ---------------------------------------------------------------------------------


def test_postgresql_guards_what_stands_beside_the_figures(actor: Cast) -> None:
    anna = actor("anna")
    lend(anna)
    with acting_as(anna):
        common = {"collaboration": collaboration(), "indicator": Indicator.objects.get(source_key="N03921")}
        notes.write_note(
            actor=anna,
            collaboration=common["collaboration"],
            draft=notes.NoteDraft(text="x", indicator=common["indicator"]),
            now=timezone.now(),
        )
        Comment.objects.create(
            **common, area=collaboration().area, text="x", written_at=timezone.now(), written_by_id=anna.user_id
        )
    tables = (Snapshot, SnapshotLink, Note, Comment)
    with acting_as(Actor.system("tests")):
        everything = {table: table.objects.count() for table in tables}
        for_all = {**dict.fromkeys(tables, 0), Note: Note.objects.filter(is_public=True).count()}
    assert for_all[Note] < everything[Note]
    for who, sees in (("bengt", everything), ("david", everything), ("eva", for_all), ("citizen", for_all)):
        with acting_as(actor(who)):
            assert {table: table.objects.count() for table in tables} == sees, who
    for who in ("david", "eva", "citizen"):
        with acting_as(actor(who)):
            assert SnapshotLink.objects.update(withdrawn_at=timezone.now()) == 0
            assert Note.objects.update(text="y") == 0
            assert Comment.objects.all().delete()[0] == 0
            for row in (
                Note(**common, text="y", written_at=timezone.now(), written_by_id=actor(who).user_id),
                Comment(
                    **common,
                    area=collaboration().area,
                    text="y",
                    written_at=timezone.now(),
                    written_by_id=actor(who).user_id,
                ),
            ):
                with pytest.raises(DatabaseError), transaction.atomic():
                    row.save()
    with acting_as(actor("bengt")), pytest.raises(DatabaseError), transaction.atomic():
        Comment.objects.create(
            **common, area=collaboration().area, text="y", written_at=timezone.now(), written_by_id=anna.user_id
        )


# --- names that are programs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["var(--x)", "=1+1", "#set page(fill: red)", "a\x01b", "<script>x</script>", "x" * 300]
)
def test_a_hostile_name_is_a_name_in_every_form(name: str, browse: Browse, actor: Cast) -> None:
    anna = actor("anna")
    own = measured(anna, is_public=True, name=name)
    take(browse("anna"), own, FIGURES)
    ChosenIndicator.objects.filter(collaboration=collaboration()).delete()
    ChosenIndicator.objects.create(collaboration=collaboration(), indicator=own, order=1)
    base = f"/lagesbild/10/indikator/{own.pk}/"
    addresses = [
        *(f"{base}{kind}/{ask}" for kind in ("tid", "karta", "delar") for ask in ("", "?format=png", "?format=xlsx")),
        *(f"{base}?vy={view}" for view in ("", "karta", "delar", "om")),
    ]
    citizen = browse("citizen")
    for address in addresses:
        assert citizen.get(address.replace("?vy=", "?vy=tid") if address.endswith("=") else address).status_code == 200
    taken = freeze(anna)
    files = ("lagesbild.xlsx", "siffror.csv", "bilder-png.zip", "lagesbild-sv.pdf")
    for file in files:
        answer = browse("bengt").get(f"/lagesbild/bild/{taken.pk}/{file}")
        assert answer.status_code == 200, file
    page = browse("bengt").get(taken.get_absolute_url()).content.decode()
    assert "<script>x" not in page


def test_a_name_in_an_expression_is_only_text() -> None:
    for name in ("'", "\\", "a' + b", "\n", "'+1+'"):
        test = f"datum.value == {in_expression(name)}"
        spec = {
            "data": {"values": [{"name": name}]},
            "mark": "point",
            "encoding": {
                "y": {
                    "field": "name",
                    "type": "nominal",
                    "axis": {
                        "labelExpr": in_expression(name),
                        "labelColor": {"condition": {"test": test, "value": "#ff0000"}, "value": "#0000ff"},
                    },
                }
            },
        }
        assert "#ff0000" in draw(Chart(spec, Theme.LIGHT, "sv"))


def test_a_goals_unit_is_only_text_in_its_chart(browse: Browse) -> None:
    goal = Goal.objects.get(collaboration__slug=SLUG)
    Indicator.objects.filter(pk=goal.indicator_id).update(unit="'\\")
    assert browse("anna").get(reverse("goals:chart", args=[goal.pk])).status_code == 200


def _content(**area: str) -> Content:
    return {
        "schema": 1,
        "language": "sv",
        "picture": {"title": "=1", "number": 1, "taken_at": "2024-01-01T00:00:00+00:00", "taken_by": {"name": ""}},
        "collaboration": {"name": "=1", "area": "10-x", "citizen_value": ""},
        "areas": [{"code": "10-x", "kind": "node", "part": False, "name": "=1+1"}],
        "focus": [{"key": "a", "name": "a" * 30 + "'b", "indicators": [1]}],
        "notes": [],
        "indicators": [
            {
                "key": 1,
                "source_key": "E1",
                "name": "@x",
                "definition": "",
                "version": 1,
                "unit": "+",
                "source": {"name": "-", "attribution": "-", "website": None},
                "extraction": None,
                "series": [{"area": "10-x", "sex": "T", "years": [2020], "values": [1.0], "statuses": ["ok"]}],
            }
        ],
    }


def test_no_cell_of_a_frozen_pictures_file_is_a_formula() -> None:
    rows = list(csv.reader(io.StringIO(csv_of(_content()).decode("utf-8-sig"))))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_no_cell_of_the_apis_file_is_a_formula(actor: Cast, client: Client) -> None:
    Area.objects.filter(code="10").update(name="=1+1")
    found = client.get(f"/api/v1/snapshots/shared/{lend(actor('anna'))}?format=csv").content.decode()
    assert "=1+1" in found
    assert ",=1+1," not in found


def test_a_long_heading_with_an_apostrophe_is_a_sheet() -> None:
    content = _content()
    assert python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(workbook(content))).sheet_names


# --- rubbish in addresses -------------------------------------------------------------------------------------------

RUBBISH = ("%ff", "9" * 30, "-1", "nan", "1e309", "../../etc/passwd", "<b>", "de", "%E2%80%AE", "\u0661")


@pytest.mark.parametrize("rubbish", RUBBISH)
@pytest.mark.parametrize(
    "address",
    [
        "/lagesbild/?q=",
        "/lagesbild/10/?samverkan=",
        "/lagesbild/10/indikator/{key}/?vy=",
        "/lagesbild/10/indikator/{key}/?kon=",
        "/lagesbild/10/indikator/{key}/?mot=",
        "/lagesbild/10/indikator/{key}/tid/?sprak=",
        "/lagesbild/10/indikator/{key}/tid/?tema=",
        "/lagesbild/10/indikator/{key}/tid/?form=",
        "/lagesbild/10/indikator/{key}/tid/?format=",
        "/lagesbild/10/framskrivning/?years=",
        "/lagesbild/10/framskrivning/?children=",
        "/lagesbild/10/framskrivning/?reception=",
        "/lagesbild/10/framskrivning/diagram/?sprak=",
        "/statistik/?page=",
        "/statistik/{key}/?lan=",
        "/statistik/liknande/1060/?antal=",
        "/statistik/liknande/1060/?grupp=",
        "/statistik/liknande/1060/?v_folkmangd=",
        "/api/v1/observations?indicator=kolada:N03921&area=",
        "/api/v1/observations?indicator=kolada:N03921&limit=",
        "/api/v1/observations?indicator=kolada:N03921&offset=",
        "/api/v1/observations?indicator=kolada:N03921&first_year=",
        "/api/v1/indicators?search=",
        "/api/v1/areas?within=",
        "/api/v1/snapshots/",
        "/lagesbild/delad/",
    ],
)
def test_rubbish_in_an_address_is_no_fault_of_ours(client: Client, address: str, rubbish: str) -> None:
    key = Indicator.objects.get(source_key="N03921").pk
    assert client.get(address.format(key=key) + rubbish).status_code < 500


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_rubbish_in_a_writers_address_is_no_fault_of_ours(actor: Cast, browse: Browse, rubbish: str) -> None:
    anna, taken = browse("anna"), freeze(actor("anna"))
    key = Indicator.objects.get(source_key="N03921").pk
    for address in (
        f"/lagesbild/anteckning/ny/{SLUG}/?indikator=",
        f"/lagesbild/anteckning/ny/{SLUG}/?fokus=",
        f"/lagesbild/anteckning/ny/{SLUG}/?till=",
        f"/lagesbild/kommentar/{SLUG}/{key}/10/?ar=",
        f"/lagesbild/bild/{taken.pk}/jamfor/?med=",
        f"/lagesbild/bild/{taken.pk}/diagram/{key}.svg?sprak=",
        f"/lagesbild/bild/{taken.pk}/",
    ):
        assert anna.get(address + rubbish).status_code < 500, address


def test_a_number_of_thousands_of_digits_is_no_key(browse: Browse) -> None:
    anna = browse("anna")
    assert anna.get(f"/lagesbild/anteckning/ny/{SLUG}/?indikator={'9' * 5000}").status_code == 200


def test_no_link_of_a_note_is_a_program(browse: Browse) -> None:
    key = Indicator.objects.get(source_key="N03921").pk
    for address in ("javascript:alert(1)", "data:text/html,x", "vbscript:x"):
        note = {"text": "x", "kind": "scan", "indicator": key, "source_url": address}
        assert browse("anna").post(f"/lagesbild/anteckning/ny/{SLUG}/", note).status_code == 422


def test_what_no_projection_asks_for_makes_none_of_its_own() -> None:
    form = ProjectionForm({"years": "20", "junk": "x", "children": ""})
    assert form.is_valid()
    assert form.data.keys() == ProjectionForm().data.keys()


def test_nobody_decides_for_another_county_or_municipality(actor: Cast) -> None:
    gotland, karlskrona = Area.objects.get(code="09"), Area.objects.get(code="1080")
    for who in ("anna", "bengt", "david", "citizen"):
        with acting_as(actor(who)):
            with pytest.raises(Forbidden):
                define_nodes(
                    actor=actor(who), county=gotland, division={}, seen="", some_outside=True, now=timezone.now()
                )
            with pytest.raises(Forbidden):
                choose_similar(
                    actor=actor(who), area=karlskrona, criteria=Criteria({"folkmangd": 1.0}), now=timezone.now()
                )
