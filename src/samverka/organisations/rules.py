"""Who may read organisations and their audit, and the facts about memberships that all rules rest on."""

from dataclasses import dataclass
from typing import Final

from django.db import connections, router

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor, remembered
from samverka.foundation.access.rules import EVERYONE, Scope, Within, register, themselves, where
from samverka.foundation.audit.models import Entry
from samverka.foundation.clock import today
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area

from .enums import MembershipRole, OrganisationKind
from .models import ApiKey, Membership, Organisation


@dataclass(frozen=True)
class Role:
    """The actor works for an organisation in a role."""

    organisation_id: int
    organisation_name: str
    role: MembershipRole


# Asked by every page, and therefore not put together anew each time.
_MEMBERSHIPS: Final = """
    SELECT organisation_id, name, role
    FROM organisations_membership m JOIN organisations_organisation o ON o.id = m.organisation_id
    WHERE person_id = %(person)s AND starts_on <= %(day)s AND (ends_on IS NULL OR ends_on > %(day)s)
    ORDER BY name, role
"""


@remembered
def memberships(actor: Actor) -> tuple[Role, ...]:
    """The actor's roles today, by organisation name. One query, once per request.

    A key of the API speaks for its organisation as one who works there without a task of their own.
    """
    if actor.key_of is not None:
        return (Role(actor.key_of, actor.name, MembershipRole.MEMBER),)
    if actor.user_id is None:
        return ()
    with connections[router.db_for_read(Membership)].cursor() as cursor:
        cursor.execute(_MEMBERSHIPS, {"person": actor.user_id, "day": today()})
        rows = cursor.fetchall()
    return tuple(Role(organisation, name, MembershipRole(role)) for organisation, name, role in rows)


def organisations_as(*roles: MembershipRole) -> Scope:
    """The organisations that the actor works for in one of these roles; without roles, in any."""

    def scope(actor: Actor) -> frozenset[int]:
        return frozenset(m.organisation_id for m in memberships(actor) if not roles or m.role in roles)

    return scope


@remembered
def areas_coordinated(actor: Actor) -> tuple[tuple[int, str], ...]:
    """Area and kind of the organisations that the actor coordinates. One query, once per request."""
    keys = organisations_as(MembershipRole.COORDINATOR)(actor)
    if not keys:
        return ()
    held = Organisation.objects.filter(pk__in=keys, area__isnull=False)
    return tuple((area, kind) for area, kind in held.values_list("area_id", "kind") if area is not None)


def areas_as_coordinator(*kinds: OrganisationKind) -> Scope:
    """The areas of the organisations of some kinds that the actor coordinates."""

    def scope(actor: Actor) -> frozenset[int]:
        return frozenset(area for area, kind in areas_coordinated(actor) if kind in kinds)

    return scope


register(Action.READ, Organisation, EVERYONE)  # names of public bodies and parties are public
register(Action.READ_AUDIT, Organisation, Within("id", organisations_as(MembershipRole.COORDINATOR)))
register(Action.MANAGE_MEMBERS, Organisation, Within("id", organisations_as(MembershipRole.COORDINATOR)))
register(Action.START_COLLABORATION, Organisation, Within("id", organisations_as(MembershipRole.COORDINATOR)))
register(Action.READ, Entry, Within("organisation_id", organisations_as(MembershipRole.COORDINATOR)))
register(Action.READ, ApiKey, Within("organisation_id", organisations_as(MembershipRole.COORDINATOR)))
register(Action.READ, Membership, Within("organisation_id", organisations_as()) | themselves("person_id"))
# The region and the county administrative board work for the whole county; a municipality chooses its own likes.
register(
    Action.DEFINE_NODES,
    Area,
    where("kind", AreaKind.COUNTY)
    & Within("id", areas_as_coordinator(OrganisationKind.REGION, OrganisationKind.COUNTY_BOARD)),
)
register(
    Action.CHOOSE_COMPARISON,
    Area,
    where("kind", AreaKind.MUNICIPALITY) & Within("id", areas_as_coordinator(OrganisationKind.MUNICIPALITY)),
)
