"""The parties' words on the tab Styra, what stands out just now, and who still has to say how it goes."""

from collections.abc import Iterable
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from samverka.collaborations.enums import Tab
from samverka.collaborations.models import Collaboration
from samverka.collaborations.queries import seats_in
from samverka.collaborations.registry import Panel, Task, register_panel, register_tasks
from samverka.foundation import clock
from samverka.foundation.access.actors import Actor
from samverka.foundation.ui.kept import kept
from samverka.plans.queries import overdue_in

from . import queries
from .rules import parties_written_for


def _answers(actor: Actor, collaboration: Collaboration) -> dict[str, Any] | None:
    own = {seat.party_id for seat in seats_in(actor, collaboration)}
    if not own:
        return None
    writes = own & set(parties_written_for(actor))
    section = kept(
        lambda: render_to_string("followup/answers_section.html", {"found": queries.answers_in(actor, collaboration)}),
        of=("answers", sorted(own), sorted(writes), *queries.said_in(actor, collaboration).made_of),
        shared=False,
    )
    return {"section": section}


def _now(actor: Actor, collaboration: Collaboration) -> dict[str, Any] | None:
    """What a party needs to know before it goes on; nothing when nothing stands out."""
    day = clock.today()
    missing = queries.said_in(actor, collaboration).missing if seats_in(actor, collaboration) else 0
    ends_on = collaboration.ends_on
    context = {
        "missing": missing,
        "overdue": overdue_in(actor, collaboration, day).count(),
        "ended_on": ends_on if ends_on and ends_on < day else None,
        "days_left": (ends_on - day).days if ends_on and ends_on >= day else None,
        "work_url": reverse("collaborations:tab", args=[collaboration.slug, Tab.WORK.value]),
    }
    stands_out = (context[key] for key in ("missing", "overdue", "ended_on", "days_left"))
    return context if any(value not in (None, 0) for value in stands_out) else None


def _unanswered(actor: Actor) -> Iterable[Task]:
    for party in queries.unanswered_by(actor):
        yield Task(
            title=_("Skriv hur det går för %(party)s") % {"party": party},
            why=_("De andra parterna i %(collaboration)s har inte hört från er än")
            % {"collaboration": party.collaboration},
            url=reverse("followup:write", args=[party.pk]),
        )


register_panel(Panel(key="answers", tab=Tab.STEER, order=30, template="followup/answers.html", context=_answers))
register_panel(Panel(key="now", tab=Tab.STEER, order=10, template="followup/now.html", context=_now, aside=True))
register_tasks(_unanswered)
