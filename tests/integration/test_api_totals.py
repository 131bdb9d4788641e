"""The API about areas that are made of municipalities: their totals, and how each was made."""

import csv
import io
import json

import pytest
from django.test import Client

from samverka.api.views import PREFIX
from samverka.foundation.clock import today
from samverka.statistics.enums import Sex
from samverka.statistics.models import Indicator, Observation
from samverka.statistics.queries import series_for
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area, Membership
from tests.integration.test_api import YOUTH, ask, client

__all__ = ["client"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def node() -> Area:
    """Olofström, Karlshamn and Sölvesborg."""
    made = Area.objects.create(
        code="10-vast",
        kind=AreaKind.NODE,
        name="Väst",
        parent=Area.objects.get(code="10"),
        population=1,
        population_on=today(),
        latitude=56,
        longitude=15,
    )
    for code in ("1060", "1082", "1083"):
        Membership.objects.create(whole=made, municipality=Area.objects.get(code=code))
    return made


def test_within_a_node_are_its_municipalities(client: Client, node: Area) -> None:
    inside = set(Membership.objects.filter(whole=node).values_list("municipality__code", flat=True))
    assert {area["code"] for area in ask(client, "areas", within=node.code)["areas"]} == {node.code, *inside}


def test_a_nodes_name_is_no_formula_in_a_spreadsheet(client: Client, node: Area) -> None:
    Area.objects.filter(pk=node.pk).update(name="=VÄST()")
    table = client.get(f"{PREFIX}observations?indicator={YOUTH}&area={node.code}&format=csv").content.decode()
    assert {row["area_name"] for row in csv.DictReader(io.StringIO(table))} == {"'=VÄST()"}


def test_a_node_is_answered_with_its_totals_and_how_they_were_made(client: Client, node: Area) -> None:
    people, youth = Indicator.objects.get(source_key="N01951"), Indicator.objects.get(source_key="N03921")
    found = ask(client, "observations", indicator="kolada:N01951", area=node.code)["observations"]
    members = Observation.objects.filter(indicator=people, sex="T", area__code__in=["1060", "1082", "1083"])
    newest = max(row["year"] for row in found)
    [total] = [row for row in found if (row["year"], row["sex"]) == (newest, "total")]
    assert total["value"] == sum(member.value or 0 for member in members.filter(year=newest))
    assert (total["method"], total["is_complete"], total["area_name"]) == ("sum", True, "Väst")
    shares = ask(client, "observations", indicator=YOUTH, area=node.code)["observations"]
    assert {row["method"] for row in shares} <= {"weighted_approximation", "unweighted_mean"}
    whole = series_for([youth], areas=[node])[youth.pk]
    assert [row["value"] for row in shares if row["sex"] == "total"] == [f.value for f in whole[node.pk, Sex.TOTAL]]
    within = ask(client, "observations", indicator=YOUTH, within="10", first_year=2020)["observations"]
    published = [row for row in within if row["area"] != node.code]
    assert {(row["method"], row["is_complete"]) for row in published} == {(None, None)}
    assert within == published + [row for row in shares if row["year"] >= 2020]


def test_totals_come_in_pages_and_in_every_format_and_follow_the_division(client: Client, node: Area) -> None:
    question = f"{PREFIX}observations?indicator={YOUTH}&within=10&first_year=2019"
    whole = json.loads(client.get(question).content)["observations"]
    address, pages = f"{question}&limit=7", []
    while address:
        page = json.loads(client.get(address).content)
        pages += page["observations"]
        address = page["next"]
    assert pages == whole
    dataset = json.loads(client.get(f"{question}&format=json-stat2").content)
    assert node.code in dataset["dimension"]["area"]["category"]["index"]
    table = list(csv.DictReader(io.StringIO(client.get(f"{question}&format=csv").content.decode())))
    assert len(table) == len(whole)
    before = client.get(question)
    Membership.objects.filter(whole=node, municipality__code="1083").delete()
    assert client.get(question, headers={"If-None-Match": before["ETag"]}).status_code == 200


def test_too_many_totals_are_refused(client: Client, node: Area, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("samverka.api.observations.MOST_TOTALS", 0)
    assert client.get(f"{PREFIX}observations?indicator={YOUTH}&area={node.code}").status_code == 422
