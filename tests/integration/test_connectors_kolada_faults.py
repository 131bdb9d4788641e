"""Kolada misbehaves: each fault has its error or its rejection, and the figures beside it come through."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from samverka.connectors import kolada
from samverka.connectors.faults import Fault, SourceError
from samverka.connectors.rejections import Reason
from tests.fakes import misbehaviour as wrong
from tests.fakes.kolada_worlds import CHUNK, SMALL, Serve, cell, row, serving
from tests.fakes.official_statistics import KoladaWorld


@pytest.fixture
def serve() -> Iterator[Serve]:
    with serving() as start:
        yield start


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (cell("T", float("nan")), Reason.NOT_FINITE),
        (cell("T", float("inf")), Reason.NOT_FINITE),
        (cell("T", 10**400), Reason.NOT_FINITE),
        (cell("T", "12,5"), Reason.NOT_A_NUMBER),
        (cell("T", "12.5"), Reason.NOT_A_NUMBER),
        (cell("T", True), Reason.NOT_A_NUMBER),
        (cell("F", 1.0), Reason.UNKNOWN_GENDER),
        ({**cell("T", 1.0), "gender": ["T"]}, Reason.UNKNOWN_GENDER),
        (cell("T", 1.0, "Revised"), Reason.UNKNOWN_STATUS),
        (cell("T", 1.0, "Missing"), Reason.STATUS_VALUE),
        (cell("T", None, "Preliminary"), Reason.STATUS_VALUE),
    ],
)
def test_a_bad_figure_is_refused_alone_with_its_reason(serve: Serve, bad: dict[str, Any], reason: Reason) -> None:
    world = KoladaWorld(rows=[*SMALL.rows, row("N1", "1060", 2020, bad, cell("K", 7.0))])
    _, connector = serve(world)
    figures = connector.figures(CHUNK)
    assert [(r.reason, r.path) for r in figures.rejections] == [(reason, "page 1 values[5]")]
    assert figures.rejections[0].text.startswith("N1 1060 2020 ")
    assert {(f.area, f.gender) for f in figures.records()} >= {("1080", "T"), ("1060", "K")}
    assert ("1060", "T") not in {(f.area, f.gender) for f in figures.records()}


def test_what_nobody_asked_for_is_refused(serve: Serve) -> None:
    def also(page: Any) -> None:
        page["values"] += [row("N9", "1080", 2020, cell("T", 1.0)), row("N1", "1080", 2021, cell("T", 1.0))]
        page["values"] += [row("N1", "1080", 20, cell("T", 1.0)), row("N1", "9999", 2020, cell("T", 1.0))]
        page["count"] += 4

    source, connector = serve(SMALL)
    source.script.append(wrong.changed(also))
    figures = connector.figures(CHUNK, known={"1080", "1081", "1082", "1083", "G1"})
    assert [r.reason for r in figures.rejections] == [
        Reason.NOT_ASKED,
        Reason.NOT_ASKED,
        Reason.YEAR,
        Reason.UNKNOWN_AREA,
    ]
    assert len(figures) == 11


def test_a_repeated_figure_is_kept_once_and_a_contradicted_one_not_at_all(serve: Serve) -> None:
    again = row("N1", "1080", 2020, cell("K", 1.5), cell("M", 9.9))
    _, connector = serve(KoladaWorld(rows=[*SMALL.rows, again]), per_page=5)
    figures = connector.figures(CHUNK)
    assert sorted((r.reason, r.path) for r in figures.rejections) == [
        (Reason.CONFLICT, "page 1 values[0]"),
        (Reason.CONFLICT, "page 2 values[0]"),
        (Reason.DUPLICATE, "page 2 values[0]"),
    ]
    found = {(f.area, f.gender): f.value for f in figures.records()}
    assert len(found) == len(figures) == 10
    assert found["1080", "K"] == 1.5
    assert ("1080", "M") not in found


def test_indicators_that_gave_nothing_are_named(serve: Serve) -> None:
    _, connector = serve(SMALL)
    assert connector.figures(kolada.Chunk(("N1", "N2"), years=(2020,))).silent == ("N2",)


@pytest.mark.parametrize("field", ["values", "count", "next_url"])
def test_a_missing_field_of_the_page_is_an_error(serve: Serve, field: str) -> None:
    source, connector = serve(SMALL)
    source.always = wrong.changed(lambda page: page.pop(field) and None)
    with pytest.raises(SourceError) as caught:
        connector.figures(CHUNK)
    assert (caught.value.fault, caught.value.details["path"]) == (Fault.MISSING_FIELD, field)


@pytest.mark.parametrize(
    ("change", "fault", "path"),
    [
        (lambda r: r.pop("municipality"), Fault.MISSING_FIELD, "values[1].municipality"),
        (lambda r: r.update(area=r.pop("municipality")), Fault.MISSING_FIELD, "values[1].municipality"),
        (lambda r: r["values"][0].pop("value"), Fault.MISSING_FIELD, "values[1].values[0].value"),
        (lambda r: r["values"][2].pop("gender"), Fault.MISSING_FIELD, "values[1].values[2].gender"),
        (lambda r: r.update(period="2020"), Fault.CHANGED_FIELD, "values[1].period"),
        (lambda r: r.update(values={"T": 1}), Fault.CHANGED_FIELD, "values[1].values"),
        (lambda r: r["values"].append("T"), Fault.CHANGED_FIELD, "values[1].values[3]"),
    ],
)
def test_a_changed_row_is_an_error_that_says_where(
    serve: Serve, change: Callable[[Any], Any], fault: Fault, path: str
) -> None:
    source, connector = serve(SMALL)
    source.always = wrong.changed(lambda page: change(page["values"][1]) and None)
    with pytest.raises(SourceError) as caught:
        connector.figures(CHUNK)
    assert (caught.value.fault, caught.value.details["path"]) == (fault, path)
    assert not caught.value.is_retryable


def test_a_page_that_comes_twice_is_an_error(serve: Serve) -> None:
    source, connector = serve(SMALL, per_page=2)
    first = source.answer("/v3/data/kpi/N1/year/2020", {"per_page": "2"}, None).content
    source.script.extend([None, wrong.repeated_page(first)])
    with pytest.raises(SourceError) as caught:
        connector.figures(CHUNK)
    assert (caught.value.fault, caught.value.details["page"]) == (Fault.REPEATED_PAGE, 2)


def test_a_link_to_the_page_itself_is_an_error(serve: Serve) -> None:
    source, connector = serve(SMALL)
    source.always = wrong.changed(lambda page: page.update(next_url="/v3/data/kpi/N1/year/2020"))
    with pytest.raises(SourceError) as caught:
        connector.figures(CHUNK)
    assert caught.value.fault is Fault.REPEATED_PAGE


def test_pages_that_never_end_are_an_error(serve: Serve) -> None:
    source, connector = serve(SMALL, most_pages=7)
    source.always = wrong.EndlessPages()
    with pytest.raises(SourceError) as caught:
        connector.figures(CHUNK)
    assert caught.value.fault is Fault.ENDLESS_PAGES
    assert source.always.sent == 8


def test_an_empty_page_that_points_on_is_an_error(serve: Serve) -> None:
    source, connector = serve(SMALL)
    source.always = wrong.changed(lambda page: page.update(values=[], count=0, next_url="?page=9"))
    with pytest.raises(SourceError) as caught:
        connector.figures(CHUNK)
    assert caught.value.fault is Fault.ENDLESS_PAGES


def test_a_link_to_another_host_is_not_followed(serve: Serve) -> None:
    source, connector = serve(SMALL)
    source.always = wrong.changed(lambda page: page.update(next_url="https://elsewhere.example/v3/kpi?page=2"))
    with pytest.raises(SourceError) as caught:
        connector.figures(CHUNK)
    assert (caught.value.fault, caught.value.details["host"]) == (Fault.OTHER_HOST, "elsewhere.example")


def test_a_count_that_does_not_add_up_is_an_error(serve: Serve) -> None:
    source, connector = serve(SMALL)
    source.always = wrong.changed(lambda page: page["values"].pop() and None)
    with pytest.raises(SourceError) as caught:
        connector.figures(CHUNK)
    assert caught.value.fault is Fault.ROWS_LOST


def test_a_count_of_the_whole_question_is_as_good(serve: Serve) -> None:
    source, connector = serve(SMALL, per_page=2)
    source.always = wrong.changed(lambda page: page.update(count=5))
    assert len(connector.figures(CHUNK)) == 11


@pytest.mark.parametrize("fault", [wrong.web_page, wrong.cut_off, wrong.status(429), wrong.status(500)])
def test_a_fault_on_one_page_loses_nothing(serve: Serve, fault: wrong.Misbehaviour) -> None:
    source, connector = serve(SMALL, per_page=2)
    source.script.extend([None, fault, None, fault])
    assert len(connector.figures(CHUNK)) == 11
