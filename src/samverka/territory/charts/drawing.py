"""A map that is laid out, as a Vega-Lite specification."""

import math
from collections.abc import Iterator
from typing import Any

from samverka.foundation.ui.figures import number_text

from .classes import class_of
from .maps import LEGEND_LINE, Map, Place
from .projection import Frame, drawn

Spec = dict[str, Any]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
LETTER = 6.4
LINE = 14
SWATCH = 16
BY_NAME = 25
"""So many areas at most have their name even where it covers a part of another's circle."""
BY_NAME_AND_VALUE = 14
"""So many areas at most have their value beside their name."""


def spec_of(made: Map) -> Spec:
    """The specification. Colours are names; see `foundation.ui.charts`. Tooltips are for pages with JavaScript."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": made.whole_width,
        "height": made.whole_height,
        "autosize": {"type": "none"},
        "padding": 0,
        "projection": {"type": "identity", "scale": 1, "translate": [0, 0]},
        "layer": [layer for layer in _layers(made) if layer["data"]["values"]],
    }


def _layers(made: Map) -> Iterator[Spec]:
    if made.outlines:
        for dashed in (False, True):
            yield _shapes(made, dashed=dashed)
    if made.has_circles:
        for dashed in (True, False):  # a hollow circle hides nothing
            yield _circles(made, dashed=dashed)
    yield from _labels(made)
    yield from _legend(made)


def _fill(made: Map, place: Place) -> str:
    if place.value is None:
        return "var(--paper)"
    if made.by_size:
        return "var(--map-high)"
    return class_of(place.value, made.classes, decimals=made.decimals).colour


def _shapes(made: Map, *, dashed: bool) -> Spec:
    """Areas as outlines: coloured by class, or hollow with a dashed edge when there is no value."""
    plain = made.has_circles
    rows = [
        {
            "type": "Feature",
            "geometry": drawn(made.outlines[place.area.pk], made.frame),
            "fill": "var(--ground)" if plain else _fill(made, place),
            "name": place.area.name,
            "value": place.text,
        }
        for place in made.places
        if (place.value is None and not plain) is dashed
    ]
    return {
        "data": {"values": rows},
        "mark": {
            "type": "geoshape",
            "stroke": "var(--ink-soft)",
            "strokeWidth": 0.9 if dashed else 0.5,
            "strokeJoin": "round",
            **({"strokeDash": [3, 3]} if dashed else {}),
        },
        "encoding": {"fill": {"field": "fill", "type": "nominal", "scale": None}, "tooltip": _TOOLTIP},
    }


_TOOLTIP = [{"field": "name", "type": "nominal"}, {"field": "value", "type": "nominal"}]
_X = {"field": "x", "type": "quantitative", "scale": None, "axis": None}
_Y = {"field": "y", "type": "quantitative", "scale": None, "axis": None}


def _circles(made: Map, *, dashed: bool) -> Spec:
    """Circles at the areas' points, the largest first so that the small lie on top."""
    rows = []
    for place in sorted(made.places, key=lambda one: (-made.size(one), one.area.code)):
        if (place.value is None) is dashed:
            x, y = made.at(place)
            rows.append(
                {
                    "x": x,
                    "y": y,
                    "size": round(math.pi * made.radius(place) ** 2, 1),
                    "fill": _fill(made, place),
                    "name": place.area.name,
                    "value": place.text,
                }
            )
    return {
        "data": {"values": rows},
        "mark": {
            "type": "point",
            "filled": True,
            "opacity": 0.95,
            "stroke": "var(--ink-soft)",
            "strokeWidth": 1 if dashed else 0.6,
            **({"strokeDash": [3, 2]} if dashed else {}),
        },
        "encoding": {
            "x": _X,
            "y": _Y,
            "size": {"field": "size", "type": "quantitative", "scale": None},
            "fill": {"field": "fill", "type": "nominal", "scale": None},
            "tooltip": _TOOLTIP,
        },
    }


