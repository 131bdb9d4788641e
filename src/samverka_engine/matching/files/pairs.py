"""pairs.csv or pairs.parquet: the eligible pairs in bulk, as the arrays of a problem.

The ids become numbers while the file streams past, so that five million pairs never stand as text in memory.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from samverka_engine.matching.scoring.forbidden import is_forbidden

from .faults import SHOWN, Fault, Refused, header_of, line_of, unlike, unreadable

__all__ = ["Pairs", "read_pairs"]

CRITERION = "criterion:"
BATCH = 100_000
"""Rows."""
BLOCK = 1 << 24
"""Bytes of a CSV file that are read at a time: Polars lays a whole file in memory."""
UNCERTAINTY = "uncertainty"


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """E pairs, sorted by need and then by place."""

    first: NDArray[np.int64]
    place: NDArray[np.int32]
    score: NDArray[np.float64]
    criteria: dict[str, NDArray[np.float32]]
    """(E,) by criterion: its contribution to the score."""
    uncertainty: NDArray[np.float32] | None = None
    """(E,): the standard deviation of the score's error."""


def read_pairs(path: Path, needs: pl.Series, places: pl.Series) -> Pairs:
    """Read and check the pairs of known needs and places, both given by their ids in rising order.

    Raises:
        Refused: the file does not hold what it should.
    """
    scans, columns = _scanned(path)
    criteria = [column for column in columns if _is_small(column)]
    faults = [
        Fault(path.name, 1, column, "is missing.", f"Add a column {column}.")
        for column in ("need_id", "place_id", "score")
        if column not in columns
    ]
    allowed = {"need_id", "place_id", "score", *criteria}
    faults += unlike(
        path,
        (c for c in columns if c not in allowed),
        {"need_id", "place_id", "score", UNCERTAINTY, "criterion:<name>"},
    )
    faults += [
        Fault(
            path.name,
            1,
            column,
            "may not enter a score.",
            "Remove it. Give it as a column group:<name> of the needs, and the outcome is reported by it.",
        )
        for column in criteria
        if is_forbidden(column.removeprefix(CRITERION))
    ]
    if faults:
        raise Refused(faults)
    numbered = (
        scan.select(
            pl.col("need_id").cast(pl.String).cast(pl.Enum(needs), strict=False).to_physical().cast(pl.UInt32),
            pl.col("place_id").cast(pl.String).cast(pl.Enum(places), strict=False).to_physical().cast(pl.UInt32),
            pl.col("score").cast(pl.Float64, strict=False),
            *(pl.col(column).cast(pl.Float32, strict=False) for column in criteria),
        )
        for scan in scans
    )
    try:
        table = _Table(numbered, criteria, _rows_about(path))
    except pl.exceptions.PolarsError as error:
        raise unreadable(path) if _is_csv(path) else _not_parquet(path, error) from None
    if table.rows == 0:
        raise Refused([Fault(path.name, None, None, "has no pairs.", "Nobody can be placed without one.")])
    if table.strange:
        faults, more = _faulty(path, needs, places, criteria)
        if faults:
            raise Refused(faults, more)
        # Nothing but blank lines, which the table has left out.
    return _sorted(path, table, needs, places)


def _rows_about(path: Path) -> int:
    """How many rows a file has; of a CSV a little more than its beginning makes one think."""
    if not _is_csv(path):
        return int(pl.scan_parquet(path).select(pl.len()).collect().item())
    with path.open("rb") as file:
        beginning = file.read(1 << 20)
    return BATCH + int(1.1 * path.stat().st_size * beginning.count(b"\n") / max(1, len(beginning)))


