"""What every test stands on: a database of its worker's own with the demo's world, and the cast."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from tests import databases

LONGEST = (
    "test_serve.py",
    "test_every_page.py",
    "test_backup.py",
    "test_keyboard.py",
    "test_refresh_command.py",
    "test_statistics_dump.py",
    "test_match_command.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file stays with one worker, so the longest ones begin: none of them is left for the end."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(autouse=True)
def in_swedish() -> Iterator[None]:
    """A request in English leaves its language behind in the thread; every test begins in Swedish."""
    with translation.override("sv"):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """One clone of the template per worker; each test's changes are rolled back."""
    with django_db_blocker.unblock():
        name = databases.clone(databases.worker())
        databases.point_at(name)
    yield
    with django_db_blocker.unblock():
        databases.drop(name)


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A fresh clone for a test that commits, kills processes or runs several at once. Gives the database's name."""
    worker_database = f"{databases.template()}_{databases.worker()}"
    with django_db_blocker.unblock():
        name = databases.clone(f"{databases.worker()}_own")
        databases.point_at(name)
        try:
            yield name
        finally:
            databases.point_at(worker_database)
            databases.drop(name)


@pytest.fixture
def person(db: None) -> Callable[[str], Any]:
    """One of the cast by key: anna, bengt, cecilia, david, eva."""
    from samverka.foundation.access.models import User

    def find(key: str) -> User:
        return User.objects.get(email=f"{key}@demo.example")

    return find


@pytest.fixture
def actor(person: Callable[[str], Any]) -> Callable[[str], Any]:
    """The cast as actors; 'citizen' is the anonymous one."""
    from samverka.foundation.access.actors import Actor

    def find(key: str) -> Actor:
        return Actor() if key == "citizen" else Actor.of(person(key))

    return find


@pytest.fixture
def browse(person: Callable[[str], Any]) -> Callable[[str], Client]:
    """A client signed in as one of the cast; 'citizen' is not signed in."""

    def find(key: str) -> Client:
        client = Client()
        if key != "citizen":
            client.force_login(person(key))
        return client

    return find
