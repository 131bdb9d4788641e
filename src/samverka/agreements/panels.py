"""The agreement, on the tab that says how the parties organise."""

from typing import Any

from samverka.collaborations.enums import Tab
from samverka.collaborations.models import Collaboration
from samverka.collaborations.registry import Panel, register_panel
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import allows

from . import queries


def _agreements(actor: Actor, collaboration: Collaboration) -> dict[str, Any]:
    return {
        "agreements": list(queries.visible_to(actor).filter(collaboration=collaboration)),
        "collaboration": collaboration,
        "may_change": allows(actor, Action.CHANGE_COLLABORATION, collaboration),
    }


register_panel(
    Panel(key="agreements", tab=Tab.ORGANISE, order=20, template="agreements/panel.html", context=_agreements)
)
