"""Reading a PX file, as https://www.pxtools.net/px-file-format/px-2013 describes it."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from samverka.connectors.cubes import MOST_CELLS, Cube, Dimension, Structure, Unit, refuse_too_large
from samverka.connectors.faults import Fault, SourceError
from samverka.connectors.rejections import Reason, Rejection, rejected

from .keywords import Statement, decode, read_keywords

SYMBOLS = frozenset({"-", *("." * count for count in range(1, 7))})
"""What stands in a cell without a figure: a dash (nothing to count), or one to six dots with meanings of their own."""

_GEO_TYPES = {"GEOGRAPHICAL", "G"}
_TIME_TYPES = {"TIME", "T"}
_METRIC_TYPES = {"CONTENTS", "C"}
_CELLS = re.compile(r'"[^"]*"|[^\s,;"]+')
_DECIMALS = re.compile("[0-9]{1,2}")
_SWEDEN = ZoneInfo("Europe/Stockholm")
_UPDATED = ("%Y%m%d %H:%M:%S", "%Y%m%d %H:%M")


class _Keywords:
    """Statements of the file's first language, by name and subkeys."""

    def __init__(self, statements: list[Statement]) -> None:
        own = next((s.values[0] for s in statements if s.name == "LANGUAGE"), "")
        self._found: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
        for statement in statements:
            if statement.language in {"", own}:
                self._found.setdefault((statement.name, statement.subkeys), statement.values)

    def texts(self, name: str, *subkeys: str) -> tuple[str, ...]:
        return self._found.get((name, subkeys), ())

    def text(self, name: str, *subkeys: str) -> str:
        return next(iter(self.texts(name, *subkeys)), "")

    def below(self, name: str) -> Mapping[tuple[str, ...], tuple[str, ...]]:
        """Values of all statements of this name, by subkeys."""
        return {subkeys: values for (found, subkeys), values in self._found.items() if found == name}


def read_px(content: bytes, *, most_cells: int = MOST_CELLS) -> Cube:
    """A PX file as a cube. Dots and dashes are missing cells, with the symbol as their status.

    Raises:
        SourceError: characters, keywords or a number of cells that do not fit; a file that ends too early.
    """
    text = decode(content)
    statements, begin = read_keywords(text)
    keywords = _Keywords(statements)
    stub, heading = keywords.texts("STUB"), keywords.texts("HEADING")
    if not stub + heading:
        raise SourceError(Fault.MISSING_FIELD, path="STUB, HEADING")
    structure = _structure(keywords, (*stub, *heading))
    refuse_too_large(structure.cells, most_cells)
    end = text.rfind(";")
    if end < begin or text[end + 1 :].strip("\x1a \t\r\n\0"):
        raise SourceError(Fault.CUT_OFF)
    tokens = [token.strip('"') for token in _CELLS.findall(text, begin, end)]
    keyed = [name for name in stub if keywords.text("KEYS", name)]
    if keyed:
        if len(keyed) != len(stub):
            raise SourceError(Fault.MISSING_FIELD, path="KEYS")
        return _sparse(structure, tokens, keywords, stub)
    if len(tokens) != structure.cells:
        fault = Fault.CUT_OFF if len(tokens) < structure.cells else Fault.SIZE
        raise SourceError(fault, expected=structure.cells, found=len(tokens))
    return _cube(structure, tokens)


def _structure(keywords: _Keywords, names: tuple[str, ...]) -> Structure:
    metric = keywords.text("CONTVARIABLE")
    dimensions = tuple(_dimension(keywords, name, metric) for name in names)
    notes = [text for name in ("NOTE", "NOTEX") for text in keywords.texts(name)]
    return Structure(
        label=keywords.text("TITLE") or keywords.text("DESCRIPTION") or keywords.text("CONTENTS"),
        source=keywords.text("SOURCE"),
        updated=_updated(keywords, metric),
        dimensions=dimensions,
        notes=tuple(notes),
        extension={"px": {"matrix": keywords.text("MATRIX"), "subject-code": keywords.text("SUBJECT-CODE")}},
    )


def _updated(keywords: _Keywords, metric: str) -> datetime | None:
    """PX writes Swedish clock time without saying so."""
    stamps = [values[0] for values in keywords.below("LAST-UPDATED").values()]
    for stamp in sorted(stamps, reverse=True):
        for form in _UPDATED:
            try:
                return datetime.strptime(stamp, form).replace(tzinfo=_SWEDEN).astimezone(UTC)
            except ValueError:
                continue
    return None


