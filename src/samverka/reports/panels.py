"""The reports, on the tab that says how the parties steer."""

from typing import Any

from samverka.collaborations.enums import Tab
from samverka.collaborations.models import Collaboration
from samverka.collaborations.registry import Panel, register_panel
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import allows

from . import queries


def _reports(actor: Actor, collaboration: Collaboration) -> dict[str, Any] | None:
    reports = list(queries.listed(actor, collaboration))
    may_publish = allows(actor, Action.PUBLISH_REPORT, collaboration)
    if not reports and not may_publish:
        return None
    return {"reports": reports, "may_publish": may_publish, "collaboration": collaboration}


register_panel(Panel(key="reports", tab=Tab.STEER, order=50, template="reports/panel.html", context=_reports))
