"""Statistical tables as files: json-stat2 and PX. Which dimension is what, they mostly say themselves."""

import json
from collections.abc import Mapping
from typing import Any

import polars as pl
from django.utils.translation import gettext

from samverka.connectors.cubes import Cube, Dimension
from samverka.connectors.faults import SourceError
from samverka.connectors.jsonstat.reading import read_dataset
from samverka.connectors.px.reading import read_px
from samverka.statistics.enums import Fault, Measure
from samverka.statistics.services.cubes import Roles, figures_of, sex_of
from samverka.statistics.services.reading import EARLIEST_YEAR
from samverka.statistics.services.text import RefusedFileError

from .columns import Columns, Role
from .figures import CellFault, Read

_YEAR_DIGITS = 4
MOST_CELLS = 2_000_000
"""A file of a few lines may declare any number of cells, and somebody waits for its page."""
MOST_DIMENSIONS = 30


def is_table(name: str, content: bytes) -> bool:
    """Whether a file is json-stat or PX, by its name or its first letters."""
    lower = name.lower()
    return lower.endswith((".px", ".json")) or content.lstrip()[:1] == b"{"


def read_table(name: str, content: bytes) -> Cube:
    """The file as a cube.

    Raises:
        RefusedFileError: neither json-stat2 nor PX, or a file that does not hold together.
    """
    try:
        if name.lower().endswith(".px"):
            cube = read_px(content, most_cells=MOST_CELLS)
        else:
            # Half of a character, written as \ud800, is no text that can be shown or kept.
            json.dumps(given := json.loads(content), ensure_ascii=False).encode()
            cube = read_dataset(given, most_cells=MOST_CELLS)
    except (ValueError, RecursionError):
        raise RefusedFileError(Fault.NOT_A_TABLE) from None
    except SourceError as error:
        raise RefusedFileError(Fault.NOT_A_TABLE, text=_told(error)) from None
    if len(cube.structure.dimensions) > MOST_DIMENSIONS:
        raise RefusedFileError(Fault.TOO_WIDE, detail=str(MOST_DIMENSIONS))
    return cube


def guess_dimensions(cube: Cube) -> Columns:
    """Which dimension is the area, the time and the sex: by their roles, and else by what their categories are."""
    dimensions = cube.structure.dimensions
    found: Columns = {}
    for place, dimension in enumerate(dimensions):
        if dimension.role == "time":
            found.setdefault(Role.YEAR, place)
        elif dimension.role == "geo":
            found.setdefault(Role.AREA, place)
    tests: list[tuple[Role, Any]] = [(Role.YEAR, _looks_like_years), (Role.SEX, _looks_like_sexes), (Role.AREA, _areas)]
    for role, looks in tests:
        free = [place for place in range(len(dimensions)) if place not in found.values()]
        fitting = next((place for place in free if looks(dimensions[place])), None)
        if role not in found and fitting is not None:
            found[role] = fitting
    return found


def figures_in(cube: Cube, columns: Columns, *, areas: Mapping[str, int], measure: Measure, latest_year: int) -> Read:
    """The table's figures. A cell that cannot be used is a fault, and nothing of the file is then taken in."""
    ids = [dimension.id for dimension in cube.structure.dimensions]
    roles = Roles(
        area=ids[columns[Role.AREA]] if Role.AREA in columns else None,
        sex=ids[columns[Role.SEX]] if Role.SEX in columns else None,
        time=ids[columns[Role.YEAR]],
    )
    try:
        frame, rejections = figures_of([cube], roles, areas=areas, measure=measure)
    except SourceError as error:
        return Read(faults=[CellFault(None, "", _told(error), Fault.CHOICE)], rows=cube.structure.cells)
    faults = [CellFault(None, r.path, r.text[:120], Fault.CELL) for r in rejections]
    late = frame.filter(~pl.col("year").is_between(EARLIEST_YEAR, latest_year))
    if late.height:
        faults.append(CellFault(None, roles.time, str(late["year"][0]), Fault.YEAR, f"{EARLIEST_YEAR}–{latest_year}"))
    if faults:
        return Read(faults=faults, rows=cube.structure.cells)
    return Read(frame=frame, rows=frame.height)


def _told(error: SourceError) -> str:
    """What is wrong, in the reader's language."""
    return (gettext(error.sentence) % error.details)[:120]


def _looks_like_years(dimension: Dimension) -> bool:
    return all(code.isdecimal() and len(code) == _YEAR_DIGITS and code[:2] in ("19", "20") for code in dimension.codes)


def _looks_like_sexes(dimension: Dimension) -> bool:
    return all(sex_of(label) is not None for label in dimension.labels)


def _areas(dimension: Dimension) -> bool:
    return any(word in dimension.label.lower() for word in ("region", "kommun", "län", "area"))
