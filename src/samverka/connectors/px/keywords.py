"""The keyword part of a PX file: its characters, and its `KEYWORD[language]("subkey")=value,value;` statements."""

import codecs
import re
from dataclasses import dataclass

from samverka.connectors.faults import Fault, SourceError

_CODEPAGE = re.compile(rb'^\s*CODEPAGE\s*=\s*"([^"]*)"', re.MULTILINE | re.IGNORECASE)
_CHARSET = re.compile(rb'^\s*CHARSET\s*=\s*"([^"]*)"', re.MULTILINE | re.IGNORECASE)
_ENCODINGS = re.compile(
    r"utf-?8|utf-?8-sig|utf-?16([bl]e)?|(us-)?ascii|latin-?1|iso[-_]?8859[-_]\d{1,2}|windows-125\d|cp\d{3,4}",
    re.IGNORECASE,
)
HEAD_BYTES = 4096
"""CHARSET and CODEPAGE stand first in a file."""

_NAME = re.compile(
    r'\s*(?P<name>[A-Za-z][\w-]*)\s*(?:\[(?P<language>[\w-]+)\])?\s*(?:\((?P<subkeys>(?:"[^"]*"|[^")])*)\))?\s*=',
)
_STRING = re.compile(r'\s*"([^"]*)"')
_BARE = re.compile(r'\s*([^\s",;()]+(?:\([^)]*\))?)')
_END = re.compile(r"\s*([,;])")
_QUOTED = re.compile(r'"([^"]*)"')


@dataclass(frozen=True)
class Statement:
    """One statement. `values` are the texts between commas; texts that only whitespace parts are one text."""

    name: str
    language: str
    subkeys: tuple[str, ...]
    values: tuple[str, ...]


def decode(content: bytes) -> str:
    """The characters of a file, as it declares them; without a declaration UTF-8 if it is that, else Latin or DOS.

    Raises:
        SourceError: the file is not in the encoding it declares, or in one that nobody knows.
    """
    if content.startswith(codecs.BOM_UTF8):
        return _strict(content, "utf-8-sig")
    head = content[:HEAD_BYTES]
    declared = _CODEPAGE.search(head)
    if declared:
        return _strict(content, declared.group(1).decode("ascii", "replace"))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        charset = _CHARSET.search(head)
        return _strict(content, "cp1252" if charset and charset.group(1).upper() == b"ANSI" else "cp850")


def _strict(content: bytes, encoding: str) -> str:
    # A file chooses its own encoding; some that Python knows, such as punycode, take hours for a few megabytes.
    if not _ENCODINGS.fullmatch(encoding):
        raise SourceError(Fault.ENCODING, detail=encoding[:40])
    try:
        return content.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        raise SourceError(Fault.ENCODING, detail=encoding) from None


def read_keywords(text: str) -> tuple[list[Statement], int]:
    """The statements before DATA, and where its cells begin.

    Raises:
        SourceError: a statement that cannot be read, or no DATA.
    """
    statements: list[Statement] = []
    at = 0
    while True:
        if not text[at : at + 2000].strip():
            raise _wrong(text, at, "DATA=")
        head = _NAME.match(text, at)
        if head is None:
            raise _wrong(text, at, "KEYWORD=")
        name = head["name"].upper()
        if name == "DATA":
            return statements, head.end()
        values, at = _values(text, head.end())
        subkeys = tuple(_QUOTED.findall(head["subkeys"] or ""))
        statements.append(Statement(name, head["language"] or "", subkeys, values))


def _values(text: str, at: int) -> tuple[tuple[str, ...], int]:
    """The values up to the semicolon, and where the next statement begins."""
    values: list[str] = []
    while True:
        parts: list[str] = []
        while found := _STRING.match(text, at):
            parts.append(found.group(1))
            at = found.end()
        if not parts:
            bare = _BARE.match(text, at)
            if bare is None:
                raise _wrong(text, at, '"…"')
            parts.append(bare.group(1))
            at = bare.end()
        # A long text is written in pieces on lines of their own; a # inside it is a line break.
        values.append("".join(part.replace("\r", "").replace("\n", "") for part in parts).replace("#", "\n"))
        end = _END.match(text, at)
        if end is None:
            raise _wrong(text, at, ";")
        at = end.end()
        if end.group(1) == ";":
            return tuple(values), at


def _wrong(text: str, at: int, expected: str) -> SourceError:
    at += len(text[at:]) - len(text[at:].lstrip())
    return SourceError(Fault.SYNTAX, line=text.count("\n", 0, at) + 1, detail=expected)
