"""JSON-stat 2: what is written is read back, dense or sparse, and a table that contradicts itself is refused."""

import json
import math
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samverka.connectors.cubes import Cube, Dimension, Structure, Unit
from samverka.connectors.faults import Fault, SourceError
from samverka.connectors.jsonstat import read_dataset, read_structure, write_dataset
from samverka.connectors.rejections import Reason
from tests.fakes.official_statistics import RECORDED

needs_recorded = pytest.mark.skipif(not RECORDED.is_dir(), reason="SCB's recorded answers are not in ../shared/data")

# A null character in others' text is marked when it is read: PostgreSQL keeps none.
characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
words = st.text(characters, max_size=8)
codes = st.lists(st.text(characters, min_size=1, max_size=5), min_size=1, max_size=5)


@st.composite
def cubes(draw: st.DrawFn) -> Cube:
    dimensions = []
    for id_ in draw(st.lists(words.filter(bool), min_size=1, max_size=4, unique=True)):
        own = tuple(dict.fromkeys(draw(codes)))
        units = {code: Unit(draw(words), draw(st.none() | st.integers(0, 6))) for code in own if draw(st.booleans())}
        dimensions.append(
            Dimension(
                id=id_,
                label=draw(words) or id_,
                codes=own,
                labels=tuple(draw(words) for _ in own),
                role=draw(st.sampled_from(["", "time", "geo", "metric"])),
                units=units,
                notes=tuple(draw(st.lists(words, max_size=2))),
                extension=draw(st.dictionaries(words, st.integers(), max_size=1)),
            )
        )
    structure = Structure(
        label=draw(words),
        source=draw(words),
        updated=draw(st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))),  # noqa: DTZ001
        dimensions=tuple(dimensions),
        notes=tuple(draw(st.lists(words, max_size=2))),
    )
    numbers = st.just(math.nan) | st.floats(-1e299, 1e299) | st.integers(-(2**60), 2**60).map(float)
    size = structure.cells
    values = np.array(draw(st.lists(numbers, min_size=size, max_size=size)))
    return Cube(structure, values, draw(st.dictionaries(st.integers(0, size - 1), words, max_size=4)))


@given(cubes(), st.sampled_from([True, False, None]))
@settings(deadline=None, max_examples=60)
def test_what_is_written_is_read_back(cube: Cube, sparse: bool | None) -> None:
    written = json.dumps(write_dataset(cube, sparse=sparse), allow_nan=False)
    again = read_dataset(json.loads(written))
    assert again.structure == cube.structure
    np.testing.assert_array_equal(again.values, cube.values)
    assert again.statuses == cube.statuses
    assert again.rejections == ()
    assert read_structure(json.loads(written)) == cube.structure


@needs_recorded
def test_the_recorded_table_against_the_file() -> None:
    content = json.loads((RECORDED / "TAB6471_data.json").read_text(encoding="utf-8"))
    cube = read_dataset(content)
    frame = cube.frame()
    assert frame.height == 2772
    assert frame["value"].null_count() == frame["value"].null_count() == 0
    assert frame["status"].null_count() == 2772
    index = [content["dimension"][id_]["category"]["index"] for id_ in content["id"]]
    for row in frame.sample(200, seed=1).iter_rows():
        place = 0
        for size, where, code in zip(content["size"], index, row[:5], strict=True):
            place = place * size + where[code]
        assert row[5] == content["value"][place]
    assert cube.structure.updated == datetime(2026, 6, 8, 6, tzinfo=UTC)
    again = read_dataset(json.loads(json.dumps(write_dataset(cube))))
    assert again.structure == cube.structure
    np.testing.assert_array_equal(again.values, cube.values)


def table(**changes: Any) -> dict[str, Any]:
    """Two areas by three years."""
    return {
        "version": "2.0",
        "class": "dataset",
        "id": ["area", "year"],
        "size": [2, 3],
        "role": {"geo": ["area"], "time": ["year"]},
        "dimension": {
            "area": {"category": {"index": {"1081": 1, "1080": 0}, "label": {"1080": "Karlskrona"}}},
            "year": {"category": {"index": ["2020", "2021", "2022"]}},
        },
        "value": [1, None, 3.5, 4, 5, 6],
    } | changes


def test_an_index_may_be_a_list_or_an_object_and_labels_may_be_left_out() -> None:
    area, year = read_dataset(table()).structure.dimensions
    assert (area.codes, area.labels, area.role) == (("1080", "1081"), ("Karlskrona", "1081"), "geo")
    assert (year.codes, year.labels, year.label) == (("2020", "2021", "2022"), ("2020", "2021", "2022"), "year")


def test_one_category_needs_no_index() -> None:
    single = {"category": {"label": {"x": "Only"}}}
    content = table(id=["area", "year", "only"], size=[2, 3, 1])
    content["dimension"]["only"] = single
    assert read_dataset(content).structure.dimension("only").codes == ("x",)


