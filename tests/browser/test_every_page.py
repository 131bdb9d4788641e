"""Every page there is, seen once by a browser: accessible, in order with the policy, and whole on a narrow screen."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ViewportSize

from tests.browser.novelty import Seen
from tests.browser.pages import Page
from tests.browser.server import Server
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

AXE: str = Axe().axe_script
DESK, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=320, height=640)
"""320 CSS pixels are also a window of 1280 at 400 % zoom, which is how WCAG 1.4.10 words it.

A page is opened in the narrow window, and the window is made wide where axe has something to look at: to draw a page
anew costs as much as to open it.
"""
REPORT: dict[str, Any] = {"resultTypes": ["violations"], "reporter": "no-passes", "preload": False}
RULES: dict[str, Any] = {
    **REPORT,
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
    # Two goals that go alike have answers, and so headings, that read alike. Colours are asked for apart.
    "rules": {"landmark-unique": {"enabled": False}, "color-contrast": {"enabled": False}},
}
COLOURS: dict[str, Any] = {
    **REPORT,
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}

TOO_WIDE = """
() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return "";
  const wide = [...document.querySelectorAll("body *")].filter(
    (e) => e.getBoundingClientRect().right > width + 1 && !e.closest(".table-region"));
  return wide.slice(0, 3).map((e) => e.outerHTML.slice(0, 120)).join(" … ") || "the page";
}
"""


STILL = """
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.getAttribute("hx-trigger")?.startsWith("every")) event.preventDefault();
});
"""
"""A page that asks again every second would take away what axe is looking at."""

FRAME = """
() => ({
  language: document.documentElement.lang,
  title: document.title.trim() !== "",
  mains: document.querySelectorAll("main").length,
  headings: document.querySelectorAll("h1").length,
})
"""


@dataclass
class Findings:
    """What all visits found, by kind. Each line says where, in whose eyes and in which language."""

    violations: list[str] = field(default_factory=list)
    dark: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)
    visits: int = 0


@pytest.fixture(scope="module")
def findings(server: Server, pages: list[Page], browser: Any) -> Findings:
    """One walk round the house. As who sees most of a page in both languages, as the others in Swedish."""
    found, seen = Findings(), Seen()
    people = {person for page in pages for person in page.people}
    for person in sorted(people):
        context = browser.new_context(base_url=server.url, viewport=DESK, locale="sv-SE", reduced_motion="reduce")
        context.add_init_script(STILL)
        visitor = Visitor(context, server).enter(person)
        visitor.page.set_viewport_size(PHONE)
        for language in ("sv", "en"):
            visitor.speak(language)
            for page in pages:
                sees_most = person == page.people[0]
                if person in page.people and (language == "sv" or sees_most):
                    first = language == "sv" and sees_most
                    _visit(found, seen, visitor, page.path, (person, language), first=first)
        found.complaints += visitor.complaints
        context.close()
    return found


def _visit(found: Findings, seen: Seen, visitor: Visitor, path: str, eyes: tuple[str, str], *, first: bool) -> None:
    """A page that is seen for the first time is checked as a whole, later what is new on it to those eyes."""
    tab = visitor.go(path)
    where = f"{path} {eyes}"
    found.visits += 1
    frame = tab.evaluate(FRAME)
    if frame != {"language": eyes[1], "title": True, "mains": 1, "headings": 1}:
        found.violations.append(f"{where}: {frame}")
    fresh = seen.fresh(tab)
    if first or fresh.parts or fresh.texts:
        tab.set_viewport_size(DESK)
        tab.evaluate(AXE)
        if first or fresh.parts:
            found.violations += _ask(tab, RULES, where, within=None if first else ("parts", fresh.parts))
        if fresh.texts:
            found.violations += _ask(tab, COLOURS, where, within=("texts", fresh.texts))
            tab.emulate_media(color_scheme="dark")
            found.dark += _ask(tab, COLOURS, where, within=("texts", fresh.texts))
            tab.emulate_media(color_scheme="light")
        tab.set_viewport_size(PHONE)
    if wide := tab.evaluate(TOO_WIDE):
        found.wide.append(f"{where}: {wide}")
    found.refused += visitor.refused()


def _ask(tab: Any, options: dict[str, Any], where: str, *, within: tuple[str, list[int]] | None = None) -> list[str]:
    """What axe says of the page, or of those elements of a list in its window."""
    response: dict[str, Any] = tab.evaluate(
        "([within, options]) => axe.run("
        "within ? { include: within[1].map((n) => window[within[0]][n]) } : document, options)",
        [within, options],
    )
    return _violations(response, where)


def _violations(response: dict[str, Any], where: str) -> list[str]:
    return [
        f"{where}: {violation['id']}: {node['html'][:160]} {node.get('failureSummary', '')}"
        for violation in response["violations"]
        for node in violation["nodes"]
    ]


def _told(lines: list[str]) -> str:
    return "\n\n".join(lines)


def test_every_page_was_visited(pages: list[Page], findings: Findings) -> None:
    assert findings.visits >= 2 * len(pages)
    assert len({page.name for page in pages}) > 30


def test_every_page_is_accessible_in_both_languages(findings: Findings) -> None:
    assert findings.violations == [], _told(findings.violations)


def test_every_page_has_enough_contrast_in_the_dark(findings: Findings) -> None:
    assert findings.dark == [], _told(findings.dark)


def test_no_page_complains(findings: Findings) -> None:
    assert findings.complaints == [], _told(findings.complaints)


def test_the_content_security_policy_refuses_nothing_that_a_page_needs(findings: Findings) -> None:
    assert findings.refused == [], _told(findings.refused)


def test_no_page_scrolls_sideways_at_320_pixels(findings: Findings) -> None:
    assert findings.wide == [], _told(findings.wide)


@pytest.mark.parametrize("path", ["/finns-inte/", "/samverkan/barnens-basta-galler/styra/"])
def test_what_is_not_found_is_a_page_too(visitor: Callable[..., Visitor], path: str) -> None:
    citizen = visitor()
    response = citizen.page.goto(path)
    assert response is not None
    assert response.status == 404
    citizen.page.evaluate(AXE)
    assert _ask(citizen.page, RULES, path) == []
    assert _ask(citizen.page, COLOURS, path) == []
