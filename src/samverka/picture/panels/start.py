"""How it stands at home: the area of one's own organisation on the start page, focus area by focus area.

The page itself is to be there at once, so the browser fetches this part by itself when the rest is shown.
"""

from typing import Any

from samverka.collaborations.registry import StartPanel, register_start_panel
from samverka.foundation.access.actors import Actor
from samverka.picture.queries import areas_at_home


def _at_home(actor: Actor) -> dict[str, Any] | None:
    areas = areas_at_home(actor)
    return {"areas": areas} if areas else None


register_start_panel(StartPanel(key="picture", order=10, template="picture/start.html", context=_at_home))
