"""`samverka refresh`: killed anywhere it comes to the same end, two take turns, and scripts learn how it went."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings

from samverka.foundation.access.actors import Actor
from samverka.foundation.database.acting import acting_as
from tests import databases
from tests.fakes import misbehaviour as wrong
from tests.fakes.generated_worlds import ScbTables, kolada_world, scb_tables
from tests.fakes.official_statistics import KoladaWorld, OfficialStatistics
from tests.installations import PATIENCE, until

COMMAND = [sys.executable, "-m", "samverka.cli.main", "refresh"]


@dataclass
class Installed:
    """A source on loopback with made-up indicators that are defined in some databases."""

    server: OfficialStatistics
    kolada: KoladaWorld
    tables: ScbTables

    @property
    def keys(self) -> list[str]:
        return [one["id"] for one in self.kolada.kpis] + list(self.tables.selections)

    def environment(self, database: str) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("SAMVERKA_", "DATABASE_", "DJANGO_"))}
        owner, app = settings.DATABASES["owner"], settings.DATABASES["default"]

        def url(connection: dict[str, Any]) -> str:
            person = f"{quote(connection['USER'])}:{quote(connection['PASSWORD'])}"
            return f"postgresql://{person}@/{database}?host={quote(connection['HOST'])}&port={connection['PORT']}"

        return clean | {
            "DATABASE_URL": url(owner),
            "DATABASE_APP_URL": url(app),
            "SAMVERKA_SECRET_KEY": settings.SECRET_KEY,
            "SAMVERKA_DATA_DIR": os.environ["SAMVERKA_DATA_DIR"],
            "SAMVERKA_KOLADA_URL": self.server.kolada_url,
            "SAMVERKA_SCB_URL": self.server.scb_url,
        }

    def arguments(self, keys: Sequence[str] = ()) -> list[str]:
        return [part for key in keys or self.keys for part in ("--indicator", key)]

    def start(self, database: str, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*COMMAND, *arguments],
            env=self.environment(database),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, database: str, *arguments: str) -> tuple[int, str]:
        process = self.start(database, *arguments)
        said, _ = process.communicate(timeout=PATIENCE)
        return process.returncode, said


@pytest.fixture
def define(own_database: str, django_db_blocker: Any) -> Iterator[Callable[..., Installed]]:
    """A function that puts a made-up source on loopback and defines its indicators in the databases."""
    opened: list[OfficialStatistics] = []

    def make(*names: str, indicators: int = 30, tables: int = 2) -> Installed:
        from samverka.statistics.enums import Measure
        from samverka.statistics.models import Indicator, Source

        world, _ = kolada_world(77, indicators=indicators)
        made = scb_tables(78, tables=tables)
        server = OfficialStatistics(world, made.world)
        opened.append(server)
        installed = Installed(server, world, made)
        with django_db_blocker.unblock():
            for name in names:
                databases.point_at(name)
                with acting_as(Actor.system("test")):
                    kolada, scb = Source.objects.get(key="kolada"), Source.objects.get(key="scb")
                    Indicator.objects.bulk_create(
                        [
                            Indicator(source=kolada, source_key=one["id"], name=one["id"], by_sex=True)
                            for one in world.kpis
                        ]
                        + [
                            Indicator(source=scb, source_key=key, name=key, selection=chosen, measure=Measure.COUNT)
                            for key, chosen in made.selections.items()
                        ]
                    )
            databases.point_at(own_database)
        return installed

    try:
        yield make
    finally:
        for server in opened:
            server.close()


@pytest.fixture
def another_database(own_database: str, django_db_blocker: Any) -> Iterator[str]:
    with django_db_blocker.unblock():
        name = databases.clone(f"{databases.worker()}_another")
    yield name
    with django_db_blocker.unblock():
        databases.drop(name)


EVERYTHING = {
    "indicators": "SELECT i.source_key, i.name, i.definition, i.unit, i.version, i.next_release_on,"
    " i.checked_at IS NULL FROM statistics_indicator i",
    "definitions": "SELECT i.source_key, v.number, v.name FROM statistics_indicatorversion v"
    " JOIN statistics_indicator i ON i.id = v.indicator_id",
    "observations": "SELECT i.source_key, a.code, o.year, o.sex, o.value, o.status, o.numerator, o.denominator,"
    " e.file_name, e.file_sha256, e.rows FROM statistics_observation o"
    " JOIN statistics_indicator i ON i.id = o.indicator_id JOIN territory_area a ON a.id = o.area_id"
    " JOIN statistics_extraction e ON e.id = o.extraction_id",
    "revisions": "SELECT i.source_key, a.code, r.year, r.sex, r.value, r.status, e.file_name, n.file_name"
    " FROM statistics_revision r JOIN statistics_indicator i ON i.id = r.indicator_id"
    " JOIN territory_area a ON a.id = r.area_id JOIN statistics_extraction e ON e.id = r.extraction_id"
    " JOIN statistics_extraction n ON n.id = r.replaced_by_id",
    "extractions": "SELECT i.source_key, e.file_name, e.file_sha256, e.rows, e.first_year, e.last_year, e.released_at,"
    " e.indicator_version, array(SELECT w.sha256 FROM statistics_extraction_answers x"
    " JOIN statistics_rawanswer w ON w.id = x.rawanswer_id WHERE x.extraction_id = e.id ORDER BY 1)::text"
    " FROM statistics_extraction e JOIN statistics_indicator i ON i.id = e.indicator_id",
    "answers": "SELECT url, question, sha256, size, status, compressed FROM statistics_rawanswer",
    "refreshes": "SELECT s.key, r.question::text, r.state, r.failures::text FROM statistics_refresh r"
    " JOIN statistics_source s ON s.id = r.source_id",
    "pieces": "SELECT s.key, c.key, c.added, c.revised, c.counts::text, c.rejected, c.rejections::text"
    " FROM statistics_refreshchunk c JOIN statistics_refresh r ON r.id = c.refresh_id"
    " JOIN statistics_source s ON s.id = r.source_id",
    "audit": "SELECT action, object_label, changes::text FROM audit_entry WHERE object_type <> 'statistics.refresh'",
    "audit of refreshes": "SELECT action, changes::text FROM audit_entry WHERE object_type = 'statistics.refresh'",
}
"""All that a refresh writes, without keys and clock times."""


def everything(database: str) -> dict[str, list[Any]]:
    with psycopg.connect(databases.url_of(database)) as connection:
        return {
            name: sorted(connection.execute(query).fetchall(), key=repr)  # type: ignore[call-overload]
            for name, query in EVERYTHING.items()
        }


def revise(installed: Installed) -> None:
    """The source changes, adds and removes figures, rewords a definition and publishes a table anew."""
    rows = installed.kolada.rows
    for number, one in enumerate(rows):
        given = one["values"][0]
        if number % 7 == 0 and given["value"] is not None:
            given["value"] += 1
        if number % 11 == 0:
            given["isdeleted"] = True
    rows.append({**rows[0], "period": 2026, "values": [rows[1]["values"][0]]})
    rows.append({**rows[0], "municipality": "9999"})
    installed.kolada.kpis[2]["description"] = "En annan beskrivning"
    for dataset in installed.tables.world.datasets.values():
        dataset["updated"] = "2099-01-01T07:00:00Z"
        dataset["value"] = [value + 1 if value else value for value in dataset["value"]]


def test_a_refresh_that_is_killed_anywhere_and_run_again_leaves_what_one_run_leaves(
    own_database: str, another_database: str, define: Callable[..., Installed]
) -> None:
    installed = define(own_database, another_database)
    arguments = installed.arguments()
    for database in (own_database, another_database):
        code, said = installed.run(database, *arguments)
        assert code == 0, said
    assert everything(own_database) == everything(another_database)
    revise(installed)

    # Killed while it asks, and soon after it has been answered, again and again, each time a little further. The
    # question after that has no answer: a run that nobody kills in time must not come to its end.
    for answered, pause in ((1, 0.0), (1, 0.0), (2, 0.05), (2, 0.0), (3, 0.3), (3, 0.02), (3, 0.1), (4, 0.0)):
        asked = len(installed.server.asked)
        installed.server.always = held = wrong.Held(after=answered)
        process = installed.start(own_database, *arguments)
        until(lambda end=asked + answered: len(installed.server.asked) >= end)
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        held.open.set()
    installed.server.always = None
    code, said = installed.run(own_database, *arguments)
    assert code == 0, said
    code, said = installed.run(another_database, *arguments)
    assert code == 0, said

    killed, whole = everything(own_database), everything(another_database)
    assert len(killed["refreshes"]) == 4, "it was continued, not begun anew"
    assert killed["revisions"]
    for name in EVERYTHING:
        assert killed[name] == whole[name], name


def test_the_command_tells_what_came_and_what_did_not(own_database: str, define: Callable[..., Installed]) -> None:
    installed = define(own_database, indicators=3, tables=1)
    code, said = installed.run(own_database, *installed.arguments(), "--source", "kolada")
    assert code == 2, said
    assert "TAB7800" in said

    code, said = installed.run(own_database, *installed.arguments())
    assert code == 0, said
    assert "Kolada: " in said
    assert "SCB: " in said
    installed.server.always = wrong.status(404)
    code, said = installed.run(own_database, *installed.arguments(), "--full")
    assert code == 1, said
    assert f"{installed.server.kolada_url}/kpi/" in said
    installed.server.always = None
    installed.kolada.rows.append({**installed.kolada.rows[0], "municipality": "9999"})
    code, said = installed.run(own_database, *installed.arguments(), "--full")
    assert code == 0, said
    assert "rows were refused" in said
    assert "9999" in said


def test_two_at_once_do_not_disturb_each_other(own_database: str, define: Callable[..., Installed]) -> None:
    installed = define(own_database, indicators=3, tables=1)
    arguments = installed.arguments(installed.keys[:3])
    installed.server.always = held = wrong.Held(after=0)
    first = installed.start(own_database, *arguments)
    until(held.reached.is_set)  # it holds its turn and takes its time
    code, said = installed.run(own_database, *arguments)
    held.open.set()
    assert code == 1, said
    assert "Another refresh from kolada is running." in said
    said, _ = first.communicate(timeout=PATIENCE)
    assert first.returncode == 0, said


def test_an_interrupted_refresh_keeps_what_it_has_and_says_how_to_go_on(
    own_database: str, define: Callable[..., Installed]
) -> None:
    installed = define(own_database, indicators=30, tables=0)
    installed.server.always = held = wrong.Held(after=3)
    process = installed.start(own_database, *installed.arguments())
    until(held.reached.is_set)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=PATIENCE)
    held.open.set()
    assert process.returncode == 1, said
    assert "it continues where it was" in said
    with psycopg.connect(databases.url_of(own_database)) as connection:
        states = connection.execute("SELECT state FROM statistics_refresh ORDER BY id DESC LIMIT 1").fetchall()
    assert states == [("cancelled",)]
    code, said = installed.run(own_database, *installed.arguments())
    assert code == 0, said
