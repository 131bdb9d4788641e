"""T1: every collaboration's page has the questions organise, steer, lead and work, and its value for citizens."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from samverka.collaborations.enums import Tab
from samverka.collaborations.models import Collaboration

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("tab", Tab)
@pytest.mark.parametrize(("key", "slug"), [("citizen", "blekinges-unga-lyfter"), ("eva", "barnens-basta-galler")])
def test_each_tab_answers_with_its_question_and_leads_to_the_others(
    browse: Callable[[str], Client], key: str, slug: str, tab: Tab
) -> None:
    collaboration = Collaboration.objects.get(slug=slug)
    page = browse(key).get(f"/samverkan/{slug}/{tab.value}/").content.decode()
    assert tab.question in page
    assert collaboration.citizen_value in page
    for other in Tab:
        link = re.search(rf'<a href="/samverkan/{slug}/{other.value}/"([^>]*)>', page)
        assert link is not None
        assert ('aria-current="page"' in link[1]) == (other == tab)


def test_the_four_questions_are_those_of_the_model() -> None:
    assert [Tab.ORGANISE.question, Tab.STEER.question, Tab.LEAD.question, Tab.WORK.question] == [
        "Hur organiserar vi oss?",
        "Hur styr vi?",
        "Hur leder vi?",
        "Hur arbetar vi?",
    ]
