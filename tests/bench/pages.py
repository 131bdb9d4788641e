"""Every kind of page at Sweden's size against the empty shell, and the shell against an empty Django view."""

import http.client
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from math import ceil
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from samverka.collaborations.models import Collaboration
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.models import User
from samverka.foundation.database.acting import acting_as
from samverka.foundation.database.names import app_role
from samverka.reports.services import publish_report
from tests import databases
from tests.bench.rows import Row
from tests.bench.sweden import Places, Size, build
from tests.installations import SECRET_KEY, Installation, Running

SHELL_GOAL, PAGE_GOAL, SPREAD_GOAL = 6.0, 4.0, 2.0
SHELL, EMPTY = "the empty signed-in shell", "an empty Django view"
WARM_UP = 5


@dataclass
class Timed:
    """An address and how long it took each time, in seconds."""

    name: str
    path: str
    queries: int = 0
    bytes: int = 0
    seconds: list[float] = field(default_factory=list)

    @property
    def p95(self) -> float:
        return sorted(self.seconds)[ceil(0.95 * len(self.seconds)) - 1]


def measure(size: Size, *, rounds: int = 60) -> list[Row]:
    """Build the world, serve it with one process, and ask for all pages in turn over kept connections.

    In turn: what else the machine does falls on all of them alike.
    """
    name = databases.clone("bench_pages")
    databases.point_at(name)
    try:
        places = build(size)
        report = _report(places)
        pages = [Timed(*page) for page in _pages(places, report)]
        with TemporaryDirectory() as home:
            installation = Installation(Path(home), database_url=databases.url_of(name))
            installation.samverka("migrate")  # makes the role that the server connects as
            _count_queries(pages, places)
            cookie = _signed_in(places)
            with _served(installation) as product, _empty() as yardstick:
                shell, empty = Timed(SHELL, "/bench/shell/"), Timed(EMPTY, "/")
                _ask([shell, *pages], product, cookie, empty, yardstick, rounds)
    finally:
        databases.drop(name)
        with psycopg.connect(databases.url_of("postgres"), autocommit=True) as owner:
            owner.execute(f'DROP ROLE IF EXISTS "{app_role(name)}"')
    return list(_rows(shell, empty, pages, size))


def _pages(places: Places, report: int) -> Iterator[tuple[str, str]]:
    room = f"/samverkan/{places.slug}"
    yield "front", "/"
    yield "list of collaborations", "/samverkan/"
    for tab in ("lagesbild", "organisera", "styra", "leda", "arbeta"):
        yield f"tab {tab}", f"{room}/{tab}/"
    yield "goal", f"/mal/{places.goal}/"
    yield "goal as of a year", f"/mal/{places.goal}/?ar=2021"
    yield "goal's chart, drawn before", f"/mal/{places.goal}/diagram.svg"
    yield "measure", f"/atgarder/{places.measure}/"
    yield "status text, form", f"/lagesbeskrivning/{places.party}/"
    yield "comparison", f"/lagesbeskrivning/{places.party}/jamforelse/"
    yield "report", f"/rapporter/{report}/"
    yield "statistics, list", "/statistik/"
    yield "statistics, search", "/statistik/?q=19"
    yield "statistics, an indicator", f"/statistik/{places.indicator}/"
    yield "picture, the areas", "/lagesbild/"
    yield "picture of a municipality", "/lagesbild/1480/"
    yield "picture of a county", "/lagesbild/14/"
    for view in ("tid", "karta", "rangordning", "fordelning", "delar", "om"):
        yield f"picture, an indicator, {view}", f"/lagesbild/14/indikator/{places.indicator}/?vy={view}"
    yield "picture's chart, drawn before", f"/lagesbild/1480/indikator/{places.indicator}/tid/"
    yield "population ahead", "/lagesbild/14/framskrivning/?reception=300"
    yield "API, an indicator in a county", "/api/v1/observations?indicator=kolada:B00001&within=14&first_year=2015"
    yield "own organisation", "/organisation/"
    yield "audit", f"/organisation/{places.organisation}/handelser/"


