"""needs.csv and places.csv: their columns as arrays, in the order of the ids.

The order of the rows in a file means nothing; needs and places are put in the order of their ids, so that the same
content gives the same problem and the same answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .faults import SHOWN, Fault, Refused, header_of, line_of, unlike, unreadable

__all__ = ["Needs", "Places", "demand_of", "earlier_in", "read_needs", "read_places"]

CAPACITY = "capacity:"
DEMAND = "demand:"
GROUP = "group"

LARGEST = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class Needs:
    """needs.csv. N needs in the order of their ids."""

    file: Path
    ids: pl.Series
    demand: dict[str, NDArray[np.int64]]
    """(N,) by resource; empty when the file has no such column."""
    size: NDArray[np.int32] | None
    priority: NDArray[np.float64] | None
    waiting: NDArray[np.float64] | None
    """Days that each has waited."""
    groups: dict[str, pl.Series]
    """A column of text by its name after `group:`; "" for the column `group`. Null where a need is in none."""


@dataclass(frozen=True, kw_only=True)
class Places:
    """places.csv. P places in the order of their ids."""

    file: Path
    ids: pl.Series
    capacity: dict[str, NDArray[np.int64]]
    minimum: NDArray[np.int64] | None
    area: pl.Series | None


def read_needs(path: Path) -> Needs:
    """Read and check needs.csv.

    Raises:
        Refused: it does not hold what it should.
    """
    columns = header_of(path)
    known = {"need_id", "size", "priority", "waiting", GROUP}
    table = _Table(path, columns, "need_id", known, (DEMAND, f"{GROUP}:"))
    demand = {name.removeprefix(DEMAND): table.whole(name) for name in columns if name.startswith(DEMAND)}
    size = table.whole("size", least=1).astype(np.int32) if "size" in columns else None
    groups = {
        name.removeprefix(GROUP).removeprefix(":"): table.text(name)
        for name in columns
        if name == GROUP or name.startswith(f"{GROUP}:")
    }
    needs = Needs(
        file=path,
        ids=table.ids,
        demand=demand,
        size=size,
        priority=table.number("priority") if "priority" in columns else None,
        waiting=table.number("waiting") if "waiting" in columns else None,
        groups=groups,
    )
    table.judge()
    return needs


def read_places(path: Path) -> Places:
    """Read and check places.csv.

    Raises:
        Refused: it does not hold what it should, or no place has any capacity.
    """
    columns = header_of(path)
    table = _Table(path, columns, "place_id", {"place_id", "minimum", "area"}, (CAPACITY,))
    capacity = {name.removeprefix(CAPACITY): table.whole(name) for name in columns if name.startswith(CAPACITY)}
    minimum = table.whole("minimum") if "minimum" in columns else None
    if not capacity:
        table.faults.append(
            Fault(path.name, 1, None, "has no capacity column.", "Add one, for example capacity:seats.")
        )
    elif all(amounts.sum() == 0 for amounts in capacity.values()) and not table.faults:
        table.faults.append(
            Fault(path.name, None, None, "gives no capacity at all.", "At least one place must have room for somebody.")
        )
    area = table.text("area") if "area" in columns else None
    places = Places(file=path, ids=table.ids, capacity=capacity, minimum=minimum, area=area)
    table.judge()
    return places


def demand_of(needs: Needs, places: Places) -> NDArray[np.int32]:
    """(N, R): what each need takes of the places' resources.

    Raises:
        Refused: needs and places speak of different resources.
    """
    resources = list(places.capacity)
    if not needs.demand:
        if len(resources) > 1:
            named = " and ".join(f"{DEMAND}{name}" for name in resources)
            remedy = f"Add {named}, with 0 for those who need none of it."
            raise Refused([Fault(needs.file.name, 1, None, "does not say what each need takes.", remedy)])
        return np.ones((len(needs.ids), 1), dtype=np.int32)
    faults = [
        Fault(places.file.name, 1, f"{CAPACITY}{name}", "is missing.", f"The needs ask for it ({DEMAND}{name}).")
        for name in needs.demand
        if name not in places.capacity
    ]
    faults += [
        Fault(needs.file.name, 1, f"{DEMAND}{name}", "is missing.", "The places have it; write 0 for who needs none.")
        for name in resources
        if name not in needs.demand
    ]
    faults += [
        Fault(
            places.file.name,
            None,
            f"{CAPACITY}{name}",
            "sums to nothing, and some needs ask for it.",
            "Give the places that have it their capacity, or take the demand away.",
        )
        for name in resources
        if name in needs.demand and places.capacity[name].sum() == 0 and needs.demand[name].any()
    ]
    if faults:
        raise Refused(faults)
    return np.stack([needs.demand[name] for name in resources], axis=1).astype(np.int32)


def earlier_in(path: Path) -> dict[str, str | None]:
    """Where everybody was, of the assignment.csv of an earlier run.

    Raises:
        Refused: it cannot be read as one.
    """
    try:
        table = pl.read_csv(path, infer_schema=False, columns=["need_id", "place_id"])
    except (OSError, pl.exceptions.PolarsError):
        remedy = "Give the --out directory of the earlier run."
        raise Refused([Fault(path.name, None, None, "cannot be read.", remedy)]) from None
    return dict(table.iter_rows())


class _Table:
    """A small CSV file as text, whose columns are checked one by one; faults are gathered until `judge`."""

    def __init__(
        self, path: Path, columns: Sequence[str], key: str, known: set[str], prefixes: tuple[str, ...]
    ) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self.more = 0
        if key not in columns:
            raise Refused([Fault(path.name, 1, key, "is missing.", f"Add a column {key} with an id in every row.")])
        strange = [
            column
            for column in columns
            if column not in known and not any(column.startswith(p) and len(column) > len(p) for p in prefixes)
        ]
        likely = {*known, *(f"{prefix}<name>" for prefix in prefixes)}
        self.faults += unlike(path, strange, likely)
        try:
            frame = pl.read_csv(path, infer_schema=False, encoding="utf8", row_index_name="")
        except pl.exceptions.PolarsError:
            raise unreadable(path) from None
        frame = frame.filter(pl.any_horizontal(pl.col(*columns).is_not_null()))
        if frame.is_empty():
            raise Refused([Fault(path.name, None, None, "has no rows.", "Write at least one under the header.")])
        self.frame = frame.sort(key, nulls_last=True)
        self.rows = self.frame[""].to_numpy()
        self.ids = self.frame[key]
        self._tell(key, self.ids.is_null().to_numpy(), "is empty.", "Give the row an id.")
        twice = self.ids.is_not_null() & (self.ids == self.ids.shift(1)).fill_null(value=False)
        self._tell(key, twice.to_numpy(), "stands twice.", "Keep one of the rows.")

    def text(self, name: str) -> pl.Series:
        return self.frame[name]

    def whole(self, name: str, least: int = 0) -> NDArray[np.int64]:
        """An integer in every row; 0 where it is faulty."""
        values = self.number(name)
        checks = (
            (values < least, f"is less than {least}.", f"Write a whole number, {least} or more."),
            (values != np.floor(values), "is not a whole number.", "Write a whole number."),
            (values > LARGEST, "is too large.", f"The largest amount is {LARGEST}."),
        )
        wrong = np.zeros(len(values), dtype=bool)
        for found, says, remedy in checks:
            self._tell(name, found & ~wrong, says, remedy)
            wrong |= found
        return np.where(wrong, 0, values).astype(np.int64)

    def number(self, name: str) -> NDArray[np.float64]:
        """A finite number in every row; 0 where it is faulty."""
        text = self.frame[name].str.strip_chars()
        values = text.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy().copy()
        self._tell(name, text.is_null().to_numpy(), "is empty.", "Write a number; 0 if there is none.")
        strange = text.is_not_null().to_numpy() & ~np.isfinite(values)
        self._tell(name, strange, "is not a finite number.", "Write digits, with a point before decimals.")
        values[~np.isfinite(values)] = 0
        return values

    def _tell(self, column: str, wrong: NDArray[np.bool_], says: str, remedy: str) -> None:
        found = np.flatnonzero(wrong)
        found = found[np.argsort(self.rows[found], kind="stable")]
        shown = [line_of(self.path, int(self.rows[row])) for row in found[:SHOWN]]
        values: list[Any] = self.frame[column].gather(found[:SHOWN]).to_list()
        for line, value in zip(shown, values, strict=True):
            text = says if value is None else f"{value} {says}"
            self.faults.append(Fault(self.path.name, line, column, text, remedy))
        self.more += max(0, len(found) - SHOWN)

    def judge(self) -> None:
        if self.faults:
            raise Refused(self.faults, self.more)
