"""A goal's chart: gaps are gaps, the digest tells one content from another, and a content is drawn once."""

import itertools
import re
import threading
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction

from samverka.collaborations.models import Collaboration
from samverka.foundation.ui import charts as drawing
from samverka.foundation.ui.charts import TOKENS, Chart, Theme, draw, svg_of
from samverka.foundation.ui.models import RenderedChart
from samverka.goals import charts
from samverka.goals.charts import Form, chart_of, spec_of
from samverka.goals.models import Goal, GoalTarget
from samverka.goals.queries import Glimpse, Line, Place, Progress, cell_of
from samverka.statistics.enums import ObservationStatus, Sex
from samverka.statistics.models import Indicator, Source
from samverka.statistics.queries import Figure
from samverka.territory.models import Area
from samverka_engine.series.verdict import Observed, Polarity, Status, Target, judge

OK, PRELIMINARY, MISSING = ObservationStatus.OK, ObservationStatus.PRELIMINARY, ObservationStatus.MISSING
STATUS = {OK: Status.OK, PRELIMINARY: Status.PRELIMINARY, MISSING: Status.MISSING}
TOKENS_CSS = Path(drawing.__file__).parent / "static" / "ui" / "css" / "tokens.css"

COUNTY = Area(pk=1, code="10", name="Blekinge län")
TOWN = Area(pk=2, code="1080", name="Karlskrona")
NATION = Area(pk=3, code="00", name="Riket")
GOAL = Goal(
    pk=7,
    name="Halvera",
    collaboration=Collaboration(pk=1, area=COUNTY),
    indicator=Indicator(pk=1, source=Source(name="Kolada"), source_key="X", name="x", unit="%"),
    polarity="lower_is_better",
    baseline_year=2013,
    target_year=2017,
    adopted_on=date(2013, 1, 1),
)


def line(area: Area, sex: Sex, values: dict[int, float | None], *, promised: bool = True, **status: Any) -> Line:
    """A line of figures; None is missing, and `preliminary=2016` marks a year."""
    figures = [
        Figure(
            year,
            value,
            MISSING if value is None else PRELIMINARY if status.get("preliminary") == year else OK,
        )
        for year, value in values.items()
    ]
    start = values.get(2013)
    target = (
        GoalTarget(goal=GOAL, area=area, sex=sex, baseline_value=start, target_value=start / 2)
        if promised and start
        else None
    )
    return Line(
        area=area,
        sex=sex,
        target=target,
        figures=figures,
        judgement=judge(
            Target(2013, target.baseline_value, 2017, target.target_value) if target else None,
            Polarity.LOWER_IS_BETTER,
            [Observed(f.year, f.value, STATUS[f.status]) for f in figures],
        ),
    )


def progress(
    values: dict[int, float | None], *, part: dict[int, float | None] | None = None, **status: Any
) -> Progress:
    """A goal whose whole has these figures; those of its one part are twice as high unless given."""
    whole = line(COUNTY, Sex.TOTAL, values, **status)
    town = line(TOWN, Sex.TOTAL, part or {year: v and v * 2 for year, v in values.items()})
    return Progress(
        goal=GOAL,
        whole=Place(COUNTY, whole, None, None),
        parts=[Place(TOWN, town, None, None)],
        comparison=line(NATION, Sex.TOTAL, {2013: 8.0, 2014: 7.0}, promised=False),
        years=sorted(values),
        history=[Glimpse(max(values), cell_of(whole, max(values)), whole.judgement)],
        extraction=None,
        as_of_year=None,
    )


def layers(spec: dict[str, Any], kind: str, colour: str) -> list[dict[str, Any]]:
    """The layers of one kind of mark in one colour."""
    found = []
    for layer in spec["layer"]:
        mark = layer["mark"]
        if mark["type"] == kind and colour in (mark.get("color"), mark.get("stroke")):
            found.append(layer)
    return found


def test_a_year_without_value_breaks_the_line() -> None:
    seen = progress({2012: 15.0, 2013: 14.0, 2014: None, 2015: 11.0, 2016: 10.0})
    [total] = layers(spec_of(seen, seen.whole, Form.WIDE), "line", "var(--ink)")
    runs = {row["x"]: row["run"] for row in total["data"]["values"]}
    assert runs == {2012: 0, 2013: 0, 2015: 1, 2016: 1}
    assert total["encoding"]["detail"]["field"] == "run"


def test_a_year_that_is_not_reported_breaks_the_line_too() -> None:
    seen = progress({2013: 14.0, 2015: 11.0})
    [total] = layers(spec_of(seen, seen.whole, Form.WIDE), "line", "var(--ink)")
    assert [row["run"] for row in total["data"]["values"]] == [0, 1]