class _Table:
    """The columns as arrays of their own, filled batch by batch: the file never stands in memory as a whole."""

    def __init__(self, numbered: Iterator[pl.LazyFrame], criteria: list[str], room: int) -> None:
        """`room` is how many rows are expected; what is not filled takes no memory."""
        self.rows = 0
        """In the file."""
        self.strange = False
        """Whether anything is missing or not finite somewhere; such rows are left out."""
        self.need, self.place = np.empty(room, dtype=np.uint32), np.empty(room, dtype=np.int32)
        self.score = np.empty(room)
        self.criteria = {column: np.empty(room, dtype=np.float32) for column in criteria}
        filled = 0
        for batch in _batches(numbered):
            self.rows += len(batch)
            whole = batch.drop_nulls()
            if len(whole) < len(batch) or not all(whole[column].is_finite().all() for column in ("score", *criteria)):
                self.strange = True
            begin, filled = filled, filled + len(whole)
            if filled > len(self.need):
                self._resize(2 * filled)
            self.need[begin:filled] = whole["need_id"].to_numpy()
            self.place[begin:filled] = whole["place_id"].to_numpy()
            self.score[begin:filled] = whole["score"].to_numpy()
            for column, values in self.criteria.items():
                values[begin:filled] = whole[column].to_numpy()
        self._resize(filled)

    def _resize(self, size: int) -> None:
        """In place: where the system can, nothing is copied."""
        if size == len(self.need):
            return
        columns: list[NDArray[Any]] = [self.need, self.place, self.score, *self.criteria.values()]
        for values in columns:
            values.resize(size, refcheck=False)


def _sorted(path: Path, table: _Table, needs: pl.Series, places: pl.Series) -> Pairs:
    """In the order of the needs and their places; each array is copied only when the file has another order."""
    need, place, score, criteria = table.need, table.place, table.score, table.criteria
    if not _rising(need, place):
        order = np.argsort(need.astype(np.int64) * len(places) + place, kind="stable")
        need, place, score = need[order], place[order], score[order]
        twice = np.flatnonzero((need[1:] == need[:-1]) & (place[1:] == place[:-1]))
        if len(twice):
            named = {(str(needs[int(need[at])]), str(places[int(place[at])])) for at in twice[:SHOWN]}
            raise Refused(list(_repeated(path, named)), max(0, len(twice) - SHOWN))
        criteria = {column: values[order] for column, values in criteria.items()}
    first = np.searchsorted(need, np.arange(len(needs) + 1, dtype=np.uint32)).astype(np.int64)
    kept = {column.removeprefix(CRITERION): values for column, values in criteria.items()}
    uncertainty = kept.pop(UNCERTAINTY, None)
    if uncertainty is not None and (uncertainty < 0).any():
        remedy = "Write the standard deviation of the score's error, 0 or more."
        raise Refused([Fault(path.name, None, UNCERTAINTY, "is negative.", remedy)])
    return Pairs(first=first, place=place, score=score, criteria=kept, uncertainty=uncertainty)


def _rising(need: NDArray[np.uint32], place: NDArray[np.int32]) -> bool:
    """Whether the rows stand in order, none of them twice. A part at a time, to spare memory."""
    for begin in range(0, len(need), BATCH):
        part = slice(begin, begin + BATCH + 1)
        before, after = need[part][:-1], need[part][1:]
        if not ((after > before) | ((after == before) & (np.diff(place[part]) > 0))).all():
            return False
    return True


def _batches(numbered: Iterator[pl.LazyFrame]) -> Iterator[pl.DataFrame]:
    for scan in numbered:
        yield from scan.collect_batches(chunk_size=BATCH, maintain_order=True, engine="streaming")


def _scanned(path: Path) -> tuple[Iterator[pl.LazyFrame], list[str]]:
    """The file, a CSV a block at a time, and its columns."""
    if not path.exists():
        raise Refused([Fault(path.name, None, None, "does not exist.", "Give the path of a CSV or Parquet file.")])
    if _is_csv(path):
        columns = header_of(path)
        types: dict[str, pl.DataType] = {column: pl.String() for column in columns}
        types.update({column: pl.Float32() for column in columns if _is_small(column)})
        types.update({column: pl.Float64() for column in columns if column == "score"})
        return (pl.scan_csv(io.BytesIO(block), schema=types, ignore_errors=True) for block in _blocks(path)), columns
    try:
        scan = pl.scan_parquet(path)
        return iter((scan,)), scan.collect_schema().names()
    except pl.exceptions.PolarsError as error:
        raise _not_parquet(path, error) from None


