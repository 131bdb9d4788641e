"""The map as a Vega-Lite specification, laid out in pixels here so that the page knows its size without drawing it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from samverka.foundation.ui.figures import number_text
from samverka.territory.models import Area

from .classes import Class, class_of, classes_of
from .projection import Frame, Point, drawn, frame_of

Spec = dict[str, Any]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
SMALLEST_CIRCLE = 3.0
LETTER = 6.4
LINE = 14
LEGEND_LINE = 22
SWATCH = 16
BY_NAME = 25
"""So many areas at most have their name even where it covers a part of another's circle."""
BY_NAME_AND_VALUE = 14
"""So many areas at most have their value beside their name."""


class Form(StrEnum):
    """The shapes of a map; the values stand in addresses."""

    WIDE = "bred"
    NARROW = "smal"


@dataclass(frozen=True)
class Layout:
    """Room for the map itself, in pixels, and whether the legend stands beside it or below."""

    width: int
    height: int
    legend: int
    beside: bool


LAYOUTS = {Form.WIDE: Layout(440, 620, 220, beside=True), Form.NARROW: Layout(288, 520, 288, beside=False)}


@dataclass(frozen=True)
class Place:
    """An area on the map, its value as a number and in words; None with words that say why there is none.

    presence: the status by which the interface's `figure` tag knows it.
    """

    area: Area
    value: float | None
    text: str
    presence: str


@dataclass(frozen=True)
class Words:
    """What the map says, in the reader's language. size: what the circles' size shows."""

    unit: str
    size: str
    missing: str
    suppressed: str


@dataclass(frozen=True)
class Map:
    """A map that is laid out: everything but its letters."""

    places: Sequence[Place]
    outlines: Mapping[int, dict[str, Any]]
    layout: Layout
    frame: Frame
    classes: Sequence[Class]
    decimals: int
    by_size: bool
    words: Words

    @property
    def has_circles(self) -> bool:
        """Amounts are circles, for a large area is not a large amount; so is everything without outlines."""
        return self.by_size or not self.outlines

    @property
    def largest(self) -> float:
        """The radius of the largest circle."""
        return _largest(len(self.places))

    @cached_property
    def largest_size(self) -> float:
        """What the largest circle stands for."""
        return max(_size(self, place) for place in self.places) or 1.0

    @property
    def whole_width(self) -> int:
        return self.frame.width + self.layout.legend if self.layout.beside else self.layout.width

    @property
    def whole_height(self) -> int:
        high = len(self.legend) * LEGEND_LINE + LEGEND_LINE
        return max(self.frame.height, high) if self.layout.beside else self.frame.height + high

    @property
    def legend(self) -> list[tuple[str, str]]:
        """What each mark means: (mark, words). Marks: a tone's colour, missing, suppressed."""
        rows = [(one.colour, _between(one, self.decimals, self.words.unit)) for one in reversed(self.classes)]
        there = {place.presence for place in self.places if place.value is None}
        if there - {"suppressed"}:
            rows.append(("missing", self.words.missing))
        if "suppressed" in there:
            rows.append(("suppressed", self.words.suppressed))
        return rows


def laid_out(
    places: Sequence[Place],
    outlines: Mapping[int, dict[str, Any]],
    form: Form,
    *,
    decimals: int,
    by_size: bool,
    words: Words,
) -> Map:
    """Where everything goes.

    Args:
        outlines: GeoJSON geometries in WGS 84 by key of the area; when an area lacks its own, circles are drawn.
        by_size: the values are amounts, and the circles' size shows them. Otherwise the size is the population.
    """
    layout = LAYOUTS[form]
    whole = {place.area.pk: outlines[place.area.pk] for place in places if place.area.pk in outlines}
    if len(whole) < len(places):
        whole = {}
    points: list[Point] = [(place.area.longitude, place.area.latitude) for place in places]
    for geometry in whole.values():
        points += [(point[0], point[1]) for rings in geometry["coordinates"] for point in rings[0]]
    margin = 4.0 if whole else _largest(len(places)) + 10
    frame = frame_of(points, width=layout.width, height=layout.height, margin=margin)
    values = [place.value for place in places if place.value is not None]
    classes = [] if by_size else classes_of(values, decimals=decimals)
    return Map(places, whole, layout, frame, classes, decimals, by_size, words)


