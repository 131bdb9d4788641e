"""How it stands at home: one's own area on the start page, focus area by focus area."""

from typing import Any

from samverka.collaborations.registry import StartPanel, register_start_panel
from samverka.foundation.access.actors import Actor
from samverka.picture import queries
from samverka.picture.content.pieces import pieces_of
from samverka.statistics.queries import visible_to
from samverka.statistics.queries.focus import in_focus


def _at_home(actor: Actor) -> dict[str, Any] | None:
    areas = queries.own_areas(actor)
    if not areas:
        return None
    area, *others = areas
    visible = in_focus(visible_to(actor))
    pieces = pieces_of(queries.surroundings_of(area), queries.focus_areas_here(area), visible)
    return {"area": area, "others": others, "answer": pieces["answer"], "overview": pieces["overview"]}


register_start_panel(StartPanel(key="picture", order=10, template="picture/start.html", context=_at_home))
