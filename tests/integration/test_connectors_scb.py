"""PxWebApi 2 on loopback: the recorded table comes back cell by cell, however it is cut, and faults have names."""

import itertools
import json
import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samverka.connectors import scb
from samverka.connectors.faults import Fault, SourceError
from samverka.connectors.http import Answer, Client, Limits, Pace
from samverka.connectors.jsonstat import read_structure
from tests.fakes import misbehaviour as wrong
from tests.fakes.clocks import START, TurnedClock
from tests.fakes.official_statistics import RECORDED, OfficialStatistics, ScbWorld

needs_recorded = pytest.mark.skipif(not RECORDED.is_dir(), reason="SCB's recorded answers are not in ../shared/data")


def dataset(**sizes: int) -> dict[str, Any]:
    """A made-up table: codes are letters and numbers, the value of a cell is its place; the first has a sum."""
    dimensions = {
        name: {
            "label": name.lower(),
            "category": {
                "index": {f"{name[0]}{i}": i for i in range(size)},
                "label": {f"{name[0]}{i}": f"{name} {i}" for i in range(size)},
            },
            "extension": {"elimination": False},
        }
        for name, size in sizes.items()
    }
    return {
        "version": "2.0",
        "class": "dataset",
        "label": "Made up",
        "updated": "2026-06-08T06:00:00Z",
        "role": {"time": [list(sizes)[-1]]},
        "id": list(sizes),
        "size": list(sizes.values()),
        "dimension": dimensions,
        "value": list(range(math.prod(sizes.values()))),
    }


CONFIG = {
    "apiVersion": "2.2.0",
    "languages": [{"id": "sv", "label": "Svenska"}],
    "defaultLanguage": "sv",
    "maxDataCells": 50,
    "maxCallsPerTimeWindow": 5,
    "timeWindow": 1,
    "license": "CC0",
    "dataFormats": ["json-stat2"],
}


def made_up(**sizes: int) -> ScbWorld:
    return ScbWorld(config=dict(CONFIG), datasets={"T1": dataset(**sizes)})


@pytest.fixture
def serve() -> Iterator[Callable[[ScbWorld], tuple[OfficialStatistics, scb.Scb]]]:
    opened: list[Any] = []

    def start(world: ScbWorld) -> tuple[OfficialStatistics, scb.Scb]:
        source = OfficialStatistics(scb=world)
        client = Client(source.scb_url, pace=Pace(calls=9, seconds=0.1), limits=Limits(attempts=3), clock=TurnedClock())
        opened.extend([client, source])
        return source, scb.Scb(client)

    yield start
    for thing in opened:
        thing.close()


def fetched(connector: scb.Scb, plan: Any) -> list[tuple[Any, ...]]:
    """All cells of a plan, in order."""
    return sorted(cell for chunk in plan for part in connector.data(chunk) for cell in part.cube.frame().iter_rows())


def every(table: scb.Table) -> dict[str, scb.Choice]:
    return {dimension.id: scb.ALL for dimension in table.structure.dimensions}


@needs_recorded
@pytest.mark.parametrize("limit", [150_000, 1000, 200, 1])
def test_the_recorded_table_comes_back_cell_by_cell(serve: Any, limit: int) -> None:
    world = ScbWorld.of_files()
    recorded = world.datasets["TAB6471"]
    source, connector = serve(world)
    table = connector.table("TAB6471")
    some = every(table)
    if limit == 1:
        some |= {"Region": scb.Choice(("10",)), "Tid": scb.Choice(table.latest(1))}
    plan = scb.plan(table, some, max_cells=limit)
    assert all(chunk.cells <= limit for chunk in plan)
    codes = [list(recorded["dimension"][id_]["category"]["index"]) for id_ in recorded["id"]]
    cells = zip(itertools.product(*codes), recorded["value"], strict=True)
    wanted = {key: value for key, value in cells if limit > 1 or (key[0] == "10" and key[4] == codes[4][-1])}
    assert {row[:5]: row[5] for row in fetched(connector, plan)} == wanted
    assert len(source.questions) == len(plan) == {150_000: 1, 1000: 3, 200: 21, 1: 33}[limit]