def _dimension(keywords: _Keywords, name: str, metric: str) -> Dimension:
    labels = keywords.texts("VALUES", name)
    if not labels:
        raise SourceError(Fault.MISSING_FIELD, path=f'VALUES("{name}")')
    codes = keywords.texts("CODES", name) or labels
    if len(codes) != len(labels) or len(set(codes)) != len(codes):
        raise SourceError(Fault.SIZE, expected=len(labels), found=len(set(codes)))
    kind = keywords.text("VARIABLE-TYPE", name).upper()
    role = ""
    if name == metric or kind in _METRIC_TYPES:
        role = "metric"
    elif keywords.texts("TIMEVAL", name) or kind in _TIME_TYPES:
        role = "time"
    elif kind in _GEO_TYPES or keywords.text("MAP", name):
        role = "geo"
    return Dimension(
        id=keywords.text("VARIABLECODE", name) or keywords.text("VARIABLE-CODE", name) or name,
        label=name,
        codes=codes,
        labels=labels,
        role=role,
        units=_units(keywords, name, codes, labels) if role == "metric" else {},
        notes=keywords.texts("NOTE", name) + keywords.texts("NOTEX", name),
    )


def _units(keywords: _Keywords, name: str, codes: tuple[str, ...], labels: tuple[str, ...]) -> dict[str, Unit]:
    everywhere = keywords.text("SHOWDECIMALS") or keywords.text("DECIMALS")
    found = {}
    for code, label in zip(codes, labels, strict=True):
        decimals = keywords.text("PRECISION", name, label) or everywhere
        base = keywords.text("UNITS", label) or keywords.text("UNITS")
        found[code] = Unit(base, int(decimals) if _DECIMALS.fullmatch(decimals) else None)
    return found


def _cube(structure: Structure, tokens: list[str]) -> Cube:
    values, statuses, rejections = _figures(structure, tokens, range(len(tokens)))
    return Cube(structure, values, statuses, rejections)


def _figures(
    structure: Structure, tokens: list[str], places: range | list[int]
) -> tuple[NDArray[np.float64], dict[int, str], tuple[Rejection, ...]]:
    """Cells as floats; what is a symbol, and what is neither, by the cell's place in the table."""
    found = pl.Series(tokens, dtype=pl.String).cast(pl.Float64, strict=False).fill_null(math.nan).to_numpy().copy()
    statuses: dict[int, str] = {}
    rejections: list[Rejection] = []
    for index in np.flatnonzero(~np.isfinite(found)).tolist():
        token = tokens[index]
        found[index] = math.nan
        if token in SYMBOLS:
            statuses[places[index]] = token
        else:
            reason = Reason.NOT_FINITE if token.lower().lstrip("+-") in {"nan", "inf"} else Reason.NOT_A_NUMBER
            rejections.append(rejected(reason, structure.path(places[index]), token))
    return found, statuses, tuple(rejections)


def _sparse(structure: Structure, tokens: list[str], keywords: _Keywords, stub: tuple[str, ...]) -> Cube:
    """A file with KEYS: rows of keys and cells. Rows that are left out hold only zeros, by the format's definition."""
    width = math.prod(len(dimension) for dimension in structure.dimensions[len(stub) :])
    step = len(stub) + width
    if len(tokens) % step:
        raise SourceError(Fault.CUT_OFF)
    places_of = []
    for name, dimension in zip(stub, structure.dimensions, strict=False):
        by_code = keywords.text("KEYS", name).upper() == "CODES"
        names = dimension.codes if by_code else dimension.labels
        places_of.append({key: place for place, key in enumerate(names)})
    cells: list[str] = []
    places: list[int] = []
    seen: set[int] = set()
    for start in range(0, len(tokens), step):
        row = 0
        for place_of, key in zip(places_of, tokens[start : start + len(stub)], strict=True):
            if key not in place_of:
                raise SourceError(Fault.UNKNOWN_CODE, detail=key)
            row = row * len(place_of) + place_of[key]
        if row in seen:
            raise SourceError(Fault.DUPLICATE_KEY, path=", ".join(tokens[start : start + len(stub)]))
        seen.add(row)
        cells += tokens[start + len(stub) : start + step]
        places += range(row * width, (row + 1) * width)
    found, statuses, rejections = _figures(structure, cells, places)
    values = np.zeros(structure.cells)
    values[places] = found
    return Cube(structure, values, statuses, rejections)
