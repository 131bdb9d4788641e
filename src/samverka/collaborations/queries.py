"""Reading collaborations and parties."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import permitted

from .enums import Tab
from .models import Collaboration, Party
from .rules import Seat, seats


def visible_to(actor: Actor) -> QuerySet[Collaboration]:
    """Collaborations that the actor may read."""
    return permitted(actor, Action.READ, Collaboration.objects.select_related("area"))


def parties_visible_to(actor: Actor) -> QuerySet[Party]:
    """Parties of collaborations that the actor may read."""
    return permitted(actor, Action.READ, Party.objects.select_related("organisation__area", "collaboration"))


def parties_of(collaboration: Collaboration) -> QuerySet[Party]:
    """The parties of a collaboration that the caller has already been let into; the leading one first."""
    return (
        collaboration.parties.select_related("organisation__area")
        .alias(leads=Count("pk", filter=Q(role="lead")))
        .order_by("-leads", "organisation__area__code", "organisation__name")
    )


def seats_in(actor: Actor, collaboration: Collaboration) -> list[Seat]:
    """The actor's own seats in a collaboration; empty for those who only read what is public."""
    return [seat for seat in seats(actor) if seat.collaboration_id == collaboration.pk]


@dataclass(frozen=True)
class Card:
    """A collaboration in a list."""

    collaboration: Collaboration
    party_count: int
    is_mine: bool


def cards_for(actor: Actor) -> list[Card]:
    """All collaborations that the actor may read, their own first. Two queries, whatever their number."""
    mine = {seat.collaboration_id for seat in seats(actor)}
    found = visible_to(actor).annotate(party_count=Count("parties", filter=Q(parties__left_on=None)))
    cards = [Card(row, row.party_count, row.pk in mine) for row in found]
    return sorted(cards, key=lambda card: (not card.is_mine, card.collaboration.name))


def page_context(actor: Actor, collaboration: Collaboration, current: Tab, *, below: bool = False) -> dict[str, Any]:
    """What every page of a collaboration shows above its own content."""
    mine = seats_in(actor, collaboration)
    return {
        "collaboration": collaboration,
        "collaboration_status": f"{collaboration.get_phase_display()} {_years(collaboration)}",
        "party_count": parties_of(collaboration).filter(left_on=None).count(),
        "is_party": bool(mine),
        "question": current.question,
        "tab": current,
        "tabs": [
            {
                "label": tab.label,
                "url": reverse("collaborations:tab", args=[collaboration.slug, tab.value]),
                "current": (True if below else "page") if tab == current else False,
            }
            for tab in Tab
        ],
    }


def _years(collaboration: Collaboration) -> str:
    ends = collaboration.ends_on
    return f"{collaboration.starts_on.year}–{ends.year if ends else ''}"
