"""The language, the dark, paper, and a screen of one's own width."""

import re
from collections.abc import Callable

import pytest

from tests.browser.server import Server
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

Open = Callable[..., Visitor]

STEER = "/samverkan/blekinges-unga-lyfter/styra/"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_language_changes_where_one_is_and_stays(visitor: Open, script: bool) -> None:
    page = visitor(java_script_enabled=script).go(f"{STEER}?x=1")
    assert page.locator("html").get_attribute("lang") == "sv"
    with page.expect_navigation(url=f"**{STEER}?x=1"):
        page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.goto("/statistik/")
    assert page.locator("html").get_attribute("lang") == "en"
    with page.expect_navigation(url="**/statistik/"):
        page.get_by_role("button", name="Svenska").click()
    assert page.locator("html").get_attribute("lang") == "sv"


def test_numbers_follow_the_language(visitor: Open, server: Server) -> None:
    citizen = visitor()
    goal = server.sql("SELECT min(id) FROM goals_goal")[0][0]
    assert re.search(r"\d,\d", citizen.go(f"/mal/{goal}/").locator("main").inner_text())
    english = citizen.speak("en").go(f"/mal/{goal}/").locator("main").inner_text()
    assert re.search(r"\d\.\d", english)
    assert not re.search(r"\d,\d", english)


def test_the_dark_is_dark_and_the_light_is_light(visitor: Open) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    brightness = {}
    for scheme in ("light", "dark"):
        page = visitor(color_scheme=scheme).go(STEER)
        colours = re.findall(r"[\d.]+", page.evaluate(background))[:3]
        brightness[scheme] = sum(map(float, colours)) / 3
        assert len(page.screenshot()) > 20_000, "a page with something on it"
    assert brightness["light"] > 220
    assert brightness["dark"] < 60


@pytest.mark.parametrize("path", [STEER, "/mal/1/", "/statistik/"])
def test_on_paper_there_is_the_page_without_its_frame(visitor: Open, path: str) -> None:
    page = visitor("anna").go(path)
    page.emulate_media(media="print")
    for frame in ("nav.site-nav", ".site-tools", ".demo-bar", "nav.tabs", ".skip-link"):
        assert not any(part.is_visible() for part in page.locator(frame).all()), frame
    assert not any(button.is_visible() for button in page.locator("main a.button, main button").all())
    assert page.locator("h1").is_visible()
    assert all(table.is_visible() for table in page.locator("main table").all()), "folded tables are printed"


def test_a_chart_has_its_words_and_its_table(visitor: Open) -> None:
    page = visitor().go("/mal/1/")
    charts = page.locator("figure")
    assert charts.count() >= 1
    for chart in charts.all():
        assert chart.locator("img[alt], svg[role=img]").count() >= 1
        assert chart.locator("details table").count() == 1
