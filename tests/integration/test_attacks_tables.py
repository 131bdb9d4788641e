"""Tables written as nobody has seen Statistics Sweden do: the same figures, or a reason and those of yesterday."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from samverka.statistics.enums import Measure, RefreshState
from samverka.statistics.models import Indicator, Observation, Source
from samverka.statistics.queries import Report
from tests.fakes import misbehaviour as wrong
from tests.fakes.official_statistics import Misbehaviour, Reply, ScbWorld
from tests.fakes.refreshed_sources import NOW, Sources
from tests.integration.test_finding import CONFIG
from tests.integration.test_finding import dataset as table
from tests.integration.test_refresh import codes, sources

__all__ = ["sources"]

pytestmark = pytest.mark.django_db

TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def scb(sources: Sources) -> Callable[[], Report]:
    """The table of `test_finding` as an indicator, fetched once; gives what fetches it again tomorrow."""
    sources.server.scb = ScbWorld(config=dict(CONFIG), datasets={"TAB999": table()})
    Indicator.objects.create(
        source=Source.objects.get(key="scb"),
        source_key="TAB999-x",
        name="Utrikes födda",
        measure=Measure.COUNT,
        selection={
            "table": "TAB999",
            "area": "Region",
            "sex": "Kon",
            "time": "Tid",
            "contents": "ABC",
            "choices": {"Bakgrund": ["UT"]},
        },
    )
    report = sources.refresh("TAB999-x", source="scb")
    assert (report.refresh.state, report.failures) == (RefreshState.FINISHED, [])
    return lambda: sources.refresh("TAB999-x", source="scb", full=True, now=TOMORROW)


def ours() -> dict[tuple[str, int, str], float | None]:
    rows = Observation.objects.filter(indicator__source_key="TAB999-x").values_list(
        "area__code", "year", "sex", "value"
    )
    return {(area, year, sex): value for area, year, sex, value in rows}


def only(what: str, change: Callable[[Any], Any]) -> Misbehaviour:
    """A change of the answers that have some field: `size` for tables, `maxDataCells` for the configuration."""
    return lambda reply: wrong.changed(change)(reply) if what in (reply.content or {}) else reply


def in_dimension(name: str, **fields: Any) -> Callable[[Any], None]:
    def change(content: Any) -> None:
        content["dimension"][name].update(fields)

    return change


def renamed(old: str, new: str) -> Callable[[Any], None]:
    """A dimension with another id, wherever the table says it."""

    def change(content: Any) -> None:
        content["id"] = [new if id_ == old else id_ for id_ in content["id"]]
        content["dimension"] = {new if id_ == old else id_: said for id_, said in content["dimension"].items()}
        content["role"] = {role: [new if id_ == old else id_ for id_ in ids] for role, ids in content["role"].items()}

    return change


def without(*path: str) -> Callable[[Any], None]:
    def change(content: Any) -> None:
        *way, last = path
        for name in way:
            content = content[name]
        content.pop(last, None)

    return change


def put(value: Any, *path: str) -> Callable[[Any], None]:
    def change(content: Any) -> None:
        *way, last = path
        for name in way:
            content = content[name]
        content[last] = value

    return change


def turned(content: Any) -> None:
    """The dimensions the other way round, cells and all."""
    sizes, values = content["size"], content["value"]
    if values:
        places = [0] * len(values)
        for cell_ in range(len(values)):
            rest, where = cell_, []
            for size in reversed(sizes):
                rest, at = divmod(rest, size)
                where.append(at)  # of the last dimension first: the order that is wanted
            new = 0
            for size, at in zip(reversed(sizes), where, strict=True):
                new = new * size + at
            places[new] = values[cell_]
        content["value"] = places
    content["id"], content["size"] = content["id"][::-1], sizes[::-1]


def escaped(misbehaviour: Misbehaviour) -> Misbehaviour:
    """Written in ASCII, as half of a character must be."""

    def apply(reply: Reply) -> Reply:
        reply = misbehaviour(reply)
        return Reply(reply.status, body=json.dumps(reply.content).encode())

    return apply


SAME = {
    "the dimensions in another order": only("size", turned),
    "no extension": only("size", lambda c: [d.pop("extension", None) for d in c["dimension"].values()] and None),
    "categories without labels": only("size", without("dimension", "Bakgrund", "category", "label")),
    "dimensions without labels": only("size", without("dimension", "Region", "label")),
    "fields that nobody knows": only("size", put({"x": [1]}, "extension")),
    "codelists of another form": only("size", in_dimension("Bakgrund", extension={"codelists": ["id", 5, {"id": 1}]})),
    "codelists that are a number": only("size", in_dimension("Bakgrund", extension={"codelists": 5})),
    "an extension with a text": only("size", in_dimension("Bakgrund", extension={"elimination": "yes"})),
    "no time of publication": only("size", without("updated")),
    "another name for the contents": only("size", renamed("ContentsCode", "X")),
    "notes": only("size", put(["a", "b"], "note")),
    "a status for each cell": only("size", lambda c: c.update(status=[None] * len(c["value"])) if c["value"] else None),
}


@pytest.mark.parametrize("name", SAME)
def test_another_way_to_write_a_table_gives_the_same_figures(
    sources: Sources, scb: Callable[[], Report], name: str
) -> None:
    before = ours()
    assert len(before) == 12
    sources.server.always = SAME[name]
    report = scb()
    assert (report.refresh.state, report.failures) == (RefreshState.FINISHED, [])
    assert (report.added, report.revised, ours()) == (0, 0, before)


OTHERWISE = {
    "a renamed area": (only("size", renamed("Region", "Kommun")), "unknown_code"),
    "a renamed time": (only("size", renamed("Tid", "Year")), "unknown_code"),
    "a renamed dimension": (only("size", renamed("Bakgrund", "value")), "unknown_code"),
    "no time": (only("size", without("dimension", "Tid")), "missing_field"),
    "a size below zero": (only("size", put([-1, 3, 2, 1, 2], "size")), "size"),
    "sizes without end": (only("size", put([10**30, 3, 2, 1, 2], "size")), "size"),
    "sizes in words": (only("size", put(["2", 3, 2, 1, 2], "size")), "changed_field"),
    "values in a text": (only("size", put("123", "value")), "changed_field"),
    "a null character for a code": (
        only("size", put({"index": {"a\x00": 0, "2024": 1}}, "dimension", "Tid", "category")),
        "changed_field",
    ),
    "half of a character for a code": (
        escaped(only("size", put({"index": {"\ud800": 0, "2024": 1}}, "dimension", "Tid", "category"))),
        "changed_field",
    ),
    "published in the year one": (only("size", put("0001-01-01T00:00:00+14:00", "updated")), "changed_field"),
    "published in the year 9999": (only("size", put("9999-12-31T23:59:59-14:00", "updated")), "changed_field"),
    "published when": (only("size", put("soon", "updated")), "changed_field"),
    "as many questions as one likes": (only("maxDataCells", put(10**30, "maxCallsPerTimeWindow")), "changed_field"),
    "no cells": (only("maxDataCells", put(0, "maxDataCells")), "changed_field"),
    "a window without end": (only("maxDataCells", put(10**400, "timeWindow")), "changed_field"),
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_table_that_is_another_is_told_and_yesterdays_figures_stay(
    sources: Sources, scb: Callable[[], Report], name: str
) -> None:
    before = ours()
    misbehaviour, code = OTHERWISE[name]
    sources.server.always = misbehaviour
    report = scb()
    assert report.refresh.finished_at is not None
    assert (name, {found for found, _keys in codes(report)}) == (name, {code})
    assert ours() == before


@pytest.mark.parametrize("huge", [1e305, -1e305, 10**400])
def test_a_cell_beyond_what_is_kept_is_refused_alone(sources: Sources, scb: Callable[[], Report], huge: float) -> None:
    before = ours()
    sources.server.scb.datasets["TAB999"]["value"][8] = huge
    report = scb()
    assert (report.refresh.state, report.failures) == (RefreshState.FINISHED, [])
    assert [rejection.code for rejection in report.rejections] == ["not_finite"]
    gone = {("10", 2023, "M"): None, ("10", 2023, "T"): None}
    assert ours() == before | gone


def test_a_sum_beyond_what_is_kept_ends_no_refresh(sources: Sources, scb: Callable[[], Report]) -> None:
    for place in (8, 10):
        sources.server.scb.datasets["TAB999"]["value"][place] = 9e299
    report = scb()
    assert (report.refresh.state, report.failures) == (RefreshState.FINISHED, [])
    assert ours()["10", 2023, "T"] is None


def test_years_that_no_figure_can_have_are_refused(sources: Sources, scb: Callable[[], Report]) -> None:
    before = ours()
    category = sources.server.scb.datasets["TAB999"]["dimension"]["Tid"]["category"]
    category["index"], category["label"] = {"1748": 0, "2024": 1}, {"1748": "1748", "2024": "2024"}
    report = scb()
    assert (report.refresh.state, report.failures) == (RefreshState.FINISHED, [])
    assert {rejection.code for rejection in report.rejections} == {"year"}
    assert ours() == before
