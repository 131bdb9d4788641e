"""Choosing an area, and its picture."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from samverka.collaborations.queries import visible_to as collaborations_visible_to
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import actor_of, requires
from samverka.foundation.ui.kept import kept
from samverka.organisations.queries import roles_of
from samverka.picture import queries, wording
from samverka.statistics.models import Indicator
from samverka.statistics.queries import figures_state
from samverka.statistics.queries import visible_to as indicators_visible_to
from samverka.statistics.queries.focus import in_focus
from samverka.territory.models import Area
from samverka.territory.queries import areas_state, listed, municipalities_of, nodes_of
from samverka.territory.queries import visible_to as areas_visible_to

from .frame import area_of, frame_of


@requires(Action.READ, sign_in=False)
def choose(request: HttpRequest) -> HttpResponse:
    """The areas: one's own first, then the counties; or those that a search finds."""
    actor = actor_of(request)
    search = request.GET.get("q", "").strip()[:80]
    areas = _listed(actor, search) if search else kept(lambda: _listed(actor, ""), of=("areas", areas_state()))
    return render(
        request, "picture/choose.html", {"search": search, "areas": areas, "own": [] if search else _own(actor)}
    )


def _listed(actor: Actor, search: str) -> str:
    """The areas that a search finds, or all: the same for everybody. Empty when there are none."""
    found = listed(actor, search=search)
    if search and not found.count and not found.nation:
        return ""
    return render_to_string("picture/all_areas.html", {"search": search, "found": found})


def _own(actor: Actor) -> list[Area]:
    """The areas of the actor's organisations, and of the collaborations that they sit in."""
    if not actor.is_authenticated:
        return []
    organisations = [role.organisation_id for role in roles_of(actor)]
    together = collaborations_visible_to(actor).filter(parties__organisation__in=organisations, parties__left_on=None)
    areas = areas_visible_to(actor)
    return list(
        areas.filter(Q(organisation__in=organisations) | Q(pk__in=together.values("area"))).distinct().order_by("code")
    )


@requires(Action.READ, sign_in=False)
def area(request: HttpRequest, code: str) -> HttpResponse:
    """How an area stands, by focus area."""
    return _picture(request, code, None)


@requires(Action.READ, sign_in=False)
def focus(request: HttpRequest, code: str, focus: str) -> HttpResponse:
    """How an area stands in one focus area."""
    return _picture(request, code, focus)


def _picture(request: HttpRequest, code: str, key: str | None) -> HttpResponse:
    actor = actor_of(request)
    found = area_of(actor, code)
    frame = frame_of(request, actor)
    parts = queries.focus_areas_of(found, in_focus(indicators_visible_to(actor)))
    if key is not None:
        parts = [part for part in parts if part.area.key == key]
        if not parts:
            raise Http404
    indicators = list({indicator.pk: indicator for part in parts for indicator in part.indicators}.values())
    beside = queries.surroundings_of(found)
    context = {
        "area": found,
        "focus": parts[0].area if key is not None else None,
        "beside": beside,
        "suffix": frame["suffix"],
    }
    pieces = kept(
        lambda: _pieces(context, parts, indicators, beside),
        of=(
            "picture",
            key or "",
            frame["suffix"],
            found,
            *beside.made_of,
            *(piece for part in parts for piece in (part.area, *(i.pk for i in part.indicators))),
            *indicators,
            *figures_state(indicators),
        ),
    )
    return render(
        request,
        "picture/area.html",
        {
            **frame,
            **context,
            **pieces,
            "municipalities": [a for a in municipalities_of(found) if a.pk != found.pk] if found.parent_id else [],
            "nodes": list(nodes_of(found)),
        },
    )


def _pieces(
    context: dict[str, Any],
    parts: Sequence[queries.Focus],
    indicators: Sequence[Indicator],
    beside: queries.Surroundings,
) -> dict[str, str]:
    """The page's own parts: the same for everybody who may read the indicators."""
    cards = {card.indicator.pk: card for card in queries.cards_of(indicators, beside)}
    against = _("liknande kommuner") if beside.similar else queries.called(beside.wider[0]) if beside.wider else ""
    sections = []
    for part in parts:
        inside = [cards[indicator.pk] for indicator in part.indicators]
        sections.append(
            {
                "focus": part.area,
                "cards": [card for card in inside if card.now is not None],
                "without": [card.indicator for card in inside if card.now is None and not card.has_no_total],
                "answers": [card.indicator for card in inside if card.has_no_total],
                "tally": wording.tally(inside),
            }
        )
    everything = {**context, "sections": sections, "cards": cards}
    return {
        "people": wording.people(context["area"], cards.values()),
        "answer": wording.answer(list(cards.values()), against),
        "overview": render_to_string("picture/overview.html", everything) if len(sections) > 1 else "",
        "main": render_to_string("picture/sections.html", everything),
    }
