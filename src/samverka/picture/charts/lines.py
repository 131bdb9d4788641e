"""Time series: an area beside wider and similar ones, women beside men, or small ones side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from samverka.foundation.ui.figures import ABSENCE, Presence, number_text
from samverka.picture.queries import Indicated, Parts, called
from samverka.picture.wording import amount
from samverka.statistics.enums import ObservationStatus, Sex
from samverka.statistics.models import Indicator
from samverka.statistics.queries import Figure

from .layout import Form, Layout, Reach, Spec, apart, axis_format, framed, number_room, reach_of, text_mark, text_room

LINE_GAP = 16
NAME_LENGTH = {Form.WIDE: 26, Form.NARROW: 13}
END_GAP = 14
MOST_RIGHT = {Form.WIDE: 240, Form.NARROW: 158}
"""So much of a chart at most is words beside its lines; longer ones are cut."""
COLUMNS = {Form.WIDE: 4, Form.NARROW: 2}
SMALL_WIDTH = {Form.WIDE: 880, Form.NARROW: 352}
"""All the small charts of a row together."""
SMALL_HEIGHT = {Form.WIDE: 96, Form.NARROW: 80}


@dataclass(frozen=True)
class Line:
    """A line of a chart: whose, how it looks, and its figures."""

    name: str
    figures: Sequence[Figure]
    colour: str
    weight: float
    shape: str = ""
    dash: tuple[int, int] | None = None

    @property
    def last(self) -> Figure | None:
        return next((figure for figure in reversed(self.figures) if figure.value is not None), None)


def lines_of(found: Indicated, *, by_sex: bool) -> list[Line]:
    """The lines of the chart over time, the faint ones first."""
    area = found.area
    lines = [
        Line(capfirst(called(wider)), found.of(wider), "var(--ink-soft)", 1.25 if wider.parent_id is None else 1.5)
        for wider in reversed(found.beside.wider)
    ]
    if by_sex:
        return [
            *lines,
            Line(_("Kvinnor"), found.of(area, Sex.WOMEN), "var(--women)", 2.5, "circle"),
            Line(_("Män"), found.of(area, Sex.MEN), "var(--men)", 2.5, "square"),
        ]
    if found.similar:
        lines.append(Line(_("Liknande"), found.similar, "var(--accent)", 1.75, dash=(5, 4)))
    return [*lines, Line(area.name, found.of(area), "var(--ink)", 3, "circle")]


def over_time(found: Indicated, layout: Layout, form: Form, *, by_sex: bool) -> Spec:
    """The chart over time. Years without a value are gaps, and say why where it is the area's own."""
    lines = [line for line in lines_of(found, by_sex=by_sex) if line.last is not None]
    values = [f.value for line in lines for f in line.figures if f.value is not None]
    reach = reach_of(values, layout.ticks)
    size = 13 if form is Form.WIDE else 12
    ends = _ends(found, lines, form, layout.right - END_GAP, size)
    left = max(layout.left, number_room(reach))
    right = min(max(layout.right, text_room(ends, size) + END_GAP), MOST_RIGHT[form])
    layout = replace(layout, width=layout.width - (left - layout.left) - (right - layout.right), left=left, right=right)
    return framed(layout, _over_time(found, lines, ends, layout, size, reach))


def _ends(found: Indicated, lines: Sequence[Line], form: Form, room: int, size: int) -> list[str]:
    """What each line is, and where it ended. The unit stands in the words around the chart when there is no room."""
    named = []
    for line in lines:
        name = line.name if len(line.name) <= NAME_LENGTH[form] else line.name[: NAME_LENGTH[form] - 1] + "…"
        value = line.last.value or 0.0 if line.last else 0.0
        named.append((name, value))
    whole = [f"{name} {amount(value, found.indicator, found.decimals)}" for name, value in named]
    if text_room(whole, size) <= room:
        return whole
    return [f"{name} {number_text(value, found.decimals)}" for name, value in named]


