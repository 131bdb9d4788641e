"""PxWebApi 2: an indicator is a choice in a table, fetched in pieces that each hold whole figures."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from samverka.connectors import scb
from samverka.connectors.faults import Fault, SourceError
from samverka.connectors.rejections import Reason, Rejection, rejected
from samverka.connectors.scb import Choice, Chunk, Scb, Table
from samverka.statistics.enums import Measure
from samverka.statistics.models import Indicator
from samverka.statistics.services.cubes import Roles, figures_of

from .pieces import Fetched, Piece, Unit

CLOCKS_DIFFER = timedelta(hours=1)
"""A table published so close to the last time is fetched again: nobody knows whose clock is right."""
_COUNTRY_COUNTY_OR_MUNICIPALITY = re.compile(r"\d{2}|\d{4}")


@dataclass(frozen=True)
class Selection:
    """`Indicator.selection`: where in the source's tables an indicator's figures are.

    choices: dimension → codes. Of the area, those that are known here; of the time, all; of the sex, all.
    area, sex, time: the dimensions' ids; area and sex may be None.
    contents: the code of what is measured. period: see `Roles.ends`.
    """

    table: str
    choices: Mapping[str, Sequence[str]]
    area: str | None
    sex: str | None
    time: str
    contents: str
    period: str

    @classmethod
    def of(cls, indicator: Indicator) -> "Selection":
        """Raises:
        SourceError: the indicator says nothing of a table, or leaves out what is needed.
        """
        given: dict[str, Any] = indicator.selection or {}
        try:
            return cls(
                table=given["table"],
                choices=given.get("choices") or {},
                area=given.get("area"),
                sex=given.get("sex"),
                time=given["time"],
                contents=given.get("contents") or "",
                period=given.get("period") or "",
            )
        except KeyError as missing:
            raise SourceError(Fault.CHOICE_NEEDED, detail=str(missing.args[0])) from None


class Tables:
    """The source's tables: each is asked about once, and the source's limits before the first."""

    def __init__(self, source: Scb) -> None:
        self.source = source
        self._tables: dict[str, Table] = {}
        self._most_cells = 0

    @property
    def most_cells(self) -> int:
        if not self._most_cells:
            self._most_cells = self.source.config().max_cells
        return self._most_cells

    def table(self, id_: str) -> Table:
        if id_ not in self._tables:
            self._tables[id_] = self.source.table(id_)
        return self._tables[id_]

    def forget(self) -> None:
        """A table has been published anew: ask again."""
        self._tables.clear()


def units(tables: Tables, indicators: Sequence[Indicator], areas: Mapping[str, int], *, full: bool) -> list[Unit]:
    """A step for each indicator."""
    return [
        Unit(indicator.name, (indicator.source_key,), partial(_pieces, tables, indicator, areas, full=full))
        for indicator in indicators
    ]


def _pieces(tables: Tables, indicator: Indicator, areas: Mapping[str, int], *, full: bool) -> Sequence[Piece]:
    """Raises:
    SourceError: the table is gone, or does not have what the indicator chooses.
    """
    selection = Selection.of(indicator)
    most = tables.most_cells
    table = tables.table(selection.table)
    updated = table.structure.updated
    if (
        not full
        and updated is not None
        and indicator.checked_at is not None
        and updated < indicator.checked_at - CLOCKS_DIFFER
    ):
        unchanged = partial(Fetched, {}, (), (table.answer,), updated)
        return (Piece(f"{indicator.source_key}/{table.id}/{table.release}", (indicator.source_key,), unchanged),)
    roles = Roles(selection.area, selection.sex, selection.time, selection.period)
    choices, unknown = _choices(table, selection, roles, areas)
    pieces: list[Piece] = []
    for chunk in _chunks(table, choices, roles, most):
        fetch = partial(_fetch, tables.source, chunk, roles, indicator, areas, unknown if not pieces else [])
        pieces.append(Piece(f"{indicator.source_key}/{chunk.key}", (indicator.source_key,), fetch))
    return pieces


def _choices(
    table: Table, selection: Selection, roles: Roles, areas: Mapping[str, int]
) -> tuple[dict[str, Choice], list[Rejection]]:
    """A choice for each dimension that is not summed over, and the table's areas that are not known here."""
    codes: dict[str, Sequence[str]] = {name: chosen for name, chosen in selection.choices.items() if chosen}
    unknown: list[Rejection] = []
    if roles.area is not None and roles.area not in codes:
        dimension = table.structure.dimension(roles.area)
        # An area that stands there under its present code and under an old one is asked for once.
        offered = set(dimension.codes)
        present = {area: code for code, area in areas.items() if code in offered}  # the present codes are the last
        codes[roles.area] = [code for code in dimension.codes if code in areas and present[areas[code]] == code]
        unknown = [
            rejected(Reason.UNKNOWN_AREA, f"{dimension.id}={code}", f"{code} {label}")
            for code, label in zip(dimension.codes, dimension.labels, strict=True)
            if code not in areas and _COUNTRY_COUNTY_OR_MUNICIPALITY.fullmatch(code)
        ]
    if roles.sex is not None and roles.sex not in codes:
        codes[roles.sex] = table.structure.dimension(roles.sex).codes
    if roles.time not in codes:
        codes[roles.time] = [
            code
            for code in table.structure.dimension(roles.time).codes
            if not roles.ends or roles.year_of(code) is not None
        ]
    metrics = table.structure.with_role("metric")
    if selection.contents and metrics:
        codes.setdefault(metrics[0].id, [selection.contents])
    return {name: Choice(tuple(chosen)) for name, chosen in codes.items()}, unknown


def _chunks(table: Table, choices: dict[str, Choice], roles: Roles, most_cells: int) -> list[Chunk]:
    """Cut along areas and then years only, so that what is summed comes in one answer.

    Raises:
        SourceError: a choice that the table does not have, or one year of one area has too many cells.
    """
    whole = scb.plan(table, choices, max_cells=_UNLIMITED).chunks[0]
    lengths = {part.dimension: len(part.codes) for part in whole.parts}
    each = math.prod(length for name, length in lengths.items() if name not in {roles.area, roles.time})
    if each > most_cells:
        raise SourceError(Fault.TOO_MANY_CELLS, found=each, limit=most_cells)
    years = min(lengths[roles.time], most_cells // each)
    cuts = {roles.time: years, roles.area: max(1, most_cells // (each * years))}
    chunks = [whole]
    for name, length in cuts.items():
        chunks = [piece for chunk in chunks for piece in _cut(chunk, name, length)]
    return chunks


def _cut(chunk: Chunk, dimension: str | None, length: int) -> list[Chunk]:
    place = next((index for index, part in enumerate(chunk.parts) if part.dimension == dimension), None)
    if place is None:
        return [chunk]
    part = chunk.parts[place]
    before, after = chunk.parts[:place], chunk.parts[place + 1 :]
    return [
        replace(chunk, parts=(*before, replace(part, codes=part.codes[at : at + length]), *after))
        for at in range(0, len(part.codes), length)
    ]


_UNLIMITED = 10**18


def _fetch(
    source: Scb,
    chunk: Chunk,
    roles: Roles,
    indicator: Indicator,
    areas: Mapping[str, int],
    unknown: Sequence[Rejection],
) -> Fetched:
    parts = source.data(chunk)
    frame, rejections = figures_of(
        [part.cube for part in parts], roles, areas=areas, measure=Measure(indicator.measure)
    )
    return Fetched(
        {indicator.source_key: frame} if frame.height else {},
        (*unknown, *rejections),
        tuple(part.answer for part in parts),
        parts[0].cube.structure.updated,
    )
