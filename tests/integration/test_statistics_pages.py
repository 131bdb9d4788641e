"""The pages of statistics: what they show, what they never show, who may upload, and the job of an upload."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from samverka.foundation.access.actors import Actor
from samverka.foundation.access.models import User
from samverka.foundation.database.acting import acting_as
from samverka.foundation.jobs import services as jobs
from samverka.foundation.jobs.enums import JobState
from samverka.foundation.jobs.models import Job
from samverka.statistics import queries, services, tasks
from samverka.statistics.forms import imports
from samverka.statistics.models import Extraction, Indicator, Observation
from tests.integration.test_statistics_import import EXTRACTED, KPIS, SYSTEM, define, take_in

TABLE = (
    "municipality,period,gender,value\n"
    "0000,2021,T,6.1\n0000,2022,T,6.4\n0000,2022,K,6.0\n0000,2022,M,6.8\n"
    "0010,2021,T,\n0010,2022,T,7.5\n1080,2022,T,0.0\n1081,2022,T,\n"
)


@pytest.fixture
def shown(db: None) -> Indicator:
    with acting_as(SYSTEM):
        define(KPIS.replace("KMT,4", "KMT,"))
        take_in(TABLE)
    return Indicator.objects.get(source_key="N09001")


@pytest.fixture
def operator(db: None) -> User:
    return User.objects.create_user("drift@demo.example", name="Drift", is_operator=True)


@pytest.fixture
def upload(operator: User, client: Client) -> Callable[..., Any]:
    client.force_login(operator)

    def send(content: bytes = TABLE.encode(), name: str = "N09001.csv", day: str = "2024-08-30") -> Any:
        return client.post(
            reverse("statistics:import"), {"file": SimpleUploadedFile(name, content), "extracted_on": day}
        )

    return send


def text_of(response: Any) -> str:
    return str(response.content.decode()).replace("\xa0", " ")


def test_the_empty_list_says_who_takes_figures_in_and_how(
    client: Client, operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "catalogue", lambda actor, *, search="": Indicator.objects.none())
    address, command = reverse("statistics:list"), "samverka import-statistics"
    page = text_of(client.get(address))
    assert "Installationens driftansvariga läser in siffrorna" in page
    assert command not in page
    client.force_login(operator)
    assert command in text_of(client.get(address))


def test_the_list_says_where_figures_come_from_and_finds_by_name_and_key(client: Client, shown: Indicator) -> None:
    page = text_of(client.get(reverse("statistics:list")))
    assert "Påhittad andel" in page
    assert "2021–2022" in page
    assert "2024-08-30" in page
    found = text_of(client.get(reverse("statistics:list"), {"q": "n09001"}))
    assert "Påhittad andel" in found
    assert "Påhittat antal" not in found
    assert "Ingen indikator heter så" in text_of(client.get(reverse("statistics:list"), {"q": "<xyz>"}))


def test_an_indicators_page_shows_missing_as_missing_and_zero_as_zero(client: Client, shown: Indicator) -> None:
    page = text_of(client.get(reverse("statistics:indicator", args=[shown.pk])))
    assert "Blekinge" in page
    assert "saknas" in page
    assert "Andra raden." in page
    county = text_of(client.get(reverse("statistics:indicator", args=[shown.pk]), {"lan": "10"}))
    rows = county[county.index("<tbody>") :].split("</tr>")
    (karlskrona,) = (row for row in rows if "Karlskrona" in row)
    assert "0,0" in karlskrona
    (ronneby,) = (row for row in rows if "Ronneby" in row)
    assert "0,0" not in ronneby
    assert "saknas" in ronneby


def test_an_indicator_without_figures_offers_the_way_on(client: Client, shown: Indicator) -> None:
    empty = Indicator.objects.get(source_key="N09002")
    assert "Inga siffror än" in text_of(client.get(reverse("statistics:indicator", args=[empty.pk])))


@pytest.mark.parametrize("code", ["99", "1080", "00", "x' OR 1=1"])
def test_a_county_that_does_not_exist_is_not_found(client: Client, shown: Indicator, code: str) -> None:
    for name in ("indicator", "table"):
        assert client.get(reverse(f"statistics:{name}", args=[shown.pk]), {"lan": code}).status_code == 404


def test_the_table_is_downloaded_with_exact_values_and_empty_where_missing(client: Client, shown: Indicator) -> None:
    response = client.get(reverse("statistics:table", args=[shown.pk]), {"lan": "10"})
    assert response["Content-Disposition"] == 'attachment; filename="N09001-10.csv"'
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    told = {(r["municipality"], r["period"], r["gender"]): (r["value"], r["status"]) for r in rows}
    assert told["1080", "2022", "T"] == ("0.0", "")
    assert told["1081", "2022", "T"] == ("", "Missing")
    assert told["0000", "2022", "K"] == ("6.0", "")
    assert len(rows) == 8


@pytest.mark.parametrize("who", ["citizen", "anna"])
def test_the_number_of_queries_does_not_grow_with_figures(
    browse: Callable[[str], Client],
    shown: Indicator,
    who: str,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    client = browse(who)
    addresses = [reverse("statistics:list"), reverse("statistics:indicator", args=[shown.pk]) + "?lan=10"]
    counts = []
    for address in addresses:
        with django_assert_max_num_queries(20) as few:
            assert client.get(address).status_code == 200
        counts.append(len(few))
    with acting_as(SYSTEM):
        more = "".join(f"108{n},{year},{sex},1.5\n" for n in range(3) for year in (2019, 2020) for sex in "TKM")
        take_in(TABLE + more)
        define(KPIS + "".join(f"N091{n:02},Indikator {n},T,,x\n" for n in range(20)))
    for address, count in zip(addresses, counts, strict=True):
        with django_assert_num_queries(count):
            client.get(address)


def test_the_citizen_is_asked_to_sign_in_and_the_cast_may_not_upload(browse: Callable[[str], Client]) -> None:
    address = reverse("statistics:import")
    assert browse("citizen").get(address).status_code == 302
    for who in ("anna", "bengt", "cecilia", "david", "eva"):
        client = browse(who)
        assert client.get(address).status_code == 403
        assert address not in text_of(client.get(reverse("statistics:list")))


def test_an_upload_becomes_a_job_whose_page_tells_what_came_in(
    upload: Callable[..., Any], client: Client, shown: Indicator
) -> None:
    response = upload(TABLE.replace("6.1", "6.2").encode())
    job = Job.objects.get(kind=services.JOB_KIND)
    assert response.url == reverse("web:job", args=[job.pk])
    jobs.run(job.pk)
    page = text_of(client.get(response.url))
    assert "N09001.csv är inläst" in page
    assert "0 nya och 1 ändrade" in page
    assert Extraction.objects.filter(indicator=shown).latest("pk").extracted_at == EXTRACTED


def test_an_upload_that_is_refused_lists_each_row_with_its_remedy(
    upload: Callable[..., Any], client: Client, shown: Indicator
) -> None:
    before = Observation.objects.count()
    response = upload(TABLE.replace("6.1", "<b>x</b>").encode())
    jobs.run(Job.objects.get(kind=services.JOB_KIND).pk)
    page = text_of(client.get(response.url))
    assert "N09001.csv lästes inte in" in page
    assert "0000,2021,T,&lt;b&gt;x&lt;/b&gt;" in page
    assert "Skriv bara siffror, med decimalpunkt." in page
    assert Observation.objects.count() == before


def test_definitions_are_uploaded_the_same_way(upload: Callable[..., Any], client: Client) -> None:
    response = upload(KPIS.encode(), "kpis.csv")
    jobs.run(Job.objects.get(kind=services.JOB_KIND).pk)
    assert "kpis.csv är inläst" in text_of(client.get(response.url))
    assert Indicator.objects.filter(source_key="N09001").exists()


def test_a_cancelled_upload_leaves_nothing_behind(operator: User, shown: Indicator) -> None:
    class Cancelling:
        def report(self, *, done: int, total: int, doing: str) -> None:
            if done == total > 1:
                raise InterruptedError

    before = list(Observation.objects.order_by("pk").values_list())
    with pytest.raises(InterruptedError):
        tasks.import_upload(
            actor=Actor.of(operator),
            arguments={"name": "N09001.csv", "extracted_on": "2024-08-30", "ordered_at": "2024-08-30T12:00:00Z"},
            upload=TABLE.replace("6.1", "6.3").encode(),
            progress=Cancelling(),
        )
    assert list(Observation.objects.order_by("pk").values_list()) == before
    assert Extraction.objects.filter(indicator=shown).count() == 1


def test_a_running_import_tells_and_is_cancelled_from_another_connection(
    own_database: str, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job's row is not held by the import's transaction: progress is seen and a cancellation gets through."""
    from django.db import connections

    from samverka.statistics.services import importing

    monkeypatch.setattr(importing, "CHUNK", 2)
    seen: list[tuple[int, int | None]] = []

    def watch(write: Callable[..., int]) -> Callable[..., int]:
        def write_and_look(extraction: Any, rows: Any, told: Callable[[int, int], None]) -> int:
            def look(written: int, total: int) -> None:
                other = connections.create_connection("default")
                try:
                    with other.cursor() as cursor:
                        cursor.execute("SET lock_timeout = '2s'")
                        cursor.execute("SELECT done, total FROM jobs_job WHERE state = 'running'")
                        seen.append(cursor.fetchone())
                        cursor.execute("UPDATE jobs_job SET cancel_requested = true WHERE state = 'running'")
                finally:
                    other.close()
                told(total, total)  # the last report is always written and always asks

            return write(extraction, rows, look)

        return write_and_look

    with django_db_blocker.unblock():
        with acting_as(SYSTEM):
            define(KPIS.replace("KMT,4", "KMT,"))
        user = User.objects.create_user("drift@demo.example", name="Drift", is_operator=True)
        monkeypatch.setattr(importing, "fill", watch(importing.fill))
        job = Job.objects.create(
            kind=services.JOB_KIND,
            title="x",
            person=user,
            arguments={"name": "N09001.csv", "extracted_on": "2024-08-30", "ordered_at": "2024-08-30T12:00:00Z"},
            upload=TABLE.encode(),
            created_at=timezone.now(),
        )
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.state == JobState.CANCELLED
        assert len(seen) == 1
        assert not Observation.objects.filter(indicator__source_key="N09001").exists()
        connections.close_all()


