"""What is wrong with an input file: where, and how to mend it."""

import csv
import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["SHOWN", "Fault", "Refused", "header_of", "line_of", "unlike", "unreadable"]

SHOWN = 20
"""Faults of one kind that are told; the rest is counted."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong. `line` is None when it concerns the whole file; in Parquet it counts rows from 1."""

    file: str
    line: int | None
    column: str | None
    found: str
    remedy: str

    def __str__(self) -> str:
        where = [self.file]
        if self.line is not None:
            where.append(f"line {self.line}")
        if self.column is not None:
            where.append(f"column {self.column}")
        return f"{', '.join(where)}: {self.found} {self.remedy}"


class Refused(ValueError):
    """Files that cannot be placed by. `faults` are those to show, `more` how many were left out."""

    def __init__(self, faults: Iterable[Fault], more: int = 0) -> None:
        self.faults = tuple(faults)
        self.more = more
        super().__init__("\n".join(str(fault) for fault in self.faults))


def header_of(path: Path) -> list[str]:
    """The columns of a CSV file.

    Raises:
        Refused: the file is absent, empty, not UTF-8, divided by semicolons, or names a column twice.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            columns = next(csv.reader(file), [])
    except OSError as error:
        raise Refused([Fault(path.name, None, None, "cannot be opened.", f"{error.strerror or error}.")]) from None
    except UnicodeDecodeError:
        raise _not_utf8(path) from None
    if not columns:
        raise Refused([Fault(path.name, None, None, "is empty.", "The first line must name the columns.")])
    if len(columns) == 1 and ";" in columns[0]:
        raise Refused(
            [
                Fault(
                    path.name,
                    1,
                    None,
                    "is divided by semicolons.",
                    "Save it as CSV with commas between columns and a point before decimals.",
                )
            ]
        )
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise Refused([Fault(path.name, 1, column, "stands twice.", "Keep one of the columns.") for column in twice])
    return columns


def unlike(path: Path, columns: Iterable[str], known: Iterable[str]) -> list[Fault]:
    """A fault for each column that no rule of the format knows; likely misspellings are named."""
    known = sorted(known)
    faults = []
    for column in columns:
        near = difflib.get_close_matches(column, known, n=1)
        remedy = f"Is it {near[0]}?" if near else f"Remove it; the file may hold {', '.join(known)}."
        faults.append(Fault(path.name, 1, column, "is not a column of this file.", remedy))
    return faults


def line_of(path: Path, record: int) -> int:
    """The line on which a record of a CSV file begins; record 0 follows the header. Blank lines are records."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        begins = 1
        for number, _ in enumerate(reader):
            if number == record + 1:
                return begins
            begins = reader.line_num + 1
    return begins


def unreadable(path: Path) -> Refused:
    """Why a CSV file could not be read as a table: the first line that has not as many fields as the header."""
    width = len(header_of(path))
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            begins = 1
            for row in reader:
                if len(row) > width:
                    remedy = "A text with a comma stands within quotation marks; decimals have a point."
                    found = f"has {len(row)} fields, the header {width}."
                    return Refused([Fault(path.name, begins, None, found, remedy)])
                begins = reader.line_num + 1
    except UnicodeDecodeError:
        return _not_utf8(path)
    except csv.Error:
        found = "has a quotation mark that is not closed."
        return Refused([Fault(path.name, begins, None, found, "Close it, or write it twice inside a text.")])
    return Refused([Fault(path.name, None, None, "cannot be read as CSV.", "Save it anew as CSV in UTF-8.")])


def _not_utf8(path: Path) -> Refused:
    line = next(
        (number for number, text in enumerate(path.read_bytes().split(b"\n"), start=1) if not _is_utf8(text)), None
    )
    return Refused([Fault(path.name, line, None, "is not in UTF-8.", "Save the file as CSV in UTF-8.")])


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
