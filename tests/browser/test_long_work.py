"""Long work has a page that follows it, can be left and come back to, and can stop it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from samverka.foundation import clock
from tests.browser.server import Server
from tests.browser.visitor import WORK_MS, Visitor

pytestmark = pytest.mark.browser

Open = Callable[..., Visitor]


def test_the_page_follows_the_work_and_can_be_left(visitor: Open, server: Server) -> None:
    job = server.job_of("anna")
    anna = visitor("anna")
    page = anna.go(f"/jobb/{job}/")
    assert page.get_by_text("10 av 200").is_visible()
    assert page.get_by_text("N03921.csv").is_visible()
    server.sql("UPDATE jobs_job SET done = 120, doing = 'N02797.csv' WHERE id = %s", job)
    page.get_by_text("120 av 200").wait_for()
    assert page.locator("progress").get_attribute("value") == "120"
    anna.go("/statistik/")
    server.sql("UPDATE jobs_job SET done = 180 WHERE id = %s", job)
    anna.go(f"/jobb/{job}/").get_by_text("180 av 200").wait_for()
    server.sql("UPDATE jobs_job SET state = 'done', done = 200, finished_at = now() WHERE id = %s", job)
    page.get_by_text("Klart.").wait_for()
    assert page.get_by_role("button", name="Avbryt arbetet").count() == 0
    assert anna.complaints == []


def test_the_focus_stays_while_the_page_follows(visitor: Open, server: Server) -> None:
    job = server.job_of("anna")
    page = visitor("anna").go(f"/jobb/{job}/")
    page.locator("#progress-cancel").focus()
    server.sql("UPDATE jobs_job SET done = 130 WHERE id = %s", job)
    page.get_by_text("130 av 200").wait_for()
    assert page.evaluate("document.activeElement.id") == "progress-cancel"


def test_a_press_is_not_lost_while_the_page_follows(visitor: Open, server: Server) -> None:
    job = server.job_of("anna")
    page = visitor("anna").go(f"/jobb/{job}/")
    page.get_by_role("button", name="Avbryt arbetet").hover()
    page.mouse.down()
    for _ in range(2):  # the page asks every second, and the first answer may have been on its way
        page.wait_for_event("response")
    with page.expect_navigation(url=f"**/jobb/{job}/"):
        page.mouse.up()
    assert server.sql("SELECT cancel_requested FROM jobs_job WHERE id = %s", job) == [(True,)]
    server.sql("UPDATE jobs_job SET state = 'done', done = 200, finished_at = now() WHERE id = %s", job)
    page.get_by_text("Klart.").wait_for()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_work_can_be_asked_to_stop(visitor: Open, server: Server, script: bool) -> None:
    job = server.job_of("anna")
    page = visitor("anna", java_script_enabled=script).go(f"/jobb/{job}/")
    with page.expect_navigation(url=f"**/jobb/{job}/"):
        page.get_by_role("button", name="Avbryt arbetet").click()
    assert server.sql("SELECT cancel_requested FROM jobs_job WHERE id = %s", job) == [(True,)]
    server.sql("UPDATE jobs_job SET state = 'cancelled', finished_at = now() WHERE id = %s", job)
    if not script:
        page.get_by_role("link", name="Uppdatera").click()
    page.get_by_text("Avbrutet.").wait_for()


def test_somebody_elses_work_is_nobodys_business(visitor: Open, server: Server) -> None:
    response = visitor("bengt").page.goto(f"/jobb/{server.job_of('anna')}/")
    assert response is not None
    assert response.status == 404


def test_figures_are_taken_in_by_the_worker_and_the_page_tells(visitor: Open, server: Server, tmp_path: Path) -> None:
    """The whole way: a file, the queue, the worker's process, the page."""
    year = clock.today().year
    file = tmp_path / "N15428.csv"
    file.write_text(f"municipality,period,gender,value\n1060,{year},T,91.4\n1060,{year},K,\n", encoding="utf-8")
    somebody = visitor("drift")
    page = somebody.go("/statistik/importera/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Läs in filen").click()
    page.wait_for_url("**/jobb/*/")
    page.get_by_text("Klart.").wait_for(timeout=WORK_MS)
    rows = server.sql(
        "SELECT sex, value, status FROM statistics_observation o JOIN statistics_indicator i ON i.id = o.indicator_id"
        " WHERE i.source_key = 'N15428' AND o.year = %s ORDER BY sex",
        year,
    )
    assert rows == [("K", None, 2), ("T", 91.4, 0)]
    assert somebody.complaints == []
