"""T4: each party writes its own benefit; a party without one is flagged."""

from collections.abc import Callable

import pytest
from django.test import Client

from samverka.collaborations.models import Party

pytestmark = pytest.mark.django_db

ORGANISE = "/samverkan/blekinges-unga-lyfter/organisera/"


def test_a_party_without_a_benefit_is_flagged_until_it_has_written_one(browse: Callable[[str], Client]) -> None:
    party = Party.objects.get(organisation__name="Olofströms kommun")
    party.own_benefit = ""
    party.save()
    flagged = browse("citizen").get(ORGANISE).content.decode()
    assert "1 part har inte skrivit sin egen nytta än" in flagged

    bengt = browse("bengt")
    assert f"/samverkan/part/{party.pk}/nytta/" in bengt.get(ORGANISE).content.decode()
    bengt.post(f"/samverkan/part/{party.pk}/nytta/", {"own_benefit": "Industrin får folk.", "version": 1})

    written = browse("citizen").get(ORGANISE).content.decode()
    assert "har inte skrivit sin egen nytta" not in written
    assert "Industrin får folk." in written
