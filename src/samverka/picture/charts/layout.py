"""The sizes of a picture's charts, and what their axes reach."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from samverka.foundation.ui.charts import FONT

Spec = dict[str, Any]

ZERO_SHARE = 0.6
"""An axis begins at zero unless all values lie above this share of the highest: 85 to 92 % needs a closer look."""
HEADROOM = 1.05
LETTER = 0.58
"""A letter's width as a share of its height; half-bold figures have 0.57."""


class Form(StrEnum):
    """The shapes of a chart; the values stand in addresses."""

    WIDE = "bred"
    NARROW = "smal"


@dataclass(frozen=True)
class Layout:
    """Sizes in pixels: the drawing's own and its margins, which are fixed, so that a form has one size."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    ticks: int
    year_gap: int
    name_room: int

    @property
    def whole_width(self) -> int:
        return self.left + self.width + self.right

    def whole_height(self, height: int | None = None) -> int:
        return self.top + (self.height if height is None else height) + self.bottom


LAYOUTS = {
    Form.WIDE: Layout(640, 320, 56, 184, 16, 30, 6, 44, 170),
    Form.NARROW: Layout(184, 260, 46, 122, 14, 28, 5, 48, 120),
}


@dataclass(frozen=True)
class Reach:
    """What a value axis reaches, and where its ticks stand."""

    low: float
    high: float
    step: float

    @property
    def ticks(self) -> list[float]:
        first = math.ceil(round(self.low / self.step, 9))
        return [round(i * self.step, 10) for i in range(first, math.floor(self.high / self.step + 1e-9) + 1)]

    @property
    def from_zero(self) -> bool:
        return self.low <= 0 <= self.high

    def pixel(self, value: float, height: int) -> float:
        return height * (1 - (value - self.low) / (self.high - self.low))


def reach_of(values: Iterable[float], ticks: int, *, from_zero: bool = False) -> Reach:
    """An axis that holds every value; from zero for bars, and for lines that come anywhere near it."""
    known = list(values) or [0.0]
    low, high = min(known), max(known)
    if from_zero or low <= 0 or low < ZERO_SHARE * high:
        low, high = min(low, 0.0), max(high, 0.0)
    step = _nice((high - low or abs(high) or 1.0) / ticks)
    bottom = math.floor(low / step) * step
    return Reach(bottom, max(high + (HEADROOM - 1) * (high - bottom), bottom + step), step)


def _nice(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1.0, 2.0, 2.5, 5.0, 10.0) if factor * power >= rough * (1 - 1e-9))


def framed(
    layout: Layout,
    layers: Iterable[Spec],
    *,
    height: int | None = None,
    left: int | None = None,
    right: int | None = None,
) -> Spec:
    """A specification of fixed size. `left` and `right` move room between the drawing and its margins."""
    moved = 0 if left is None else left - layout.left
    given = 0 if right is None else layout.right - right
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": layout.width - moved + given,
        "height": layout.height if height is None else height,
        "autosize": {"type": "none"},
        "padding": {
            "left": layout.left + moved,
            "right": layout.right - given,
            "top": layout.top,
            "bottom": layout.bottom,
        },
        "layer": list(layers),
    }


def axis_format(reach: Reach) -> str:
    """As many decimals as the steps need, in the reader's own numbers."""
    decimals = max(0, -math.floor(math.log10(reach.step) + 1e-9))
    if round(reach.step * 10**decimals, 9) % 1:
        decimals += 1
    return f",.{decimals}f"


def text_room(texts: Iterable[str], size: int = 13) -> int:
    """The pixels that the longest of some words needs, for the letters of most machines: rather too much than cut."""
    return math.ceil(max((len(text) for text in texts), default=0) * size * LETTER)


def number_room(reach: Reach, size: int = 12) -> int:
    """The pixels that an axis needs for its numbers, and for the gap beside them."""
    return text_room((format(tick, axis_format(reach)) for tick in reach.ticks), size) + 10


def text_mark(colour: str = "var(--ink)", *, weight: int = 500, size: int = 13, **more: Any) -> Spec:
    """The mark of words in a chart."""
    return {"type": "text", "font": FONT, "fontSize": size, "fontWeight": weight, "color": colour, **more}


def apart(heights: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The same heights, moved so that neighbours are at least `gap` apart, and inside the drawing if they all fit."""
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    placed = list(heights)
    previous = low - gap
    for i in order:
        placed[i] = previous = max(placed[i], previous + gap)
    limit = high
    for i in reversed(order):
        placed[i] = min(placed[i], limit)
        limit = placed[i] - gap
    return placed
