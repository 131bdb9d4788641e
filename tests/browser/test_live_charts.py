"""A chart is a picture first; where there is a pointer it answers, and the policy refuses nothing on the way."""

from collections.abc import Callable

import pytest

from tests.browser.server import Server
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser


def test_a_chart_answers_the_pointer_under_the_same_policy(visitor: Callable[..., Visitor], server: Server) -> None:
    [[key]] = server.sql("SELECT id FROM statistics_indicator WHERE source_key = 'N03921'")
    somebody = visitor("citizen")
    page = somebody.go(f"/lagesbild/1080/indikator/{key}/")
    assert page.locator(".chart__picture img").is_visible()
    page.hover(".chart__picture")
    page.wait_for_selector(".chart__live canvas", timeout=60_000)
    assert page.locator(".chart__picture img").get_attribute("alt")
    assert page.locator(".chart__live").get_attribute("aria-hidden") == "true"
    assert somebody.refused() == []
