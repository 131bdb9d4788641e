"""All of Kolada's dump through the import, against COPY of the same rows with their keys already looked up."""

import time
from pathlib import Path
from statistics import median

from django.db import connection, connections

from samverka.foundation import clock
from samverka.foundation.access.actors import Actor
from samverka.foundation.database.acting import acting_as
from samverka.statistics import services
from samverka.statistics.enums import ImportState
from tests import databases
from tests.bench.rows import Row

DUMP = databases.ROOT.parent / "shared" / "data" / "kolada_dump_2024"
GOAL = 1.5
COLUMNS = "indicator_id, extraction_id, area_id, year, sex, value, status"


def measure(repetitions: int = 3) -> list[Row]:
    """Import and COPY in turn into the same emptied table; empty when the dump is absent.

    The import reads, checks, locks, writes extractions and audit, and commits each of the 68 files; COPY gets one text
    in memory and commits once.
    """
    if not DUMP.is_dir():
        return []
    name = databases.clone("bench_import")
    databases.point_at(name)
    try:
        imports: list[float] = []
        copies: list[float] = []
        for _ in range(repetitions):
            empty("statistics_observation", "statistics_extraction")
            begun = time.perf_counter()
            rows = _import(DUMP)
            imports.append(time.perf_counter() - begun)
            text = text_of_all()
            empty("statistics_observation")
            begun = time.perf_counter()
            copy_in(text)
            copies.append(time.perf_counter() - begun)
    finally:
        databases.drop(name)
    ratios = [done / baseline for done, baseline in zip(imports, copies, strict=True)]
    return [
        Row(
            work="importing statistics",
            against="the same rows through COPY from CSV",
            goal=GOAL,
            ratio_median=median(ratios),
            ratio_worst=max(ratios),
            seconds=median(imports),
            baseline_seconds=median(copies),
            note=f"{rows} rows, {repetitions} repetitions",
        )
    ]


def _import(dump: Path) -> int:
    actor = Actor.system("bench")
    definitions = services.read_definitions(dump / "kpis.csv")
    with acting_as(actor):
        services.take_in_definitions(actor=actor, definitions=definitions, now=clock.now())
        areas = services.known_areas()
    expected = definitions.expected_rows()
    rows = 0
    for file in sorted((dump / "values").glob("*.csv")):
        checked = services.read_file(file, areas=areas, expected_rows=expected.get(file.stem))
        with acting_as(actor):
            outcome = services.import_file(actor=actor, checked=checked, extracted_at=clock.now(), now=clock.now())
        if outcome.state is not ImportState.IMPORTED:
            raise AssertionError(f"{file.name}: {outcome}")
        rows += outcome.added
    return rows


def text_of_all() -> bytes:
    """The imported rows in the order of their files."""
    query = f"COPY (SELECT {COLUMNS} FROM statistics_observation ORDER BY id) TO STDOUT (FORMAT csv)"  # noqa: S608
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        return b"".join(bytes(block) for block in copy)


def copy_in(text: bytes) -> None:
    """As the owner: row security keeps the application's role from writing with COPY."""
    with (
        connections["owner"].cursor() as cursor,
        cursor.copy(f"COPY statistics_observation ({COLUMNS}) FROM STDIN (FORMAT csv)") as copy,
    ):
        copy.write(text)


def empty(*tables: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
