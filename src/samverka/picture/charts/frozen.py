"""The charts of a snapshot: each indicator over time, drawn from the frozen figures alone.

Wide and narrow ones for pages, and one for a slide (16:9) that says by itself what it shows and where it is from.
"""

import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from samverka.foundation.ui.charts import NUMBERS, Chart, Theme
from samverka.foundation.ui.figures import ABSENCE, NO_BREAK_SPACE, Presence, number_text
from samverka.picture.content.frozen import FrozenIndicator
from samverka.picture.content.wording import source_line
from samverka.statistics.enums import ObservationStatus, Sex
from samverka.statistics.queries import Figure

from .layout import apart, axis_format, number_room, reach_of, text_room

Spec = dict[str, Any]
INK, SOFT, WOMEN, MEN = "var(--ink)", "var(--ink-soft)", "var(--women)", "var(--men)"


class Form(StrEnum):
    """The shapes of a chart; the values stand in addresses."""

    WIDE = "bred"
    NARROW = "smal"
    SLIDE = "bild"


@dataclass(frozen=True)
class Layout:
    """Sizes in pixels. The margins are fixed, so that every picture of a form has the same size."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    type_size: int
    y_ticks: int
    year_gap: int
    stroke: float = 1.0

    @property
    def whole_width(self) -> int:
        return self.left + self.width + self.right

    @property
    def whole_height(self) -> int:
        return self.top + self.height + self.bottom


LAYOUTS = {
    Form.WIDE: Layout(540, 230, 52, 156, 14, 28, 13, 4, 44),
    Form.NARROW: Layout(180, 210, 42, 138, 12, 26, 12, 4, 44),
    Form.SLIDE: Layout(890, 428, 92, 298, 178, 114, 22, 5, 80, 1.8),
}
TITLE_WIDTH = 68
"""Characters of a slide's title in a line."""


@dataclass(frozen=True)
class _Line:
    name: str
    figures: Sequence[Figure]
    colour: str
    weight: float
    shape: str


def chart_of(indicator: FrozenIndicator, form: Form, theme: Theme, *, day: datetime | None = None) -> Chart:
    """The chart in the active language, ready to be drawn. `day`: when the picture was frozen, for a slide."""
    language = (get_language() or "sv")[:2]
    return Chart(spec_of(indicator, form, day=day), theme, language if language in NUMBERS else "sv")


def spec_of(indicator: FrozenIndicator, form: Form, *, day: datetime | None = None) -> Spec:
    """The specification of a chart. Colours are names; see `foundation.ui.charts`."""
    layout = LAYOUTS[form]
    drawing = _Drawing(indicator, layout)
    layout = drawing.layout
    layers = list(drawing.layers())
    if form is Form.SLIDE:
        layers += drawing.words(day)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": layout.width,
        "height": layout.height,
        "autosize": {"type": "none"},
        "padding": {"left": layout.left, "right": layout.right, "top": layout.top, "bottom": layout.bottom},
        **({"background": "var(--paper)"} if form is Form.SLIDE else {}),
        "layer": layers,
    }


