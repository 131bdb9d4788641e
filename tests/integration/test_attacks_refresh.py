"""Attacks from a source that has been taken over: texts that no database holds, and answers that lead elsewhere."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from samverka.statistics.models import Indicator
from tests.fakes import misbehaviour as wrong
from tests.fakes.refreshed_sources import KEYS, NOW, Sources
from tests.integration.test_refresh import YESTERDAY, codes, figures, sources

__all__ = ["sources"]

pytestmark = pytest.mark.django_db

UNWRITABLE = ("a\x00b", "a\ud800b")
"""JSON can write them, PostgreSQL cannot keep them."""


def in_definitions(field: str, text: str) -> Callable[[Any], None]:
    def change(sources: Sources) -> None:
        sources.server.kolada.kpis[0][field] = text

    return change


def in_rows(field: str, text: str) -> Callable[[Any], None]:
    def change(sources: Sources) -> None:
        row = sources.server.kolada.rows[0]
        if field == "municipality":
            row[field] = text
        else:
            row["values"][0][field] = text

    return change


@pytest.mark.parametrize("text", UNWRITABLE)
@pytest.mark.parametrize(
    "change",
    [
        *(lambda text, f=field: in_definitions(f, text) for field in ("title", "description", "operating_area")),
        *(lambda text, f=field: in_rows(f, text) for field in ("municipality", "gender", "status")),
    ],
)
def test_a_text_that_cannot_be_kept_ends_no_refresh(
    sources: Sources, change: Callable[[str], Callable[[Any], None]], text: str
) -> None:
    change(text)(sources)
    report = sources.refresh()
    assert report.refresh.finished_at is not None
    assert figures("N9904") == YESTERDAY


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:1/",
        "http://[::1]/",
        "http://169.254.169.254/",
        "file:///etc/passwd",
        "//localhost/",
        "ftp://x/",
    ],
)
def test_a_source_sends_nobody_elsewhere(sources: Sources, location: str) -> None:
    sources.server.always = wrong.redirect(location)
    report = sources.refresh(now=NOW)
    assert {code for code, _keys in codes(report)} == {"other_host"}
    assert not any(figures(key) for key in KEYS)


def test_a_body_that_grows_beyond_bounds_is_let_go(sources: Sources) -> None:
    sources.limits = replace(sources.limits, size=20_000)
    sources.server.kolada.kpis[0]["description"] = "x" * 50_000
    report = sources.refresh(now=NOW)
    assert "too_large" in {code for code, _keys in codes(report)}


def test_markup_in_a_definition_is_only_text(sources: Sources, client: Any) -> None:
    sources.server.kolada.kpis[0]["title"] = "<script>x</script>"
    sources.server.kolada.kpis[0]["description"] = "<img src=x onerror=alert(1)> javascript:alert(1)"
    sources.refresh()
    key = Indicator.objects.get(source_key="N9901").pk
    for address in (
        f"/statistik/{key}/",
        f"/lagesbild/1080/indikator/{key}/?vy=om",
        f"/lagesbild/1080/indikator/{key}/",
    ):
        page = client.get(address).content.decode()
        assert "<script>x" not in page
        assert "<img src=x" not in page
