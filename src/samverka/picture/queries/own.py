"""Which areas are somebody's own."""

from samverka.collaborations.queries import visible_to as collaborations_visible_to
from samverka.foundation.access.actors import Actor
from samverka.organisations.queries import roles_of
from samverka.organisations.queries import visible_to as organisations_visible_to
from samverka.territory.models import Area
from samverka.territory.queries import visible_to


def areas_at_home(actor: Actor) -> list[Area]:
    """The areas of the actor's own organisations. One query."""
    organisations = organisations_visible_to(actor).filter(pk__in=[role.organisation_id for role in roles_of(actor)])
    return list(visible_to(actor).filter(pk__in=organisations.values("area")).order_by("code"))


def own_areas(actor: Actor) -> list[Area]:
    """The areas of the actor's organisations, then those of the collaborations that these sit in. Two queries."""
    if not actor.is_authenticated:
        return []
    organisations = [role.organisation_id for role in roles_of(actor)]
    together = collaborations_visible_to(actor).filter(parties__organisation__in=organisations, parties__left_on=None)
    shared = visible_to(actor).filter(pk__in=together.values("area")).order_by("code")
    return list({area.pk: area for area in [*areas_at_home(actor), *shared]}.values())
