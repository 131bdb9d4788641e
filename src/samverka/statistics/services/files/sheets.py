"""From bytes to a table of texts, whatever a person saves: a workbook, or text with commas, semicolons or tabs."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from samverka.statistics.enums import Fault
from samverka.statistics.services.text import RefusedFileError

MOST_ROWS = 200_000
MOST_COLUMNS = 200
_READER = Path(__file__).with_name("workbook_process.py")
_SECONDS = 60
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
    if any(len(row) > MOST_COLUMNS for _line, row in found):
        raise RefusedFileError(Fault.TOO_WIDE, detail=str(MOST_COLUMNS))
    if len(found) < 2:
        raise RefusedFileError(Fault.EMPTY, line=1)
    return Sheet(head=found[0][1], rows=found[1:])


def _of_workbook(content: bytes) -> list[tuple[int, list[str]]]:
    """Read by a process that may break: see there."""
    try:
        read = subprocess.run(  # noqa: S603  our own file, and the content is only its input
            [sys.executable, "-I", str(_READER)],
            input=content,
            capture_output=True,
            timeout=_SECONDS,
            env={},
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        raise RefusedFileError(Fault.WORKBOOK) from None
    return list(enumerate(json.loads(read.stdout), start=1))


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