@needs_recorded
def test_the_recorded_metadata_configuration_and_lists(serve: Any) -> None:
    world = ScbWorld.of_files()
    metadata = json.loads((RECORDED / "TAB6471_metadata.json").read_text(encoding="utf-8"))
    world.metadata["TAB6471"] = metadata
    _, connector = serve(world)
    config = connector.config()
    assert (config.max_cells, config.max_calls, config.window) == (150_000, 3, 1)
    assert config.attributions["sv"] == "Källa: SCB"
    table = connector.table("TAB6471")
    region, age, sex, contents, months = table.structure.dimensions
    assert [len(d) for d in table.structure.dimensions] == metadata["size"]
    assert [(region.codes[i], region.labels[i]) for i in (0, 99)] == [("00", "Riket"), ("10", "Blekinge län")]
    assert contents.units["000007SF"].base == "antal"
    assert (contents.units["000007SF"].decimals, contents.role, months.role) == (0, "metric", "time")
    assert table.latest(2) == ("2026M03", "2026M04")
    assert [table.can_be_left_out(d) for d in (region, age, sex)] == [True, False, True]
    assert table.code_lists("Region")["vs_CKM02Län"] == "län"
    assert len(table.structure.notes) == 4
    plan = scb.plan(table, every(table), max_cells=config.max_cells)
    assert sum(chunk.cells for chunk in plan) == math.prod(metadata["size"]) == 2_006_784
    assert len(plan) == 14
    ages = connector.code_list("agg_Ålder10årJ")
    assert ages.is_aggregation
    assert ages.codes[:2] == ("-9", "10-19")
    assert len(ages.groups[0].members) == 10
    found = connector.tables()
    assert [t.id for t in found] == [t["id"] for t in world.tables]
    assert found.tables[0].last_period == "2026M03"
    assert {t.id for t in connector.tables(query="befolkning")} == {
        t["id"] for t in world.tables if "befolkning" in t["label"].lower()
    }


@needs_recorded
def test_a_code_list_takes_the_place_of_the_tables_codes(serve: Any) -> None:
    _, connector = serve(ScbWorld.of_files())
    table = connector.table("TAB6471")
    ages = connector.code_list("agg_Ålder10årJ")
    choices = every(table) | {"Alder": scb.Choice(("10-19",), ages)}
    (chunk,) = scb.plan(table, choices, max_cells=150_000)
    asked = {part["variableCode"]: part for part in chunk.question["selection"]}
    assert asked["Alder"] == {"variableCode": "Alder", "valueCodes": ["10-19"], "codelist": "agg_Ålder10årJ"}
    with pytest.raises(SourceError) as caught:
        scb.plan(table, choices | {"Alder": scb.Choice(("20-29", "1000"), ages)}, max_cells=150_000)
    assert caught.value.details["detail"] == "ålder: 1000"


def test_a_lower_limit_than_planned_for_is_met_by_halving(serve: Any) -> None:
    world = made_up(Region=10, Kon=2, Tid=7)
    source, connector = serve(world)
    table = connector.table("T1")
    (chunk,) = scb.plan(table, every(table), max_cells=1000)
    parts = connector.data(chunk)
    assert len(parts) == 4
    assert sorted(row[3] for part in parts for row in part.cube.frame().iter_rows()) == list(range(140))
    source.always = wrong.status(403)  # refused whatever the size: it ends
    with pytest.raises(SourceError) as caught:
        connector.data(chunk)
    assert caught.value.fault is Fault.FORBIDDEN


def test_a_dimension_that_may_be_left_out_is_summed_over_by_the_source(serve: Any) -> None:
    world = made_up(Region=3, Kon=2, Tid=2)
    _, connector = serve(world)
    table = connector.table("T1")
    with pytest.raises(SourceError) as caught:
        scb.plan(table, {"Region": scb.ALL, "Tid": scb.ALL}, max_cells=50)
    assert (caught.value.fault, caught.value.details["detail"]) == (Fault.CHOICE_NEEDED, "kon")
    world.datasets["T1"]["dimension"]["Kon"]["extension"]["elimination"] = True
    (chunk,) = scb.plan(connector.table("T1"), {"Region": scb.ALL, "Tid": scb.ALL}, max_cells=50)
    assert [part.dimension for part in chunk.parts] == ["Region", "Tid"]


@pytest.mark.parametrize("choices", [{"Land": scb.ALL}, {"Region": scb.Choice(("R0", "R77"))}])
def test_what_the_table_does_not_have_is_refused_before_asking(serve: Any, choices: dict[str, scb.Choice]) -> None:
    source, connector = serve(made_up(Region=3, Tid=2))
    table = connector.table("T1")
    with pytest.raises(SourceError) as caught:
        scb.plan(table, every(table) | choices, max_cells=50)
    assert caught.value.fault is Fault.UNKNOWN_CODE
    assert source.questions == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda d: d["value"].pop() and None, Fault.SIZE),
        (lambda d: d["value"].append(1), Fault.SIZE),
        (lambda d: d.pop("value") and None, Fault.MISSING_FIELD),
        (lambda d: d.pop("size") and None, Fault.MISSING_FIELD),
        (lambda d: d["dimension"].pop("Tid") and None, Fault.MISSING_FIELD),
        (lambda d: d.update({"class": "collection"}), Fault.NOT_A_DATASET),
        (lambda d: d.update(version="3.0"), Fault.NOT_A_DATASET),
        (lambda d: d.update(value={"99": 1.0}), Fault.POSITION),
        (lambda d: d.update(value="1"), Fault.CHANGED_FIELD),
        (lambda d: d.update(updated="2026-07-01T06:00:00Z"), Fault.RELEASED),
        (lambda d: dataset(Region=3, Kon=1, Tid=2), Fault.NOT_ASKED),
        (lambda d: dataset(Region=4, Kon=2, Tid=2), Fault.NOT_ASKED),
        (lambda d: dataset(Region=3, Kon=2), Fault.NOT_ASKED),
        (lambda d: dataset(Region=3, Kon=2, Tid=2, Alder=3), Fault.NOT_ASKED),
        (lambda d: [1, 2], Fault.NOT_A_DATASET),
    ],
)
def test_an_answer_that_is_not_the_table_asked_for_is_an_error(
    serve: Any, change: Callable[[Any], Any], fault: Fault
) -> None:
    source, connector = serve(made_up(Region=3, Kon=2, Tid=2))
    table = connector.table("T1")
    (chunk,) = scb.plan(table, every(table), max_cells=50)
    source.script.append(wrong.changed(change))
    with pytest.raises(SourceError) as caught:
        connector.data(chunk)
    assert caught.value.fault is fault


