"""The demo's world is the one that the facts tell of."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from samverka.collaborations.models import Collaboration
from samverka.demo.cast import CAST
from samverka.demo.services import SLUG, load_demo
from samverka.foundation.access.models import User
from samverka.foundation.database.acting import acting_as
from samverka.goals import queries
from samverka.picture.models import Comment, Note, Snapshot
from samverka.statistics.models import Observation
from samverka_engine.series.verdict import Verdict

pytestmark = pytest.mark.django_db
FOLLOWED = ("N03921", "N02797", "N15428")


def test_blekinge_missed_the_promise_of_2017_and_reached_it_in_2021(actor: Callable[[str], Any]) -> None:
    collaboration = Collaboration.objects.get(slug="blekinges-unga-lyfter")
    [goal] = queries.goals_of(actor("citizen"), collaboration)
    total = queries.progress_of(goal).whole.total
    assert total.target is not None
    assert total.target.baseline_value == 14.191367
    assert total.target.target_value == pytest.approx(14.191367 / 2)
    assert total.judgement.verdict is Verdict.BEHIND
    assert total.judgement.first_year_met == 2021


def test_a_built_world_that_lacks_somebody_gets_them(person: Callable[[str], Any]) -> None:
    person("frida").delete()
    load_demo(now=timezone.now())
    assert person("frida").is_operator
    assert User.objects.filter(email__endswith="@demo.example").count() == len(CAST)


def test_who_runs_the_installation_has_no_insight_and_lands_where_the_work_is(client: Client) -> None:
    answer = client.post(reverse("demo:enter"), {"member": "frida", "next": "/"})
    assert answer.headers["Location"] == reverse("statistics:list")
    start = client.get("/").content.decode()
    assert reverse("statistics:find") in start
    assert "Barnens bästa gäller" not in start
    here = f"/samverkan/{SLUG}/styra/"
    assert client.post(reverse("demo:enter"), {"member": "frida", "next": here}).headers["Location"] == here


def test_the_picture_has_been_frozen_twice_and_what_has_come_since_is_true(
    actor: Callable[[str], Any], browse: Callable[[str], Client]
) -> None:
    with acting_as(actor("anna")):
        first, second = Snapshot.objects.order_by("number")
    david = browse("david")
    page = " ".join(
        unescape(re.sub(r"<[^>]+>", " ", david.get(f"{first.get_absolute_url()}jamfor/").content.decode())).split()
    )
    assert "Det här har ändrats sedan 2 september 2024" in page
    assert "4 indikatorer har fått siffror för nya år." in page
    assert "nya år: 2018–2022 8,4 % 2017 5,1 % 2022" in page
    between = david.get(f"{second.get_absolute_url()}jamfor/?med={first.number}").content.decode()
    assert "nya år: 2018–2020" in between
    assert {series["years"][-1] for series in second.content["indicators"][0]["series"]} == {2020}


def test_notes_and_comments_quote_figures_that_are_there(actor: Callable[[str], Any]) -> None:
    with acting_as(actor("anna")):
        texts = [*Note.objects.values_list("text", flat=True), *Comment.objects.values_list("text", flat=True)]
    said = {number.replace(",", ".") for text in texts for number in re.findall(r"\d+,\d", text)}
    figures = Observation.objects.filter(area__code__in=["10", "1060"], sex="T", indicator__source_key__in=FOLLOWED)
    known = {f"{value:.1f}" for value in figures.values_list("value", flat=True) if value is not None}
    assert said - known == {"8.9"}, "half of Olofström's 17.8"
    assert len(texts) == 6


def test_nine_parties_as_skr_tells(actor: Callable[[str], Any]) -> None:
    assert Collaboration.objects.get(slug="blekinges-unga-lyfter").parties.count() == 9
