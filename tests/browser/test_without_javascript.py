"""The whole main job in a browser that runs no script."""

from collections.abc import Callable
from io import BytesIO
from time import monotonic, sleep

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.browser.server import Server
from tests.browser.visitor import WORK_MS, Visitor

pytestmark = pytest.mark.browser

Open = Callable[..., Visitor]

HOME = "/samverkan/blekinges-unga-lyfter"


def test_a_status_a_text_a_report_and_the_public_page(visitor: Open, server: Server) -> None:
    bengt = visitor("bengt", java_script_enabled=False)
    _changes_a_status(bengt.go(f"{HOME}/arbeta/"), server)
    _tells_how_it_goes(bengt.go(f"{HOME}/styra/"), server)
    anna = visitor("anna", java_script_enabled=False)
    report = _publishes(anna.go(f"{HOME}/styra/"))
    _reads_the_file(anna.page)
    citizen = visitor(java_script_enabled=False)
    _reads(citizen, report)
    assert anna.complaints == bengt.complaints == citizen.complaints == []


def _changes_a_status(page: Page, server: Server) -> None:
    measure = server.measure_of("Olofströms kommun")
    page.locator(f"a[href='/atgarder/{measure}/andra/']").click()
    page.locator("select[name=state]").select_option("delayed")
    page.locator("[name=state_note]").fill("Lokalen blev försenad.")
    page.get_by_role("button", name="Visa för de andra parterna").click()
    page.wait_for_url(f"**{HOME}/arbeta/")
    assert "är nu försenad" in page.locator("main").inner_text()
    assert "Lokalen blev försenad." in page.locator(f"#measure-{measure}").inner_text()


def _tells_how_it_goes(page: Page, server: Server) -> None:
    party = server.party_of("Olofströms kommun")
    page.locator(f"a[href='/lagesbeskrivning/{party}/']").click()
    page.locator("[name=text]").fill("Utan skript går det lika bra.")
    page.get_by_role("button", name="Skicka till de andra parterna").click()
    page.wait_for_url(f"**/lagesbeskrivning/{party}/jamforelse/")
    assert "Texten är skickad" in page.locator("main").inner_text()
    first = page.locator("table.data tbody tr").first.inner_text()
    assert "Olofström" in first, "the party's own figures come first"
    assert page.locator("#paragraph").inner_text()


def _publishes(page: Page) -> str:
    page.locator("a[href^='/rapporter/ny/']").click()
    page.get_by_label("Alla", exact=True).check()
    page.get_by_label("Rubrik").fill("Rapporten utan skript")
    page.get_by_role("button", name="Publicera rapporten").click()
    page.wait_for_url("**/jobb/*/")
    deadline = monotonic() + WORK_MS / 1000
    while page.get_by_role("link", name="Uppdatera").count():
        assert monotonic() < deadline, page.locator("main").inner_text()
        sleep(0.3)
        with page.expect_navigation():
            page.get_by_role("link", name="Uppdatera").click()
    page.get_by_role("link", name="Läs rapporten").click()
    page.wait_for_url("**/rapporter/*/")
    assert page.locator("h1").inner_text() == "Rapporten utan skript"
    return page.url


def _reads_the_file(page: Page) -> None:
    with page.expect_download() as started:
        page.get_by_role("link", name="PDF på svenska").click()
    file = PdfReader(BytesIO(started.value.path().read_bytes()))
    assert "Utan skript går det lika bra." in " ".join(p.extract_text() for p in file.pages).replace("\n", " ")


def _reads(citizen: Visitor, report: str) -> None:
    page = citizen.go(f"{HOME}/styra/")
    page.get_by_role("link", name="Rapporten utan skript", exact=True).click()
    page.wait_for_url(report)
    assert page.locator("h1").inner_text() == "Rapporten utan skript"
    page = citizen.go(f"{HOME}/arbeta/")
    assert "Lokalen blev försenad." in page.locator("main").inner_text()
    assert page.locator("a[href*='/andra/']").count() == 0
    page = citizen.go(f"{HOME}/styra/")
    assert page.locator("#answers").count() == 0, "status texts are read by the parties"


def test_signing_in_and_out(visitor: Open) -> None:
    somebody = visitor("losenord", java_script_enabled=False)
    page = somebody.page
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Logga ut").click()
    page.get_by_role("link", name="Logga in").wait_for()


def test_buttons_that_need_a_script_are_not_shown(visitor: Open) -> None:
    page = visitor(java_script_enabled=False).go("/konto/login/")
    assert page.get_by_role("button", name="Logga in", exact=True).is_visible()
    assert not page.locator("#passkey_login").is_visible()
