"""T12: quality-assured statistics: every value shows its source, its table, when it was extracted, and its status."""

import csv
import io
import re
from collections.abc import Callable

import pytest
from django.test import Client

from samverka.goals.models import Goal
from samverka.statistics.enums import ObservationStatus
from samverka.statistics.models import Observation

pytestmark = pytest.mark.django_db

PAGES = ["/mal/{goal}/", "/samverkan/blekinges-unga-lyfter/styra/", "/samverkan/blekinges-unga-lyfter/lagesbild/"]


@pytest.fixture
def goal() -> Goal:
    return Goal.objects.get()


@pytest.mark.parametrize("page", PAGES)
def test_source_table_and_extraction_stand_under_the_figures(
    browse: Callable[[str], Client], goal: Goal, page: str
) -> None:
    content = browse("citizen").get(page.format(goal=goal.pk)).content.decode()
    lines = re.findall(r'<p class="source">(.*?)</p>', content, flags=re.S)
    assert len(lines) >= 1
    for line in lines:
        assert "Kolada" in line
        assert re.search(r"N\d{5}", line)
        assert '<time datetime="2024-08-30">2024-08-30</time>' in line


@pytest.mark.parametrize(
    ("status", "shown"), [(ObservationStatus.PRELIMINARY, "prel."), (ObservationStatus.SUPPRESSED, "för få")]
)
@pytest.mark.parametrize("page", PAGES)
def test_a_status_other_than_published_is_shown_with_the_value(
    browse: Callable[[str], Client], goal: Goal, page: str, status: ObservationStatus, shown: str
) -> None:
    year = 2022 if "lagesbild" in page else 2017
    rows = Observation.objects.filter(indicator=goal.indicator, area__code="1060", year=year, sex="K")
    assert shown not in browse("citizen").get(page.format(goal=goal.pk)).content.decode()
    rows.update(status=status, **({} if status == ObservationStatus.PRELIMINARY else {"value": None}))
    assert shown in browse("citizen").get(page.format(goal=goal.pk)).content.decode()


def test_the_file_carries_all_four_on_every_row(browse: Callable[[str], Client], goal: Goal) -> None:
    content = browse("citizen").get(f"/mal/{goal.pk}/tabell.csv").content.decode()
    for row in csv.DictReader(io.StringIO(content)):
        assert (row["source"], row["extracted"], row["unit"]) == ("Kolada N03921", "2024-08-30", "%")
        assert (row["status"] == "ok") == bool(row["value"])


def test_every_figure_of_the_picture_says_where_it_is_from_and_how_old_it_is(browse: Callable[[str], Client]) -> None:
    content = browse("citizen").get("/lagesbild/1080/").content.decode()
    cards = content.split('<li class="card"')[1:]
    assert len(cards) > 15
    for card in cards:
        assert re.search(r"Kolada [NU]\d{5}", card)
        assert '<time class="nowrap" datetime="2024-08-30">' in card
        assert re.search(r'<span class="note">(19|20)\d\d</span>', card)
