"""From degrees to the pixels of a frame."""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

MIDDLE = math.radians(15.0)
"""The meridian that stands upright, as on Sweden's own maps (SWEREF 99 TM)."""
CLOSEST = 0.6
"""Points of an outline that lie closer than this are drawn as one, in pixels."""
SMALLEST = 0.4
"""A part of an outline with a smaller area is not drawn, unless it is the only one; in square pixels."""
Point = tuple[float, float]


def project(longitude: float, latitude: float) -> Point:
    """The spherical transverse Mercator projection, on a globe of radius one, y downwards."""
    east, north = math.radians(longitude) - MIDDLE, math.radians(latitude)
    return (
        math.atanh(math.cos(north) * math.sin(east)),
        -math.atan2(math.tan(north), math.cos(east)),
    )


@dataclass(frozen=True)
class Frame:
    """Where projected points lie in a picture."""

    scale: float
    left: float
    top: float
    width: int
    height: int

    def place(self, longitude: float, latitude: float) -> Point:
        x, y = project(longitude, latitude)
        return round((x - self.left) * self.scale, 1), round((y - self.top) * self.scale, 1)


def frame_of(points: Iterable[Point], *, width: int, height: int, margin: float) -> Frame:
    """The frame that holds all points (longitude, latitude) as large as it can, with a margin in pixels."""
    placed = [project(*point) for point in points]
    west, east = min(x for x, _ in placed), max(x for x, _ in placed)
    north, south = min(y for _, y in placed), max(y for _, y in placed)
    wide, high = max(east - west, 1e-6), max(south - north, 1e-6)
    scale = min((width - 2 * margin) / wide, (height - 2 * margin) / high, LARGEST_SCALE)
    whole_width, whole_height = round(wide * scale + 2 * margin), round(high * scale + 2 * margin)
    return Frame(scale, west - margin / scale, north - margin / scale, whole_width, whole_height)


LARGEST_SCALE = 60_000.0
"""One pixel is at least a hundred metres: a single point does not fill the picture."""


def drawn(geometry: dict[str, Any], frame: Frame) -> dict[str, Any]:
    """A MultiPolygon in the frame's pixels, without what cannot be seen at that size."""
    parts: list[tuple[float, list[list[Point]]]] = []
    for rings in geometry["coordinates"]:
        outer, *holes = [_thinned([frame.place(point[0], point[1]) for point in ring]) for ring in rings]
        parts.append((_area(outer), [outer, *(hole for hole in holes if _area(hole) >= SMALLEST)]))
    largest = max(area for area, _ in parts)
    return {
        "type": "MultiPolygon",
        "coordinates": [rings for area, rings in parts if area >= SMALLEST or area == largest],
    }


def _thinned(ring: Sequence[Point]) -> list[Point]:
    kept = [ring[0]]
    for point in ring[1:-1]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= CLOSEST:
            kept.append(point)
    if len(kept) < 3:
        kept = list(ring[:-1])
    return [*kept, kept[0]]


def _area(ring: Sequence[Point]) -> float:
    pairs = itertools.pairwise(ring)
    return abs(sum(x * later_y - later_x * y for (x, y), (later_x, later_y) in pairs)) / 2