def _over_time(
    found: Indicated, lines: Sequence[Line], ends: Sequence[str], layout: Layout, size: int, reach: Reach
) -> Iterator[Spec]:
    years = found.years or [0]
    x = _x(years, layout.width, layout.year_gap)
    y = _y(reach)
    yield {
        "data": {"values": [{"x": years[0], "y": reach.low}]},
        "mark": {"type": "point", "opacity": 0},
        "encoding": {"x": x, "y": y},
    }
    for line in lines:
        yield from _line(line, found.indicator, found.decimals, x, y)
    if found.joined_at is not None:
        yield from _joint(found.joined_at, reach, x, y)
    yield from _absences(found, reach, x, y)
    values = [line.last.value or 0.0 if line.last else 0.0 for line in lines]
    heights = apart([reach.pixel(value, layout.height) for value in values], LINE_GAP, 6, layout.height)
    for line, value, text, height in zip(lines, values, ends, heights, strict=True):
        yield {
            "data": {"values": [{"x": years[-1], "y": value, "t": text}]},
            "mark": text_mark(
                line.colour,
                weight=650 if line.weight > 2 else 450,
                size=size,
                align="left",
                baseline="middle",
                dx=10,
                dy=height - reach.pixel(value, layout.height),
                limit=layout.right - 12,
            ),
            "encoding": {"x": x, "y": y, "text": {"field": "t"}},
        }


def _line(line: Line, indicator: Indicator, decimals: int, x: Spec, y: Spec) -> Iterator[Spec]:
    rows = _rows(line, indicator, decimals)
    mark: Spec = {"type": "line", "color": line.colour, "strokeWidth": line.weight, "strokeJoin": "round"}
    if line.dash:
        mark["strokeDash"] = list(line.dash)
    yield {
        "data": {"values": rows},
        "mark": mark,
        "encoding": {"x": x, "y": y, "detail": {"field": "run", "type": "nominal"}},
    }
    if line.shape:
        for is_open in (False, True):
            some = [row for row in rows if row["open"] is is_open]
            if some:
                yield {
                    "data": {"values": some},
                    "mark": {
                        "type": "point",
                        "shape": line.shape,
                        "size": 40,
                        "opacity": 1,
                        "fill": "var(--paper)" if is_open else line.colour,
                        "stroke": line.colour,
                        "strokeWidth": 1.75,
                    },
                    "encoding": {"x": x, "y": y},
                }
    # What a pointer meets: larger than what is seen.
    yield {
        "data": {"values": rows},
        "mark": {"type": "point", "size": 260, "opacity": 0, "filled": True, "tooltip": True},
        "encoding": {"x": x, "y": y, "tooltip": {"field": "tip", "type": "nominal", "title": line.name}},
    }


def _rows(line: Line, indicator: Indicator, decimals: int) -> list[Spec]:
    run, rows = 0, []
    previous: int | None = None
    for figure in line.figures:
        if figure.value is None or (previous is not None and figure.year != previous + 1):
            run += 1
        previous = figure.year
        if figure.value is not None:
            rows.append(
                {
                    "x": figure.year,
                    "y": figure.value,
                    "run": run,
                    "open": figure.status is ObservationStatus.PRELIMINARY,
                    "tip": f"{figure.year}: {amount(figure.value, indicator, decimals)}",
                }
            )
    return rows


def _joint(year: int, reach: Reach, x: Spec, y: Spec) -> Iterator[Spec]:
    """Where one series goes over into another: figures on both sides may be counted in different ways."""
    at = [{"x": year - 0.5, "y": reach.low, "y2": reach.high, "t": _("ny serie")}]
    yield {
        "data": {"values": at},
        "mark": {"type": "rule", "color": "var(--rule-strong)", "strokeDash": [2, 3]},
        "encoding": {"x": x, "y": y, "y2": {"field": "y2"}},
    }
    yield {
        "data": {"values": at},
        "mark": text_mark("var(--ink-soft)", size=11, weight=400, align="left", baseline="top", dx=4),
        "encoding": {"x": x, "y": {**y, "field": "y2"}, "text": {"field": "t"}},
    }


