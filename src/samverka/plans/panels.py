"""Measures on the tab Arbeta, and those that wait for a word from their party."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from samverka.collaborations.enums import Tab
from samverka.collaborations.models import Collaboration
from samverka.collaborations.queries import parties_of, seats_in
from samverka.collaborations.registry import Panel, Task, register_panel, register_tasks
from samverka.foundation import clock
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import allows
from samverka.foundation.ui.kept import kept

from . import queries


def _measures(actor: Actor, collaboration: Collaboration) -> dict[str, Any]:
    board = queries.board(actor, collaboration, clock.today())
    seats = {seat.party_id for seat in seats_in(actor, collaboration)}
    own = parties_of(collaboration).filter(pk__in=seats) if seats else ()
    return {
        "board": board,
        "own": _rows(board.own, several_goals=board.has_several_goals),
        "others": _rows(board.others, several_goals=board.has_several_goals),
        "may_add": [party for party in own if allows(actor, Action.ADD_MEASURE, party)],
    }


def _rows(rows: Sequence[queries.Row], *, several_goals: bool) -> str:
    made_of = [
        (row.measure, row.measure.party.organisation.name, row.measure.goal.name, row.is_overdue, row.may_change)
        for row in rows
    ]
    return kept(
        lambda: render_to_string("plans/rows.html", {"rows": rows, "several_goals": several_goals}),
        of=("measures", several_goals, *made_of),
        shared=False,
    )


def _overdue(actor: Actor) -> Iterable[Task]:
    for measure in queries.overdue_to_change(actor, clock.today()):
        yield Task(
            title=_("Säg hur det går med %(measure)s") % {"measure": measure.title},
            why=_("Skulle vara klar %(day)s. Status nu: %(state)s")
            % {
                "day": date_format(measure.ends_on, "SHORT_DATE_FORMAT"),
                "state": measure.get_state_display(),
            },
            url=reverse("plans:change", args=[measure.pk]),
        )


register_panel(Panel(key="measures", tab=Tab.WORK, order=10, template="plans/panel.html", context=_measures))
register_tasks(_overdue)
