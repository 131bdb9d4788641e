"""Fixtures of the tests that run the command against installations of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installations import DEMO_WORLD, Installation


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A migrated installation with the demonstration's world, on an embedded server of its own."""
    made = Installation(Path(tmp_path_factory.mktemp("installation")))
    try:
        migrated = made.samverka("migrate")
        assert migrated.returncode == 0, migrated.stdout
        made.url()  # the test session's lease keeps the server up between commands
        made.python(DEMO_WORLD)
        yield made
    finally:
        made.remove()


@pytest.fixture
def empty_installation(tmp_path: Path) -> Iterator[Installation]:
    """An installation where nothing has been run yet."""
    made = Installation(tmp_path / "empty")
    yield made
    made.remove()
