"""K1: the shared picture is dated, its versions can be told apart, and the age of its figures is shown."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from samverka.statistics.models import Observation

pytestmark = pytest.mark.django_db

SLUG = "blekinges-unga-lyfter"


def freeze(client: Client, title: str, key: str) -> str:
    values = {"title": title, "order_key": f"0f0e1b2c-0000-4000-8000-0000000000{key}"}
    address: str = client.post(reverse("picture:new_snapshot", args=[SLUG]), values).headers["Location"]
    return address


def test_two_dated_pictures_differ_in_words_and_each_figure_keeps_its_age(browse: Callable[[str], Client]) -> None:
    anna, david = browse("anna"), browse("david")
    march = freeze(anna, "Mars", "01")
    newest = Observation.objects.filter(indicator__source_key="N03921", area__code="10", sex="T").order_by("-year")[0]
    Observation.objects.filter(pk=newest.pk).update(value=4.4)
    june = freeze(anna, "Juni", "02")
    for page in (march, june):
        shown = david.get(page).content.decode()
        assert len(re.findall(r'uttag <time datetime="2024-08-30">', shown)) >= 4
    difference = david.get(f"{march}jamfor/?med=4").content.decode()
    assert "Källan har ändrat 1 siffra." in difference
    assert re.search(r"4,4\s*%", difference)
    assert "Ingenting har ändrats sedan" in david.get(f"{june}jamfor/").content.decode()
