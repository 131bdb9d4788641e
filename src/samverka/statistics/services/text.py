"""From bytes to lines of fields: what every file of figures must be before its content is looked at."""

import codecs
import csv
import io
import re
from pathlib import Path

from samverka.statistics.enums import Fault

from .rejections import SHOWN_TEXT, Rejection

LONGEST_LINE = 20_000
"""Characters. A definition is a few thousand; more means that line breaks are lost."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class RefusedFileError(Exception):
    """The file is refused before its rows are looked at."""

    code = "refused_file"

    def __init__(self, fault: Fault, *, line: int | None = None, text: str = "", detail: str = "") -> None:
        super().__init__(fault.value)
        self.rejection = Rejection(line, text[:SHOWN_TEXT], fault, detail)


def content_of(source: Path | bytes) -> bytes:
    """The file's bytes.

    Raises:
        RefusedFileError: it cannot be read.
    """
    if isinstance(source, bytes):
        return source
    try:
        return source.read_bytes()
    except OSError as error:
        raise RefusedFileError(Fault.UNREADABLE, text=error.strerror or "") from None


def decode(content: bytes) -> str:
    """The file's text, without byte order mark and with line breaks as a single `\\n`.

    Raises:
        RefusedFileError: empty, not text, or not UTF-8.
    """
    if content.startswith(_UTF16):
        raise RefusedFileError(Fault.ENCODING, text="UTF-16")
    content = content.removeprefix(codecs.BOM_UTF8)
    if not content.strip():
        raise RefusedFileError(Fault.EMPTY)
    if b"\x00" in content:
        raise RefusedFileError(Fault.BINARY)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        shown = content.split(b"\n", line)[line - 1].decode("latin-1").strip()
        if _CONTROL.search(content.decode("latin-1")):
            raise RefusedFileError(Fault.BINARY) from None
        if error.reason == "unexpected end of data":
            raise RefusedFileError(Fault.TRUNCATED, line=line, text=shown) from None
        raise RefusedFileError(Fault.ENCODING, line=line, text=shown) from None
    if _CONTROL.search(text):
        raise RefusedFileError(Fault.BINARY)
    return text.replace("\r\n", "\n")


def fields_of(text: str) -> list[tuple[int, list[str]]]:
    """The rows of a text in which fields may be quoted: the line each one begins on, and its fields.

    Raises:
        RefusedFileError: quotation marks do not match, or a field has no end.
    """
    reader = csv.reader(io.StringIO(text, newline="\n"), strict=True)
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for fields in reader:
            rows.append((line, fields))
            line = reader.line_num + 1
    except csv.Error as error:
        # A quotation mark that is never closed, in a file whose last line is whole, is a mistake and not a cut.
        cut = "unexpected end" in str(error) and not text.endswith("\n")
        fault = Fault.TRUNCATED if cut else Fault.QUOTES
        raise RefusedFileError(fault, line=line, text=text.split("\n")[line - 1]) from None
    return rows
