"""The frozen pictures, on the tab Lägesbild."""

from typing import Any

from samverka.collaborations.enums import Tab
from samverka.collaborations.models import Collaboration
from samverka.collaborations.queries import seats_in
from samverka.collaborations.registry import Panel, register_panel
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import allows
from samverka.picture.queries import snapshots as queries


def _snapshots(actor: Actor, collaboration: Collaboration) -> dict[str, Any] | None:
    if not seats_in(actor, collaboration):
        return None
    return {
        "snapshots": list(queries.listed(actor, collaboration)),
        "may_take": allows(actor, Action.TAKE_SNAPSHOT, collaboration),
        "collaboration": collaboration,
    }


register_panel(
    Panel(key="snapshots", tab=Tab.SITUATION, order=40, template="picture/snapshots/panel.html", context=_snapshots)
)