def test_the_drawn_line_really_has_a_gap() -> None:
    seen = progress({2012: 15.0, 2013: 14.0, 2014: None, 2015: 11.0, 2016: 10.0})
    svg = draw(chart_of(seen, seen.whole, Form.WIDE, Theme.LIGHT))
    ink = re.escape(TOKENS[Theme.LIGHT]["--ink"])
    paths = re.findall(rf'<path d="([^"]+)" stroke="{ink}" stroke-width="3"', svg)
    assert len(paths) == 2, "two runs, two strokes"
    assert all(len(re.findall("[ML]", path)) == 2 for path in paths)


def test_what_is_missing_is_said_in_words_and_is_never_zero() -> None:
    seen = progress({2013: 14.0, 2014: None, 2015: 11.0})
    spec = spec_of(seen, seen.whole, Form.WIDE)
    assert any(layer["mark"].get("text") == "saknas" for layer in spec["layer"])
    [total] = layers(spec, "line", "var(--ink)")
    assert all(row["y"] > 0 for row in total["data"]["values"])


def test_a_preliminary_figure_is_an_open_point() -> None:
    seen = progress({2013: 14.0, 2014: 13.0, 2015: 12.0}, preliminary=2015)
    spec = spec_of(seen, seen.whole, Form.WIDE)
    opened = [layer for layer in spec["layer"] if layer["mark"].get("fill") == "var(--paper)"]
    assert [row["x"] for layer in opened for row in layer["data"]["values"]] == [2015]


def test_the_value_axis_begins_at_zero_and_years_are_whole() -> None:
    seen = progress({2013: 14.0, 2014: 13.0, 2022: 5.0})
    spec = spec_of(seen, seen.whole, Form.WIDE)
    encoding = spec["layer"][0]["encoding"]
    assert encoding["y"]["scale"]["domain"][0] == 0
    assert all(isinstance(year, int) for year in encoding["x"]["axis"]["values"])
    assert 2017 in encoding["x"]["axis"]["values"]


def test_the_expected_path_goes_straight_from_baseline_to_target() -> None:
    seen = progress({2013: 14.0, 2014: 13.0})
    straight = layers(spec_of(seen, seen.whole, Form.WIDE), "line", "var(--accent)")
    ends = [[(row["x"], row["y"]) for row in layer["data"]["values"]] for layer in straight]
    assert [(2013, 14.0), (2017, 7.0)] in ends


def test_the_band_forgives_nothing_in_the_target_year() -> None:
    seen = progress({2013: 14.0, 2014: 13.0})
    [band] = layers(spec_of(seen, seen.whole, Form.WIDE), "area", "var(--accent)")
    rows = {row["x"]: (row["y"], row["y2"]) for row in band["data"]["values"]}
    assert rows[2014] == pytest.approx((12.25 - 0.7, 12.25 + 0.7))
    assert rows[2017] == pytest.approx((7.0 - 0.7, 7.0))


def test_years_after_the_target_year_are_set_apart() -> None:
    before = progress({2013: 14.0, 2017: 8.0})
    after = progress({2013: 14.0, 2017: 8.0, 2019: 7.0})

    def grounds(seen: Progress) -> list[Any]:
        spec = spec_of(seen, seen.whole, Form.WIDE)
        return [layer["data"]["values"] for layer in spec["layer"] if layer["mark"]["type"] == "rect"]

    assert grounds(before) == []
    assert grounds(after) == [[{"x": 2017, "x2": 2019}]]


def test_small_charts_share_the_scale_that_holds_them_all() -> None:
    seen = progress({2013: 14.0, 2014: 13.0}, part={2013: 30.0, 2014: 20.0})
    other = Place(COUNTY, seen.whole.total, None, None)
    seen.parts.append(other)
    domains = {
        tuple(chart_of(seen, place, Form.SMALL, Theme.LIGHT).spec["layer"][0]["encoding"]["y"]["scale"]["domain"])
        for place in seen.parts
    }
    assert len(domains) == 1
    assert domains.pop()[1] >= 30


def test_a_goal_without_figures_can_be_drawn() -> None:
    seen = progress({2013: None, 2014: None})
    assert draw(chart_of(seen, seen.whole, Form.WIDE, Theme.LIGHT)).startswith("<svg")


