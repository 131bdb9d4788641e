"""T12: a figure says what it measures, since when, of what it is counted, and what is odd about it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from samverka.foundation.access.actors import Actor
from samverka.foundation.database.acting import acting_as
from samverka.organisations.models import Organisation
from samverka.statistics.enums import Measure, Polarity, Recipe
from samverka.statistics.models import Indicator
from samverka.statistics.queries.formulas import Counting
from samverka.statistics.services import definitions, deriving

pytestmark = pytest.mark.django_db


def page(client: Client, key: str) -> str:
    found = Indicator.objects.get(source_key=key)
    return client.get(reverse("statistics:indicator", args=[found.pk])).content.decode()


def test_a_reader_sees_the_definition_its_history_and_the_doubts(
    client: Client, actor: Callable[[str], Actor], browse: Callable[[str], Any]
) -> None:
    told = page(client, "N00973")
    for part in ("Målgrupp", "Täljare", "Nämnare", "Kolada", "N00973", "2024-08-30"):
        assert part in told
    assert "2021 har kvinnor, män och totalt exakt samma värde." in told

    with acting_as(Actor.system("practice")):
        indicator = Indicator.objects.select_related("source").get(source_key="N00973")
        given = {name: getattr(indicator, name) for name in definitions.FIELDS}
        given |= {"polarity": Polarity(indicator.polarity), "measure": Measure(indicator.measure)}
        definitions.change_indicator(
            actor=Actor.system("practice"),
            indicator=indicator,
            edit=definitions.Edit(**{**given, "numerator": "De som arbetade"}),
            seen=definitions.seal_of(indicator),
            now=timezone.now(),
        )
    changed = page(client, "N00973")
    assert "De som arbetade" in changed
    assert "1 tidigare definition" in changed
    assert "De som arbetade eller studerade 90 dagar efter att de lämnade" in changed


def test_what_a_county_counts_itself_says_what_it_is_counted_of(client: Client, actor: Callable[[str], Actor]) -> None:
    with acting_as(actor("anna")):
        found = deriving.add_derived(
            actor=actor("anna"),
            organisation=Organisation.objects.get(name="Region Blekinge"),
            counting=Counting(Recipe.SEX_GAP, ("kolada/N02268",)),
            name="Skillnad i sysselsättning mellan utrikes födda kvinnor och män",
            polarity=Polarity.NONE,
            now=timezone.now(),
        )
    shown = page(client, found.source_key)
    assert "procentenheter" in shown
    assert "Räknas av" in shown
    assert Indicator.objects.get(source_key="N02268").name in shown
    assert "2024-08-30" in shown
