"""A table with dimensions, whatever file or API it came from: values, what is missing, and why."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .faults import Fault, SourceError
from .rejections import LARGEST, Rejection

MOST_CELLS = 20_000_000
"""Cells of the largest table that is read; a sparse file of a few lines may declare any number."""


@dataclass(frozen=True)
class Unit:
    """`decimals`: how many the source publishes; None where it does not say."""

    base: str
    decimals: int | None = None


@dataclass(frozen=True)
class Dimension:
    """One dimension with its categories in order. `labels` stand beside `codes`; `units` are a metric's, by code."""

    id: str
    label: str
    codes: tuple[str, ...]
    labels: tuple[str, ...]
    role: str = ""
    """`time`, `geo`, `metric` or empty."""
    units: Mapping[str, Unit] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    extension: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True)
class Structure:
    """A table without its values. The last dimension varies fastest."""

    label: str
    source: str
    updated: datetime | None
    dimensions: tuple[Dimension, ...]
    notes: tuple[str, ...] = ()
    extension: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def cells(self) -> int:
        return math.prod(len(dimension) for dimension in self.dimensions)

    def dimension(self, id_: str) -> Dimension:
        """The dimension with this id.

        Raises:
            SourceError: the table has no such dimension.
        """
        for dimension in self.dimensions:
            if dimension.id == id_:
                return dimension
        raise SourceError(Fault.UNKNOWN_CODE, detail=id_)

    def with_role(self, role: str) -> tuple[Dimension, ...]:
        return tuple(dimension for dimension in self.dimensions if dimension.role == role)

    def path(self, cell: int) -> str:
        """A cell as codes, for messages: `Region=10, Tid=2024`."""
        where = np.unravel_index(cell, [len(dimension) for dimension in self.dimensions])
        parts = zip(self.dimensions, where, strict=True)
        return ", ".join(f"{dimension.id}={dimension.codes[int(index)]}" for dimension, index in parts)


def refuse_too_large(cells: int, most: int = MOST_CELLS) -> None:
    """Raises:
    SourceError: more cells than are read at once.
    """
    if cells > most:
        raise SourceError(Fault.TOO_MANY_CELLS, found=cells, limit=most)


@dataclass(frozen=True, eq=False)
class Cube:
    """A table with its values, flat, the last dimension fastest.

    values: one float for each cell; NaN where there is none. Missing is missing, never zero.
    statuses: what the source says of a cell, by its position: a symbol such as `..`, or a code.
    rejections: cells whose value could not be used; they are missing in `values`.
    """

    structure: Structure
    values: NDArray[np.float64] = field(repr=False)
    statuses: Mapping[int, str] = field(default_factory=dict, repr=False)
    rejections: tuple[Rejection, ...] = ()

    def __post_init__(self) -> None:
        if self.values.shape != (self.structure.cells,):
            raise SourceError(Fault.SIZE, expected=self.structure.cells, found=self.values.size)

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Which cells have no value."""
        return np.isnan(self.values)

    def frame(self) -> pl.DataFrame:
        """One row for each cell: a column of codes for each dimension, `value` (null if missing) and `status`."""
        columns: list[pl.Series] = []
        cells = self.structure.cells
        inner = cells
        for dimension in self.structure.dimensions:
            size = len(dimension)
            inner //= max(size, 1)
            outer = cells // max(size * inner, 1)
            index = np.tile(np.repeat(np.arange(size, dtype=np.uint32), inner), outer)
            columns.append(pl.Series(dimension.id, dimension.codes, dtype=pl.String).gather(index))
        columns.append(pl.Series("value", self.values, nan_to_null=True))
        status = pl.Series("status", [None], dtype=pl.String).new_from_index(0, cells)
        if self.statuses:
            status = status.scatter(list(self.statuses), list(self.statuses.values()))
        columns.append(status.alias("status"))
        return pl.DataFrame(columns)


def finite(values: Sequence[Any]) -> tuple[NDArray[np.float64], list[int], list[int]]:
    """JSON values as floats with NaN for null, and the positions of what is no number and of what is without bounds."""
    odd: list[int] = []
    if not set(map(type, values)) <= {int, float, type(None)}:
        odd = [index for index, value in enumerate(values) if type(value) not in {int, float, type(None)}]
        skipped = set(odd)
        values = [None if index in skipped else value for index, value in enumerate(values)]
    try:
        found = np.array(values, dtype=np.float64)
    except OverflowError:  # a whole number beyond the range of floats
        found = np.array([_float(value) for value in values], dtype=np.float64)
    endless = [index for index in np.flatnonzero(~(np.abs(found) < LARGEST)).tolist() if values[index] is not None]
    found[endless] = np.nan
    return found, odd, endless


def _float(value: float | None) -> float:
    if value is None:
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.inf
