"""All of Kolada's dump through the import, held against the files as the csv module reads them; and the command."""

import csv
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql

from samverka.foundation.access.actors import Actor
from samverka.foundation.database.acting import acting_as
from samverka.statistics import services
from samverka.statistics.enums import ImportState
from tests import databases
from tests.installations import until
from tests.integration.test_statistics_import import EXTRACTED, KPIS, NOW, VALUES

DUMP = databases.ROOT.parent / "shared" / "data" / "kolada_dump_2024"
needs_dump = pytest.mark.skipif(not DUMP.is_dir(), reason="Kolada's dump is not here (../shared/data/kolada_dump_2024)")
SOME = ("N00217", "N00220", "N00485", "N00702", "N00703", "N00704", "N00960", "N02202", "N02267", "N03921")


@needs_dump
def test_every_row_of_the_dump_is_in_the_database_as_the_file_has_it(own_database: str, django_db_blocker: Any) -> None:
    actor = Actor.system("test")
    with django_db_blocker.unblock():
        definitions = services.read_definitions(DUMP / "kpis.csv")
        with acting_as(actor):
            assert services.take_in_definitions(actor=actor, definitions=definitions, now=NOW).rows == 68
        areas, expected = services.known_areas(), definitions.expected_rows()
        rows = 0
        for file in sorted((DUMP / "values").glob("*.csv")):
            checked = services.read_file(file, areas=areas, expected_rows=expected[file.stem])
            with acting_as(actor):
                outcome = services.import_file(actor=actor, checked=checked, extracted_at=EXTRACTED, now=NOW)
            # What the demo holds of an indicator already may be all that the file says.
            assert outcome.state in {ImportState.IMPORTED, ImportState.UNCHANGED}
            with connections["owner"].cursor() as cursor:
                cursor.execute(
                    "SELECT lpad(area.code, 4, '0'), o.year, o.sex, o.value, o.status FROM statistics_observation o "
                    "JOIN statistics_indicator i ON i.id = o.indicator_id "
                    "JOIN territory_area area ON area.id = o.area_id WHERE i.source_key = %s",
                    [file.stem],
                )
                kept = sorted(cursor.fetchall())
            with file.open(newline="") as opened:
                lines = csv.reader(opened)
                next(lines)
                wanted = sorted(
                    (code, int(year), sex, float(value) if value else None, 0 if value else 2)
                    for code, year, sex, value in lines
                )
            assert kept == wanted, file.stem
            rows += len(kept)
        assert rows == 564_299
        connections.close_all()


# --- the command ----------------------------------------------------------------------------------------------


def environment(database: str) -> dict[str, str]:
    """What the command needs to work in a test's own database, as the template's application role."""
    app = settings.DATABASES["default"]
    owner_url = databases.url_of(database)
    credentials = f"{quote(app['USER'])}:{quote(app['PASSWORD'])}"
    return {
        **os.environ,
        "DATABASE_URL": owner_url,
        "DATABASE_APP_URL": f"postgresql://{credentials}@{owner_url.split('@', 1)[1]}",
    }


COMMAND = [
    sys.executable,
    "-c",
    "from samverka.cli.import_statistics import import_statistics as command; command()",
]


def run(database: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], env=environment(database), capture_output=True, text=True, timeout=120
    )


def everything(database: str) -> list[list[Any]]:
    """What an import leaves behind, without keys and clock times."""
    with psycopg.connect(databases.url_of(database)) as connection:
        return [
            connection.execute(query).fetchall()
            for query in (
                "SELECT i.source_key, a.code, o.year, o.sex, o.value, o.status, e.file_sha256 "
                "FROM statistics_observation o JOIN statistics_indicator i ON i.id = o.indicator_id "
                "JOIN territory_area a ON a.id = o.area_id JOIN statistics_extraction e ON e.id = o.extraction_id "
                "ORDER BY 1, 2, 3, 4",
                "SELECT source_key, name, definition, unit, polarity, by_sex FROM statistics_indicator ORDER BY 1",
                "SELECT i.source_key, e.extracted_at, e.file_name, e.file_sha256, e.rows, e.first_year, e.last_year "
                "FROM statistics_extraction e JOIN statistics_indicator i ON i.id = e.indicator_id ORDER BY 1, 4",
                "SELECT action, object_label, changes, count(*) FROM audit_entry GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
            )
        ]


