"""T25: differences between counties and municipalities: compared with similar ones first, and with criteria shown."""

from collections.abc import Callable

import pytest
from django.test import Client

from samverka.picture.queries import cards_of, surroundings_of
from samverka.statistics.models import Indicator
from samverka.territory.models import Area

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", ["1060", "1080", "0180", "2584"])
def test_a_municipality_is_compared_with_similar_ones_before_all_others(code: str) -> None:
    area = Area.objects.get(code=code)
    beside = surroundings_of(area)
    assert beside.similar is not None
    assert area not in beside.similar.members
    assert {member.kind for member in beside.similar.members} == {"municipality"}
    [card] = cards_of([Indicator.objects.get(source_key="N03920")], beside)
    assert card.beside[0].is_group
    assert not any(other.is_group for other in card.beside[1:])


def test_who_they_are_and_by_what_they_are_alike_is_one_step_away(browse: Callable[[str], Client]) -> None:
    page = browse("citizen").get("/lagesbild/1080/").content.decode()
    beside = surroundings_of(Area.objects.get(code="1080"))
    assert beside.similar is not None
    for member in beside.similar.members:
        assert f'href="/lagesbild/{member.code}/"' in page
    assert 'href="/statistik/liknande/1080/"' in page
    assert "Invånare totalt" in browse("citizen").get("/statistik/liknande/1080/").content.decode()
