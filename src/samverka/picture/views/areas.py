"""Choosing an area, and its picture."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import actor_of, requires
from samverka.foundation.ui.kept import kept
from samverka.picture import queries
from samverka.picture.content.pieces import pieces_of
from samverka.statistics.queries import visible_to as indicators_visible_to
from samverka.statistics.queries.focus import in_focus
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area
from samverka.territory.queries import areas_state, listed, municipalities_of, nodes_of

from .frame import area_of, frame_of


@requires(Action.READ, sign_in=False)
def choose(request: HttpRequest) -> HttpResponse:
    """The areas: one's own first, then the counties; or those that a search finds."""
    actor = actor_of(request)
    search = request.GET.get("q", "").strip()[:80]
    areas = _listed(actor, search) if search else kept(lambda: _listed(actor, ""), of=("areas", areas_state()))
    return render(
        request,
        "picture/choose.html",
        {"search": search, "areas": areas, "own": [] if search else queries.own_areas(actor)},
    )


def _listed(actor: Actor, search: str) -> str:
    """The areas that a search finds, or all: the same for everybody. Empty when there are none."""
    found = listed(actor, search=search)
    if search and not found.count and not found.nation:
        return ""
    return render_to_string("picture/all_areas.html", {"search": search, "found": found})


@requires(Action.READ, sign_in=False)
def area(request: HttpRequest, code: str) -> HttpResponse:
    """How an area stands, by focus area; as a fragment, at a glance."""
    return _picture(request, code, None)


@requires(Action.READ, sign_in=False)
def focus(request: HttpRequest, code: str, focus: str) -> HttpResponse:
    """How an area stands in one focus area."""
    return _picture(request, code, focus)


def _picture(request: HttpRequest, code: str, key: str | None) -> HttpResponse:
    actor = actor_of(request)
    found = area_of(actor, code)
    frame = frame_of(request, actor)
    chosen = [focus for focus in queries.focus_areas_here(found) if key in (None, focus.key)]
    if key is not None and not chosen:
        raise Http404
    beside = queries.surroundings_of(found)
    pieces = pieces_of(beside, chosen, in_focus(indicators_visible_to(actor)), key=key or "", suffix=frame["suffix"])
    if getattr(request, "htmx", False):
        response = render(request, "picture/at_a_glance.html", pieces)
    else:
        shown = {"area": found, "focus": chosen[0] if key is not None else None, "beside": beside, **_inside(found)}
        response = render(request, "picture/area.html", {**frame, **pieces, **shown})
    patch_vary_headers(response, ["HX-Request"])
    return response


def _inside(found: Area) -> dict[str, list[Area]]:
    """The areas that an area consists of: none in a municipality, and of the nation the list has them all."""
    if found.kind == AreaKind.MUNICIPALITY or not found.parent_id:
        return {}
    return {
        "municipalities": [a for a in municipalities_of(found) if a.pk != found.pk],
        "nodes": list(nodes_of(found)),
    }
