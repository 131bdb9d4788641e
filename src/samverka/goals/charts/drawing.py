"""The layers of a goal's chart, from the same figures as the table. Values that the source lacks are gaps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from samverka.foundation.ui.charts import in_expression
from samverka.foundation.ui.figures import ABSENCE, NO_BREAK_SPACE, Presence, number_text
from samverka.goals.queries import Line, Place, Progress
from samverka.statistics.enums import ObservationStatus
from samverka.statistics.queries import Figure
from samverka_engine.series.path import ExpectedPath
from samverka_engine.series.verdict import Polarity

from .axes import Axes, Layout

Spec = dict[str, Any]

ABSENT = {ObservationStatus.MISSING: Presence.MISSING, ObservationStatus.SUPPRESSED: Presence.SUPPRESSED}
INSET = 0.25
"""Part of a year between the value axis and the first point."""
FLAG = "M0,0L0,-2.6L1.9,-2L0,-1.4"


@dataclass(frozen=True)
class _Drawn:
    """A line that is drawn: its colour, its shape, its weight, and what stands at its end."""

    line: Line
    name: str
    colour: str
    shape: str
    weight: float
    points: float


class Drawing:
    """The layers of one chart, from the ground up."""

    def __init__(self, progress: Progress, place: Place, layout: Layout, axes: Axes) -> None:
        self.goal = progress.goal
        self.place = place
        self.layout = layout
        self.axes = axes
        self.unit = progress.goal.indicator.unit
        self.lower_is_better = progress.goal.polarity == Polarity.LOWER_IS_BETTER.value
        self.judgement = place.total.judgement
        target = place.total.target
        self.path = (
            ExpectedPath(self.goal.baseline_year, target.baseline_value, self.goal.target_year, target.target_value)
            if target
            else None
        )
        total = _Drawn(place.total, _("Alla"), "var(--ink)", "circle", 3, 44)
        sexes = [
            _Drawn(line, name, colour, shape, 1.75, 30)
            for line, name, colour, shape in (
                (place.women, _("Kvinnor"), "var(--women)", "circle"),
                (place.men, _("Män"), "var(--men)", "square"),
            )
            if line is not None
        ]
        faint = _Drawn(progress.comparison, progress.comparison.area.name, "var(--ink-soft)", "", 1.25, 0)
        county = _Drawn(progress.whole.total, progress.whole.area.name, "var(--ink-soft)", "", 1.25, 0)
        is_part = place.area.pk != progress.whole.area.pk
        self.faint = [county] if is_part and not layout.detailed else [faint]
        if is_part and layout.detailed:
            self.faint.append(county)
        self.strong = [*sexes, total]

    def layers(self) -> Iterator[Spec]:
        yield from self._ground()
        yield from self._promise()
        for drawn in (*self.faint, *self.strong):
            yield from self._line(drawn)
        yield from self._absences()
        if self.path is not None:
            yield from self._judged()
            yield from self._flag(self.path)
        yield from self._labels()

    def _ground(self) -> Iterator[Spec]:
        """The axes, and the years after the target year set apart."""
        first, last = self.axes.years[0], self.axes.years[-1]
        yield self._layer(
            [{"x": first, "y": 0}],
            {"type": "point", "opacity": 0},
            x={"axis": self._year_axis()},
            y={"axis": self._value_axis()},
        )
        if self.path is None or last <= self.goal.target_year:
            return
        yield {
            "data": {"values": [{"x": self.goal.target_year, "x2": last}]},
            "mark": {"type": "rect", "color": "var(--ink)", "opacity": 0.045},
            "encoding": {"x": self._x(), "x2": {"field": "x2"}},
        }
        if self.layout.detailed:
            yield from self._text(
                self.goal.target_year,
                self.axes.high,
                _("efter målåret"),
                colour="var(--ink-soft)",
                dx=6,
                dy=-9,
                halo=False,
            )

    def _promise(self) -> Iterator[Spec]:
        """The tolerance, the expected path, and the target."""
        path, band = self.path, self.judgement.band
        if path is None:
            return
        way = [self.goal.baseline_year, self.goal.target_year]
        if band is not None:
            yield self._tolerance(path, band)
        yield self._layer(
            [{"x": year, "y": path.expected(year)} for year in way],
            {"type": "line", "color": "var(--accent)", "strokeWidth": 1.25},
        )
        ends = [self.axes.years[0], self.axes.years[-1]]
        yield self._layer(
            [{"x": year, "y": path.target_value} for year in ends],
            {"type": "line", "color": "var(--accent)", "strokeWidth": 1.5, "strokeDash": [5, 4]},
        )

    def _tolerance(self, path: ExpectedPath, band: float) -> Spec:
        """The band within which a figure is on its way; in the target year falling short is not forgiven."""
        better = -band if self.lower_is_better else band
        values = [
            {
                "x": year,
                "y": path.expected(year) + better,
                "y2": path.expected(year) - (better if year < self.goal.target_year else 0.0),
            }
            for year in range(self.goal.baseline_year, self.goal.target_year + 1)
        ]
        return {
            "data": {"values": values},
            "mark": {"type": "area", "color": "var(--accent)", "opacity": 0.13},
            "encoding": {"x": self._x(), "y": self._y(), "y2": {"field": "y2"}},
        }

    def _line(self, drawn: _Drawn) -> Iterator[Spec]:
        """A line, broken where a year has no value, and its points; preliminary ones are open."""
        runs = _runs(drawn.line.figures)
        if not runs:
            return
        yield self._layer(
            [{"x": f.year, "y": f.value, "run": run} for run, figures in enumerate(runs) for f in figures],
            {
                "type": "line",
                "color": drawn.colour,
                "strokeWidth": drawn.weight if self.layout.detailed else min(drawn.weight, 2),
                "strokeJoin": "round",
                "strokeCap": "round",
            },
            detail={"field": "run", "type": "nominal"},
        )
        for status in (ObservationStatus.OK, ObservationStatus.PRELIMINARY):
            is_open = status is ObservationStatus.PRELIMINARY
            values = [{"x": f.year, "y": f.value} for figures in runs for f in figures if f.status == status]
            if values and (drawn.points or is_open):
                yield self._layer(
                    values,
                    {
                        "type": "point",
                        "shape": drawn.shape or "circle",
                        "size": (drawn.points or 24) * (1 if self.layout.detailed else 0.4),
                        "opacity": 1,
                        "filled": True,
                        "fill": "var(--paper)" if is_open else drawn.colour,
                        "stroke": drawn.colour,
                        "strokeWidth": 1.75 if is_open else 0,
                    },
                )

    def _absences(self) -> Iterator[Spec]:
        """Where the source says that a year has no value for all: the word for it, on the ground of the chart."""
        if not self.layout.detailed:
            return
        for figure in self.place.total.figures:
            if figure.value is None:
                _mark, word = ABSENCE[ABSENT[figure.status]]
                yield from self._text(figure.year, 0, str(word), colour="var(--ink-soft)", align="center", dy=-10)

    def _judged(self) -> Iterator[Spec]:
        """A ring round the figure that the verdict rests on."""
        judged = self.judgement.judged
        if judged is not None:
            yield self._layer(
                [{"x": judged.year, "y": judged.value}],
                {
                    "type": "point",
                    "size": 190 if self.layout.detailed else 60,
                    "filled": False,
                    "opacity": 1,
                    "stroke": "var(--ink)",
                    "strokeWidth": 1.5,
                },
            )

    def _flag(self, path: ExpectedPath) -> Iterator[Spec]:
        """A flag where the promise falls due, and its words in the corner where no line of the chart passes."""
        yield self._layer(
            [{"x": path.target_year, "y": path.target_value}],
            {
                "type": "point",
                "shape": FLAG,
                "size": 64 if self.layout.detailed else 30,
                "filled": True,
                "opacity": 1,
                "fill": "var(--accent)",
                "stroke": "var(--accent)",
                "strokeWidth": 1.5,
            },
        )
        if self.layout.detailed:
            words = _("Mål %(year)s: %(value)s") % {
                "year": path.target_year,
                "value": self._amount(path.target_value),
            }
            # Until the promise is kept every figure is worse than the target, so the better side is empty there.
            side = 13 if self.lower_is_better else -12
            yield from self._text(
                self.axes.years[0], path.target_value, words, colour="var(--accent)", dx=6, dy=side, weight=600
            )

    def _labels(self) -> Iterator[Spec]:
        """What each line is and where it ended, at its end."""
        ends = []
        for drawn in (*self.strong, *self.faint) if self.layout.detailed else self.strong[-1:]:
            last = next((f for f in reversed(drawn.line.figures) if f.value is not None), None)
            if last is not None and last.value is not None:
                ends.append((last.value, last.year, drawn))
        ends.sort(key=lambda end: -end[0])
        heights = _spread(
            [self._pixel(value) for value, _year, _drawn in ends], self.layout.label_gap, self.layout.height
        )
        for (value, year, drawn), height in zip(ends, heights, strict=True):
            text = self._amount(value)
            if self.layout.detailed:
                room = int((self.layout.right - 9) / (0.53 * self.layout.type_size)) - len(text) - 1
                text = f"{drawn.name if len(drawn.name) <= room else drawn.name[: room - 1] + '…'} {text}"
            yield from self._text(
                year,
                value,
                text,
                colour=drawn.colour,
                dx=9,
                dy=height - self._pixel(value),
                weight=650 if drawn.colour == "var(--ink)" else 500,
            )

    def _text(
        self,
        year: int,
        value: float,
        words: str,
        *,
        colour: str = "var(--ink)",
        align: str = "left",
        dx: float = 0,
        dy: float = 0,
        weight: int = 400,
        halo: bool = True,
    ) -> Iterator[Spec]:
        """Words at a point, kept readable over lines by an edge in the colour of the paper."""
        mark = {
            "type": "text",
            "text": words,
            "align": align,
            "baseline": "middle",
            "dx": dx,
            "dy": dy,
            "fontSize": self.layout.type_size,
            "fontWeight": weight,
        }
        place = [{"x": year, "y": value}]
        if halo:
            edge = {"stroke": "var(--paper)", "strokeWidth": 4, "strokeJoin": "round", "color": "var(--paper)"}
            yield self._layer(place, {**mark, **edge})
        yield self._layer(place, {**mark, "color": colour})

    def _layer(self, values: list[dict[str, Any]], mark: Spec, **encoding: Spec) -> Spec:
        x, y = encoding.pop("x", {}), encoding.pop("y", {})
        return {
            "data": {"values": values},
            "mark": mark,
            "encoding": {"x": {**self._x(), **x}, "y": {**self._y(), **y}, **encoding},
        }

    def _x(self) -> Spec:
        scale = {"domain": [self.axes.years[0] - INSET, self.axes.years[-1] + INSET / 2], "nice": False, "zero": False}
        return {"field": "x", "type": "quantitative", "scale": scale}

    def _y(self) -> Spec:
        scale = {"domain": [self.axes.low, self.axes.high], "nice": False}
        return {"field": "y", "type": "quantitative", "scale": scale}

    def _year_axis(self) -> Spec:
        """Whole years; where they do not all fit, the two that matter and both ends come first."""
        span = max(self.axes.years[-1] - self.axes.years[0], 1)
        room = self.layout.year_gap / self.layout.width * span
        shown: list[int] = []
        important = [self.goal.target_year, self.axes.years[-1], self.goal.baseline_year, self.axes.years[0]]
        for year in (*important, *self.axes.years):
            if all(abs(year - other) >= room for other in shown):
                shown.append(year)
        return {
            "values": sorted(shown),
            "format": "d",
            "labelFontSize": self.layout.type_size,
            "labelFontWeight": {
                "condition": {"test": f"datum.value == {self.goal.target_year}", "value": 700},
                "value": 400,
            },
            "labelColor": {
                "condition": {"test": f"datum.value == {self.goal.target_year}", "value": "var(--ink)"},
                "value": "var(--ink-soft)",
            },
            "labelOverlap": False,
            "labelFlush": False,
        }

    def _value_axis(self) -> Spec:
        """The unit stands once, at the top."""
        top = f"abs(datum.value - {self.axes.ticks[-1]}) < 1e-9"
        text = "format(datum.value, ',~f')"
        unit = f"{NO_BREAK_SPACE}{self.unit}" if len(self.unit) <= 3 else ""
        return {
            "values": self.axes.ticks,
            "labelExpr": f"{top} ? {text} + {in_expression(unit)} : {text}",
            "labelFontSize": self.layout.type_size,
            "labelOverlap": False,
        }

    def _pixel(self, value: float) -> float:
        """How far below the top of the chart a value lies."""
        return (self.axes.high - value) / (self.axes.high - self.axes.low) * self.layout.height

    def _amount(self, value: float) -> str:
        text = number_text(value, 1)
        return f"{text}{NO_BREAK_SPACE}{self.unit}" if self.unit and len(self.unit) <= 3 else text


def _runs(figures: Sequence[Figure]) -> list[list[Figure]]:
    """Values in years that follow each other. Between two runs there is no line: nobody knows what was there."""
    runs: list[list[Figure]] = []
    for figure in figures:
        if figure.value is None:
            continue
        if runs and runs[-1][-1].year == figure.year - 1:
            runs[-1].append(figure)
        else:
            runs.append([figure])
    return runs


def _spread(heights: list[float], gap: float, bottom: float) -> list[float]:
    """The heights, from the top, moved apart until they are at least `gap` apart and none is below the chart."""
    placed = list(heights)
    for i in range(1, len(placed)):
        placed[i] = max(placed[i], placed[i - 1] + gap)
    if placed and placed[-1] > bottom:
        placed[-1] = bottom
        for i in range(len(placed) - 2, -1, -1):
            placed[i] = min(placed[i], placed[i + 1] - gap)
    return placed
