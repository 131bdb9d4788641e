"""K9: a county begins with those who want to; a municipality that is not with them is "not joined", and never zero."""

from collections.abc import Callable

import pytest
from django.test import Client

from samverka.collaborations.models import Collaboration
from samverka.collaborations.queries import not_joined
from samverka.foundation.access.actors import Actor
from samverka.foundation.clock import today
from samverka.foundation.database.acting import acting_as

pytestmark = pytest.mark.django_db
PAGE = "/samverkan/blekinges-unga-lyfter/organisera/"


def leave(*names: str) -> None:
    with acting_as(Actor.system("prov")):
        Collaboration.objects.get(slug="blekinges-unga-lyfter").parties.filter(organisation__name__in=names).update(
            left_on=today()
        )


def test_all_five_are_with_them_and_nothing_is_said(browse: Callable[[str], Client]) -> None:
    assert "Kommuner som inte är med" not in browse("citizen").get(PAGE).content.decode()


def test_with_two_of_five_the_other_three_are_named_as_not_joined(browse: Callable[[str], Client]) -> None:
    leave("Karlshamns kommun", "Ronneby kommun", "Sölvesborgs kommun")
    page = browse("citizen").get(PAGE).content.decode()
    absent = page.split("Kommuner som inte är med")[1].split("</ul>")[0]
    assert [name for name in ("Karlshamn", "Ronneby", "Sölvesborg", "Olofström") if name in absent] == [
        "Karlshamn",
        "Ronneby",
        "Sölvesborg",
    ]
    assert absent.count("ej med") == 3
    assert ">0<" not in absent


def test_a_collaboration_of_one_municipality_lacks_nobody() -> None:
    collaboration = Collaboration.objects.get(slug="blekinges-unga-lyfter")
    collaboration.area = collaboration.area.parts.get(code="1080")
    assert not_joined(collaboration) == []
