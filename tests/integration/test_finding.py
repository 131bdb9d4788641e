"""Finding Kolada's indicators and Statistics Sweden's tables at the source, and adding them with their figures."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from samverka.foundation.access.models import User
from samverka.foundation.database.acting import acting_as
from samverka.foundation.jobs.models import Job
from samverka.foundation.jobs.services import run
from samverka.statistics.enums import Measure
from samverka.statistics.models import Indicator, Observation
from samverka.statistics.services.refreshing.from_scb import Selection
from tests.fakes import misbehaviour as wrong
from tests.fakes.generated_worlds import kpi
from tests.fakes.kolada_worlds import cell, row
from tests.fakes.official_statistics import RECORDED, KoladaWorld, OfficialStatistics, ScbWorld
from tests.integration.test_derived import SYSTEM

pytestmark = pytest.mark.django_db
needs_recorded = pytest.mark.skipif(not RECORDED.is_dir(), reason="SCB's recorded answers are not in ../shared/data")


def dataset() -> dict[str, Any]:
    """A made-up table: two counties, three backgrounds with a total, women and men, two whole years."""
    dimensions = {
        "Region": ("region", {"10": "Blekinge län", "07": "Kronobergs län"}),
        "Bakgrund": ("bakgrund", {"TOT": "totalt", "IN": "inrikes födda", "UT": "utrikes födda"}),
        "Kon": ("kön", {"1": "män", "2": "kvinnor"}),
        "ContentsCode": ("tabellinnehåll", {"ABC": "Folkmängd"}),
        "Tid": ("år", {"2023": "2023", "2024": "2024"}),
    }
    sizes = [len(codes) for _label, codes in dimensions.values()]
    cells = 1
    for size in sizes:
        cells *= size
    return {
        "version": "2.0",
        "class": "dataset",
        "label": "Folkmängd efter region, bakgrund och kön",
        "source": "SCB",
        "updated": "2025-02-21T07:00:00Z",
        "role": {"time": ["Tid"], "metric": ["ContentsCode"]},
        "id": list(dimensions),
        "size": sizes,
        "dimension": {
            id_: {
                "label": label,
                "category": {"index": {code: at for at, code in enumerate(codes)}, "label": codes}
                | ({"unit": {"ABC": {"base": "antal", "decimals": 0}}} if id_ == "ContentsCode" else {}),
                "extension": {
                    "elimination": id_ != "Bakgrund",
                    "codelists": [{"id": "agg_Fodd", "label": "grupper"}] if id_ == "Bakgrund" else [],
                },
            }
            for id_, (label, codes) in dimensions.items()
        },
        "value": [float(at) for at in range(cells)],
    }


def table_info(id_: str, label: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "label": label,
        "description": "",
        "updated": "2025-02-21T07:00:00Z",
        "firstPeriod": "2023",
        "lastPeriod": "2024",
        "variableNames": ["region", "bakgrund", "kön", "tabellinnehåll", "år"],
        **more,
    }


CODE_LIST = {
    "id": "agg_Fodd",
    "label": "grupper",
    "type": "Aggregation",
    "values": [{"code": "BÅDA", "label": "inrikes och utrikes", "valueMap": ["IN", "UT"]}],
}
CONFIG = {
    "apiVersion": "2.2.0",
    "languages": [{"id": "sv", "label": "Svenska"}],
    "defaultLanguage": "sv",
    "maxDataCells": 1000,
    "maxCallsPerTimeWindow": 30,
    "timeWindow": 1,
    "license": "CC0",
    "dataFormats": ["json-stat2"],
}


@pytest.fixture
def source(settings: Any) -> Iterator[OfficialStatistics]:
    server = OfficialStatistics(
        KoladaWorld(
            kpis=[
                {**kpi("N99101"), "title": "Påhittad arbetslöshet, andel (%)"},
                {**kpi("N99102"), "title": "Påhittad skolgång, andel (%) (-2024)"},
                {**kpi("N03920"), "title": "Arbetslösa av befolkningen, 18-65 år, andel (%)"},
            ],
            rows=[row("N99101", "1080", 2020, cell("T", 7.5), cell("K", 7.0), cell("M", 8.0))],
        ),
        ScbWorld(
            config=CONFIG,
            tables=[
                table_info("TAB999", "Folkmängd efter region, bakgrund och kön"),
                table_info("TAB998", "Folkmängd som förr", discontinued=True),
            ],
            datasets={"TAB999": dataset()},
            code_lists={"agg_Fodd": CODE_LIST},
        ),
    )
    settings.KOLADA_URL, settings.SCB_URL = server.kolada_url, server.scb_url
    yield server
    server.close()


@pytest.fixture
def operator(person: Callable[[str], User], client: Client) -> Client:
    anna = person("anna")
    anna.is_operator = True
    anna.save(update_fields=["is_operator"])
    client.force_login(anna)
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode()).replace("\xa0", " ")


def find(client: Client, words: str, source: str = "kolada") -> str:
    return text_of(client.get(reverse("statistics:find"), {"q": words, "kalla": source}))


def fetched() -> Job:
    job = Job.objects.latest("pk")
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")
    return job


def test_kolada_is_searched_by_words_and_by_id(source: OfficialStatistics, operator: Client) -> None:
    page = find(operator, "arbetslös")
    assert "Påhittad arbetslöshet, andel (%)" in page
    assert "Påhittad skolgång" not in page
    assert "Finns redan" in page
    assert "avslutad" in find(operator, "skolgång")
    assert "Påhittad arbetslöshet" in find(operator, " n99101 ")
    assert "Källan har inget som heter så" in find(operator, "xyzzy")


def test_an_empty_page_asks_nobody(source: OfficialStatistics, operator: Client) -> None:
    assert operator.get(reverse("statistics:find")).status_code == 200
    assert source.asked == []


def test_one_of_koladas_is_added_with_its_figures(source: OfficialStatistics, operator: Client) -> None:
    answer = operator.post(reverse("statistics:add_kpi"), {"nyckel": "N99101"})
    assert answer.status_code == 302
    found = Indicator.objects.get(source_key="N99101")
    assert (found.unit, found.measure) == ("%", Measure.RATIO)
    fetched()
    values = Observation.objects.filter(indicator=found, area__code="1080").values_list("sex", "value")
    assert dict(values) == {"T": 7.5, "K": 7.0, "M": 8.0}
    assert "Finns redan" in find(operator, "N99101")


def test_what_kolada_does_not_have_is_told(source: OfficialStatistics, operator: Client) -> None:
    answer = operator.post(reverse("statistics:add_kpi"), {"nyckel": "N00001"})
    assert answer.status_code == 502
    assert "Källan hittar inte det som efterfrågades." in text_of(answer)
    assert operator.post(reverse("statistics:add_kpi"), {"nyckel": ""}).status_code == 502


@pytest.mark.parametrize("kind", ["kolada", "scb"])
def test_a_source_that_does_not_answer_is_told_with_its_remedy(
    source: OfficialStatistics, operator: Client, kind: str
) -> None:
    source.always = wrong.web_page
    page = find(operator, "folkmängd", kind)
    assert "Källan svarar inte som den ska" in page
    assert "Källan svarade med en webbsida i stället för data. Försök igen senare." in page
    source.always = None
    source.close()
    page = find(operator, "folkmängd", kind)
    assert "Det går inte att få kontakt med källan." in page
    assert "<code>127.0.0.1:" in page
    assert reverse("statistics:import") in page
    table = operator.get(reverse("statistics:table_choice"), {"tabell": "TAB999"})
    assert table.status_code == 502
    assert "Det går inte att få kontakt med källan." in text_of(table)


def test_without_the_source_those_of_its_indicators_that_are_here_are_found(
    source: OfficialStatistics, operator: Client
) -> None:
    source.close()
    kolada = find(operator, "arbetslös")
    shipped = Indicator.objects.get(source_key="N03920")
    assert "Det här finns redan här" in kolada
    assert reverse("statistics:indicator", args=[shipped.pk]) in kolada
    assert "N01951" not in kolada
    assert "TAB6471" in find(operator, "TAB6471", "scb")
    nothing = find(operator, "xyzzy")
    assert "Det här finns redan här" not in nothing
    assert reverse("statistics:list") in nothing


def choose(client: Client, address: str = "?tabell=TAB999", **fields: Any) -> Any:
    address = reverse("statistics:table_choice") + address
    form = client.get(address).context["form"]
    given = {name: form[name].value() for name in form.fields}
    return client.post(address, {**given, **fields})


def test_tables_are_searched_and_one_is_opened(source: OfficialStatistics, operator: Client) -> None:
    page = find(operator, "folkmängd", "scb")
    assert "Folkmängd efter region, bakgrund och kön" in page
    assert "2023–2024" in page
    assert "avslutad" in page
    opened = operator.get(reverse("statistics:table_choice"), {"tabell": "TAB999"})
    form = opened.context["form"]
    assert list(form.fields) == ["contents", "d-Bakgrund", "name", "unit", "measure"]
    assert form["d-Bakgrund"].value() == ("TOT",)
    assert (form["unit"].value(), form["measure"].value()) == ("personer", Measure.COUNT)
    assert "grupper" in text_of(opened)


def test_a_choice_in_a_table_becomes_an_indicator_with_figures(source: OfficialStatistics, operator: Client) -> None:
    assert choose(operator, **{"d-Bakgrund": ["UT"], "name": "Utrikes födda, antal"}).status_code == 302
    found = Indicator.objects.get(name="Utrikes födda, antal")
    selection = Selection.of(found)
    assert (selection.area, selection.sex, selection.time, selection.contents) == ("Region", "Kon", "Tid", "ABC")
    assert selection.choices == {"Bakgrund": ["UT"]}
    fetched()
    rows = Observation.objects.filter(indicator=found, area__code="10").values_list("year", "sex", "value")
    # Blekinge, born abroad: cells 8 and 9 are men in the two years, 10 and 11 women.
    assert {(year, sex): value for year, sex, value in rows} == {
        (2023, "M"): 8.0,
        (2024, "M"): 9.0,
        (2023, "K"): 10.0,
        (2024, "K"): 11.0,
        (2023, "T"): 18.0,
        (2024, "T"): 20.0,
    }
    assert choose(operator, **{"d-Bakgrund": ["UT"]}).status_code == 302
    assert Indicator.objects.filter(source__key="scb", selection__table="TAB999").count() == 1


def test_a_group_of_a_code_list_stands_for_its_members(source: OfficialStatistics, operator: Client) -> None:
    address = "?tabell=TAB999&lista-Bakgrund=agg_Fodd"
    assert choose(operator, address, **{"d-Bakgrund": ["BÅDA"], "name": "Grupp"}).status_code == 302
    assert Selection.of(Indicator.objects.get(name="Grupp")).choices == {"Bakgrund": ["IN", "UT"]}


def test_only_counts_are_added_and_a_needed_choice_is_asked_for(source: OfficialStatistics, operator: Client) -> None:
    several = choose(operator, **{"d-Bakgrund": ["IN", "UT"], "measure": "ratio"})
    assert several.status_code == 422
    assert "Bara antal får läggas ihop. Välj ett enda värde i bakgrund." in text_of(several)
    nothing = choose(operator, **{"d-Bakgrund": []})
    assert "Välj minst ett värde." in text_of(nothing)
    assert not Indicator.objects.filter(selection__table="TAB999").exists()


def test_only_those_who_take_figures_in_may_look(source: OfficialStatistics, browse: Callable[[str], Client]) -> None:
    for name in ("find", "table_choice"):
        assert browse("bengt").get(reverse(f"statistics:{name}"), {"q": "a", "tabell": "TAB999"}).status_code == 403
    assert browse("bengt").post(reverse("statistics:add_kpi"), {"nyckel": "N99101"}).status_code == 403
    assert source.asked == []


@needs_recorded
def test_the_recorded_table_can_be_opened_and_fits_what_is_shipped(settings: Any, operator: Client) -> None:
    server = OfficialStatistics(scb=ScbWorld.of_files())
    settings.SCB_URL = server.scb_url
    try:
        opened = operator.get(reverse("statistics:table_choice"), {"tabell": "TAB6471"}).context["opened"]
    finally:
        server.close()
    with acting_as(SYSTEM):
        shipped = Selection.of(Indicator.objects.get(source_key="TAB6471-alla"))
    assert (opened.area, opened.sex, opened.time) == (shipped.area, shipped.sex, shipped.time)
    assert opened.periods[0] == shipped.period
    assert shipped.contents in opened.contents.codes
