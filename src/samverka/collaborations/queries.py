"""Reading collaborations and parties."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import permitted

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
