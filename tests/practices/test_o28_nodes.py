"""O28: nodes: a county is split into nodes whose totals are the county's, and a county of one municipality works."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from samverka.foundation.clock import now
from samverka.foundation.database.acting import acting_as
from samverka.statistics.enums import Measure, Sex
from samverka.statistics.models import Indicator
from samverka.statistics.queries import series_for, total_of
from samverka.territory import queries, services
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area

pytestmark = pytest.mark.django_db
DIVISION = {"1060": "Väst", "1080": "Öst", "1081": "Öst", "1082": "Väst", "1083": "Väst"}


@pytest.fixture
def nodes(actor: Callable[[str], Any]) -> list[Area]:
    county = Area.objects.get(code="10")
    anna = actor("anna")
    with acting_as(anna):
        return services.define_nodes(
            actor=anna,
            county=county,
            division=DIVISION,
            seen=services.seal_of(services.division_of(county)),
            some_outside=False,
            now=now(),
        )


def test_the_nodes_people_are_the_countys(nodes: list[Area]) -> None:
    people = Indicator.objects.get(source_key="N01951")
    assert people.measure == Measure.COUNT
    county = Area.objects.get(code="10")
    series = series_for([people], areas=[county, *nodes])[people.pk]
    for sex in Sex:
        assert series[county.pk, sex]
        for figure in series[county.pk, sex]:
            parts = [next(f for f in series[node.pk, sex] if f.year == figure.year) for node in nodes]
            assert sum(part.value or 0 for part in parts) == figure.value


def test_a_nodes_share_is_not_the_sum_of_its_municipalities(nodes: list[Area]) -> None:
    share = Indicator.objects.get(source_key="N03921")
    series = series_for([share], areas=nodes)[share.pk]
    members = Area.objects.filter(kind=AreaKind.MUNICIPALITY, parent__code="10")
    published = series_for([share], areas=members)[share.pk]
    for node in nodes:
        assert series[node.pk, Sex.TOTAL]
        inside = {area.pk for area in queries.municipalities_of(node)}
        for figure in series[node.pk, Sex.TOTAL]:
            values = [
                one.value
                for key in inside
                for one in published[key, Sex.TOTAL]
                if one.year == figure.year and one.value is not None
            ]
            assert figure.value is not None
            assert min(values) <= figure.value <= max(values)
            assert figure.total is not None
            assert figure.is_approximate


def test_a_node_has_a_picture_like_any_other_area(nodes: list[Area], browse: Callable[[str], Client]) -> None:
    listed = browse("citizen").get("/omraden/?q=väst").content.decode()
    for node in nodes[:1]:
        assert f'href="/lagesbild/{node.code}/"' in listed
        page = browse("citizen").get(f"/lagesbild/{node.code}/")
        assert page.status_code == 200
        assert node.name in page.content.decode()


def test_a_county_of_one_municipality_is_the_municipality(browse: Callable[[str], Client]) -> None:
    people = Indicator.objects.get(source_key="N01951")
    gotland, municipality = Area.objects.get(code="09"), Area.objects.get(code="0980")
    assert list(queries.municipalities_of(gotland)) == [municipality]
    whole = total_of(people, municipalities=queries.municipalities_of(gotland))
    published = series_for([people], areas=[municipality])[people.pk]
    assert {sex: [f.value for f in figures] for sex, figures in whole.items()} == {
        sex: [f.value for f in figures] for (_, sex), figures in published.items()
    }
    assert browse("citizen").get("/lagesbild/09/").status_code == 200
    assert "Länet och kommunen är samma område." in browse("citizen").get("/omraden/").content.decode()
