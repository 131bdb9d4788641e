"""K8: research input: a study is linked to the indicator that it explains, and everybody can follow the link."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from samverka.statistics.models import Indicator

pytestmark = pytest.mark.django_db

SLUG = "blekinges-unga-lyfter"


def test_a_study_is_linked_to_an_indicator(browse: Callable[[str], Client]) -> None:
    indicator = Indicator.objects.get(source_key="N03921")
    values = {
        "text": "Platsens betydelse: var man växer upp avgör mer än vad man själv gör.",
        "kind": "research",
        "indicator": indicator.pk,
        "source_name": "Platsens betydelse",
        "source_url": "https://example.org/platsens-betydelse",
        "is_public": "on",
    }
    assert browse("anna").post(reverse("picture:new_note", args=[SLUG]), values).status_code == 302
    for page in (f"/samverkan/{SLUG}/lagesbild/", f"/lagesbild/10/indikator/{indicator.pk}/?samverkan={SLUG}"):
        shown = browse("citizen").get(page).content.decode()
        assert "Forskning eller utvärdering" in shown
        assert 'href="https://example.org/platsens-betydelse"' in shown
