"""The money, on the tab that says how the parties organise."""

from typing import Any

from samverka.collaborations.enums import Tab
from samverka.collaborations.models import Collaboration
from samverka.collaborations.registry import Panel, register_panel
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import allows

from . import queries


def _funding(actor: Actor, collaboration: Collaboration) -> dict[str, Any]:
    rows = list(queries.visible_to(actor).filter(collaboration=collaboration))
    return {
        "funding": rows,
        "all_temporary": bool(rows) and all(row.is_temporary for row in rows),
        "sources": list(dict.fromkeys(row.source for row in rows if row.source)),
        "collaboration": collaboration,
        "may_change": allows(actor, Action.CHANGE_COLLABORATION, collaboration),
    }


register_panel(Panel(key="funding", tab=Tab.ORGANISE, order=30, template="financing/panel.html", context=_funding))
