"""Tables of a TOML file, whose values are checked one by one; what is wrong is gathered with line and remedy."""

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from .faults import Fault, Refused, unlike

__all__ = ["TomlRows", "written_in"]

Choice = TypeVar("Choice", bound=StrEnum)


def written_in(path: Path) -> dict[str, Any]:
    """The tables of a file.

    Raises:
        Refused: it cannot be read, or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refused([Fault(path.name, None, None, "cannot be opened.", f"{error.strerror or error}.")]) from None
    except UnicodeDecodeError:
        raise Refused([Fault(path.name, None, None, "is not in UTF-8.", "Save the file in UTF-8.")]) from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise Refused(
            [Fault(path.name, int(line[1]) if line else None, None, f"is not TOML: {error}.", "Correct the line.")]
        ) from None


class TomlRows:
    """The values of the tables, and the faults that were found in them."""

    def __init__(self, path: Path, written: Mapping[str, Any]) -> None:
        self.path = path
        self.written = written
        self.faults: list[Fault] = []

    def rows(self, table: str) -> list[dict[str, Any]]:
        rows = self.written.get(table, [])
        if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
            return rows
        self.fault(table, 0, None, "is not a list of tables.", f"Write [[{table}]] above each.")
        return []

    def only(self, table: str, at: int, row: Mapping[str, Any], known: set[str]) -> None:
        for fault in unlike(self.path, (key for key in row if key not in known), known):
            self.fault(table, at, fault.column, "is not known here.", fault.remedy)

    def text(self, table: str, at: int, row: Mapping[str, Any], key: str) -> str:
        value = row.get(key)
        if isinstance(value, str) and value:
            return value
        self.fault(table, at, key, "is missing.", "Give it as a text within quotation marks.")
        return ""

    def known(self, table: str, at: int, row: Mapping[str, Any], key: str, ids: Mapping[str, int]) -> int | None:
        value = row.get(key)
        if isinstance(value, str) and value in ids:
            return ids[value]
        said = "is missing." if value is None else f"{value} is unknown."
        self.fault(table, at, key, said, "Write it as in the other files, within quotation marks.")
        return None

    def each(self, where: tuple[str, int], row: Mapping[str, Any], key: str, ids: Mapping[str, int]) -> tuple[int, ...]:
        values = row.get(key)
        if not isinstance(values, list):
            self.fault(*where, key, "is not a list.", 'Write for example ["a", "b"].')
            return ()
        found = (self.known(*where, {key: value}, key, ids) for value in dict.fromkeys(map(str, values)))
        return tuple(index for index in found if index is not None)

    def number(self, table: str, at: int, row: Mapping[str, Any], key: str) -> float | None:
        value = row.get(key)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and np.isfinite(value):
            return float(value)
        self.fault(table, at, key, f"{value} is not a finite number.", "Write digits without quotation marks.")
        return None

    def whole(self, table: str, at: int, row: Mapping[str, Any], key: str) -> int | None:
        value = self.number(table, at, row, key)
        if value is not None and (value < 0 or value != int(value)):
            self.fault(table, at, key, f"{value} is not a whole number from 0.", "Write a whole number.")
            return None
        return None if value is None else int(value)

    def table(self, name: str, known: set[str]) -> Mapping[str, Any] | None:
        """A table that stands once; None when it does not."""
        row = self.written.get(name)
        if row is None:
            return None
        if not isinstance(row, dict):
            self.fault(name, 0, None, "is not a table.", f"Write [{name}] on a line of its own.")
            return None
        self.only(name, 0, row, known)
        return row

    def choice(
        self, table: str, at: int, row: Mapping[str, Any], key: str, kind: type[Choice], default: Choice
    ) -> Choice:
        value = row.get(key, default.value)
        if value in {choice.value for choice in kind}:
            return kind(value)
        remedy = f"Choose one of {', '.join(choice.value for choice in kind)}."
        self.fault(table, at, key, f"{value} is not a choice.", remedy)
        return default

    def fault(self, table: str, at: int, key: str | None, found: str, remedy: str) -> None:
        column = table if key is None else f"{table}.{key}"
        self.faults.append(Fault(self.path.name, self._line(table, at), column, found, remedy))

    def _line(self, table: str, at: int) -> int | None:
        """The line of the table's head, or of its key when it is written on one line."""
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except OSError:
            return None
        head = re.compile(rf"\s*\[+\s*{re.escape(table)}\s*\]+|\s*{re.escape(table)}\s*=")
        found = [number for number, line in enumerate(lines, start=1) if head.match(line)]
        return found[min(at, len(found) - 1)] if found else None
