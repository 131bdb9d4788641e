"""From bytes to a table of texts, whatever a person saves: a workbook, or text with commas, semicolons or tabs."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import python_calamine

from samverka.statistics.enums import Fault
from samverka.statistics.services.text import RefusedFileError

MOST_ROWS = 200_000
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_SEPARATORS = (";", "\t", ",")


@dataclass(frozen=True)
class Sheet:
    """A table of texts: its head, and its rows with the number that the line has in the file."""

    head: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]


def read_sheet(content: bytes) -> Sheet:
    """The first table of a file. Lines without anything in them are left out; the first that is left is the head.

    Raises:
        RefusedFileError: empty, not a table, or longer than is read at once.
    """
    if not content.strip():
        raise RefusedFileError(Fault.EMPTY)
    is_workbook = content.startswith((_ZIP, _OLD_EXCEL))
    rows = _of_workbook(content) if is_workbook else _of_text(content)
    found = [(line, row) for line, row in rows if any(row)]
    if len(found) > MOST_ROWS:
        raise RefusedFileError(Fault.TOO_LONG, detail=str(MOST_ROWS))
    if len(found) < 2:
        raise RefusedFileError(Fault.EMPTY, line=1)
    return Sheet(head=found[0][1], rows=found[1:])


def _of_workbook(content: bytes) -> list[tuple[int, list[str]]]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError, IndexError):
        raise RefusedFileError(Fault.WORKBOOK) from None
    return [(line, [_text(cell) for cell in row]) for line, row in enumerate(rows, start=1)]


def _text(cell: object) -> str:
    """A cell as it would be typed: 1080 and not 1080.0; a whole day as its year is not guessed at."""
    if isinstance(cell, bool):
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell).strip()


def _of_text(content: bytes) -> list[tuple[int, list[str]]]:
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for fields in reader:
            rows.append((line, [field.strip() for field in fields]))
            line = reader.line_num + 1
    except csv.Error:
        raise RefusedFileError(Fault.QUOTES, line=line, text=text.split("\n")[line - 1]) from None
    return rows


def _decoded(content: bytes) -> str:
    """UTF-8, what Excel calls Unicode text, or what Swedish Excel saves as CSV.

    Raises:
        RefusedFileError: not text.
    """
    codec = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(codec)
    except UnicodeDecodeError:
        if codec == "utf-16":
            raise RefusedFileError(Fault.ENCODING) from None
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text or "\ufffd" in text:
        raise RefusedFileError(Fault.BINARY)
    return text.replace("\r\n", "\n").replace("\r", "\n")
