"""The keyboard alone: every stop in the order of the page and visible, and the whole main job done with it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.server import Server
from tests.browser.visitor import WORK_MS, Visitor

pytestmark = pytest.mark.browser

Open = Callable[..., Visitor]

STOPS = """
() => {
  const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest("[inert]");
  const stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter((e) => !e.disabled && e.tabIndex >= 0 && e.type !== "hidden" && shown(e));
  // Of the radio buttons of a group only one is a stop.
  window.stops = stops.filter((e) => e.type !== "radio" || e === (
    stops.find((o) => o.name === e.name && o.form === e.form && o.checked) ??
    stops.find((o) => o.name === e.name && o.form === e.form)));
  return window.stops.map((e) => e.outerHTML.slice(0, 100));
}
"""
SETTLED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""By the second frame the page's script has seen which tables fit and need no stop."""
HERE = """
() => {
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  return {
    stop: window.stops.indexOf(e),
    html: e.outerHTML.slice(0, 100),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    inView: box.bottom > 0 && box.top < innerHeight && box.width > 0,
    covered: (() => {
      const within = (value, end) => Math.min(Math.max(value, 1), end - 2);
      const x = within(box.left + 3, innerWidth), y = within(box.top + 3, innerHeight);
      const top = document.elementFromPoint(x, y);
      return !(top === null || e.contains(top) || top.contains(e));
    })(),
  };
}
"""

WALKS = [
    ("bengt", "/"),
    ("bengt", "/samverkan/blekinges-unga-lyfter/styra/"),
    ("bengt", "/samverkan/blekinges-unga-lyfter/arbeta/"),
    ("anna", "/samverkan/blekinges-unga-lyfter/lagesbild/"),
    ("anna", "/mal/1/"),
    ("anna", "/organisation/"),
    ("citizen", "/konto/login/"),
    ("citizen", "/statistik/"),
    ("citizen", "/lagesbild/1080/arbete/"),
    ("citizen", "/lagesbild/10/framskrivning/"),
    ("anna", "/omraden/10/delregioner/"),
    ("anna", "/statistik/liknande/1080/"),
]


@pytest.mark.parametrize(("person", "path"), WALKS)
def test_tab_stops_at_everything_in_the_order_of_the_page_and_shows_where(
    visitor: Open, person: str, path: str
) -> None:
    page = visitor(person, reduced_motion="reduce").go(path)
    page.evaluate(SETTLED)
    stops = page.evaluate(STOPS)
    assert len(stops) > 5
    for number, expected in enumerate(stops):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        assert here["stop"] == number, f"expected {expected}, came to {here['html']}"
        assert here["outlined"], f"no visible focus: {here['html']}"
        assert here["inView"], f"out of view: {here['html']}"
        assert not here["covered"], f"covered: {here['html']}"


def test_the_first_stop_leads_past_the_menus(visitor: Open) -> None:
    page = visitor("anna").go("/samverkan/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_menu_opens_with_enter_and_closes_with_escape(visitor: Open) -> None:
    page = visitor("anna").go("/")
    page.locator("details.menu summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("details.menu").get_attribute("open") is not None
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.menu__panel') !== null")
    page.keyboard.press("Escape")
    assert page.locator("details.menu").get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_bengt_changes_a_status_where_it_stands_with_the_keyboard(visitor: Open, server: Server) -> None:
    """htmx opens the form in the list, puts the focus in it, and back on the link afterwards."""
    measure = server.measure_of("Olofströms kommun")
    bengt = visitor("bengt")
    page = bengt.go("/samverkan/blekinges-unga-lyfter/arbeta/")
    _tab_to(page, f"a[href='/atgarder/{measure}/andra/']")
    page.keyboard.press("Enter")
    page.locator(f"#measure-{measure} select[name=state]").wait_for()
    page.wait_for_function("document.activeElement.name === 'state'")  # htmx gives it the focus a little later
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("Skrivet med tangentbordet")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"
    page.keyboard.press("Enter")
    row = page.locator(f"#measure-{measure}")
    row.get_by_text("Skrivet med tangentbordet").wait_for()
    assert row.get_by_text("Sparat").is_visible()
    page.wait_for_function(f"document.activeElement.getAttribute('href') === '/atgarder/{measure}/andra/'")
    (stored,) = server.sql("SELECT state, state_note FROM plans_measure WHERE id = %s", measure)
    assert stored == ("ongoing", "Skrivet med tangentbordet")
    assert bengt.complaints == []


def test_bengt_tells_how_it_goes_with_the_keyboard(visitor: Open, server: Server) -> None:
    party = server.party_of("Olofströms kommun")
    page = visitor("bengt").go("/samverkan/blekinges-unga-lyfter/styra/")
    _tab_to(page, f"a[href='/lagesbeskrivning/{party}/']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/lagesbeskrivning/{party}/")
    _tab_to(page, "textarea[name=text]")
    page.keyboard.press("Control+A")
    page.keyboard.type("Vi når fler unga än förra året.")
    _tab_to(page, "button[value=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/lagesbeskrivning/{party}/jamforelse/")
    assert page.get_by_text("Texten är skickad").is_visible()
    (text,) = server.sql(
        "SELECT text FROM followup_statustext WHERE party_id = %s AND submitted_at IS NOT NULL"
        " ORDER BY submitted_at DESC LIMIT 1",
        party,
    )
    assert text == ("Vi når fler unga än förra året.",)


def test_anna_publishes_a_report_with_the_keyboard(visitor: Open, server: Server) -> None:
    """The page follows the work by itself and says when it is done."""
    anna = visitor("anna")
    page = anna.go("/samverkan/blekinges-unga-lyfter/styra/")
    _tab_to(page, "a[href^='/rapporter/ny/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rapporter/ny/**")
    _tab_to(page, "input[name=readers]")
    page.keyboard.press("Space")
    _tab_to(page, "main form button.button:not([type=button])")
    page.keyboard.press("Enter")
    page.wait_for_url("**/jobb/**")
    page.get_by_role("link", name="Läs rapporten").wait_for(timeout=WORK_MS)
    _tab_to(page, "a[href^='/rapporter/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rapporter/*/")
    assert page.locator("h1").inner_text().startswith("Blekinges unga lyfter")
    assert anna.complaints == []


def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"the keyboard never came to {selector}")
