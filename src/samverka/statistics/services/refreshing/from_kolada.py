"""Kolada: the definitions first, then the figures of 25 indicators for all areas at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import polars as pl

from samverka.connectors import kolada
from samverka.connectors.kolada import Chunk, Kolada, Status
from samverka.connectors.rejections import Reason, Rejection, rejected
from samverka.statistics.enums import ObservationStatus

from .pieces import Fetched, Piece, Unit

FIRST_YEAR = 1970
"""Kolada's figures begin later; a question about years that it does not have costs nothing."""
NAMED = 3
"""Indicators that a step names."""

_STATUSES = {
    Status.OK: ObservationStatus.OK,
    Status.PRELIMINARY: ObservationStatus.PRELIMINARY,
    Status.MISSING: ObservationStatus.MISSING,
    Status.SUPPRESSED: ObservationStatus.SUPPRESSED,
    # Removed by Kolada: there is no figure any more, and what there was becomes a revision.
    Status.DELETED: ObservationStatus.MISSING,
}
_CODES = {status.value: stored.value for status, stored in _STATUSES.items()}


@dataclass(frozen=True)
class Question:
    """changed_since → the indicators to be asked about since then; None: all their figures. last_year: the latest."""

    since: Mapping[date | None, Sequence[str]]
    last_year: int


def units(source: Kolada, question: Question, areas: Mapping[str, int]) -> list[Unit]:
    """The steps for the figures. `areas`: Kolada's code → key of the area."""
    found = []
    years = range(FIRST_YEAR, question.last_year + 1)
    for changed_since, keys in question.since.items():
        plan = kolada.plan(kpis=keys, years=years, changed_since=changed_since)
        for chunk in plan:
            piece = _piece(source, chunk, areas)
            named = ", ".join(chunk.kpis[:NAMED]) + (" …" if len(chunk.kpis) > NAMED else "")
            label = f"{named} {chunk.years[0]}–{chunk.years[-1]}"
            found.append(Unit(label, chunk.kpis, partial(_only, piece)))
    return found


def _only(piece: Piece) -> tuple[Piece, ...]:
    return (piece,)


def _piece(source: Kolada, chunk: Chunk, areas: Mapping[str, int]) -> Piece:
    def halves() -> tuple[Piece, ...]:
        if len(chunk.kpis) < 2:
            return ()
        middle = len(chunk.kpis) // 2
        parts = (chunk.kpis[:middle], chunk.kpis[middle:])
        return tuple(
            _piece(source, Chunk(kpis, chunk.areas, chunk.years, chunk.changed_since), areas) for kpis in parts
        )

    return Piece(chunk.key, chunk.kpis, partial(_fetch, source, chunk, areas), halves)


def _fetch(source: Kolada, chunk: Chunk, areas: Mapping[str, int]) -> Fetched:
    figures = source.figures(chunk, known=areas)
    rows, twice = _once(figures.frame, areas)
    rows = rows.select(
        "kpi",
        area_id=pl.col("area").replace_strict(dict(areas), return_dtype=pl.Int64),
        year=pl.col("year").cast(pl.Int16),
        sex="gender",
        value="value",
        status=pl.col("status").replace_strict(_CODES, return_dtype=pl.Int16),
    )
    frames = rows.partition_by("kpi", as_dict=True, include_key=False)
    rejections = (*figures.rejections, *twice)
    return Fetched({str(key): frame for (key,), frame in frames.items()}, rejections, figures.answers)


def _once(frame: pl.DataFrame, areas: Mapping[str, int]) -> tuple[pl.DataFrame, list[Rejection]]:
    """An area that has a figure under its present code and under an old one keeps that of the present one."""
    present = {area: code for code, area in areas.items()}  # the present codes are the last
    is_old = frame["area"].is_in([code for code, area in areas.items() if present[area] != code])
    if not is_old.any():
        return frame, []
    named = frame.with_columns(is_old=is_old, place=pl.col("area").replace_strict(dict(areas), return_dtype=pl.Int64))
    first_of_old = pl.col("is_old").all() & (pl.int_range(pl.len()) == 0)
    named = named.with_columns(
        again=pl.col("is_old") & ~first_of_old.over("kpi", "place", "year", "gender"),
    )
    refused = named.filter("again")
    rejections = [
        rejected(Reason.DUPLICATE, f"{row['area']} {row['year']}", f"{row['kpi']} {row['gender']} {row['value']!r}")
        for row in refused.iter_rows(named=True)
    ]
    return frame.filter(~named["again"]), rejections
