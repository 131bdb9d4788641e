"""Flags on suspicious figures: equal sexes, values out of range, jumps, and series that have stopped.

A flag is a question to the source, not a correction: nothing is removed or changed. Rules, limits and sources:
docs/algorithms/quality.md.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from samverka_engine.series.path import require_finite
from samverka_engine.series.verdict import Observed

__all__ = ["Flag", "Range", "Suspicion", "jumps", "out_of_range", "published_step", "sexes_and_total", "stopped"]

# The modified z-score of Iglewicz and Hoaglin (1993), and the limit that they recommend.
JUMP_LIMIT = 3.5
_MEDIAN_FACTOR = 1.482602218505602  # makes the median absolute deviation a standard deviation
_MEAN_FACTOR = 1.253314137315500  # the same for the mean absolute deviation, when the median one is zero


# What binary arithmetic and a source's own last digits may leave, as a share.
RESIDUE = 1e-6


class Suspicion(StrEnum):
    """What is odd."""

    WOMEN_MEN_AND_TOTAL_EQUAL = "women_men_and_total_equal"
    TOTAL_NOT_BETWEEN_WOMEN_AND_MEN = "total_not_between_women_and_men"
    TOTAL_IS_NOT_THE_SUM = "total_is_not_the_sum"
    BELOW_RANGE = "below_range"
    ABOVE_RANGE = "above_range"
    JUMP = "jump"
    STOPPED = "stopped"


class Range(StrEnum):
    """Which values an indicator can have at all."""

    PER_CENT = "per_cent"  # a share of a whole: 0 to 100
    COUNT = "count"  # not negative; women and men add up to the total
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Flag:
    """One odd figure.

    year: of the figure; the last year with a value when the series has stopped.
    values: the figures that the flag rests on, in the order that the suspicion's name says.
    score: how far from the ordinary: of jumps in robust standard deviations, of stopped series in years.
    """

    suspicion: Suspicion
    year: int
    values: tuple[float, ...]
    score: float | None = None


def sexes_and_total(
    women: Iterable[Observed],
    men: Iterable[Observed],
    total: Iterable[Observed],
    kind: Range,
    *,
    rounding: Mapping[int, float] | None = None,
) -> tuple[Flag, ...]:
    """Years in which women, men and total do not go together.

    All equal is odd (one figure copied into three places), but not at 0, nor at 100 per cent, where small
    places often are, nor in figures that the source has rounded to a coarse step. The total of a share lies
    between the sexes, and the total of a count is their sum, within what rounding can do. Years in which one
    of them has no value are not judged.

    rounding: by year, the source's step (`published_step`), in the indicator's unit; full precision in years
        that are not there. Sources change their precision over time.
    Raises ValueError for two rows of one year.
    """
    steps = rounding or {}
    of_women, of_men, of_all = (_values(series) for series in (women, men, total))
    flags = []
    for year in sorted(of_women.keys() & of_men.keys() & of_all.keys()):
        figures = of_women[year], of_men[year], of_all[year]
        low, high = sorted(figures[:2])
        step = steps.get(year, 0.0)
        slack = step + RESIDUE * max(abs(figure) for figure in figures)
        ordinary = figures[2] == 0 or (kind is Range.PER_CENT and figures[2] == 100)
        if max(figures) == min(figures) and not ordinary and not step:
            flags.append(Flag(Suspicion.WOMEN_MEN_AND_TOTAL_EQUAL, year, figures))
        elif kind is Range.COUNT and abs(low + high - figures[2]) > slack + step / 2:
            flags.append(Flag(Suspicion.TOTAL_IS_NOT_THE_SUM, year, figures))
        elif kind is Range.PER_CENT and not low - slack <= figures[2] <= high + slack:
            flags.append(Flag(Suspicion.TOTAL_NOT_BETWEEN_WOMEN_AND_MEN, year, figures))
    return tuple(flags)


def published_step(values: Iterable[float]) -> float:
    """The coarsest of 1, 0.1 and 0.01 of which every value is a multiple: the source's rounding.

    Give one year's values of all areas; a few values may look rounded by chance. 0 when they are not rounded, and
    when there are none.
    """
    found = list(values)
    for step in (1.0, 0.1, 0.01) if found else ():
        if all(abs(value / step - round(value / step)) < RESIDUE for value in found):
            return step
    return 0.0


def out_of_range(series: Iterable[Observed], kind: Range, *, tolerance: float = 1e-6) -> tuple[Flag, ...]:
    """Values that the indicator cannot have: negative counts, shares below 0 or above 100 per cent.

    tolerance: in the indicator's unit, for a source's rounding.
    """
    flags = []
    for year, value in _values(series).items():
        if kind is not Range.ANY and value < -tolerance:
            flags.append(Flag(Suspicion.BELOW_RANGE, year, (value,)))
        elif kind is Range.PER_CENT and value > 100 + tolerance:
            flags.append(Flag(Suspicion.ABOVE_RANGE, year, (value,)))
    return tuple(flags)


def jumps(
    series: Iterable[Observed], *, limit: float = JUMP_LIMIT, least_changes: int = 5, least_jump: float = 0.0
) -> tuple[Flag, ...]:
    """Years in which the series changed far more than it usually does.

    Changes between two years in a row are compared with the median of all of them, in robust standard
    deviations. limit: how many; least_changes: with fewer, nothing is usual and nothing is flagged;
    least_jump: smaller changes are never a jump, in the indicator's unit. Raises ValueError for limits that
    are not above zero, or a negative least jump.
    """
    require_finite("The limit of a jump", limit)
    require_finite("The least jump", least_jump)
    if limit <= 0 or least_changes < 3 or least_jump < 0:
        raise ValueError("A jump needs a limit above zero, three changes to compare with, and no negative least jump.")
    values = _values(series)
    changes = {
        later: values[later] - values[earlier] for earlier, later in itertools.pairwise(values) if later == earlier + 1
    }
    if len(changes) < least_changes:
        return ()
    usual = _median(list(changes.values()))
    away = {year: abs(change - usual) for year, change in changes.items()}
    step = _MEDIAN_FACTOR * _median(list(away.values())) or _MEAN_FACTOR * sum(away.values()) / len(away)
    if not step:
        return ()
    return tuple(
        Flag(Suspicion.JUMP, year, (values[year - 1], values[year]), away[year] / step)
        for year, change in changes.items()
        if away[year] / step > limit and abs(change) >= least_jump
    )


def stopped(series: Iterable[Observed], *, expected_year: int, patience: int = 1) -> Flag | None:
    """A series whose last value is more than `patience` years before the year that should be there.

    expected_year: usually the newest year that any area has for the same indicator. A series without any value
    has not begun, so it has not stopped. Raises ValueError for a negative patience.
    """
    if patience < 0:
        raise ValueError(f"The patience is a number of years; got {patience}.")
    values = _values(series)
    if not values:
        return None
    last = max(values)
    late = expected_year - last
    return Flag(Suspicion.STOPPED, last, (values[last],), float(late)) if late > patience else None


def _values(series: Iterable[Observed]) -> dict[int, float]:
    """Values by year, in order; years without one are left out. Raises ValueError for two rows of one year."""
    rows = sorted(series, key=lambda row: row.year)
    for earlier, later in itertools.pairwise(rows):
        if earlier.year == later.year:
            raise ValueError(f"The year {later.year} has more than one row; one row per year is needed.")
    return {row.year: row.value for row in rows if row.value is not None}


def _median(numbers: Sequence[float]) -> float:
    in_order = sorted(numbers)
    middle = len(in_order) // 2
    return in_order[middle] if len(in_order) % 2 else (in_order[middle - 1] + in_order[middle]) / 2
