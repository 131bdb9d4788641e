"""T13: qualitative evidence: an observation belongs to an indicator and a period, and is kept with its source."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from samverka.collaborations.models import Collaboration
from samverka.foundation.access.actors import Actor
from samverka.foundation.database.acting import acting_as
from samverka.picture.enums import NoteKind
from samverka.picture.models import Note
from samverka.statistics.models import Indicator

pytestmark = pytest.mark.django_db

SLUG = "blekinges-unga-lyfter"


def test_what_a_focus_group_said_stands_beside_the_figure_it_explains(
    browse: Callable[[str], Client], actor: Callable[[str], Actor]
) -> None:
    indicator = Indicator.objects.get(source_key="N03921")
    said = "Unga i Olofström saknar kvällsbussar till lärlingsplatserna."
    browse("bengt").post(
        reverse("picture:new_note", args=[SLUG]),
        {
            "text": said,
            "kind": NoteKind.FOCUS_GROUP.value,
            "indicator": indicator.pk,
            "from_year": 2016,
            "to_year": 2017,
            "source_name": "Fokusgrupp i Olofström",
        },
    )
    with acting_as(actor("bengt")):
        note = Note.objects.get(text=said)
    assert (note.indicator, note.from_year, note.to_year) == (indicator, 2016, 2017)
    beside = browse("david").get(f"/lagesbild/10/indikator/{indicator.pk}/?samverkan={SLUG}").content.decode()
    assert said in beside
    assert "Fokusgrupp, 2016–2017" in beside
    assert "Fokusgrupp i Olofström" in beside


def test_it_is_quoted_in_the_frozen_picture(browse: Callable[[str], Client], actor: Callable[[str], Actor]) -> None:
    collaboration = Collaboration.objects.get(slug=SLUG)
    with acting_as(actor("anna")):
        Note.objects.create(
            collaboration=collaboration,
            indicator=Indicator.objects.get(source_key="N03921"),
            kind=NoteKind.INTERVIEW,
            text="Intervjuer med elva arbetsgivare.",
            written_at=timezone.now(),
            written_by_id=actor("anna").user_id,
        )
    browse("anna").post(
        reverse("picture:new_snapshot", args=[SLUG]),
        {"title": "Till styrgruppen", "order_key": "0f0e1b2c-0000-4000-8000-00000000000a"},
    )
    page = browse("david").get(f"/samverkan/{SLUG}/lagesbild/").content.decode()
    address = page.split('href="/lagesbild/bild/')[1].split('"')[0]
    assert "Intervjuer med elva arbetsgivare." in browse("david").get(f"/lagesbild/bild/{address}").content.decode()
