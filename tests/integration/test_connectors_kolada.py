"""Kolada's API v3 on loopback: every row of the payloads comes through, and nothing is lost when pages misbehave."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samverka.connectors import kolada
from samverka.connectors.faults import SourceError
from samverka.connectors.http import Client, Pace
from tests.fakes import misbehaviour as wrong
from tests.fakes.clocks import TurnedClock
from tests.fakes.kolada_worlds import CHUNK, SMALL, Serve, cell, row, serving
from tests.fakes.official_statistics import CATALOGUE, PAYLOADS, KoladaWorld, OfficialStatistics

needs_payloads = pytest.mark.skipif(not PAYLOADS.is_dir(), reason="Kolada's payloads are not in ../shared/data")
needs_catalogue = pytest.mark.skipif(not CATALOGUE.is_dir(), reason="Kolada's catalogue is not in ../shared/data")


@pytest.fixture
def serve() -> Iterator[Serve]:
    with serving() as start:
        yield start


def content(name: str) -> Any:
    return json.loads((PAYLOADS / name).read_text(encoding="utf-8"))


@needs_payloads
@pytest.mark.parametrize("relative", [False, True], ids=["whole links", "relative links"])
def test_every_row_of_the_payloads_comes_through(serve: Serve, relative: bool) -> None:
    world = KoladaWorld.of_files()
    source, connector = serve(world, per_page=97)
    source.relative_links = relative
    wanted = Counter(
        (r["kpi"], r["municipality"], r["period"], v["gender"], v["value"])
        for path in PAYLOADS.glob("data_*_blekinge.json")
        for r in content(path.name)["values"]
        for v in r["values"]
    )
    kpis = sorted({key[0] for key in wanted})
    plan = kolada.plan(kpis=kpis, areas={key[1] for key in wanted}, batch=8)
    assert len(plan) == 3
    found: Counter[Any] = Counter()
    for chunk in plan:
        figures = connector.figures(chunk)
        assert (figures.rejections, figures.silent) == ((), ())
        assert len(figures.answers) > 1
        found += Counter((f.kpi, f.area, f.year, f.gender, f.value) for f in figures.records())
    assert found == wanted
    assert sum(wanted.values()) > 3000


@needs_payloads
def test_two_pages_as_kolada_writes_them(serve: Serve) -> None:
    _, connector = serve(KoladaWorld.of_files(), per_page=150)
    figures = connector.figures(kolada.Chunk(("N00973",), years=(2018,)))
    rows = content("data_N00973_2018_page1.json")["values"] + content("data_N00973_2018_page2.json")["values"]
    assert len(figures) == sum(len(r["values"]) for r in rows) == 873
    assert figures.frame["value"].null_count() == 18
    riket = {f.gender: f.value for f in figures.records() if f.area == "0000"}
    assert (riket["K"], riket["M"]) == (32.911558, 53.649461)
    missing = [f for f in figures.records() if f.value is None]
    assert {f.status for f in missing} == {kolada.Status.MISSING}


@needs_catalogue
def test_the_whole_catalogue_is_read(serve: Serve) -> None:
    def of(name: str) -> Any:
        return json.loads((CATALOGUE / name).read_text(encoding="utf-8"))

    kpis, municipalities, groups = of("kpi.json"), of("municipality.json"), of("municipality_groups.json")
    _, connector = serve(KoladaWorld(kpis=kpis, municipalities=municipalities, groups=groups), per_page=2000)
    listed = connector.kpis()
    assert (len(listed), listed.rejections, len(listed.answers)) == (6099, (), 4)
    by_id = {kpi.id: kpi for kpi in listed}
    n00973 = by_id["N00973"]
    (raw,) = [kpi for kpi in kpis if kpi["id"] == "N00973"]
    assert (n00973.title, n00973.is_divided_by_gender) == (raw["title"], True)
    assert sum(kpi.publication_date is None for kpi in listed) == 778
    assert len(connector.municipalities()) == 312
    found = connector.municipality_groups()
    assert len(found) == 3630
    assert sum(len(group.members) for group in found) == 26573
    assert {kpi.id for kpi in connector.kpis(ids=["N00973", "N02267"])} == {"N00973", "N02267"}
    some = connector.kpis(title="utrikes födda")
    assert {kpi.id for kpi in some} == {kpi["id"] for kpi in kpis if "utrikes födda" in kpi["title"].lower()}
    many = [kpi["id"] for kpi in kpis[:60]]
    assert len(connector.kpis(ids=many).answers) == 3


def test_each_status_is_itself(serve: Serve) -> None:
    _, connector = serve(SMALL)
    figures = connector.figures(CHUNK)
    assert figures.rejections == ()
    found = {(f.area, f.gender): (f.value, f.status, f.members) for f in figures.records()}
    assert found == {
        ("1080", "K"): (1.5, "ok", 1),
        ("1080", "M"): (2.5, "ok", 1),
        ("1080", "T"): (2.0, "ok", 1),
        ("1081", "K"): (None, "missing", 1),
        ("1081", "M"): (0.0, "ok", 1),
        ("1081", "T"): (3.0, "ok", 1),
        ("1082", "T"): (None, "suppressed", 1),
        ("1082", "K"): (None, "missing", 1),
        ("1082", "M"): (4.0, "preliminary", 1),
        ("1083", "T"): (None, "deleted", 1),
        ("G1", "T"): (5.0, "ok", 7),
    }


def test_metadata_is_refused_one_by_one(serve: Serve) -> None:
    world = KoladaWorld(
        municipalities=[
            {"id": "1080", "title": "Karlskrona", "type": "K"},
            {"id": "1081", "title": "Ronneby", "type": "X"},
            {"id": "", "title": "?", "type": "K"},
            {"id": "1080", "title": "Karlskrona", "type": "K"},
            {"id": "1082", "title": "Karlshamn", "type": "K"},
            {"id": "1082", "title": "Carlshamn", "type": "K"},
        ]
    )
    listed = serve(world)[1].municipalities()
    assert [m.id for m in listed] == ["1080"]
    assert [r.reason for r in listed.rejections] == ["type", "empty", "duplicate", "conflict", "conflict"]


def test_only_what_changed_can_be_asked_for(serve: Serve) -> None:
    old, new = dict(SMALL.rows[0], changed="2026-01-01"), dict(SMALL.rows[1], changed="2026-06-01")
    source, connector = serve(KoladaWorld(rows=[old, new]))
    (chunk,) = kolada.plan(kpis=["N1"], years=[2020], changed_since=date(2026, 5, 1))
    assert {f.area for f in connector.figures(chunk).records()} == {"1081"}
    assert source.asked == [f"GET /v3/{chunk.key}"]


ids = st.lists(st.integers(10000, 10099).map(lambda number: f"N{number}"), max_size=60)


@given(ids, ids, st.lists(st.integers(1990, 2030), max_size=60), st.integers(1, 25))
@settings(deadline=None, max_examples=40)
def test_a_plan_is_the_whole_question_once(kpis: list[str], areas: list[str], years: list[int], batch: int) -> None:
    if not kpis or not (areas or years):
        with pytest.raises(ValueError, match="together"):
            kolada.plan(kpis=kpis, areas=areas, years=years)
        return
    plan = kolada.plan(kpis=kpis, areas=areas, years=years, batch=batch)
    cells = [(k, a, y) for c in plan for k in c.kpis for a in c.areas or ("",) for y in c.years or (0,)]
    assert len(cells) == len(set(cells))
    assert set(cells) == {(k, a, y) for k in kpis for a in areas or [""] for y in years or [0]}
    assert all(max(len(c.kpis), len(c.areas), len(c.years)) <= batch for c in plan)
    again = kolada.plan(kpis=kpis[::-1] + kpis, areas=reversed(areas), years=years, batch=batch)
    assert [c.key for c in again] == [c.key for c in plan]


def test_an_interrupted_run_that_is_continued_equals_one_that_was_not(serve: Serve) -> None:
    rows = [row(f"N{k}", f"{a}", y, cell("T", k + a + y)) for k in range(3) for a in range(5) for y in (2020, 2021)]
    source, connector = serve(KoladaWorld(rows=rows))
    plan = kolada.plan(kpis=["N0", "N1", "N2"], years=[2020, 2021], batch=1)

    def run(stored: dict[str, list[Any]]) -> None:
        for chunk in plan.remaining(stored):
            stored[chunk.key] = list(connector.figures(chunk).frame.iter_rows())

    whole: dict[str, list[Any]] = {}
    run(whole)
    assert len(whole) == len(plan) == 6
    for end in range(len(plan)):
        stored: dict[str, list[Any]] = {}
        source.script.extend([*[None] * end, wrong.status(410)])
        with pytest.raises(SourceError):
            run(stored)
        assert len(stored) == end
        run(stored)
        assert stored == whole


@given(st.data())
@settings(deadline=None, max_examples=15)
def test_other_indicators_areas_and_years_work_unseen(data: st.DataObject) -> None:
    values = st.one_of(st.none(), st.integers(-(10**9), 10**9), st.floats(-1e299, 1e299))
    keys = data.draw(
        st.sets(
            st.tuples(
                st.from_regex(r"[A-ZÅÄÖ]\d{5}", fullmatch=True),
                st.from_regex(r"(\d{4}|G\d{6})", fullmatch=True),
                st.integers(1900, 2100),
            ),
            min_size=1,
            max_size=20,
        )
    )
    rows = [
        row(*key, *(cell(g, data.draw(values)) for g in data.draw(st.sampled_from(["T", "KMT", "KM"]))))
        for key in sorted(keys)
    ]
    source = OfficialStatistics(KoladaWorld(rows=rows))
    try:
        with Client(source.kolada_url, pace=Pace(calls=9, seconds=0.1), clock=TurnedClock()) as client:
            connector = kolada.Kolada(client, per_page=data.draw(st.integers(1, 9)))
            plan = kolada.plan(kpis={k for k, _, _ in keys}, years={y for _, _, y in keys})
            found = Counter(
                (f.kpi, f.area, f.year, f.gender, f.value) for chunk in plan for f in connector.figures(chunk).records()
            )
    finally:
        source.close()
    assert found == Counter(
        (r["kpi"], r["municipality"], r["period"], v["gender"], v["value"]) for r in rows for v in r["values"]
    )
