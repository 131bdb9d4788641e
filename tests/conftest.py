"""What every test stands on: a database of its worker's own with the demo's world, and the cast."""

import gc
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import hypothesis
import pytest
from django.test import Client
from django.utils import timezone, translation

from tests import databases

# The same examples every time, on a machine of any speed: what is red is red again, and is somebody's change.
# Others, to search further: --hypothesis-profile=default.
hypothesis.settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("steady")

LONGEST = (
    "tests/browser",
    "tests/engine/matching",
    "tests/integration/test_serve.py",
    "tests/integration/test_refresh_command.py",
    "tests/integration/test_backup.py",
    "tests/guards/test_addresses.py",
    "tests/guards/test_query_counts.py",
    "tests/integration/test_reports.py",
    "tests/integration/test_embedded.py",
    "tests/integration/test_statistics_dump.py",
)


TOGETHER = ("tests/browser", "tests/engine/matching")


def together(nodeid: str) -> str:
    """What stays with one worker: a file; all that needs the browser, for it shares one server; and all that places,
    for in a fresh checkout the engine is compiled first, which several would do at once.
    """
    file = nodeid.partition("::")[0]
    return next((folder for folder in TOGETHER if file.startswith(f"{folder}/")), file)


def pytest_collection_finish() -> None:
    """What has been imported by now is never let go: the garbage collector need not look it through again and again."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins, so that none of it is left for the end."""
    order = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(together(item.nodeid), len(order)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Where pytest-xdist shares the tests out by file (`--dist loadfile`), the browser's files are one."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return together(nodeid)

    return ByFile(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(autouse=True)
def in_swedish() -> Iterator[None]:
    """A request in English leaves its language behind in the thread; every test begins in Swedish."""
    with translation.override("sv"):
        yield


MIDNIGHT = timedelta(minutes=2)
"""So near the end of a day no test begins: most ask more than once which day it is."""


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Waits for the next day when this one, in Sweden, is about to end; before any transaction, which has a day too."""
    now = timezone.localtime()
    left = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo) - now
    if left < MIDNIGHT:
        time.sleep(left.total_seconds() + 1)


@pytest.fixture(scope="session", autouse=True)
def pictures() -> Iterator[None]:
    """A picture is drawn once in a worker: its digest tells all that it shows, and every test's database forgets it."""
    from samverka.foundation.ui import charts

    draw = charts.draw
    drawn: dict[str, str] = {}

    def once(chart: charts.Chart) -> str:
        if chart.digest not in drawn:
            drawn[chart.digest] = draw(chart)
        return drawn[chart.digest]

    charts.draw = once
    yield
    charts.draw = draw


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
    """One of the cast by key: anna, bengt, cecilia, david, eva, frida."""
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
