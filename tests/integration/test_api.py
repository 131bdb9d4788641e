"""The API as another system meets it: figures in three formats, keys, limits, and answers that say what is wrong."""

import csv
import datetime as dt
import io
import json
import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import schemathesis
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings

from samverka.api import callers, counting
from samverka.api.models import Question
from samverka.api.views import PREFIX
from samverka.collaborations.models import Collaboration
from samverka.connectors.jsonstat.reading import read_dataset
from samverka.foundation.access.actors import Actor
from samverka.foundation.clock import today
from samverka.foundation.database.acting import acting_as
from samverka.organisations import services
from samverka.organisations.models import ApiKey, Organisation
from samverka.picture.models import Snapshot
from samverka.picture.services.snapshots import share_snapshot, take_snapshot, withdraw_snapshot
from samverka.statistics.enums import IndicatorKind
from samverka.statistics.models import Extraction, Indicator, Observation
from tests.guards import rows

pytestmark = pytest.mark.django_db

SNAPSHOT = Path(__file__).with_name("openapi.json")
YOUTH = "kolada:N03921"


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def key(actor: Callable[[str], Actor]) -> str:
    """A key of Anna's organisation."""
    with acting_as(actor("anna")):
        _made, text = services.make_api_key(
            actor=actor("anna"),
            organisation=Organisation.objects.get(memberships__person__email="anna@demo.example"),
            name="Prov",
            ends_on=today() + dt.timedelta(days=1),
            now=timezone.now(),
        )
    return text


def bearer(text: str) -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {text}"}}


def ask(client: Client, path: str, **question: Any) -> Any:
    answer = client.get(f"{PREFIX}{path}", question)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def test_every_figure_is_the_stored_one_with_its_status_and_day(client: Client) -> None:
    found = ask(client, "observations", indicator=YOUTH, within="10", first_year=2013, last_year=2014)
    stored = Observation.objects.filter(
        indicator__source_key="N03921", year__range=(2013, 2014), area__code__startswith="10"
    ).select_related("area")
    assert {(o["area"], o["year"], o["sex"]): o["value"] for o in found["observations"]} == {
        (o.area.code, o.year, {"T": "total", "K": "women", "M": "men"}[o.sex]): o.value for o in stored
    }
    assert found["next"] is None
    assert found["attribution"] == ["Källa: Kolada"]
    assert all(o["extracted_at"] for o in found["observations"])


def test_pages_together_are_the_whole_and_nothing_twice(client: Client) -> None:
    whole = ask(client, "observations", indicator=YOUTH)["observations"]
    address, pages = f"{PREFIX}observations?indicator={YOUTH}&limit=37", []
    while address:
        page = json.loads(client.get(address).content)
        pages += page["observations"]
        address = page["next"]
    assert len(whole) > 100
    assert pages == whole


