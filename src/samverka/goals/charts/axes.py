"""The sizes of a chart, and what its axes reach."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from samverka.goals.queries import Place, Progress

HEADROOM = 1.06


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
    label_gap: int
    year_gap: int
    y_ticks: int
    detailed: bool

    @property
    def whole_width(self) -> int:
        return self.left + self.width + self.right

    @property
    def whole_height(self) -> int:
        return self.top + self.height + self.bottom


@dataclass(frozen=True)
class Axes:
    """What the axes reach: shared by small charts that are compared."""

    years: Sequence[int]
    low: float
    high: float
    step: float

    @property
    def ticks(self) -> list[float]:
        count = math.floor((self.high - self.low) / self.step)
        return [self.low + i * self.step for i in range(count + 1)]


def axes_of(progress: Progress, places: Sequence[Place], ticks: int) -> Axes:
    """Axes that hold every figure and promise of some places. The value axis begins at zero."""
    lines = [progress.comparison, *(line for place in places for line in place.lines)]
    values = [figure.value for line in lines for figure in line.figures if figure.value is not None]
    for line in lines:
        if line.target is not None:
            values += [line.target.baseline_value, line.target.target_value]
    high, low = max([0.0, *values]), min([0.0, *values])
    step = _nice_step((high - low or 1.0) / ticks)
    years = [*progress.years, progress.goal.baseline_year, progress.goal.target_year]
    return Axes(
        years=range(min(years), max(years) + 1),
        low=math.floor(low / step) * step,
        high=max(high * HEADROOM, low + step),
        step=step,
    )


def _nice_step(rough: float) -> float:
    """The smallest of 1, 2, 2.5 and 5 times a power of ten that is at least `rough`."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1.0, 2.0, 2.5, 5.0, 10.0) if factor * power >= rough * (1 - 1e-9))
