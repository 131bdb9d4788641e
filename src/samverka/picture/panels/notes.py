"""Notes and the latest comments on the tab Lägesbild."""

from typing import Any

from samverka.collaborations.enums import Tab
from samverka.collaborations.models import Collaboration
from samverka.collaborations.registry import Panel, register_panel
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import allows
from samverka.picture.queries import notes as queries

SHOWN = 4
COMMENTS = 3


def _notes(actor: Actor, collaboration: Collaboration) -> dict[str, Any] | None:
    notes = queries.notes_of(actor, collaboration)
    may_write = allows(actor, Action.WRITE_NOTE, collaboration)
    comments = queries.latest_comments(actor, collaboration, count=COMMENTS)
    if not notes and not may_write and not comments:
        return None
    return {
        "notes": notes[:SHOWN],
        "more": max(len(notes) - SHOWN, 0),
        "count": len(notes),
        "comments": comments,
        "may_write": may_write,
        "collaboration": collaboration,
    }


register_panel(Panel(key="notes", tab=Tab.SITUATION, order=30, template="picture/notes/panel.html", context=_notes))