def test_csv_holds_the_same_rows_and_leaves_a_missing_value_empty(client: Client) -> None:
    indicator = Indicator.objects.get(source_key="N03921")
    lost = Observation.objects.filter(indicator=indicator, area__code="1081", sex="T").earliest("year")
    Observation.objects.filter(pk=lost.pk).update(value=None, status=3)
    answer = client.get(f"{PREFIX}observations", {"indicator": YOUTH, "area": "1081", "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    expected = ask(client, "observations", indicator=YOUTH, area="1081")["observations"]
    assert len(rows) == len(expected)
    hidden = next(row for row in rows if row["year"] == str(lost.year) and row["sex"] == "total")
    assert (hidden["value"], hidden["status"]) == ("", "suppressed")


def test_json_stat_reads_back_as_the_same_figures(client: Client) -> None:
    dataset = ask(client, "observations", indicator=YOUTH, within="10", format="json-stat2")
    frame = read_dataset(dataset).frame().drop_nulls("value")
    rows = ask(client, "observations", indicator=YOUTH, within="10")["observations"]
    assert {(r["area"], r["sex"], r["year"]): r["value"] for r in frame.iter_rows(named=True)} == {
        (o["area"], o["sex"], str(o["year"])): o["value"] for o in rows if o["value"] is not None
    }


def test_head_is_get_without_the_content(client: Client) -> None:
    for path in ("areas", "areas/10", f"observations?indicator={YOUTH}&area=1080", "areas/77"):
        whole, head = client.get(f"{PREFIX}{path}"), client.head(f"{PREFIX}{path}")
        assert (head.status_code, head.content) == (whole.status_code, b"")
        assert head["Content-Length"] == str(len(whole.content))
        assert head.get("ETag") == whole.get("ETag")


def test_an_unchanged_answer_costs_nothing_and_a_changed_one_is_new(client: Client) -> None:
    address = f"{PREFIX}observations?indicator={YOUTH}&area=1080"
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "public" in first["Cache-Control"]
    indicator = Indicator.objects.get(source_key="N03921")
    Extraction.objects.create(
        indicator=indicator,
        extracted_at=timezone.now(),
        imported_at=timezone.now(),
        file_name="ny.csv",
        file_sha256="0" * 64,
        rows=0,
    )
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    ("question", "status", "names"),
    [
        ("observations", 422, "indicator"),
        ("observations?indicator=kolada:N99999", 404, "N99999"),
        (f"observations?indicator={YOUTH}&area=9999", 404, "9999"),
        (f"observations?indicator={YOUTH}&format=xml", 422, "format"),
        (f"observations?indicator={YOUTH}&limit=0", 422, "limit"),
        ("areas/77", 404, "77"),
        ("nothing/here", 404, "nothing/here"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(client: Client, question: str, status: int, names: str) -> None:
    answer = client.get(f"{PREFIX}{question}")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    problem = json.loads(answer.content)
    assert problem["status"] == status
    assert names in json.dumps(problem, ensure_ascii=False)


def test_what_an_organisation_measures_itself_is_read_with_its_own_key_only(
    client: Client, key: str, actor: Callable[[str], Actor]
) -> None:
    anna = Organisation.objects.get(memberships__person__email="anna@demo.example")
    eva = Organisation.objects.get(memberships__person__email="eva@demo.example")
    source = Indicator.objects.get(source_key="N03921").source
    for organisation, name in ((anna, "OWN1"), (eva, "OWN2")):
        Indicator.objects.create(
            source=source,
            source_key=name,
            name=name,
            organisation=organisation,
            is_public=False,
            kind=IndicatorKind.MEASURED,
        )
    assert client.get(f"{PREFIX}indicators/kolada:OWN1").status_code == 404
    assert client.get(f"{PREFIX}indicators/kolada:OWN1", **bearer(key)).status_code == 200
    assert client.get(f"{PREFIX}indicators/kolada:OWN2", **bearer(key)).status_code == 404
    assert "private" in client.get(f"{PREFIX}indicators/kolada:OWN1", **bearer(key))["Cache-Control"]


def test_a_key_opens_its_organisations_own_figures_through_row_security(
    client: Client, key: str, actor: Callable[[str], Actor]
) -> None:
    found = {}
    for who in ("anna", "eva"):
        organisation = Organisation.objects.get(memberships__person__email=f"{who}@demo.example")
        with acting_as(actor(who)):
            own = rows.own_indicator(organisation, is_public=False)
            rows.observation(own)
        found[who] = f"{PREFIX}observations?indicator=own:{own.source_key}"
    mine = client.get(found["anna"], **bearer(key))
    assert [row["value"] for row in json.loads(mine.content)["observations"]] == [2.0]
    assert client.get(found["eva"], **bearer(key)).status_code == 404
    assert client.get(found["anna"]).status_code == 404


def test_a_session_in_the_browser_opens_nothing_more(browse: Callable[[str], Client]) -> None:
    anna = Organisation.objects.get(memberships__person__email="anna@demo.example")
    Indicator.objects.create(
        source=Indicator.objects.get(source_key="N03921").source,
        source_key="OWN1",
        name="OWN1",
        organisation=anna,
        is_public=False,
    )
    assert browse("anna").get(f"{PREFIX}indicators/kolada:OWN1").status_code == 404


def test_a_key_that_is_unknown_withdrawn_or_past_its_day_opens_nothing(
    client: Client, key: str, actor: Callable[[str], Actor]
) -> None:
    made = ApiKey.objects.get()
    assert key not in (made.digest, made.prefix)
    assert client.get(f"{PREFIX}areas", **bearer(key)).status_code == 200
    assert client.get(f"{PREFIX}areas", **bearer("sv_other")).status_code == 401
    assert client.get(f"{PREFIX}areas", headers={"Authorization": "Basic x"}).status_code == 401
    ApiKey.objects.update(ends_on=today() - dt.timedelta(days=1))
    assert client.get(f"{PREFIX}areas", **bearer(key)).status_code == 401
    ApiKey.objects.update(ends_on=today())
    with acting_as(actor("anna")):
        services.withdraw_api_key(actor=actor("anna"), key=made, now=timezone.now())
    answer = client.get(f"{PREFIX}areas", **bearer(key))
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_whoever_asks_too_often_waits_and_is_told_how_long(
    client: Client, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for throttle in callers.THROTTLES:
        monkeypatch.setattr(throttle, "num_requests", 3)
    answers = [client.get(f"{PREFIX}areas/10") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    assert client.get(f"{PREFIX}areas/10", **bearer(key)).status_code == 200, "another caller, another count"


def test_a_question_is_forgotten_when_it_no_longer_counts() -> None:
    moment = timezone.now()
    for second in (0, 30, 61):
        at = moment + dt.timedelta(seconds=second)
        assert counting.ask(who="somebody", limit=2, seconds=60, now=at) == 0
    assert Question.objects.count() == 2
    assert "somebody" not in Question.objects.values_list("who", flat=True)


def test_the_api_only_reads(client: Client, key: str) -> None:
    for path in ("areas", "indicators", "observations"):
        for method in (client.post, client.put, client.patch, client.delete):
            assert method(f"{PREFIX}{path}", **bearer(key)).status_code == 405


def test_the_description_is_the_one_that_was_read_when_it_last_changed(client: Client) -> None:
    """Others build on it. A difference here is a change for them: read it, then write the file anew."""
    described = json.dumps(json.loads(client.get(f"{PREFIX}openapi.json").content), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("WRITE_BASELINES"):
        SNAPSHOT.write_text(described, encoding="utf-8")
    assert described == SNAPSHOT.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path", ["areas", "areas/{code}", "indicators", "indicators/{name}", "observations", "snapshots/{key}"]
)
def test_nothing_that_the_description_allows_breaks_the_api(
    client: Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers.ByCaller, "allow_request", lambda _self, _request: True)
    operation = schemathesis.openapi.from_dict(api_description())[f"{PREFIX}{path}"]["GET"]

    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def asked(case: Any) -> None:
        address = quote(case.formatted_path) + "?" + urlencode(case.query or {}, doseq=True)
        answer = client.get(address)
        assert answer.status_code < 500, (address, answer.content)
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json", address

    asked()


def api_description() -> dict[str, Any]:
    """As a program gets it."""
    found: dict[str, Any] = json.loads(Client().get(f"{PREFIX}openapi.json").content)
    return found


def test_a_coordinator_makes_a_key_sees_it_once_and_withdraws_it(browse: Callable[[str], Client]) -> None:
    anna = browse("anna")
    organisation = Organisation.objects.get(memberships__person__email="anna@demo.example")
    address = f"/organisation/{organisation.pk}/nycklar/"
    page = anna.post(address, {"name": "Beslutsstödet", "ends_on": today() + dt.timedelta(days=30)})
    assert page.status_code == 200
    shown = page.context["text"]
    assert shown in page.content.decode()
    assert shown not in anna.get(address).content.decode()
    again = anna.post(address, {"name": "beslutsstödet", "ends_on": today() + dt.timedelta(days=30)})
    assert again.status_code == 422, "the page sent again makes no second key that nobody sees"
    assert "redan en nyckel som heter så" in again.content.decode()
    assert Client().get(f"{PREFIX}areas/10", **bearer(shown)).status_code == 200
    anna.post(f"/organisation/nycklar/{ApiKey.objects.get().pk}/aterkalla/")
    assert Client().get(f"{PREFIX}areas/10", **bearer(shown)).status_code == 401
    refused = anna.post(address, {"name": "Beslutsstödet", "ends_on": "2999-01-01"})
    assert refused.status_code == 422
    assert "Beslutsstödet" in refused.content.decode()


def frozen(actor: Callable[[str], Actor]) -> Snapshot:
    """A snapshot of Blekinge's picture."""
    with acting_as(actor("anna")):
        return take_snapshot(
            actor=actor("anna"),
            collaboration=Collaboration.objects.get(slug="blekinges-unga-lyfter"),
            title="Läget i mars",
            order_key=uuid.uuid4(),
            now=timezone.now(),
        )


def test_a_party_reads_its_snapshots_with_its_key_and_others_do_not(
    client: Client, key: str, actor: Callable[[str], Actor]
) -> None:
    made = frozen(actor)
    assert ask(client, "snapshots")["snapshots"] == []
    listed = json.loads(client.get(f"{PREFIX}snapshots", **bearer(key)).content)["snapshots"]
    assert listed[0]["id"] == made.pk
    assert client.get(f"{PREFIX}snapshots/{made.pk}").status_code == 404
    whole = json.loads(client.get(f"{PREFIX}snapshots/{made.pk}", **bearer(key)).content)
    assert whole["snapshot"]["content_sha256"] == made.content_sha256
    stored = Observation.objects.get(indicator__source_key="N03921", area__code="1080", year=2017, sex="K")
    [figure] = [
        one
        for one in whole["figures"]
        if (one["indicator"], one["area"], one["year"], one["sex"]) == ("N03921", "1080", 2017, "K")
    ]
    assert figure["value"] == stored.value
    table = client.get(f"{PREFIX}snapshots/{made.pk}?format=csv", **bearer(key)).content.decode().splitlines()
    assert len(table) == len(whole["figures"]) + 1


def test_whoever_has_the_link_reads_the_snapshot_until_it_is_withdrawn(
    client: Client, actor: Callable[[str], Actor]
) -> None:
    made = frozen(actor)
    with acting_as(actor("anna")):
        link = share_snapshot(actor=actor("anna"), snapshot=made, now=timezone.now())
    assert ask(client, f"snapshots/shared/{link.token}")["snapshot"]["id"] == made.pk
    with acting_as(actor("anna")):
        withdraw_snapshot(actor=actor("anna"), snapshot=made, now=timezone.now())
    assert client.get(f"{PREFIX}snapshots/shared/{link.token}").status_code == 404


def test_people_read_in_swedish_what_each_address_gives(client: Client) -> None:
    page = client.get("/api/").content.decode()
    for path in client.get("/api/v1/openapi.json").json()["paths"]:
        assert f"<code>{path}</code>" in page
    assert "Siffror för några indikatorer i några områden" in page
