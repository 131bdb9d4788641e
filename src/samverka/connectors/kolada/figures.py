"""Kolada's figures: rows of kpi, area and year with a value for each gender, judged one by one and then together."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import polars as pl

from samverka.connectors.http import Answer
from samverka.connectors.rejections import LARGEST, Reason, Rejection, rejected
from samverka.connectors.shapes import Node

GENDERS = frozenset("TKM")
YEARS = range(1900, 2101)
MOST_MEMBERS = 100_000
"""More areas than any figure is made of: a greater count is not believed, and left out."""


class Status(StrEnum):
    """Why a figure looks as it does. Only OK and PRELIMINARY have a value."""

    OK = "ok"
    PRELIMINARY = "preliminary"
    MISSING = "missing"
    SUPPRESSED = "suppressed"
    DELETED = "deleted"


_STATUSES: dict[str | None, Status] = {
    None: Status.OK,
    "": Status.OK,
    "Preliminary": Status.PRELIMINARY,
    "Missing": Status.MISSING,
    "Private": Status.SUPPRESSED,
    "Suppressed": Status.SUPPRESSED,
}
_VALUED = {Status.OK, Status.PRELIMINARY}
_WITHOUT_VALUE: dict[Status, Status | Reason] = {
    Status.OK: Status.MISSING,  # Kolada may leave the status of a missing value empty
    Status.PRELIMINARY: Reason.STATUS_VALUE,
    Status.MISSING: Status.MISSING,
    Status.SUPPRESSED: Status.SUPPRESSED,
}

_SCHEMA: dict[str, type[pl.DataType]] = {
    "kpi": pl.String,
    "area": pl.String,
    "year": pl.Int32,
    "gender": pl.String,
    "value": pl.Float64,
    "status": pl.String,
    "members": pl.Int32,
}
_KEY = ("kpi", "area", "year", "gender")


@dataclass(frozen=True, slots=True)
class Figure:
    """`gender`: T all, K women, M men. `members`: how many of a group's members its mean is made of; 1 for an area."""

    kpi: str
    area: str
    year: int
    gender: str
    value: float | None
    status: Status
    members: int | None


@dataclass(frozen=True)
class Figures:
    """What one chunk gave: every row of it is either in `frame` or among the rejections.

    frame: columns kpi, area, year, gender, value (null if there is none), status, members; one row for each key.
    silent: indicators that were asked for and of which no usable figure came.
    """

    frame: pl.DataFrame = field(repr=False)
    rejections: tuple[Rejection, ...]
    silent: tuple[str, ...]
    answers: tuple[Answer, ...] = field(repr=False)

    def __len__(self) -> int:
        return self.frame.height

    def records(self) -> Iterator[Figure]:
        """The figures one by one."""
        for kpi, area, year, gender, value, status, members in self.frame.iter_rows():
            yield Figure(kpi, area, year, gender, value, Status(status), members)