def _report(places: Places) -> int:
    actor = Actor.of(User.objects.get(pk=places.person))
    with acting_as(actor):
        report = publish_report(
            actor=actor,
            collaboration=Collaboration.objects.select_related("area").get(pk=places.collaboration),
            title="Prövningens rapport",
            is_public=True,
            order_key=UUID(int=1),
            now=timezone.now(),
        )
    return int(report.pk)


def _count_queries(pages: list[Timed], places: Places) -> None:
    """Asked in this process: the counting is not a part of what is timed."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(pk=places.person))
    for page in pages:
        with CaptureQueriesContext(connection) as asked:
            response = client.get(page.path)
        if response.status_code != 200:
            raise AssertionError(f"{page.path}: {response.status_code}")
        page.queries, page.bytes = len(asked), len(response.content)


def _signed_in(places: Places) -> str:
    """A session of the person's, as the sign-in would have left it with the server's own secret key."""
    from django.test import override_settings

    with override_settings(SECRET_KEY=SECRET_KEY):
        person = User.objects.get(pk=places.person)
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


@contextmanager
def _served(installation: Installation) -> Iterator[str]:
    """The product: `samverka serve` with one web process, as an operator starts it."""
    installation.home.joinpath("tests").symlink_to(databases.ROOT / "tests")
    with installation.start(
        "serve", "--port", 0, "--workers", 1, "--no-worker",
        DJANGO_SETTINGS_MODULE="tests.bench.settings", SAMVERKA_LOG_LEVEL="WARNING",
    ) as running:  # fmt: skip
        yield running.address()


@contextmanager
def _empty() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.bench.empty"]
    with Running(command, env=Installation(Path(settings.STATIC_ROOT).parent).env(), cwd=databases.ROOT) as running:
        yield running.address()


def _ask(pages: list[Timed], product: str, cookie: str, empty: Timed, yardstick: str, rounds: int) -> None:
    asker, bare = (http.client.HTTPConnection(urlsplit(url).netloc, timeout=60) for url in (product, yardstick))
    headers = {"Cookie": cookie, "Accept": "text/html", "Accept-Language": "sv"}
    for number in range(WARM_UP + rounds):
        for page in pages:
            seconds = _once(asker, page.path, headers)
            if number >= WARM_UP:
                page.seconds.append(seconds)
        bare.close()  # the server has let go of it while the pages were asked for
        _once(bare, empty.path, {})
        seconds = _once(bare, empty.path, {})
        if number >= WARM_UP:
            empty.seconds.append(seconds)
    asker.close()
    bare.close()


def _once(asker: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> float:
    begun = time.perf_counter()
    asker.request("GET", path, headers=headers)
    response = asker.getresponse()
    response.read()
    seconds = time.perf_counter() - begun
    if response.status != 200:
        raise AssertionError(f"{path}: {response.status}")
    return seconds


def _rows(shell: Timed, empty: Timed, pages: list[Timed], size: Size) -> Iterator[Row]:
    of_size = f"{size.collaborations} collaborations, {size.people} people, {size.observations} observations"
    yield _row(shell, empty, SHELL_GOAL, of_size)
    for page in pages:
        spread = page.p95 / median(page.seconds)
        note = f"{page.queries} queries, {page.bytes / 1000:.0f} kB, p95 {spread:.1f} × median"
        yield _row(page, shell, PAGE_GOAL, note, spread_goal=SPREAD_GOAL)


def _row(page: Timed, against: Timed, goal: float, note: str, *, spread_goal: float | None = None) -> Row:
    middle, baseline = median(page.seconds), median(against.seconds)
    return Row(
        work=page.name,
        against=against.name,
        goal=goal,
        ratio_median=middle / baseline,
        ratio_worst=page.p95 / baseline,
        seconds=middle,
        baseline_seconds=baseline,
        note=note,
        spread_goal=spread_goal,
    )