def test_rows_are_in_the_order_of_the_codes() -> None:
    assert read_dataset(table()).frame().rows()[:4] == [
        ("1080", "2020", 1.0, None),
        ("1080", "2021", None, None),
        ("1080", "2022", 3.5, None),
        ("1081", "2020", 4.0, None),
    ]


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("p", dict.fromkeys(range(6), "p")),
        (["p"], dict.fromkeys(range(6), "p")),
        ([None, "..", None, None, None, "p"], {1: "..", 5: "p"}),
        ({"1": "..", "5": "p"}, {1: "..", 5: "p"}),
        ({"1": None}, {}),
        (None, {}),
    ],
)
def test_statuses_in_all_their_forms(status: Any, found: dict[int, str]) -> None:
    cube = read_dataset(table(status=status))
    assert cube.statuses == found
    assert [s for s in cube.frame()["status"].to_list() if s] == list(found.values())


def test_sparse_values_leave_the_rest_missing() -> None:
    assert read_dataset(table(value={"4": 7, "0": None})).frame()["value"].to_list() == [None] * 4 + [7.0, None]
    assert read_dataset(table(value={})).frame()["value"].null_count() == 6


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (math.nan, Reason.NOT_FINITE),
        (math.inf, Reason.NOT_FINITE),
        (10**400, Reason.NOT_FINITE),
        ("7", Reason.NOT_A_NUMBER),
        (True, Reason.NOT_A_NUMBER),
        ([1], Reason.NOT_A_NUMBER),
    ],
)
def test_a_value_that_is_no_number_is_missing_and_told(bad: Any, reason: Reason, sparse: bool) -> None:
    cube = read_dataset(table(value={"4": bad, "5": 6} if sparse else [1, None, 3, 4, bad, 6]))
    assert [(r.reason, r.path) for r in cube.rejections] == [(reason, "area=1081, year=2021")]
    assert cube.missing[4]
    assert cube.values[5] == 6.0


def change(content: dict[str, Any], *path: Any, to: Any) -> dict[str, Any]:
    changed: dict[str, Any] = json.loads(json.dumps(content))
    at = changed
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = to
    return changed


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (table(value=[1, 2, 3]), Fault.SIZE),
        (table(value={"6": 1}), Fault.POSITION),
        (table(value={"-1": 1}), Fault.POSITION),
        (table(value={"01": 1}), Fault.POSITION),
        (table(value={"a": 1}), Fault.POSITION),
        (table(value={"9" * 9000: 1}), Fault.POSITION),
        (table(status=["p", "p"]), Fault.SIZE),
        (table(status={"9": "p"}), Fault.POSITION),
        (table(status=[1] * 6), Fault.CHANGED_FIELD),
        (table(size=[2, 4]), Fault.SIZE),
        (table(size=[2]), Fault.CHANGED_FIELD),
        (table(size=[2, "3"]), Fault.CHANGED_FIELD),
        (table(id=["area", "month"], role={}), Fault.MISSING_FIELD),
        (table(id=["area", "area"]), Fault.CHANGED_FIELD),
        (table(role={"time": ["month"]}), Fault.CHANGED_FIELD),
        (table(updated="2026-06-08"), Fault.CHANGED_FIELD),
        (table(version="1.0"), Fault.NOT_A_DATASET),
        (table(**{"class": "collection"}), Fault.NOT_A_DATASET),
        ([], Fault.NOT_A_DATASET),
        ({}, Fault.NOT_A_DATASET),
        (change(table(), "dimension", "area", "category", "index", to={"1080": 0, "1081": 2}), Fault.CHANGED_FIELD),
        (change(table(), "dimension", "area", "category", "index", to={"1080": 0, "1081": 0}), Fault.CHANGED_FIELD),
        (change(table(), "dimension", "year", "category", "index", to=["1", "2", "2"]), Fault.CHANGED_FIELD),
        (change(table(), "dimension", "year", "category", "index", to=["1", "2", 3]), Fault.CHANGED_FIELD),
        (change(table(), "dimension", "year", "category", to={}), Fault.MISSING_FIELD),
        (change(table(), "dimension", "area", "category", "label", to={"x": "?"}), Fault.CHANGED_FIELD),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(content: Any, fault: Fault) -> None:
    with pytest.raises(SourceError) as caught:
        read_dataset(content)
    assert caught.value.fault is fault


def test_a_few_lines_cannot_fill_the_memory() -> None:
    years = {"category": {"index": [str(i) for i in range(1000)]}}
    names = [f"d{i}" for i in range(9)]
    content = table(id=names, size=[1000] * 9, dimension=dict.fromkeys(names, years), value={"0": 1}, role={})
    with pytest.raises(SourceError) as caught:
        read_dataset(content)
    assert caught.value.fault is Fault.TOO_MANY_CELLS


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words, lambda v: st.lists(v) | st.dictionaries(words, v)
)


@given(st.sampled_from(["id", "size", "role", "dimension", "value", "status", "updated", "label", "note"]), json_values)
@settings(deadline=None, max_examples=100)
def test_whatever_a_field_becomes_there_is_a_cube_or_an_error_with_a_name(field: str, value: Any) -> None:
    cube = error = None
    try:
        cube = read_dataset(table(**{field: value}))
    except SourceError as caught:
        error = caught
    if error is not None:
        assert error.sentence % error.details == str(error)
    else:
        assert cube is not None
        assert cube.values.size == 6
