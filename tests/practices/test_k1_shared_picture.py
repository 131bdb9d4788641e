"""K1: one shared picture: the same for everybody, its age on it, from the collaboration to the figure and back."""

from collections.abc import Callable

import pytest
from django.test import Client

from samverka.collaborations.models import Collaboration
from samverka.collaborations.queries import chosen_of

pytestmark = pytest.mark.django_db

TAB = "/samverkan/blekinges-unga-lyfter/lagesbild/"


def cards(content: str) -> str:
    return content[
        content.index('<ul class="cards">') : content.index("</section>", content.index('<ul class="cards">'))
    ]


@pytest.mark.parametrize("who", ["bengt", "cecilia", "david", "eva", "citizen"])
def test_all_see_the_same_picture(browse: Callable[[str], Client], who: str) -> None:
    assert cards(browse(who).get(TAB).content.decode()) == cards(browse("anna").get(TAB).content.decode())


def test_each_figure_leads_to_its_whole_story_and_back_to_the_collaboration(browse: Callable[[str], Client]) -> None:
    page = browse("david").get(TAB).content.decode()
    every = list(chosen_of(Collaboration.objects.get(slug="blekinges-unga-lyfter")))
    assert every
    for chosen in every:
        address = f"/lagesbild/10/indikator/{chosen.indicator_id}/?samverkan=blekinges-unga-lyfter"
        assert f'href="{address}"' in page
        story = browse("david").get(address).content.decode()
        assert f'href="{TAB}"' in story
        assert "2024-08-30" in story