def spec_of(made: Map) -> Spec:
    """The specification. Colours are names; see `foundation.ui.charts`. Tooltips are for pages with JavaScript."""
    frame = made.frame
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": made.whole_width,
        "height": made.whole_height,
        "autosize": {"type": "none"},
        "padding": 0,
        "projection": {"type": "identity", "scale": 1, "translate": [0, 0]},
        "layer": [layer for layer in _layers(made, frame) if layer["data"]["values"]],
    }


def size_of(made: Map) -> tuple[int, int]:
    """Width and height of the picture."""
    return made.whole_width, made.whole_height


def _layers(made: Map, frame: Frame) -> Iterator[Spec]:
    if made.outlines:
        for dashed in (False, True):
            yield _shapes(made, frame, dashed=dashed)
    if made.has_circles:
        for dashed in (True, False):  # a hollow circle hides nothing
            yield _circles(made, frame, dashed=dashed)
    yield from _labels(made, frame)
    yield from _legend(made)


def _fill(made: Map, place: Place) -> str:
    if place.value is None:
        return "var(--paper)"
    if made.by_size:
        return "var(--map-high)"
    return class_of(place.value, made.classes, decimals=made.decimals).colour


def _shapes(made: Map, frame: Frame, *, dashed: bool) -> Spec:
    """Areas as outlines: coloured by class, or hollow with a dashed edge when there is no value."""
    plain = made.has_circles
    rows = [
        {
            "type": "Feature",
            "geometry": drawn(made.outlines[place.area.pk], frame),
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


def _radius(made: Map, place: Place) -> float:
    """Circles' areas are as their sizes; negative amounts as their distance from zero."""
    return max(SMALLEST_CIRCLE, made.largest * math.sqrt(_size(made, place) / made.largest_size))


def _size(made: Map, place: Place) -> float:
    return float(abs(place.value or 0)) if made.by_size else float(place.area.population)


def _circles(made: Map, frame: Frame, *, dashed: bool) -> Spec:
    """Circles at the areas' points, the largest first so that the small lie on top."""
    rows = []
    for place in sorted(made.places, key=lambda one: (-_size(made, one), one.area.code)):
        if (place.value is None) is dashed:
            x, y = frame.place(place.area.longitude, place.area.latitude)
            rows.append(
                {
                    "x": x,
                    "y": y,
                    "size": round(math.pi * _radius(made, place) ** 2, 1),
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


def _labels(made: Map, frame: Frame) -> Iterator[Spec]:
    """Names where they do not stand on each other, the most populous first, and not on others' circles where there is
    room elsewhere. With few areas their values too; the legend has the unit."""
    with_value = len(made.places) <= BY_NAME_AND_VALUE
    taken: list[Box] = []
    circles = _circle_boxes(made, frame)
    names, values = [], []
    for place in sorted(made.places, key=lambda one: (-one.area.population, one.area.code)):
        x, y = frame.place(place.area.longitude, place.area.latitude)
        value = place.text if place.value is None else number_text(place.value, made.decimals)
        lines = [place.area.name, value] if with_value else [place.area.name]
        half = max(len(line) for line in lines) * LETTER / 2
        radius = _radius(made, place) if made.has_circles else None
        spots = {}
        for middle, top in _spots(x, y, radius, half, len(lines), frame):
            box = (middle - half, top - LINE / 2, middle + half, top + LINE * (len(lines) - 0.5))
            inside = box[0] >= 0 and box[2] <= frame.width and box[1] >= 0 and box[3] <= frame.height + 4
            if (inside or half * 2 > frame.width) and not any(_meet(box, other) for other in taken):
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


def _circle_boxes(made: Map, frame: Frame) -> dict[int, Box]:
    if not made.has_circles:
        return {}
    boxes = {}
    for place in made.places:
        x, y = frame.place(place.area.longitude, place.area.latitude)
        radius = _radius(made, place)
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
            for x, y in [made.frame.place(place.area.longitude, place.area.latitude)]
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


def _between(one: Class, decimals: int, unit: str) -> str:
    low, high = number_text(one.low, decimals), number_text(one.high, decimals)
    return f"{low if low == high else f'{low}–{high}'} {unit}".rstrip()


def _largest(areas: int) -> float:
    return 26.0 if areas <= 15 else 18.0 if areas <= 60 else 13.0