class Collector:
    """Takes in page after page, and judges them together at the end."""

    def __init__(
        self, *, kpis: Collection[str], areas: Collection[str], years: Collection[int], known: Collection[str] | None
    ) -> None:
        self._asked = (frozenset(kpis), frozenset(areas), frozenset(years))
        self._known = None if known is None else frozenset(known)
        self._rows: list[tuple[Any, ...]] = []
        self._rejections: list[Rejection] = []

    def add(self, values: Node, page: int) -> None:
        """The `values` of one page.

        Raises:
            SourceError: a field is missing or of another type.
        """
        for number, row in enumerate(values.items()):
            try:
                kpi, area, year, cells = row["kpi"], row["municipality"], row["period"], row["values"]
                fields = [(c["gender"], c["value"], c["status"], c.get("count"), c.get("isdeleted")) for c in cells]
            except (KeyError, TypeError, AttributeError):
                fields = []
            if not fields or type(kpi) is not str or type(area) is not str or type(year) is not int:
                _explain(Node(row, values.url, f"{values.path}[{number}]"))
                continue  # a row without any value: there is nothing to lose
            reason = self._reason(kpi, area, year)
            for gender, value, status, members, is_deleted in fields:
                judged = reason or _judge(gender, value, status, is_deleted)
                if isinstance(judged, Reason):
                    text = f"{kpi} {area} {year} {gender!r} {value!r} {status!r}"
                    self._rejections.append(rejected(judged, _path(page, number), text))
                    continue
                kept = float(value) if judged in _VALUED else None
                counted = members if type(members) is int and 0 <= members <= MOST_MEMBERS else None
                self._rows.append((kpi, area, year, gender, kept, judged.value, counted, page, number))

    def _reason(self, kpi: str, area: str, year: int) -> Reason | None:
        kpis, areas, years = self._asked
        if year not in YEARS:
            return Reason.YEAR
        if kpi not in kpis or (areas and area not in areas) or (years and year not in years):
            return Reason.NOT_ASKED
        if self._known is not None and area not in self._known:
            return Reason.UNKNOWN_AREA
        return None

    def figures(self, answers: list[Answer]) -> Figures:
        """All pages together: a figure that comes twice is kept once, and not at all if the two differ."""
        schema: dict[str, type[pl.DataType]] = {**_SCHEMA, "page": pl.Int32, "number": pl.Int32}
        columns = zip(*self._rows, strict=True) if self._rows else ((),) * len(schema)
        frame = pl.DataFrame(dict(zip(schema, columns, strict=True)), schema=schema)
        twice = frame.select(pl.struct(_KEY).is_duplicated()).to_series()
        if twice.any():
            frame = self._without_duplicates(frame.with_row_index("row"), twice)
        kpis, _, _ = self._asked
        silent = tuple(sorted(kpis - set(frame["kpi"].unique())))
        return Figures(frame.select(*_SCHEMA), tuple(self._rejections), silent, tuple(answers))

    def _without_duplicates(self, frame: pl.DataFrame, twice: pl.Series) -> pl.DataFrame:
        several = frame.filter(twice).with_columns(
            says=pl.struct("value", "status").n_unique().over(_KEY), first=pl.col("row").min().over(_KEY)
        )
        refused = several.filter((pl.col("says") > 1) | (pl.col("row") != pl.col("first")))
        for row in refused.iter_rows(named=True):
            reason = Reason.CONFLICT if row["says"] > 1 else Reason.DUPLICATE
            text = f"{row['kpi']} {row['area']} {row['year']} {row['gender']} {row['value']!r} {row['status']}"
            self._rejections.append(rejected(reason, _path(row["page"], row["number"]), text))
        return frame.join(refused.select("row"), on="row", how="anti", maintain_order="left")


def _path(page: int, number: int) -> str:
    return f"page {page} values[{number}]"


def _judge(gender: object, value: object, status: object, is_deleted: object) -> Status | Reason:
    """What a figure's status is, or why it is refused."""
    if type(gender) is not str or gender not in GENDERS:
        return Reason.UNKNOWN_GENDER
    if is_deleted is True:
        return Status.DELETED
    known = _STATUSES.get(status) if status is None or type(status) is str else None
    if known is None or (is_deleted is not None and is_deleted is not False):
        return Reason.UNKNOWN_STATUS
    if value is None:
        return _WITHOUT_VALUE[known]
    if type(value) is not float and type(value) is not int:
        return Reason.NOT_A_NUMBER
    if not -LARGEST < value < LARGEST:  # NaN is not between anything
        return Reason.NOT_FINITE
    return known if known in _VALUED else Reason.STATUS_VALUE


def _explain(row: Node) -> None:
    """Find what is wrong with a row's fields.

    Raises:
        SourceError: a field is missing or of another type.
    """
    row["kpi"].text()
    row["municipality"].text()
    row["period"].whole()
    for cell in row["values"]:
        for name in ("gender", "value", "status"):
            cell[name]