@pytest.mark.parametrize(
    ("content", "day", "status", "says"),
    [
        (b"", "2024-08-30", 422, "tom"),
        (TABLE.encode(), "2999-01-01", 422, "Dagen har inte varit än"),
        (TABLE.encode(), "", 422, "Något behöver rättas"),
        (b"x" * 300, "2024-08-30", 413, "får vara högst 50 MB"),
    ],
    ids=["empty", "future", "no day", "too large"],
)
def test_the_form_says_what_is_wrong(
    upload: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    content: bytes,
    day: str,
    status: int,
    says: str,
) -> None:
    monkeypatch.setattr(imports, "LARGEST_UPLOAD", 250)
    response = upload(content, day=day)
    assert response.status_code == status
    assert says in text_of(response)
    assert not Job.objects.exists()


def test_the_reader_is_not_told_of_more_rows_than_are_listed(operator: User, shown: Indicator) -> None:
    rows = "".join(f"0000,2022,T,x{n}\n" for n in range(1500))
    result = tasks.import_upload(
        actor=Actor.of(operator),
        arguments={"name": "N09001.csv", "extracted_on": "2024-08-30", "ordered_at": "2024-08-30T12:00:00Z"},
        upload=("municipality,period,gender,value\n" + rows).encode(),
        progress=_Silent(),
    )
    (outcome,) = result["outcomes"]
    assert (outcome["rejected"], len(outcome["rejections"])) == (1500, services.LISTED)


class _Silent:
    def report(self, *, done: int, total: int, doing: str) -> None:
        """Nobody listens."""
