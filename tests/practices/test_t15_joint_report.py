"""T15: one document for the whole area, against the stated goals, with the same figures as the screen."""

import io
import re
import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone, translation
from pypdf import PdfReader

from samverka.collaborations.models import Collaboration
from samverka.foundation.access.actors import Actor
from samverka.foundation.database.acting import acting_as
from samverka.foundation.ui.figures import figure_text
from samverka.goals.models import Goal, GoalTarget
from samverka.goals.queries import goals_of, progress_of
from samverka.reports.models import Report
from samverka.reports.services import publish_report
from samverka.statistics.models import Indicator

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(actor: Callable[[str], Actor]) -> Report:
    """A report of two public goals, one of them without any figures yet, and one goal that is not public."""
    anna = actor("anna")
    collaboration = Collaboration.objects.select_related("area").get(slug="blekinges-unga-lyfter")
    with acting_as(anna):
        for name, is_public in (("Fler behöriga till gymnasiet", True), ("Ett mål som parterna prövar", False)):
            goal = Goal.objects.create(
                collaboration=collaboration,
                name=name,
                indicator=Indicator.objects.get(source_key="N15428"),
                polarity="higher_is_better",
                baseline_year=2030,
                target_year=2034,
                is_public=is_public,
            )
            GoalTarget.objects.create(goal=goal, area=collaboration.area, sex="T", baseline_value=80, target_value=90)
        return publish_report(
            actor=anna,
            collaboration=collaboration,
            title="Länets rapport",
            is_public=True,
            order_key=uuid.uuid4(),
            now=timezone.now(),
        )


def test_the_report_holds_every_public_goal_and_the_figures_of_the_screen(
    report: Report, actor: Callable[[str], Actor], browse: Callable[[str], Client]
) -> None:
    citizen = browse("citizen")
    goals = goals_of(actor("citizen"), report.collaboration)
    assert [goal["name"] for goal in report.content["goals"]] == [goal.name for goal in goals]
    assert len(goals) == 2
    page = citizen.get(report.get_absolute_url()).content.decode()
    paper = _text(report)
    for goal in goals:
        assert goal.name in page
        assert goal.name in paper
        screen = citizen.get(goal.get_absolute_url()).content.decode()
        for place in progress_of(goal).places:
            judged = place.total.judged
            if judged is None:
                continue
            with translation.override("sv"):
                told = figure_text(judged.value)
            assert f">{told}<" in screen
            assert f">{told}<" in page
            assert re.search(rf"{place.area.name}.{{0,40}}{told}", paper)


def test_a_goal_that_cannot_be_judged_is_there_and_says_why(report: Report) -> None:
    assert "Det går inte att säga hur det går: inget år efter utgångsåret är rapporterat än." in _text(report)


def test_it_says_who_has_not_answered(report: Report) -> None:
    assert "Har inte svarat:" in _text(report)
    assert "Olofströms kommun" in report.content["unanswered"]


def _text(report: Report) -> str:
    file = bytes(report.files.get(language="sv").pdf)
    return re.sub(r"[ \n]+", " ", "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages))
