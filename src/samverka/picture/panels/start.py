"""The start page: how it stands at home, focus area by focus area, and where who runs the installation works.

The page itself is to be there at once, so the browser fetches the area of one's own organisation by itself when the
rest is shown.
"""

from typing import Any

from samverka.collaborations.registry import StartPanel, register_start_panel
from samverka.foundation.access.actors import Actor
from samverka.picture.queries import areas_at_home


def _at_home(actor: Actor) -> dict[str, Any] | None:
    areas = areas_at_home(actor)
    return {"areas": areas} if areas else None


def _operator(actor: Actor) -> dict[str, Any] | None:
    return {} if actor.is_operator else None


register_start_panel(StartPanel(key="operator", order=5, template="picture/operator.html", context=_operator))
register_start_panel(StartPanel(key="picture", order=10, template="picture/start.html", context=_at_home))
