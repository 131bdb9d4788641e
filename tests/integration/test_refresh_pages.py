"""The pages of a refresh: ordered by operators, told when done, and what was revised beside the figures."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from samverka.foundation.access.models import User
from samverka.foundation.jobs.models import Job
from samverka.foundation.jobs.services import run
from samverka.statistics.models import Indicator
from tests.fakes.refreshed_sources import KEYS, NOW, Sources
from tests.integration.test_refresh import sources  # noqa: F401  a fixture


@pytest.fixture
def operator(person: Callable[[str], User]) -> Client:
    anna = person("anna")
    anna.is_operator = True
    anna.save(update_fields=["is_operator"])
    client = Client()
    client.force_login(anna)
    return client


@pytest.fixture
def connected(sources: Sources, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sources]:  # noqa: F811
    """Jobs ask the source on loopback."""
    from samverka.statistics.services.refreshing import running

    defaults = running.refresh.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "connect_to", sources.connect)
    return sources


def order(client: Client, **fields: Any) -> Job:
    answer = client.post("/statistik/uppdatera/", {"source": "kolada", "indicators": " ".join(KEYS), **fields})
    assert answer.status_code == 302, answer.content.decode()
    job = Job.objects.latest("pk")
    run(job.pk)
    job.refresh_from_db()
    return job


def test_an_operator_fetches_and_sees_what_came(connected: Sources, operator: Client) -> None:
    connected.server.kolada.rows.append({**connected.server.kolada.rows[0], "municipality": "9999"})
    job = order(operator)
    assert (job.state, job.error) == ("done", "")
    page = operator.get(f"/jobb/{job.pk}/").content.decode()
    assert "Allt är hämtat." in page
    assert "Okänd kommun eller region" in page
    [key] = job.result["refreshes"]
    listed = operator.get("/statistik/uppdatera/").content.decode()
    assert f"/statistik/uppdatera/{key}/" in listed
    assert "Påhittad andel" in operator.get(f"/statistik/uppdatera/{key}/").content.decode()


def test_what_cannot_be_fetched_is_told_with_its_remedy(connected: Sources, operator: Client) -> None:
    from tests.fakes import misbehaviour as wrong

    connected.server.always = wrong.web_page
    job = order(operator)
    page = operator.get(f"/jobb/{job.pk}/").content.decode()
    assert "Källan svarade med en webbsida i stället för data." in page
    assert "Försök igen senare." in page


def test_an_unknown_key_is_told_beside_its_field(connected: Sources, operator: Client) -> None:
    answer = operator.post("/statistik/uppdatera/", {"source": "", "indicators": "N9901 N0000"})
    assert answer.status_code == 422
    assert "Ingen indikator har beteckningen N0000" in answer.content.decode()


def test_a_second_refresh_says_that_one_is_running(
    connected: Sources, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from samverka.statistics.models import Source
    from samverka.statistics.services.refreshing import turns

    monkeypatch.setattr(turns, "_PATIENCE", 0.0)
    with turns.alone(Source.objects.get(key="kolada")):
        job = order(operator)
    assert job.state == "failed"
    assert "En annan uppdatering från samma källa pågår." in job.error
    assert order(operator).state == "done", "the turn has been given back"


def test_revised_figures_stand_beside_the_figures(connected: Sources, operator: Client) -> None:
    connected.server.kolada.rows[0]["municipality"] = "0010"
    connected.refresh()
    indicator = Indicator.objects.get(source_key="N9901")
    address = f"/statistik/{indicator.pk}/"
    assert "Ändrade siffror" not in operator.get(address).content.decode()
    assert "Inget har ändrats" in operator.get(f"{address}andrade-siffror/").content.decode()
    connected.server.kolada.rows[0]["values"][0]["value"] = 2.75
    connected.server.kolada.rows[1]["values"][0]["isdeleted"] = True
    connected.refresh(now=NOW + timedelta(days=1))
    page = operator.get(address).content.decode()
    assert "Ändrade siffror" in page
    assert "2,8" in page
    every = operator.get(f"{address}andrade-siffror/").content.decode()
    assert "borttagen" in every
    assert "2026-03-02" in every
