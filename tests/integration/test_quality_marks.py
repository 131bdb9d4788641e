"""What is odd about figures is marked, and a mark is a question: the figure itself stays."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from samverka.foundation.database.acting import acting_as
from samverka.statistics.enums import Measure, Sex
from samverka.statistics.models import Indicator
from samverka.statistics.queries.quality import Mark, quality_of
from samverka.territory.models import Area
from samverka_engine.series.quality import Suspicion
from tests.integration.test_derived import SYSTEM, make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _system() -> Any:
    with acting_as(SYSTEM):
        yield


def marks(indicator: Indicator, code: str) -> list[Mark]:
    area = Area.objects.get(code=code)
    return quality_of(indicator, [area.pk]).get(area.pk, [])


def test_the_real_case_is_found_one_figure_in_three_places() -> None:
    found = Indicator.objects.get(source_key="N00973")
    assert found.observations.exists()
    (mark,) = [m for m in marks(found, "00") if m.suspicion is Suspicion.WOMEN_MEN_AND_TOTAL_EQUAL]
    assert mark.year == 2021
    assert len(set(mark.values)) == 1
    assert mark.values[0] == pytest.approx(30.251159)
    page = Client().get(reverse("statistics:indicator", args=[found.pk])).content.decode()
    assert "2021 har kvinnor, män och totalt exakt samma värde." in page
    assert "Inget är ändrat eller borttaget" in page


def test_a_count_whose_parts_do_not_add_up_is_marked() -> None:
    rows = "0010,2020,K,10,\n0010,2020,M,11,\n0010,2020,T,25,\n0010,2021,K,10,\n0010,2021,M,11,\n0010,2021,T,21,\n"
    found = make("N90301", "personer", rows, measure=Measure.COUNT)
    (mark,) = marks(found, "10")
    assert (mark.suspicion, mark.year, mark.sex) == (Suspicion.TOTAL_IS_NOT_THE_SUM, 2020, None)
    assert "10,0, 11,0, 25,0" in mark.words


def test_a_jump_and_a_series_that_stopped_are_marked_and_a_closed_series_has_not_stopped() -> None:
    values = {2010: 20.1, 2011: 20.7, 2012: 19.8, 2013: 20.3, 2014: 21.0, 2015: 20.2, 2016: 45.4, 2017: 45.9}
    rows = "".join(f"1080,{year},T,{value},\n" for year, value in values.items())
    found = make("N90302", "%", rows + "0010,2017,T,20.33,\n0010,2020,T,20.17,\n")
    kinds = {(m.suspicion, m.year, m.sex) for m in marks(found, "1080")}
    assert kinds == {(Suspicion.JUMP, 2016, Sex.TOTAL), (Suspicion.STOPPED, 2017, Sex.TOTAL)}
    assert marks(found, "1081") == []
    Indicator.objects.filter(pk=found.pk).update(is_closed=True)
    found.refresh_from_db()
    assert {m.suspicion for m in marks(found, "1080")} == {Suspicion.JUMP}


def test_shares_beyond_what_a_share_can_be_are_marked() -> None:
    found = make("N90303", "%", "0010,2020,T,100.5,\n0010,2021,T,-1,\n")
    Indicator.objects.filter(pk=found.pk).update(name="Något, andel (%)")
    found.refresh_from_db()
    assert [(m.suspicion, m.year) for m in marks(found, "10")] == [
        (Suspicion.BELOW_RANGE, 2021),
        (Suspicion.ABOVE_RANGE, 2020),
    ]


def test_the_number_of_queries_does_not_grow_with_areas(django_assert_num_queries: Any) -> None:
    found = Indicator.objects.get(source_key="N03920")
    areas = list(Area.objects.values_list("pk", flat=True))
    for chosen in (areas[:1], areas[:50]):
        with django_assert_num_queries(2):
            quality_of(found, chosen)
