"""Files of charts: the day that stands in them, the words that a spreadsheet reads, and whose figures they show."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from samverka.foundation.ui.chart_files import Sheet, csv_of, titled
from samverka.foundation.ui.charts import Chart, Theme
from samverka.statistics.models import Extraction, Indicator, Observation
from samverka.statistics.queries import data_version

Browse = Callable[[str], Client]


@pytest.fixture
def young(db: None) -> Indicator:
    return Indicator.objects.get(source_key="N03921")


def of_county(young: Indicator, sex: str) -> float | None:
    return Observation.objects.get(indicator=young, area__code="10", year=2022, sex=sex).value


def test_a_figure_that_was_fetched_after_midnight_in_sweden_has_the_day_in_sweden(
    browse: Browse, young: Indicator
) -> None:
    Extraction.objects.filter(indicator=young).update(extracted_at=datetime(2024, 8, 29, 22, 30, tzinfo=UTC))
    answer = browse("citizen").get(f"/lagesbild/1080/indikator/{young.pk}/tid/?format=csv")
    assert {row["uttag"] for row in csv.DictReader(io.StringIO(answer.content.decode()))} == {"2024-08-30"}


def test_nothing_in_a_file_is_read_as_a_formula() -> None:
    sheet = Sheet("Titel", ["område", "=1+1"], [["@SUM(A1)", -1.5]], "=HYPERLINK()", date(2024, 8, 30))
    rows = list(csv.reader(io.StringIO(csv_of(sheet).decode())))
    assert rows == [["område", "'=1+1", "källa", "uttag"], ["'@SUM(A1)", "-1.5", "'=HYPERLINK()", "2024-08-30"]]


def test_a_title_that_is_wider_than_its_picture_has_several_lines() -> None:
    sheet = Sheet("Arbetslöshet 16–24 år, andel (%) av befolkningen: kartan över Blekinge län", [], [], "Kolada", None)
    chart = Chart({"width": 420, "padding": {"right": 16, "top": 4}}, Theme.LIGHT, "sv")
    whole = titled(chart, sheet).spec
    lines = whole["title"]["text"]
    assert " ".join(lines) == sheet.title
    assert len(lines) == 2
    assert max(map(len, lines)) <= 47
    assert whole["padding"]["top"] == titled(chart, replace(sheet, title="Kort")).spec["padding"]["top"] + 20


def test_a_files_name_ends_with_a_whole_word(browse: Browse, young: Indicator) -> None:
    said = browse("citizen").get(f"/lagesbild/10/indikator/{young.pk}/karta/?format=csv")["Content-Disposition"]
    assert said.endswith('-kartan-over-blekinge-lan-2022.csv"')


@pytest.mark.parametrize("sex", ["T", "K", "M"])
def test_the_flags_of_a_distribution_are_of_the_same_sex_as_its_bars(
    browse: Browse, young: Indicator, sex: str
) -> None:
    address = f"/lagesbild/1080/indikator/{young.pk}/fordelning/?format=json&kon={sex}"
    layers = browse("citizen").get(address).json()["spec"]["layer"]
    flags = [layer["data"]["values"][0]["a"] for layer in layers if layer["mark"]["type"] == "rule"]
    names = [layer["data"]["values"][0]["t"] for layer in layers if layer["mark"]["type"] == "text"]
    assert dict(zip(names, flags, strict=True))["Blekinge län"] == of_county(young, sex)
    assert ("Liknande" in names) is (sex == "T")


def test_a_new_definition_of_any_indicator_is_another_version_of_the_data(young: Indicator) -> None:
    other = Indicator.objects.get(source_key="N03920")
    Indicator.objects.filter(pk=young.pk).update(version=5)
    before = data_version([young.pk, other.pk])
    Indicator.objects.filter(pk=other.pk).update(version=2)
    assert data_version([young.pk, other.pk]) != before