PASSING = [wrong.web_page, wrong.cut_off, wrong.status(429, retry_after="3"), wrong.status(500)]


@pytest.mark.parametrize("fault", PASSING, ids=["web page", "cut off", "429", "500"])
def test_a_passing_fault_loses_nothing(serve: Any, fault: wrong.Misbehaviour) -> None:
    source, connector = serve(made_up(Region=3, Kon=2, Tid=20))
    table = connector.table("T1")
    plan = scb.plan(table, every(table), max_cells=50)
    source.script.extend([fault, None, fault, fault])
    assert sorted(row[3] for row in fetched(connector, plan)) == list(range(120))
    assert not source.script


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda p: p["page"].update(pageNumber=1), Fault.REPEATED_PAGE),
        (lambda p: p.update(tables=[{"id": "A0", "label": "A0", "variableNames": []}] * 2), Fault.REPEATED_PAGE),
        (lambda p: p["page"].update(totalElements=99), Fault.ROWS_LOST),
        (lambda p: p.pop("page") and None, Fault.MISSING_FIELD),
        (lambda p: p["tables"][0].pop("label") and None, Fault.MISSING_FIELD),
        (lambda p: p["tables"][0].update(updated="yesterday"), Fault.CHANGED_FIELD),
    ],
)
def test_listings_that_do_not_add_up_are_errors(
    serve: Any, monkeypatch: Any, change: Callable[[Any], Any], fault: Fault
) -> None:
    monkeypatch.setattr("samverka.connectors.scb.api.PAGE", 2)
    tables = [{"id": f"A{i}", "label": f"A{i}", "variableNames": []} for i in range(4)]
    source, connector = serve(ScbWorld(config=CONFIG, tables=tables))
    assert len(connector.tables()) == 4
    source.script.extend([None, wrong.changed(change)])
    with pytest.raises(SourceError) as caught:
        connector.tables()
    assert caught.value.fault is fault


@pytest.mark.parametrize("field", ["maxDataCells", "maxCallsPerTimeWindow", "timeWindow", "dataFormats"])
def test_a_changed_configuration_is_an_error(serve: Any, field: str) -> None:
    _, connector = serve(ScbWorld(config=CONFIG | {field: 0}))
    with pytest.raises(SourceError) as caught:
        connector.config()
    assert (caught.value.fault, caught.value.details["path"]) == (Fault.CHANGED_FIELD, field)


def test_a_new_release_makes_other_chunks(serve: Any) -> None:
    world = made_up(Region=3, Tid=2)
    _, connector = serve(world)
    table = connector.table("T1")
    before = [chunk.key for chunk in scb.plan(table, every(table), max_cells=2)]
    assert [chunk.key for chunk in scb.plan(connector.table("T1"), every(table), max_cells=2)] == before
    world.datasets["T1"]["updated"] = "2026-07-08T06:00:00Z"
    table = connector.table("T1")
    assert not {chunk.key for chunk in scb.plan(table, every(table), max_cells=2)} & set(before)


NO_ANSWER = Answer.of(b"", method="GET", url="", question=b"", fetched_at=START, status=200, headers={})


@given(st.lists(st.integers(1, 40), min_size=1, max_size=4), st.integers(1, 3000))
@settings(deadline=None, max_examples=80)
def test_a_plan_is_the_whole_choice_once_and_within_the_limit(sizes: list[int], limit: int) -> None:
    names = dict(zip("ABCD", sizes, strict=False))
    content = dataset(**names)
    if math.prod(sizes) > 20_000:
        return
    table = scb.Table("T1", read_structure(content | {"value": []}), NO_ANSWER)
    plan = scb.plan(table, every(table), max_cells=limit)
    cells = [cell for chunk in plan for cell in itertools.product(*(part.codes for part in chunk.parts))]
    assert len(cells) == len(set(cells)) == math.prod(sizes)
    assert max(chunk.cells for chunk in plan) <= limit
    assert len(plan) <= 2 ** len(sizes) * math.ceil(math.prod(sizes) / limit)
