"""Derived indicators: rates, sums, differences, gaps and indices over yearly series, with the units checked.

A formula is a small tree of frozen dataclasses. It knows its unit before any data is seen, and a formula whose
units make no sense cannot be built: percentages are not added, persons are not compared with kronor, and the
difference between two percentages is in percentage points. Nothing is parsed and nothing is evaluated as text.

The rules of units and of missing values: docs/algorithms/derived.md.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from samverka_engine.series.verdict import Observed, Status

__all__ = [
    "Derived",
    "Difference",
    "Formula",
    "Group",
    "Index",
    "Key",
    "Quantity",
    "Rate",
    "Reason",
    "Sum",
    "Unit",
    "derive",
    "gap_between_sexes",
]


class Unit(StrEnum):
    """What a value is measured in."""

    PERSONS = "persons"
    KRONOR = "kronor"
    PIECES = "pieces"
    YEARS = "years"
    RATIO = "ratio"
    PER_CENT = "per_cent"
    PER_THOUSAND = "per_thousand"
    KRONOR_PER_PERSON = "kronor_per_person"
    PIECES_PER_PERSON = "pieces_per_person"
    PERCENTAGE_POINTS = "percentage_points"
    INDEX = "index"


class Group(StrEnum):
    """Whom a series is about; the part of a key that a gap compares."""

    ALL = "all"
    WOMEN = "women"
    MEN = "men"


class Reason(StrEnum):
    """Why a year has no derived value."""

    INPUT_WITHOUT_VALUE = "input_without_value"
    INPUT_NOT_REPORTED = "input_not_reported"
    NOTHING_TO_DIVIDE_BY = "nothing_to_divide_by"
    NO_BASE_YEAR = "no_base_year"
    TOO_LARGE = "too_large"


_ADDITIVE = {Unit.PERSONS, Unit.KRONOR, Unit.PIECES}
_RATES: dict[tuple[Unit, Unit, int], Unit] = {
    **{(unit, unit, 1): Unit.RATIO for unit in _ADDITIVE},
    **{(unit, unit, 100): Unit.PER_CENT for unit in _ADDITIVE},
    **{(unit, unit, 1000): Unit.PER_THOUSAND for unit in _ADDITIVE},
    (Unit.KRONOR, Unit.PERSONS, 1): Unit.KRONOR_PER_PERSON,
    (Unit.PIECES, Unit.PERSONS, 1): Unit.PIECES_PER_PERSON,
    (Unit.PIECES, Unit.PERSONS, 1000): Unit.PER_THOUSAND,
}
# A step from 10 to 20 is twice as much in these. It means nothing for points, or for an index of an index.
_WITH_A_ZERO = set(Unit) - {Unit.PERCENTAGE_POINTS, Unit.INDEX}


@dataclass(frozen=True, slots=True)
class Key:
    """Which series: an indicator and whom it is about."""

    indicator: str
    group: Group = Group.ALL


@dataclass(frozen=True, slots=True)
class Quantity:
    """A series of the source."""

    key: Key
    unit: Unit


@dataclass(frozen=True, slots=True)
class Sum:
    """Two amounts of one unit together. Raises ValueError for anything but persons, kronor and pieces."""

    left: "Formula"
    right: "Formula"

    def __post_init__(self) -> None:
        if self.left.unit is not self.right.unit or self.left.unit not in _ADDITIVE:
            raise ValueError(
                f"Only persons, kronor and pieces of one unit are added; got {self.left.unit} and {self.right.unit}."
            )

    @property
    def unit(self) -> Unit:
        """The unit of both."""
        return self.left.unit


@dataclass(frozen=True, slots=True)
class Difference:
    """Left minus right, of one unit; of percentages in percentage points. Raises ValueError otherwise."""

    left: "Formula"
    right: "Formula"

    def __post_init__(self) -> None:
        if self.left.unit is not self.right.unit:
            raise ValueError(f"A difference needs one unit; got {self.left.unit} and {self.right.unit}.")

    @property
    def unit(self) -> Unit:
        """The common unit, or percentage points."""
        return Unit.PERCENTAGE_POINTS if self.left.unit is Unit.PER_CENT else self.left.unit


@dataclass(frozen=True, slots=True)
class Rate:
    """Numerator by denominator, for every `per`: 100 for per cent.

    Raises ValueError for units that make no rate: of rates, or of persons by kronor.
    """

    numerator: "Formula"
    denominator: "Formula"
    per: int = 100

    def __post_init__(self) -> None:
        if (self.numerator.unit, self.denominator.unit, self.per) not in _RATES:
            raise ValueError(f"{self.numerator.unit} by {self.denominator.unit} per {self.per} is no rate we know.")

    @property
    def unit(self) -> Unit:
        """The unit that the two give."""
        return _RATES[self.numerator.unit, self.denominator.unit, self.per]


@dataclass(frozen=True, slots=True)
class Index:
    """The series with its value of the base year as 100. Raises ValueError for a unit without a true zero."""

    of: "Formula"
    base_year: int

    def __post_init__(self) -> None:
        if self.of.unit not in _WITH_A_ZERO:
            raise ValueError(f"An index needs a unit whose zero means nothing of it; {self.of.unit} has none.")

    @property
    def unit(self) -> Unit:
        """Always an index."""
        return Unit.INDEX


Formula = Quantity | Sum | Difference | Rate | Index


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived series.

    series: one row for every year in which any input has a row, in order.
    reasons: by year, why there is no value. inputs: the series that the formula reads, in order of reading.
    """

    unit: Unit
    series: tuple[Observed, ...]
    reasons: Mapping[int, Reason]
    inputs: tuple[Key, ...]


