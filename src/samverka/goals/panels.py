"""The goals, on the tab that says how the parties steer."""

from functools import cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from samverka.collaborations.enums import Tab
from samverka.collaborations.models import Collaboration
from samverka.collaborations.registry import Panel, register_panel
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import allows
from samverka.foundation.ui.kept import kept

from . import charts, queries, wording


def _goals(actor: Actor, collaboration: Collaboration) -> dict[str, Any]:
    goals = queries.goals_of(actor, collaboration)
    made_of = queries.made_of(goals)
    progress = cache(lambda: {found.goal.pk: found for found in queries.progress_of_all(goals)})
    return {
        "collaboration": collaboration,
        "may_adopt": allows(actor, Action.ADOPT_GOAL, collaboration),
        "goals": [
            kept(
                lambda goal=goal: _section(progress()[goal.pk]),  # type: ignore[misc]  # binds this goal
                of=("goal section", *made_of[goal.pk]),
            )
            for goal in goals
        ],
    }


def _section(progress: queries.Progress) -> SafeString:
    """A goal on the tab: the same for everybody who may read it."""
    return render_to_string(
        "goals/section.html",
        {
            "goal": progress.goal,
            "progress": progress,
            "answer": wording.answer(progress),
            "verdict_word": wording.verdict_word(progress.whole.total.judgement),
            "outcome": queries.headline_of(progress),
            "table": queries.table_of(progress),
            "series": queries.series_table_of(progress),
            "summary": wording.summary(progress, progress.whole),
            "picture": charts.picture_of(progress, progress.whole),
        },
    )


register_panel(Panel(key="goals", tab=Tab.STEER, order=10, template="goals/panel.html", context=_goals))
