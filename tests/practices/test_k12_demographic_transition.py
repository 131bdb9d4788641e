"""K12: working age and the dependency ratio ahead, with and without the planned reception, from stated assumptions.

That the method gives a published projection's numbers is shown in tests/engine/test_projection.py.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from samverka.foundation.ui.figures import number_text
from samverka.picture.content.outlook import DEFAULTS, outlook_of
from samverka.picture.queries.population import population_of
from samverka.territory.models import Area

ADDRESS = "/lagesbild/10/framskrivning/"


@pytest.mark.django_db
def test_working_age_and_support_stand_beside_each_other_with_what_the_reception_adds(
    browse: Callable[[str], Client],
) -> None:
    page = browse("david").get(ADDRESS, {"moves": "0", "reception": "300", "reception_years": "10", "years": "20"})
    base = population_of(Area.objects.get(code="10"))
    assert base is not None
    rows = outlook_of("10", base, replace(DEFAULTS, reception=300, reception_years=10, years=20)).rows
    assert [row.year for row in rows] == [2026, 2031, 2036, 2041, 2046]
    for row in rows:
        assert row.children + row.working + row.older + row.oldest == pytest.approx(row.total)
        assert row.support == pytest.approx(100 * (row.total - row.working) / row.working)
    assert rows[0].added == 0
    assert rows[-1].added > 0
    text = page.content.decode()
    assert number_text(round(rows[-1].working)) in text
    assert number_text(round(rows[-1].added)) in text
    for said in ("20–64", "Att försörja per 100", "Tack vare mottagandet", "1.45", "84.9", "ingen prognos"):
        assert said in text


@pytest.mark.django_db
def test_the_reader_changes_an_assumption_and_the_answer_follows(browse: Callable[[str], Client]) -> None:
    base = population_of(Area.objects.get(code="10"))
    assert base is not None
    few, many = (outlook_of("10", base, replace(DEFAULTS, children=children)).rows[-1] for children in (1.2, 2.1))
    assert few.children < many.children
    assert few.oldest == pytest.approx(many.oldest)
    longer = outlook_of("10", base, replace(DEFAULTS, women_live=88.0, men_live=86.0)).rows[-1]
    assert longer.oldest > few.oldest
