"""Embedded servers that a test makes and uses."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg

from samverka.foundation.database import embedded
from samverka.foundation.database.embedded import EmbeddedServerError


def cleaned(place: Path) -> Iterator[Path]:
    """A data directory; what runs in it is stopped and removed afterwards."""
    try:
        yield place
    finally:
        with contextlib.suppress(EmbeddedServerError):
            embedded.stop(place)
        embedded.stop_if_unused(place)
        shutil.rmtree(place, ignore_errors=True)


def answer(server: embedded.Server) -> int:
    """What a server says to a question: 1."""
    with psycopg.connect(server.superuser_url()) as connection:
        row = connection.execute("SELECT count(*) FROM pg_database WHERE datname = 'postgres'").fetchone()
        assert row is not None
        return int(row[0])


def postmaster(data_dir: Path) -> int:
    """The process that has the data directory."""
    return int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])
