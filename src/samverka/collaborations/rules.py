"""Who may read a collaboration, and the facts about seats that later rules rest on."""

from dataclasses import dataclass
from typing import Final

from django.db import connections, router

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor, remembered
from samverka.foundation.access.rules import Scope, Within, register, where
from samverka.organisations.enums import MembershipRole
from samverka.organisations.rules import memberships

from .enums import PartyRole
from .models import Collaboration, Party

WRITERS = (MembershipRole.COORDINATOR, MembershipRole.MEMBER)
"""Those who write for their organisation. Case workers and politicians read."""


@dataclass(frozen=True)
class Seat:
    """The actor sits, through one of their organisations, in a collaboration."""

    collaboration_id: int
    party_id: int
    party_role: PartyRole
    role: MembershipRole


# Asked by nearly every page, and therefore not put together anew each time.
_SEATS: Final = """
    SELECT collaboration_id, id, organisation_id, role FROM collaborations_party
    WHERE left_on IS NULL AND organisation_id = ANY(%s) ORDER BY id
"""


@remembered
def seats(actor: Actor) -> tuple[Seat, ...]:
    """All seats of the actor today. A party that has left keeps none."""
    mine = memberships(actor)
    if not mine:
        return ()
    with connections[router.db_for_read(Party)].cursor() as cursor:
        cursor.execute(_SEATS, [list({m.organisation_id for m in mine})])
        rows = cursor.fetchall()
    return tuple(
        Seat(collaboration, party, PartyRole(party_role), m.role)
        for collaboration, party, organisation, party_role in rows
        for m in mine
        if m.organisation_id == organisation
    )


def collaborations_as(*roles: MembershipRole, party_roles: tuple[PartyRole, ...] = ()) -> Scope:
    """Collaborations where the actor sits in one of these roles, at a party of one of these roles (empty: any)."""

    def scope(actor: Actor) -> frozenset[int]:
        return frozenset(
            seat.collaboration_id
            for seat in seats(actor)
            if (not roles or seat.role in roles) and (not party_roles or seat.party_role in party_roles)
        )

    return scope


def parties_as(*roles: MembershipRole) -> Scope:
    """The actor's own parties, in one of these roles (empty: any)."""

    def scope(actor: Actor) -> frozenset[int]:
        return frozenset(seat.party_id for seat in seats(actor) if not roles or seat.role in roles)

    return scope


register(Action.READ, Collaboration, where("is_public", True) | Within("id", collaborations_as()))
register(Action.READ, Party, where("collaboration__is_public", True) | Within("collaboration_id", collaborations_as()))
register(Action.WRITE_BENEFIT, Party, Within("id", parties_as(*WRITERS)))
register(
    Action.CHANGE_COLLABORATION,
    Collaboration,
    Within("id", collaborations_as(MembershipRole.COORDINATOR, party_roles=(PartyRole.LEAD,))),
)
