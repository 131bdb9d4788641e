"""A real Chromium on a real server. All browser tests run in one worker, one server and one browser for them all."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from tools.browser import find_chromium

from samverka.foundation.database.names import app_role
from tests import databases
from tests.browser.pages import Page, find_pages
from tests.browser.server import Server, fill, providers_file
from tests.browser.visitor import Visitor
from tests.fakes.identity_provider import IdentityProvider
from tests.installations import Installation

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program. Where CI=true it must be there."""
    found = find_chromium()
    if found is None:
        message = "NO CHROMIUM: the interface is not tested. `python -m tools.browser` finds or installs one."
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture(scope="session")
def server(
    chromium: str, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """`samverka demo` on a clone of the demonstration's world."""
    provider = IdentityProvider()
    home = tmp_path_factory.mktemp("browser")
    with django_db_blocker.unblock():
        name = databases.clone(f"{databases.worker()}_browser")
        databases.point_at(name)
        try:
            fill()
        finally:
            databases.point_at(f"{databases.template()}_{databases.worker()}")
    installation = Installation(home, database_url=databases.url_of(name))
    providers = providers_file(home, provider)
    try:
        with installation.start(
            "demo", "--port", 0, "--no-browser", SAMVERKA_SIGN_IN_PROVIDERS=str(providers)
        ) as running:
            yield Server(running.address(), name, databases.url_of(name), installation, provider)
        assert running.process.returncode == 0, running.said
    finally:
        provider.close()
        databases.drop(name)
        with psycopg.connect(databases.url_of("postgres"), autocommit=True) as owner:
            owner.execute(f'DROP ROLE IF EXISTS "{app_role(name)}"')


@pytest.fixture(scope="module")
def pages(server: Server, django_db_blocker: Any) -> list[Page]:
    """The pages of the server's world."""
    with django_db_blocker.unblock():
        databases.point_at(server.database)
        try:
            return find_pages()
        finally:
            databases.point_at(f"{databases.template()}_{databases.worker()}")


@pytest.fixture(scope="module")
def browser(chromium: str, server: Server) -> Iterator[Browser]:
    """After the server and only as long as a file: Playwright keeps an event loop running, and beside a running loop
    Django refuses the database work of the worker's next file.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(browser: Browser, server: Server) -> Iterator[Callable[..., Visitor]]:
    """Somebody with a browser window of their own: `visitor("anna")`, `visitor("citizen", locale="en")`."""
    contexts: list[BrowserContext] = []

    def open_window(person: str = "citizen", **options: Any) -> Visitor:
        context = browser.new_context(**{"base_url": server.url, "locale": "sv-SE", **options})
        contexts.append(context)
        return Visitor(context, server).enter(person)

    yield open_window
    for context in contexts:
        context.close()
