"""The map laid out in pixels: what goes where and in which tone, so that the page knows its size without drawing it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from samverka.foundation.ui.figures import number_text
from samverka.territory.models import Area

from .classes import Class, classes_of
from .projection import Frame, Point, frame_of

SMALLEST_CIRCLE = 3.0
LEGEND_LINE = 22


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
        return max(self.size(place) for place in self.places) or 1.0

    def size(self, place: Place) -> float:
        """What a place's circle stands for; a negative amount, its distance from zero."""
        return float(abs(place.value or 0)) if self.by_size else float(place.area.population)

    def radius(self, place: Place) -> float:
        """Circles' areas are as their sizes."""
        return max(SMALLEST_CIRCLE, self.largest * math.sqrt(self.size(place) / self.largest_size))

    def at(self, place: Place) -> Point:
        """Where a place's point lies, in pixels from the left and the top."""
        return self.frame.place(place.area.longitude, place.area.latitude)

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


def size_of(made: Map) -> tuple[int, int]:
    """Width and height of the picture."""
    return made.whole_width, made.whole_height


def _between(one: Class, decimals: int, unit: str) -> str:
    low, high = number_text(one.low, decimals), number_text(one.high, decimals)
    return f"{low if low == high else f'{low}–{high}'} {unit}".rstrip()


def _largest(areas: int) -> float:
    return 26.0 if areas <= 15 else 18.0 if areas <= 60 else 13.0
