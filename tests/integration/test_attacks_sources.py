"""Answers that no source has been seen to give: each has its reason, the others come in, yesterday's figures stay."""

import gzip
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from samverka.statistics import services
from samverka.statistics.enums import ComparisonKind, IndicatorKind, RefreshState
from samverka.statistics.models import ComparisonGroup, Indicator
from tests.fakes import misbehaviour as wrong
from tests.fakes.kolada_worlds import cell, row
from tests.fakes.official_statistics import Misbehaviour, Reply
from tests.fakes.refreshed_sources import KEYS, NOW, SYSTEM, Sources
from tests.integration.test_refresh import GROUPS, YESTERDAY, codes, figures, sources

__all__ = ["sources"]

pytestmark = pytest.mark.django_db

TOMORROW = NOW + timedelta(days=1)


def packed(keep: Callable[[bytes], bytes]) -> Misbehaviour:
    """The body in gzip, after something has happened to it."""

    def apply(reply: Reply) -> Reply:
        return Reply(headers={"Content-Encoding": "gzip"}, body=keep(gzip.compress(reply.written())))

    return apply


def too_long(reply: Reply) -> Reply:
    """Packed, and a length that is the unpacked body's: more bytes than come."""
    body = reply.written()
    small = gzip.compress(body)
    return Reply(
        headers={"Content-Encoding": "gzip", "Content-Length": str(len(body) + 99)}, body=small, cut=len(small)
    )


def in_html(code: int, **headers: str) -> Misbehaviour:
    body = "<!DOCTYPE html><title>503</title><h1>Underhåll</h1>".encode()
    return lambda reply: Reply(code, headers={"Content-Type": "text/html", **headers}, body=body)


def linking(link: Any) -> Misbehaviour:
    return wrong.changed(lambda page: page | {"next_url": link})


class Circle:
    """Every address leads to another, and back."""

    def __init__(self) -> None:
        self.turns = 0

    def __call__(self, reply: Reply) -> Reply:
        self.turns += 1
        return Reply(307, headers={"Location": f"/v3/{'ab'[self.turns % 2]}"}, body=b"")


