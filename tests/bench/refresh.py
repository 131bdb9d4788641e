"""Storing what a refresh has fetched, against COPY of the same rows with their keys already looked up."""

import time
from datetime import UTC, datetime
from statistics import median

import polars as pl

from samverka.connectors.http import Answer
from samverka.foundation.access.actors import Actor
from samverka.foundation.database.acting import acting_as
from samverka.statistics import services
from samverka.statistics.models import Refresh, Source
from samverka.statistics.services.refreshing.pieces import Fetched, Piece
from samverka.statistics.services.refreshing.storing import store
from tests import databases
from tests.bench.import_statistics import DUMP, copy_in, empty, text_of_all
from tests.bench.rows import Row

GOAL = 1.5
BATCH = 25
"""Indicators of one piece, as a refresh asks for them."""
REVISED = 50
"""One figure in so many has been revised in the second refresh."""
NOW = datetime(2026, 1, 31, tzinfo=UTC)
ACTOR = Actor.system("bench")


def measure(repetitions: int = 3) -> list[Row]:
    """A first refresh into an emptied table, and one that finds two per cent revised; empty when the dump is absent.

    Storing takes locks, writes extractions, raw answers, revisions, audit and the piece's key, and commits each piece.
    COPY gets one text in memory and commits once.
    """
    if not DUMP.is_dir():
        return []
    name = databases.clone("bench_refresh")
    databases.point_at(name)
    try:
        frames = _frames()
        revised = {key: _revised(frame) for key, frame in frames.items()}
        firsts, seconds, copies = [], [], []
        for _ in range(repetitions):
            empty("statistics_observation", "statistics_revision", "statistics_extraction", "statistics_rawanswer")
            firsts.append(_store(frames))
            seconds.append(_store(revised))
            text = text_of_all()
            empty("statistics_observation", "statistics_revision")
            begun = time.perf_counter()
            copy_in(text)
            copies.append(time.perf_counter() - begun)
    finally:
        databases.drop(name)
    rows = sum(frame.height for frame in frames.values())
    return [
        _row("storing a first refresh", firsts, copies, f"{rows} rows, {repetitions} repetitions"),
        _row("storing a refresh with 2 % revised", seconds, copies, f"{rows} rows compared, {rows // REVISED} revised"),
    ]


def _row(work: str, times: list[float], copies: list[float], note: str) -> Row:
    ratios = [done / baseline for done, baseline in zip(times, copies, strict=True)]
    return Row(
        work=work,
        against="the same rows through COPY from CSV",
        goal=GOAL,
        ratio_median=median(ratios),
        ratio_worst=max(ratios),
        seconds=median(times),
        baseline_seconds=median(copies),
        note=note,
    )


def _frames() -> dict[str, pl.DataFrame]:
    """Key of the indicator → its figures, as a connector hands them on."""
    definitions = services.read_definitions(DUMP / "kpis.csv")
    with acting_as(ACTOR):
        services.take_in_definitions(actor=ACTOR, definitions=definitions, now=NOW)
        areas = services.known_areas()
    return {file.stem: services.read_file(file, areas=areas).rows for file in sorted((DUMP / "values").glob("*.csv"))}


def _revised(frame: pl.DataFrame) -> pl.DataFrame:
    some = pl.int_range(pl.len()) % REVISED == 0
    return frame.with_columns(value=pl.when(some).then(pl.col("value") + 1).otherwise(pl.col("value")))


def _store(frames: dict[str, pl.DataFrame]) -> float:
    """Seconds to store all of it, piece by piece."""
    keys = list(frames)
    with acting_as(ACTOR):
        source = Source.objects.get(key="kolada")
        run = Refresh.objects.create(source=source, question={"indicators": keys, "full": True}, started_at=NOW)
    begun = time.perf_counter()
    for at in range(0, len(keys), BATCH):
        chosen = tuple(keys[at : at + BATCH])
        answer = Answer.of(
            f"{run.pk} {at}".encode(),
            method="GET",
            url=f"https://example.org/{run.pk}/{at}",
            question=b"",
            fetched_at=NOW,
            status=200,
            headers={},
        )
        fetched = Fetched({key: frames[key] for key in chosen}, (), (answer,))
        piece = Piece(f"bench/{at}", chosen, lambda: fetched)  # noqa: B023  never asked again
        store(actor=ACTOR, refresh=run, piece=piece, fetched=fetched, now=NOW, told=lambda _written, _all: None)
    return time.perf_counter() - begun
