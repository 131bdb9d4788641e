"""Kolada's API v3 on loopback: every row of the payloads comes through, and nothing is lost when pages misbehave."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samverka.connectors import kolada
from samverka.connectors.faults import Fault, SourceError
from samverka.connectors.http import Client, Limits, Pace
from samverka.connectors.rejections import Reason
from tests.fakes import misbehaviour as wrong
from tests.fakes.clocks import TurnedClock
from tests.fakes.official_statistics import CATALOGUE, PAYLOADS, KoladaWorld, OfficialStatistics

needs_payloads = pytest.mark.skipif(not PAYLOADS.is_dir(), reason="Kolada's payloads are not in ../shared/data")
needs_catalogue = pytest.mark.skipif(not CATALOGUE.is_dir(), reason="Kolada's catalogue is not in ../shared/data")


def cell(gender: str, value: Any, status: str = "", **other: Any) -> dict[str, Any]:
    return {"gender": gender, "count": 1, "status": status, "value": value, "isdeleted": False, **other}


def row(kpi: str, area: str, year: int, *cells: dict[str, Any]) -> dict[str, Any]:
    return {"kpi": kpi, "municipality": area, "period": year, "values": list(cells)}


SMALL = KoladaWorld(
    rows=[
        row("N1", "1080", 2020, cell("K", 1.5), cell("M", 2.5), cell("T", 2.0)),
        row("N1", "1081", 2020, cell("K", None, "Missing"), cell("M", 0.0), cell("T", 3)),
        row("N1", "1082", 2020, cell("T", None, "Private"), cell("K", None), cell("M", 4.0, "Preliminary")),
        row("N1", "1083", 2020, cell("T", 5.0, isdeleted=True)),
        row("N1", "G1", 2020, cell("T", 5.0, count=7)),
    ]
)
CHUNK = kolada.Chunk(("N1",), years=(2020,))


@pytest.fixture
def serve() -> Iterator[Callable[..., tuple[OfficialStatistics, kolada.Kolada]]]:
    """A world on loopback, and Kolada's connector to it."""
    opened: list[Any] = []

    def start(world: KoladaWorld, **options: Any) -> tuple[OfficialStatistics, kolada.Kolada]:
        source = OfficialStatistics(world)
        client = Client(
            source.kolada_url, pace=Pace(calls=9, seconds=0.1), limits=Limits(attempts=3), clock=TurnedClock()
        )
        opened.extend([client, source])
        return source, kolada.Kolada(client, **options)

    yield start
    for thing in opened:
        thing.close()


def content(name: str) -> Any:
    return json.loads((PAYLOADS / name).read_text(encoding="utf-8"))


@needs_payloads
@pytest.mark.parametrize("relative", [False, True], ids=["whole links", "relative links"])
def test_every_row_of_the_payloads_comes_through(serve: Any, relative: bool) -> None:
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
def test_two_pages_as_kolada_writes_them(serve: Any) -> None:
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
def test_the_whole_catalogue_is_read(serve: Any) -> None:
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


def test_each_status_is_itself(serve: Any) -> None:
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
def test_a_bad_figure_is_refused_alone_with_its_reason(serve: Any, bad: dict[str, Any], reason: Reason) -> None:
    world = KoladaWorld(rows=[*SMALL.rows, row("N1", "1060", 2020, bad, cell("K", 7.0))])
    _, connector = serve(world)
    figures = connector.figures(CHUNK)
    assert [(r.reason, r.path) for r in figures.rejections] == [(reason, "page 1 values[5]")]
    assert figures.rejections[0].text.startswith("N1 1060 2020 ")
    assert {(f.area, f.gender) for f in figures.records()} >= {("1080", "T"), ("1060", "K")}
    assert ("1060", "T") not in {(f.area, f.gender) for f in figures.records()}


def test_what_nobody_asked_for_is_refused(serve: Any) -> None:
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


def test_a_repeated_figure_is_kept_once_and_a_contradicted_one_not_at_all(serve: Any) -> None:
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


def test_indicators_that_gave_nothing_are_named(serve: Any) -> None:
    _, connector = serve(SMALL)
    assert connector.figures(kolada.Chunk(("N1", "N2"), years=(2020,))).silent == ("N2",)