def _absences(found: Indicated, reach: Reach, x: Spec, y: Spec) -> Iterator[Spec]:
    for figure in found.of(found.area):
        if figure.value is None:
            presence = Presence.SUPPRESSED if figure.status is ObservationStatus.SUPPRESSED else Presence.MISSING
            yield {
                "data": {"values": [{"x": figure.year, "y": reach.low, "t": str(ABSENCE[presence][1])}]},
                "mark": text_mark("var(--ink-soft)", size=11, weight=400, align="left", angle=270, dx=4),
                "encoding": {"x": x, "y": y, "text": {"field": "t"}},
            }


def _x(years: Sequence[int], width: int, gap: int) -> Spec:
    count = max(1, years[-1] - years[0])
    every = max(1, -(-gap * count // width))
    ticks = list(range(years[-1], years[0] - 1, -every))[::-1]
    return {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [years[0], max(years[-1], years[0] + 1)], "nice": False, "zero": False},
        "axis": {"values": ticks, "format": "d", "title": None},
    }


def _y(reach: Reach) -> Spec:
    return {
        "field": "y",
        "type": "quantitative",
        "scale": {"domain": [reach.low, reach.high], "nice": False, "zero": False},
        "axis": {"values": reach.ticks, "format": axis_format(reach), "title": None},
    }


def side_by_side(found: Indicated, parts: Parts, form: Form) -> Spec:
    """Small charts with shared axes, one for each part; what they are parts of is a faint line in each."""
    shown = [area for area in parts.areas if any(f.value is not None for f in parts.of(area))]
    whole = Line(parts.whole.name, found.of(parts.whole), "var(--ink-soft)", 1.25)
    everything: list[Spec] = []
    newest: list[Spec] = []
    values: list[float] = []
    for area in shown:
        line = Line(area.name, parts.of(area), "var(--ink)", 2.25)
        for row in _rows(line, found.indicator, found.decimals):
            everything.append({**row, "part": area.name, "whose": "own"})
        for row in _rows(whole, found.indicator, found.decimals):
            everything.append({**row, "part": area.name, "whose": "whole"})
        if line.last is not None and line.last.value is not None:
            newest.append(
                {
                    "x": line.last.year,
                    "y": line.last.value,
                    "t": number_text(line.last.value, found.decimals),
                    "part": area.name,
                    "whose": "last",
                }
            )
    values = [row["y"] for row in everything]
    reach = reach_of(values, 3)
    columns, left, right = COLUMNS[form], number_room(reach), text_room([row["t"] for row in newest], 12) + END_GAP
    width, height = (SMALL_WIDTH[form] - left) // columns - right, SMALL_HEIGHT[form]
    years = sorted({row["x"] for row in everything}) or [0]
    x, y = _x(years, width, width), _y(reach)
    x["axis"] = {**x["axis"], "values": [years[0], years[-1]]}

    def layer(whose: str, mark: Spec, **more: Spec) -> Spec:
        return {
            "transform": [{"filter": f"datum.whose == '{whose}'"}],
            "mark": mark,
            "encoding": {"x": x, "y": y, **more},
        }

    run = {"detail": {"field": "run", "type": "nominal"}}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": [*everything, *newest]},
        "padding": {"left": 0, "right": right, "top": 8, "bottom": 8},
        "columns": columns,
        "spacing": {"row": 22, "column": right},
        "resolve": {"axis": {"x": "independent"}},
        "facet": {
            "field": "part",
            "type": "nominal",
            "title": None,
            "sort": [area.name for area in shown],
            "header": {"labelFontSize": 14, "labelFontWeight": 600, "labelAnchor": "start", "labelColor": "var(--ink)"},
        },
        "spec": {
            "width": width,
            "height": height,
            "layer": [
                layer("whole", {"type": "line", "color": "var(--ink-soft)", "strokeWidth": 1.25}, **run),
                layer("own", {"type": "line", "color": "var(--ink)", "strokeWidth": 2.25}, **run),
                layer(
                    "own",
                    {"type": "point", "size": 200, "opacity": 0, "filled": True, "tooltip": True},
                    tooltip={"field": "tip", "type": "nominal", "title": " "},
                ),
                layer("last", {"type": "point", "size": 36, "filled": True, "opacity": 1, "color": "var(--ink)"}),
                layer(
                    "last",
                    text_mark(weight=600, size=12, align="left", baseline="middle", dx=7),
                    text={"field": "t"},
                ),
            ],
        },
    }