@pytest.fixture
def another_database(own_database: str, django_db_blocker: Any) -> Iterator[str]:
    with django_db_blocker.unblock():
        name = databases.clone(f"{databases.worker()}_another")
    yield name
    with django_db_blocker.unblock():
        databases.drop(name)


HELD_AT = """
CREATE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN NEW; END $$;
CREATE TRIGGER held BEFORE INSERT ON statistics_extraction
FOR EACH ROW WHEN (NEW.file_name = {}) EXECUTE FUNCTION held()
"""
"""Whoever writes the extraction of this file waits for the one who holds the lock: a kill comes in its midst."""
WAITS = (
    "SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database"
    " WHERE datname = current_database() AND locktype = 'advisory' AND objid = 1 AND NOT granted"
)
OTHERS = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND usename <> current_user"


@needs_dump
def test_an_import_that_is_killed_and_run_again_leaves_what_one_run_leaves(
    own_database: str, another_database: str
) -> None:
    arguments: list[str | Path] = [
        "--extracted",
        "2024-08-30",
        DUMP / "kpis.csv",
        *(DUMP / "values" / f"{key}.csv" for key in SOME),
    ]

    def files_in() -> int:
        with psycopg.connect(databases.url_of(own_database)) as connection:
            row = connection.execute(
                "SELECT count(*) FROM statistics_extraction WHERE file_name = ANY(%s) AND first_year IS NOT NULL",
                [[f"{key}.csv" for key in SOME]],
            ).fetchone()
        assert row is not None
        return int(row[0])

    before = files_in()
    with psycopg.connect(databases.url_of(own_database), autocommit=True) as holder:
        holder.execute(sql.SQL(HELD_AT).format(sql.Literal(f"{SOME[4]}.csv")))
        holder.execute("SELECT pg_advisory_lock(1)")
        process = subprocess.Popen(
            [*COMMAND, *map(str, arguments)], env=environment(own_database), stdout=subprocess.DEVNULL
        )
        until(lambda: holder.execute(WAITS).fetchone())
        process.send_signal(signal.SIGKILL)
        assert process.wait(30) == -signal.SIGKILL
        holder.execute("SELECT pg_advisory_unlock(1)")
        until(lambda: not holder.execute(OTHERS).fetchone())
        holder.execute("DROP TRIGGER held ON statistics_extraction; DROP FUNCTION held")
    assert before + 2 <= files_in() < before + len(SOME)

    assert run(own_database, *arguments).returncode == 0
    assert run(another_database, *arguments).returncode == 0
    assert everything(own_database) == everything(another_database)


def test_the_command_says_what_was_refused_and_writes_it_all(own_database: str, tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    folder.mkdir()
    (folder / "kpis.csv").write_text(KPIS)
    (folder / "N09001.csv").write_text(VALUES)
    (folder / "N09002.csv").write_text(VALUES.replace("6.4", "x"))
    report = tmp_path / "report.csv"

    # N09001 has four rows, as its definition says; N09002 says nothing.
    done = run(own_database, folder, "--report", report)
    assert done.returncode == 1, done.stderr
    assert "N09002.csv" in done.stdout
    assert "line 2" in done.stdout
    with report.open(newline="") as opened:
        (row,) = csv.DictReader(opened)
    assert (row["file"], row["line"], row["code"], row["text"]) == ("N09002.csv", "2", "not_a_number", "0000,2022,T,x")

    (folder / "N09002.csv").write_text(VALUES)
    os.utime(folder / "N09002.csv", (0, 1_700_000_000))
    assert run(own_database, folder).returncode == 0
    with psycopg.connect(databases.url_of(own_database)) as connection:
        extracted = connection.execute(
            "SELECT extracted_at::date::text FROM statistics_extraction WHERE file_name = 'N09002.csv'"
        ).fetchall()
    assert extracted == [("2023-11-14",)]


def test_the_command_needs_files_that_exist(own_database: str, tmp_path: Path) -> None:
    assert run(own_database).returncode == 2
    assert run(own_database, tmp_path / "nothing.csv").returncode == 2
    assert run(own_database, tmp_path).returncode == 2
    assert run(own_database, "--extracted", "igår", tmp_path).returncode == 2