def _labels(made: Map) -> Iterator[Spec]:
    """Names where they do not stand on each other, the most populous first, and not on others' circles where there is
    room elsewhere. With few areas their values too; the legend has the unit."""
    with_value = len(made.places) <= BY_NAME_AND_VALUE
    taken: list[Box] = []
    circles = _circle_boxes(made)
    names, values = [], []
    for place in sorted(made.places, key=lambda one: (-one.area.population, one.area.code)):
        x, y = made.at(place)
        value = place.text if place.value is None else number_text(place.value, made.decimals)
        lines = [place.area.name, value] if with_value else [place.area.name]
        half = max(len(line) for line in lines) * LETTER / 2
        radius = made.radius(place) if made.has_circles else None
        spots = {}
        for middle, top in _spots(x, y, radius, half, len(lines), made.frame):
            box = (middle - half, top - LINE / 2, middle + half, top + LINE * (len(lines) - 0.5))
            inside = box[0] >= 0 and box[2] <= made.frame.width and box[1] >= 0 and box[3] <= made.frame.height + 4
            if (inside or half * 2 > made.frame.width) and not any(_meet(box, other) for other in taken):
                spots[middle, top] = box
        if not spots:
            continue
        others = [circle for key, circle in circles.items() if key != place.area.pk]
        free = (spot for spot, box in spots.items() if not any(_meet(box, other) for other in others))
        # A name on another's circle is better than none where there are few; of many it would be taken for the other's.
        spot = next(free, next(iter(spots)) if len(made.places) <= BY_NAME else None)
        if spot is None:
            continue
        x, y = spot
        taken.append(spots[spot])
        names.append({"x": x, "y": y, "text": lines[0]})
        if with_value:
            values.append({"x": x, "y": y + LINE, "text": lines[1]})
    for rows, weight in ((names, "normal"), (values, "bold")):
        for halo in (True, False):
            yield _text(rows, weight=weight, halo=halo, size=12)


def _circle_boxes(made: Map) -> dict[int, Box]:
    if not made.has_circles:
        return {}
    boxes = {}
    for place in made.places:
        x, y = made.at(place)
        radius = made.radius(place)
        boxes[place.area.pk] = (x - radius, y - radius, x + radius, y + radius)
    return boxes


def _spots(
    x: float, y: float, radius: float | None, half: float, lines: int, frame: Frame
) -> Iterator[tuple[float, float]]:
    """Where a name may stand, the best first: the middle and the first line's height. On an outline, at its point;
    below a circle, above it, or beside it."""
    within = round(min(max(x, half), max(half, frame.width - half)), 1)
    rest = LINE * (lines - 1)
    if radius is None:
        yield within, round(y, 1)
        yield within, round(y - rest, 1)
        return
    yield within, round(y + radius + 9, 1)
    yield within, round(y - radius - 9 - rest, 1)
    yield round(x + radius + 4 + half, 1), round(y - rest / 2, 1)
    yield round(x - radius - 4 - half, 1), round(y - rest / 2, 1)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _text(rows: list[dict[str, Any]], *, weight: str, halo: bool, size: int, align: str = "center") -> Spec:
    return {
        "data": {"values": rows},
        "mark": {
            "type": "text",
            "align": align,
            "baseline": "middle",
            "fontSize": size,
            "fontWeight": weight,
            **(
                {"stroke": "var(--paper)", "strokeWidth": 3, "strokeJoin": "round"} if halo else {"color": "var(--ink)"}
            ),
        },
        "encoding": {"x": _X, "y": _Y, "text": {"field": "text", "type": "nominal"}},
    }


def _legend(made: Map) -> Iterator[Spec]:
    """What the tones, the hollow marks and the circles mean, beside the map or below it."""
    left = made.frame.width + 20.0 if made.layout.beside else 0.0
    top = 12.0 if made.layout.beside else made.frame.height + 12.0
    marks, dashed, dots, texts = [], [], [], []
    for number, (mark, words) in enumerate(made.legend):
        y = top + number * LEGEND_LINE
        row = {"x": left, "x2": left + SWATCH, "y": y - SWATCH / 2, "y2": y + SWATCH / 2, "fill": mark}
        if mark.startswith("var("):
            marks.append(row)
        else:
            dashed.append({**row, "fill": "var(--paper)"})
        if mark == "suppressed":
            dots.append({"x": left + SWATCH / 2, "y": y, "text": "⋯"})
        texts.append({"x": left + SWATCH + 8, "y": y, "text": words})
    if made.has_circles:
        texts.append({"x": left, "y": top + len(made.legend) * LEGEND_LINE, "text": made.words.size})
    if not made.has_circles:
        dots += [
            {"x": x, "y": y, "text": "⋯"}
            for place in made.places
            if place.presence == "suppressed"
            for x, y in [made.at(place)]
        ]
    yield _swatches(marks, dashed=False)
    yield _swatches(dashed, dashed=True)
    yield _text(dots, weight="bold", halo=False, size=13)
    yield _text(texts, weight="normal", halo=False, size=13, align="left")


def _swatches(rows: list[dict[str, Any]], *, dashed: bool) -> Spec:
    return {
        "data": {"values": rows},
        "mark": {
            "type": "rect",
            "stroke": "var(--ink-soft)",
            "strokeWidth": 0.9 if dashed else 0.5,
            **({"strokeDash": [3, 3]} if dashed else {}),
        },
        "encoding": {
            "x": _X,
            "y": _Y,
            "x2": {"field": "x2"},
            "y2": {"field": "y2"},
            "fill": {"field": "fill", "type": "nominal", "scale": None},
        },
    }
