"""Fixtures of the tests that run the command against installations of their own."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from samverka.foundation.database import embedded
from tests.installations import DEMO_WORLD, Installation


@contextmanager
def _shared(home: Path, make: Callable[[], object]) -> Iterator[None]:
    """What all workers of a run use: made by whoever comes first, removed by whoever leaves last."""
    making, users, whole = (home.with_suffix(f".{name}") for name in ("making", "users", "whole"))
    with making.open("w") as turn, users.open("w") as use:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not whole.exists():
            Installation(home).remove()  # what somebody who failed has left
            make()
            whole.touch()
        fcntl.flock(use, fcntl.LOCK_SH)
        fcntl.flock(turn, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(turn, fcntl.LOCK_EX)
            with suppress(BlockingIOError):
                fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
                whole.unlink()
                Installation(home).remove()


@pytest.fixture(scope="session")
def at_rest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the workers keep the installations that they share."""
    base = Path(tmp_path_factory.getbasetemp())
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def migrated(at_rest: Path) -> Iterator[Installation]:
    """An installation that has been migrated and is at rest. To be copied, not used."""
    home = at_rest / "migrated"

    def make() -> None:
        done = Installation(home).samverka("migrate")
        assert done.returncode == 0, done.stdout

    with _shared(home, make):
        yield Installation(home)


@pytest.fixture(scope="session")
def filled(at_rest: Path, migrated: Installation) -> Iterator[Installation]:
    """An installation at rest with the demonstration's world. To be copied, not used."""
    home = at_rest / "filled"

    def make() -> None:
        made = migrated.copy(home)
        try:
            made.python(DEMO_WORLD)
        finally:
            embedded.stop(made.data_dir)

    with _shared(home, make):
        yield Installation(home)


@pytest.fixture(scope="module")
def installation(filled: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A migrated installation with the demonstration's world, on an embedded server of its own."""
    made = filled.copy(Path(tmp_path_factory.mktemp("installation")))
    try:
        made.url()  # the test session's lease keeps the server up between commands
        yield made
    finally:
        made.remove()


@pytest.fixture
def bare_installation(migrated: Installation, tmp_path: Path) -> Iterator[Installation]:
    """An installation that has been migrated, and where nobody is."""
    made = migrated.copy(tmp_path / "bare")
    yield made
    made.remove()


@pytest.fixture
def empty_installation(tmp_path: Path) -> Iterator[Installation]:
    """An installation where nothing has been run yet."""
    made = Installation(tmp_path / "empty")
    yield made
    made.remove()