@pytest.mark.parametrize("field", ["values", "count", "next_url"])
def test_a_missing_field_of_the_page_is_an_error(serve: Any, field: str) -> None:
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
    serve: Any, change: Callable[[Any], Any], fault: Fault, path: str
) -> None:
    source, connector = serve(SMALL)
    source.always = wrong.changed(lambda page: change(page["values"][1]) and None)
    with pytest.raises(SourceError) as caught:
        connector.figures(CHUNK)
    assert (caught.value.fault, caught.value.details["path"]) == (fault, path)
    assert not caught.value.is_retryable


def test_a_page_that_comes_twice_is_an_error(serve: Any) -> None:
    source, connector = serve(SMALL, per_page=2)
    first = source.answer("/v3/data/kpi/N1/year/2020", {"per_page": "2"}, None).content
    source.script.extend([None, wrong.repeated_page(first)])
    with pytest.raises(SourceError) as caught:
        connector.figures(CHUNK)
    assert (caught.value.fault, caught.value.details["page"]) == (Fault.REPEATED_PAGE, 2)


def test_a_link_to_the_page_itself_is_an_error(serve: Any) -> None:
    source, connector = serve(SMALL)
    source.always = wrong.changed(lambda page: page.update(next_url="/v3/data/kpi/N1/year/2020"))
    with pytest.raises(SourceError) as caught:
        connector.figures(CHUNK)
    assert caught.value.fault is Fault.REPEATED_PAGE


def test_pages_that_never_end_are_an_error(serve: Any) -> None:
    source, connector = serve(SMALL, most_pages=7)
    source.always = wrong.EndlessPages()
    with pytest.raises(SourceError) as caught:
        connector.figures(CHUNK)
    assert caught.value.fault is Fault.ENDLESS_PAGES
    assert source.always.sent == 8


def test_an_empty_page_that_points_on_is_an_error(serve: Any) -> None:
    source, connector = serve(SMALL)
    source.always = wrong.changed(lambda page: page.update(values=[], count=0, next_url="?page=9"))
    with pytest.raises(SourceError) as caught:
        connector.figures(CHUNK)
    assert caught.value.fault is Fault.ENDLESS_PAGES


def test_a_link_to_another_host_is_not_followed(serve: Any) -> None:
    source, connector = serve(SMALL)
    source.always = wrong.changed(lambda page: page.update(next_url="https://elsewhere.example/v3/kpi?page=2"))
    with pytest.raises(SourceError) as caught:
        connector.figures(CHUNK)
    assert (caught.value.fault, caught.value.details["host"]) == (Fault.OTHER_HOST, "elsewhere.example")


def test_a_count_that_does_not_add_up_is_an_error(serve: Any) -> None:
    source, connector = serve(SMALL)
    source.always = wrong.changed(lambda page: page["values"].pop() and None)
    with pytest.raises(SourceError) as caught:
        connector.figures(CHUNK)
    assert caught.value.fault is Fault.ROWS_LOST


def test_a_count_of_the_whole_question_is_as_good(serve: Any) -> None:
    source, connector = serve(SMALL, per_page=2)
    source.always = wrong.changed(lambda page: page.update(count=5))
    assert len(connector.figures(CHUNK)) == 11


@pytest.mark.parametrize("fault", [wrong.web_page, wrong.cut_off, wrong.status(429), wrong.status(500)])
def test_a_fault_on_one_page_loses_nothing(serve: Any, fault: wrong.Misbehaviour) -> None:
    source, connector = serve(SMALL, per_page=2)
    source.script.extend([None, fault, None, fault])
    assert len(connector.figures(CHUNK)) == 11


def test_metadata_is_refused_one_by_one(serve: Any) -> None:
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


def test_only_what_changed_can_be_asked_for(serve: Any) -> None:
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


def test_an_interrupted_run_that_is_continued_equals_one_that_was_not(serve: Any) -> None:
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
    values = st.one_of(st.none(), st.integers(-(10**9), 10**9), st.floats(allow_nan=False, allow_infinity=False))
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