def gap_between_sexes(formula: Formula) -> Difference:
    """Women minus men of the same formula. Raises ValueError if the formula already speaks of one of them."""
    return Difference(_about(formula, Group.WOMEN), _about(formula, Group.MEN))


def derive(formula: Formula, data: Mapping[Key, Iterable[Observed]]) -> Derived:
    """The formula's series.

    A year has a value when every input has one; it is preliminary when any of them is. Otherwise it is
    suppressed if any input is, then not joined, then missing: never zero. Raises ValueError for an input that
    is not in `data` (an empty series is one) and for a year with two rows.
    """
    keys = _keys(formula)
    series: dict[Key, dict[int, Observed]] = {}
    for key in keys:
        if key not in data:
            raise ValueError(f"The formula needs {key.indicator} ({key.group}), which is not there.")
        rows = list(data[key])
        series[key] = {row.year: row for row in rows}
        if len(series[key]) < len(rows):
            raise ValueError(f"{key.indicator} ({key.group}) has two rows for one year.")
    years = sorted({year for rows in series.values() for year in rows})
    found = {year: _value(formula, series, year) for year in years}
    return Derived(
        unit=formula.unit,
        series=tuple(Observed(year, cell.value, cell.status) for year, cell in found.items()),
        reasons={year: cell.reason for year, cell in found.items() if cell.reason is not None},
        inputs=keys,
    )


@dataclass(frozen=True, slots=True)
class _Cell:
    """One year: a value with its status, or a status and the reason."""

    value: float | None
    status: Status
    reason: Reason | None = None


_NOT_REPORTED = _Cell(None, Status.MISSING, Reason.INPUT_NOT_REPORTED)
# Which status a year without value gets from its inputs: the first of these that any of them has.
_PRECEDENCE = (Status.SUPPRESSED, Status.NOT_JOINED, Status.MISSING)


def _value(formula: Formula, series: Mapping[Key, Mapping[int, Observed]], year: int) -> _Cell:
    match formula:
        case Quantity(key, _):
            row = series[key].get(year)
            if row is None:
                return _NOT_REPORTED
            return _Cell(row.value, row.status, Reason.INPUT_WITHOUT_VALUE if row.value is None else None)
        case Sum(left, right):
            return _combined(_value(left, series, year), _value(right, series, year), lambda a, b: a + b)
        case Difference(left, right):
            return _combined(_value(left, series, year), _value(right, series, year), lambda a, b: a - b)
        case Rate(top, bottom, per):
            return _combined(_value(top, series, year), _value(bottom, series, year), lambda a, b: per * a / b)
        case Index(of, base_year):
            base = _value(of, series, base_year)
            if base.value is None:
                return _Cell(None, base.status, Reason.NO_BASE_YEAR)
            if base.value <= 0:
                return _Cell(None, Status.MISSING, Reason.NOTHING_TO_DIVIDE_BY)
            return _combined(_value(of, series, year), base, lambda a, b: 100 * a / b)


def _combined(left: _Cell, right: _Cell, made: Callable[[float, float], float]) -> _Cell:
    if left.value is None or right.value is None:
        empty = [cell for cell in (left, right) if cell.value is None]
        return min(empty, key=lambda cell: _PRECEDENCE.index(cell.status))
    try:
        value = made(left.value, right.value)
    except ZeroDivisionError:
        return _Cell(None, Status.MISSING, Reason.NOTHING_TO_DIVIDE_BY)
    if not math.isfinite(value):
        return _Cell(None, Status.MISSING, Reason.TOO_LARGE)
    preliminary = Status.PRELIMINARY in (left.status, right.status)
    return _Cell(value, Status.PRELIMINARY if preliminary else Status.OK)


def _keys(formula: Formula) -> tuple[Key, ...]:
    """Every series that the formula reads, once, in order."""
    match formula:
        case Quantity(key, _):
            return (key,)
        case Index(of, _):
            return _keys(of)
        case Sum(left, right) | Difference(left, right) | Rate(left, right, _):
            return tuple(dict.fromkeys(_keys(left) + _keys(right)))


def _about(formula: Formula, group: Group) -> Formula:
    """The same formula about one group only."""
    match formula:
        case Quantity(key, _):
            if key.group is not Group.ALL:
                raise ValueError(f"{key.indicator} is already about {key.group}; a gap is of a formula about all.")
            return replace(formula, key=Key(key.indicator, group))
        case Index(of, base_year):
            return Index(_about(of, group), base_year)
        case Sum(left, right):
            return Sum(_about(left, group), _about(right, group))
        case Difference(left, right):
            return Difference(_about(left, group), _about(right, group))
        case Rate(top, bottom, per):
            return Rate(_about(top, group), _about(bottom, group), per)