class _Drawing:
    """The layers of one chart, from the ground up."""

    def __init__(self, indicator: FrozenIndicator, layout: Layout) -> None:
        self.indicator = indicator
        whole = indicator.whole
        wider = [a for a in indicator.areas if not a.is_part and a.code != whole.code]
        self.total = indicator.series.get((whole.code, Sex.TOTAL), [])
        lines = [
            *(_Line(a.name, indicator.series.get((a.code, Sex.TOTAL), []), SOFT, 1.25, "") for a in wider),
            _Line(_("Kvinnor"), indicator.series.get((whole.code, Sex.WOMEN), []), WOMEN, 1.75, "circle"),
            _Line(_("Män"), indicator.series.get((whole.code, Sex.MEN), []), MEN, 1.75, "square"),
            _Line(whole.name, self.total, INK, 3, "circle"),
        ]
        self.lines = [line for line in lines if any(f.value is not None for f in line.figures)]
        years = [figure.year for line in self.lines for figure in line.figures]
        self.first, self.last = (min(years), max(years)) if years else (2000, 2001)
        if self.first == self.last:
            self.first -= 1
        values = [f.value for line in self.lines for f in line.figures if f.value is not None]
        self.reach = reach_of(values, layout.y_ticks)
        left = max(layout.left, number_room(self.reach, layout.type_size))
        right = max(layout.right, text_room((text for *_, text in self._ends(layout)), layout.type_size) + 14)
        moved = left - layout.left + right - layout.right
        self.layout = replace(layout, width=layout.width - moved, left=left, right=right)

    def layers(self) -> Iterator[Spec]:
        yield self._layer(
            [{"x": self.first, "y": self.reach.low}],
            {"type": "point", "opacity": 0},
        )
        for line in self.lines:
            yield from self._line(line)
        for figure in self.total:
            absent = _absence(figure)
            if absent is not None:
                align = "left" if figure.year == self.first else "center"
                yield self._text(figure.year, self.reach.low, absent, colour=SOFT, align=align, dy=-10)
        yield from self._labels()

    def words(self, day: datetime | None) -> list[Spec]:
        """What a slide says above and below the chart."""
        indicator, layout = self.indicator, self.layout
        title = textwrap.wrap(indicator.name, TITLE_WIDTH, max_lines=2, placeholder=" …")
        unit = f", {indicator.unit}" if indicator.unit else ""
        source = source_line(indicator)
        if day is not None:
            source += " · " + _("fryst %(day)s") % {"day": date_format(timezone.localtime(day), "SHORT_DATE_FORMAT")}
        left, top = 40 - layout.left, 58 - layout.top

        def at(y: int, text: str | list[str], size: int, colour: str, weight: int) -> Spec:
            mark = {
                "type": "text",
                "x": left,
                "y": y,
                "align": "left",
                "baseline": "alphabetic",
                "fontSize": size,
                "fontWeight": weight,
                "color": colour,
                "lineHeight": size * 1.2,
                "clip": False,
            }
            return {"data": {"values": [{}]}, "mark": mark, "encoding": {"text": {"value": text}}}

        return [
            at(top, title, 34, INK, 650),
            at(top + 40 * len(title), f"{indicator.whole.name}{unit}", 22, SOFT, 400),
            at(layout.height + layout.bottom - 34, source, 18, SOFT, 400),
        ]

    def _line(self, line: _Line) -> Iterator[Spec]:
        """A line, broken where a year has no value, and its points; preliminary ones are open."""
        runs: list[list[Figure]] = []
        for figure in line.figures:
            if figure.value is None:
                continue
            if runs and runs[-1][-1].year == figure.year - 1:
                runs[-1].append(figure)
            else:
                runs.append([figure])
        yield self._layer(
            [{"x": f.year, "y": f.value, "run": number} for number, run in enumerate(runs) for f in run],
            {
                "type": "line",
                "color": line.colour,
                "strokeWidth": line.weight * self.layout.stroke,
                "strokeJoin": "round",
                "strokeCap": "round",
            },
            detail={"field": "run", "type": "nominal"},
        )
        for status in (ObservationStatus.OK, ObservationStatus.PRELIMINARY):
            is_open = status is ObservationStatus.PRELIMINARY
            alone = [run[0] for run in runs if len(run) == 1] if not line.shape else []
            shown = [f for run in runs for f in run] if line.shape else alone
            values = [{"x": f.year, "y": f.value} for f in shown if f.status == status]
            if values:
                mark = {
                    "type": "point",
                    "shape": line.shape or "circle",
                    "size": 34 * self.layout.stroke**2,
                    "opacity": 1,
                    "filled": True,
                    "fill": "var(--paper)" if is_open else line.colour,
                    "stroke": line.colour,
                    "strokeWidth": 1.75 * self.layout.stroke if is_open else 0,
                }
                yield self._layer(values, mark)

    def _labels(self) -> Iterator[Spec]:
        """What each line is and where it ended, beside its end, none on top of another."""
        ends = self._ends(self.layout)
        gap = self.layout.type_size * 1.3
        heights = apart([self._pixel(value) for value, *_ in ends], gap, 0, self.layout.height - gap / 2)
        for (value, year, line, text), height in zip(ends, heights, strict=True):
            yield self._text(
                year,
                value,
                text,
                colour=line.colour,
                dx=10 * self.layout.stroke,
                dy=height - self._pixel(value),
                weight=650 if line.colour == INK else 500,
            )

    def _ends(self, layout: Layout) -> list[tuple[float, int, _Line, str]]:
        """Where each line ended and the words for it, the highest first."""
        limit = 14 if layout.type_size < 20 else 18
        ends = []
        for line in self.lines:
            last = next(f for f in reversed(line.figures) if f.value is not None)
            name = textwrap.shorten(line.name, limit, placeholder="…") or line.name[:limit]
            value = last.value or 0.0
            ends.append((value, last.year, line, f"{name} {self._amount(value)}"))
        return sorted(ends, key=lambda end: -end[0])

    def _amount(self, value: float) -> str:
        text = number_text(value, self.indicator.decimals)
        return text + NO_BREAK_SPACE + self.indicator.unit if self.indicator.unit == "%" else text

    def _pixel(self, value: float) -> float:
        return self.reach.pixel(value, self.layout.height)

    def _years(self) -> Spec:
        most = max(2, self.layout.width // self.layout.year_gap)
        every = math.ceil((self.last - self.first + 1) / most)
        shown = [year for year in range(self.first, self.last + 1) if (self.last - year) % every == 0]
        return {"values": shown, "format": "d", "labelFontSize": self.layout.type_size, "labelFlush": False}

    def _values(self) -> Spec:
        return {
            "values": self.reach.ticks,
            "format": axis_format(self.reach),
            "labelFontSize": self.layout.type_size,
        }

    def _layer(self, values: list[Spec], mark: Spec, **more: Any) -> Spec:
        """Every layer names the same axes: Vega-Lite takes one that is left out, or null, for a wish of its own."""
        encoding = {
            "x": {"field": "x", "type": "quantitative", "scale": self._x_scale(), "axis": self._years()},
            "y": {"field": "y", "type": "quantitative", "scale": self._y_scale(), "axis": self._values()},
            **more,
        }
        return {"data": {"values": values}, "mark": mark, "encoding": encoding}

    def _text(self, year: int, value: float, text: str, *, colour: str, weight: int = 400, **mark: Any) -> Spec:
        look = {
            "type": "text",
            "align": "left",
            "baseline": "middle",
            "fontSize": self.layout.type_size,
            "fontWeight": weight,
            "color": colour,
            **mark,
        }
        return self._layer([{"x": year, "y": value}], look, text={"value": text})

    def _x_scale(self) -> Spec:
        return {"domain": [self.first - 0.25, self.last], "nice": False, "zero": False}

    def _y_scale(self) -> Spec:
        return {"domain": [self.reach.low, self.reach.high], "nice": False, "zero": False}


def _absence(figure: Figure) -> str | None:
    if figure.value is not None:
        return None
    return str(ABSENCE[Presence(ObservationStatus(figure.status).presence)][1])
