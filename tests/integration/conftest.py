"""Fixtures of the tests that run the command against installations of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from samverka.foundation.database import embedded
from tests.installations import DEMO_WORLD, Installation


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation that has been migrated and is at rest. To be copied, not used."""
    made = Installation(Path(tmp_path_factory.mktemp("migrated")))
    done = made.samverka("migrate")
    assert done.returncode == 0, done.stdout
    yield made
    made.remove()


@pytest.fixture(scope="session")
def filled(migrated: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation at rest with the demonstration's world. To be copied, not used."""
    made = migrated.copy(Path(tmp_path_factory.mktemp("filled")))
    try:
        made.python(DEMO_WORLD)
        embedded.stop(made.data_dir)
        yield made
    finally:
        made.remove()


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