SILENT = {
    "gzip cut": (packed(lambda body: body[: len(body) // 2]), "cut_off"),
    "gzip that is none": (packed(lambda body: b"\x00" * 40), "cut_off"),
    "gzip with a wrong checksum": (packed(lambda body: body[:-8] + b"\x01" * 8), "cut_off"),
    "gzip, shorter than promised": (too_long, "cut_off"),
    "gzip of nothing": (packed(lambda body: gzip.compress(b"")), "cut_off"),
    "no content": (lambda reply: Reply(204, headers={"Content-Length": "0"}, body=b""), "refused"),
    "partial content": (lambda reply: Reply(206, content=reply.content), "refused"),
    "not modified": (lambda reply: Reply(304, headers={"Content-Length": "0"}, body=b""), "refused"),
    "redirects in a circle": (Circle(), "broken"),
    "a redirect to nowhere": (wrong.redirect(""), "broken"),
    "a redirect that is no address": (wrong.redirect("http://[::1"), "cut_off"),
    "maintenance": (in_html(503), "broken"),
    "maintenance until a day": (in_html(503, **{"Retry-After": "Sun, 01 Mar 2026 12:00:30 GMT"}), "broken"),
    "maintenance since yesterday": (in_html(503, **{"Retry-After": "Sat, 28 Feb 2026 12:00:00 GMT"}), "broken"),
    "maintenance for ever": (in_html(503, **{"Retry-After": "Sun, 01 Mar 99999999999 12:00:00 GMT"}), "broken"),
    "maintenance in another calendar": (in_html(503, **{"Retry-After": "Sun, 99 Foo 2026 99:99:99 +9999"}), "broken"),
    "a wait without end": (in_html(503, **{"Retry-After": "9" * 400}), "broken"),
    "a list": (wrong.raw(b"[]"), "changed_field"),
    "null": (wrong.raw(b"null"), "changed_field"),
    "a number of a thousand digits": (wrong.raw(b'{"count": ' + b"9" * 5000 + b"}"), "not_json"),
    "nested too deeply": (wrong.raw(b'{"values":' + b"[" * 200_000 + b"]" * 200_000 + b"}"), "not_json"),
    "count too high": (wrong.changed(lambda page: page | {"count": page["count"] + 1}), "rows_lost"),
    "count below zero": (wrong.changed(lambda page: page | {"count": -1}), "rows_lost"),
    "count in words": (wrong.changed(lambda page: page | {"count": "6"}), "changed_field"),
    "another host": (linking("https://api.example/v3/kpi"), "other_host"),
    "another host, without a scheme": (linking("//api.example/v3/kpi"), "other_host"),
    "another port": (linking("http://127.0.0.1:1/v3/kpi"), "other_host"),
    "a name and a password": (linking("http://a:b@127.0.0.1/"), "other_host"),
    "no address": (linking("http://[::1"), "other_host"),
    "an address with a line break": (linking("http://127.0.0.1\r\nX: y"), "other_host"),
    "an endless address": (linking("?x=" + "y" * 70_000), "other_host"),
    "a list for a link": (linking(["x"]), "changed_field"),
    "next is the same": (linking("?"), "repeated_page"),
}


@pytest.mark.parametrize("name", SILENT)
def test_an_answer_that_cannot_be_used_is_told_and_yesterdays_figures_stay(sources: Sources, name: str) -> None:
    sources.refresh()
    misbehaviour, code = SILENT[name]
    sources.server.always = misbehaviour
    report = sources.refresh(now=TOMORROW, full=True)
    assert report.refresh.finished_at is not None
    assert {found for found, _keys in codes(report)} == {code}
    assert all(figures(key) == YESTERDAY for key in KEYS)
    for failure in report.failures:
        assert failure.sentence
        assert "%(" not in failure.sentence
    sources.server.always = None
    again = sources.refresh(now=TOMORROW + timedelta(days=1), full=True)
    assert (again.refresh.state, again.failures) == (RefreshState.FINISHED, [])


ROWS: dict[str, tuple[dict[str, Any], str]] = {
    "a value beyond what is kept": (cell("T", 1e305), "not_finite"),
    "a value far below zero": (cell("T", -1e305), "not_finite"),
    "a whole number of 400 digits": (cell("T", 10**400), "not_finite"),
    "true": (cell("T", True), "not_a_number"),
    "a text": (cell("T", "2,5"), "not_a_number"),
    "another gender": (cell("X", 2.5), "unknown_gender"),
    "all genders at once": (cell("KMT", 2.5), "unknown_gender"),
    "small letters": (cell("t", 2.5), "unknown_gender"),
    "a list of genders": (cell(["T"], 2.5), "unknown_gender"),  # type: ignore[arg-type]
    "deleted, in a word": (cell("T", 2.5, isdeleted="true"), "unknown_status"),
    "deleted, as a number": (cell("T", 2.5, isdeleted=1), "unknown_status"),
    "an unknown status": (cell("T", 2.5, "Confidential"), "unknown_status"),
    "a status that is a number": (cell("T", 2.5, 3), "unknown_status"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", ROWS)
def test_a_figure_that_cannot_be_used_is_refused_alone(sources: Sources, name: str) -> None:
    sources.refresh()
    bad, reason = ROWS[name]
    sources.server.kolada.rows[0]["values"][0] = bad
    sources.server.kolada.rows[1]["values"][0]["value"] = 2.25
    report = sources.refresh(now=TOMORROW)
    assert (report.refresh.state, report.failures) == (RefreshState.FINISHED, [])
    assert [rejection.code for rejection in report.rejections] == [reason]
    assert figures() == YESTERDAY | {("1081", 2020, "T"): (2.25, 0)}


def test_a_year_that_no_figure_can_have_is_refused(sources: Sources) -> None:
    sources.server.kolada.rows += [row("N9901", "1080", year, cell("T", 1.0)) for year in (0, 1748, 2200, -1, 10**20)]
    report = sources.refresh()
    assert (report.refresh.state, report.failures) == (RefreshState.FINISHED, [])
    assert figures() == YESTERDAY


def test_an_area_under_its_old_and_its_new_code_is_one_area(sources: Sources) -> None:
    """Heby was 1917 until 2007, and is 0331 since."""
    sources.server.kolada.rows += [
        row("N9901", "0331", 2020, cell("T", 5.0), cell("K", 6.0)),
        row("N9901", "1917", 2020, cell("T", 5.0), cell("K", 7.0)),
        row("N9901", "1917", 2005, cell("T", 4.0)),
    ]
    report = sources.refresh()
    assert (report.refresh.state, report.failures) == (RefreshState.FINISHED, [])
    assert figures() == YESTERDAY | {
        ("0331", 2020, "T"): (5.0, 0),
        ("0331", 2020, "K"): (6.0, 0),
        ("0331", 2005, "T"): (4.0, 0),
    }
    assert [rejection.code for rejection in report.rejections] == ["duplicate", "duplicate"]


def test_indicators_that_nobody_asked_for_are_not_defined_here(sources: Sources) -> None:
    before = Indicator.objects.count()
    sources.server.always = lambda reply: wrong.changed(_others)(reply) if "values" in reply.content else reply
    report = sources.refresh()
    assert Indicator.objects.count() == before
    assert (report.refresh.state, report.failures) == (RefreshState.FINISHED, [])
    assert figures() == YESTERDAY


def _others(page: Any) -> Any:
    """The list of indicators is longer than what was asked for."""
    if page["values"] and "title" in page["values"][0] and "members" not in page["values"][0]:
        more = [page["values"][0] | {"id": key} for key in ("N0000001", "x" * 60)]
        page["values"] += more
        page["count"] += len(more)
    return page


def test_an_empty_list_of_groups_takes_none_away(sources: Sources) -> None:
    Indicator.objects.exclude(source_key__in=KEYS).update(kind=IndicatorKind.MEASURED)
    sources.server.kolada.groups = [*GROUPS, GROUPS[0] | {"id": "G" * 41}]
    held = ComparisonGroup.objects.filter(kind=ComparisonKind.KOLADA).values_list("source_key", flat=True)
    for day in range(2):
        now = NOW + timedelta(days=day)
        [run] = services.refresh(
            actor=SYSTEM, source="kolada", full=True, now=partial(lambda at: at, now), connect_to=sources.connect
        )
        assert (run.state, list(held)) == (RefreshState.FINISHED, ["G9901"])
        sources.server.kolada.groups = []