def test_an_indicator_with_negative_values_keeps_zero_in_the_picture() -> None:
    seen = progress({2013: 2.0, 2014: -3.0})
    low, high = spec_of(seen, seen.whole, Form.WIDE)["layer"][0]["encoding"]["y"]["scale"]["domain"]
    assert low <= -3 < 0 < 2 <= high


def test_labels_at_the_ends_never_lie_on_each_other() -> None:
    placed = charts.drawing._spread([10, 11, 12, 300, 301], 16, 310)
    assert all(b - a >= 16 for a, b in itertools.pairwise(placed))
    assert placed[-1] <= 310


def test_the_digest_is_the_same_for_the_same_content_and_another_for_another() -> None:
    first, again = progress({2013: 14.0, 2014: 13.0}), progress({2013: 14.0, 2014: 13.0})
    changed = progress({2013: 14.0, 2014: 13.1})

    def digest(seen: Progress, theme: Theme = Theme.LIGHT) -> str:
        return chart_of(seen, seen.whole, Form.WIDE, theme).digest

    assert digest(first) == digest(again)
    assert digest(first) != digest(changed)
    assert digest(first) != digest(first, Theme.DARK)


def test_another_renderer_gives_another_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    chart = {"mark": "point", "data": {"values": []}}
    before = Chart(chart, Theme.LIGHT, "sv").digest
    monkeypatch.setattr(drawing, "RENDERER", "vl-convert 99")
    drawing._surroundings.cache_clear()
    try:
        assert Chart(chart, Theme.LIGHT, "sv").digest != before
    finally:
        drawing._surroundings.cache_clear()


def test_the_colours_are_those_of_the_style_sheet() -> None:
    css = TOKENS_CSS.read_text()
    light, dark = css.split("prefers-color-scheme: dark", 1)
    for theme, text in ((Theme.LIGHT, light), (Theme.DARK, dark)):
        written = dict(re.findall(r"(--[a-z-]+):\s*(#[0-9a-f]{6});", text))
        assert {name: written[name] for name in TOKENS[theme]} == TOKENS[theme]


def test_nothing_is_fetched() -> None:
    outside = {"data": {"url": "https://example.org/x.csv"}, "mark": "point", "encoding": {}}
    with pytest.raises(ValueError, match="not allowed"):
        draw(Chart(outside, Theme.LIGHT, "sv"))


def test_numbers_are_swedish_in_swedish_and_english_in_english() -> None:
    spec = {
        "data": {"values": [{"y": 0.5}, {"y": 1.5}]},
        "mark": "point",
        "encoding": {"y": {"field": "y", "type": "quantitative", "axis": {"values": [0.5, 1.5], "format": ".1f"}}},
    }
    assert ">0,5<" in draw(Chart(spec, Theme.LIGHT, "sv"))
    assert ">0.5<" in draw(Chart(spec, Theme.LIGHT, "en"))


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every rendering from now on, as digests; each takes long enough for two to meet."""
    drawn: list[str] = []

    def slowly(chart: Chart) -> str:
        drawn.append(chart.digest)
        time.sleep(0.2)
        return "<svg/>"

    monkeypatch.setattr(drawing, "draw", slowly)
    return drawn


@pytest.mark.django_db
def test_the_same_content_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = counted(monkeypatch)
    one, same = (Chart({"mark": "point", "name": "once"}, Theme.LIGHT, "sv") for _ in range(2))
    other = Chart({"mark": "point", "name": "other"}, Theme.LIGHT, "sv")
    assert svg_of(one) == svg_of(same) == svg_of(other)
    assert drawn == [one.digest, other.digest]
    assert RenderedChart.objects.filter(pk__in=drawn).count() == 2


def test_two_who_ask_at_once_get_one_drawing(
    own_database: str, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = counted(monkeypatch)
    chart = Chart({"mark": "point", "name": "two at once"}, Theme.DARK, "sv")
    together = threading.Barrier(2)
    answers: list[str] = []

    def ask() -> None:
        try:
            together.wait()
            with transaction.atomic():
                answers.append(svg_of(chart))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    with django_db_blocker.unblock():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == ["<svg/>", "<svg/>"]
    assert drawn == [chart.digest]


def test_a_label_keeps_its_figure_however_long_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(COUNTY, "name", "Västra Götalands läns norra delregion")
    seen = progress({2013: 14.0, 2014: 13.0})
    for form in (Form.WIDE, Form.NARROW):
        texts = {str(layer["mark"].get("text", "")) for layer in spec_of(seen, seen.parts[0], form)["layer"]}
        [label] = {text for text in texts if text.startswith("Västra G")}
        assert label.endswith("… 13,0\N{NO-BREAK SPACE}%")
        assert len(label) < 18