def _blocks(path: Path) -> Iterator[bytes]:
    """Some megabytes of whole rows at a time, each under the header."""
    with path.open("rb") as file:
        header = _whole(file.readline)
        while rows := _whole(lambda: file.read(BLOCK) + file.readline()):
            yield header + rows


def _whole(read: Callable[[], bytes]) -> bytes:
    """What is read, and more until the last row is whole: between quotes a line may break."""
    rows = read()
    while rows.count(b'"') % 2 and (more := read()):
        rows += more
    return rows


def _is_small(column: str) -> bool:
    """Whether half the digits of a score are enough for it."""
    return column.startswith(CRITERION) or column == UNCERTAINTY


def _is_csv(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) != b"PAR1"


def _not_parquet(path: Path, error: Exception) -> Refused:
    first = str(error).partition("\n")[0]
    return Refused([Fault(path.name, None, None, f"cannot be read as Parquet ({first}).", "Write the file anew.")])


def _as_written(path: Path) -> tuple[pl.LazyFrame, list[str]]:
    """The file with its columns as they stand, and the number of each row."""
    if _is_csv(path):
        columns = header_of(path)
        return pl.scan_csv(path, infer_schema=False, row_index_name="row"), columns
    scan = pl.scan_parquet(path).with_row_index("row")
    return scan, scan.collect_schema().names()[1:]


def _line(path: Path, row: int) -> int:
    return line_of(path, row) if _is_csv(path) else row + 1


def _faulty(path: Path, needs: pl.Series, places: pl.Series, criteria: list[str]) -> tuple[list[Fault], int]:
    """What is wrong with the rows: ids that are unknown and scores that are none. Reads the file once for each."""
    scan, columns = _as_written(path)
    present = scan.filter(pl.any_horizontal(pl.col(*columns).is_not_null()))
    faults: list[Fault] = []
    more = 0
    for column, ids, remedy in (
        ("need_id", needs, "Add it to the needs, or remove the pair."),
        ("place_id", places, "Add it to the places, or remove the pair."),
    ):
        text = pl.col(column).cast(pl.String)
        strange = present.filter(text.cast(pl.Enum(ids), strict=False).is_null()).select("row", text.alias("value"))
        for row, value in _few(strange):
            found = "is empty." if value is None else f"{value} is unknown."
            faults.append(Fault(path.name, _line(path, row), column, found, remedy))
        more += _beyond(strange)
    for column in ("score", *criteria):
        number = pl.col(column).cast(pl.Float64, strict=False)
        strange = present.filter(~number.is_finite().fill_null(value=False)).select(
            "row", pl.col(column).cast(pl.String).alias("value")
        )
        for row, value in _few(strange):
            found = "is empty." if value is None else f"{value} is not a finite number."
            remedy = "Write digits, with a point before decimals; remove pairs that are not possible."
            faults.append(Fault(path.name, _line(path, row), column, found, remedy))
        more += _beyond(strange)
    return faults, more


def _few(strange: pl.LazyFrame) -> Iterator[tuple[int, str | None]]:
    for row, value in strange.head(SHOWN).collect().iter_rows():
        yield int(row), value


def _beyond(strange: pl.LazyFrame) -> int:
    return max(0, int(strange.select(pl.len()).collect().item()) - SHOWN)


def _repeated(path: Path, named: set[tuple[str, str]]) -> Iterator[Fault]:
    scan, _ = _as_written(path)
    need, place = pl.col("need_id").cast(pl.String), pl.col("place_id").cast(pl.String)
    wanted = pl.LazyFrame(sorted(named), schema={"need_id": pl.String, "place_id": pl.String}, orient="row")
    rows = scan.select("row", need, place).join(wanted, on=["need_id", "place_id"], how="semi").collect()
    for (need_id, place_id), found in rows.sort("row").group_by(["need_id", "place_id"], maintain_order=True):
        lines = [_line(path, int(row)) for row in found["row"]]
        first, *again = lines
        for line in again[:SHOWN]:
            says = f"the pair {need_id} and {place_id} stands on line {first} already."
            yield Fault(path.name, line, "need_id", says, "Keep one of the rows.")
