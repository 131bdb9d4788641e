"""Which areas are somebody's own."""

from samverka.collaborations.queries import visible_to as collaborations_visible_to
from samverka.foundation.access.actors import Actor
from samverka.organisations.queries import roles_of
from samverka.organisations.queries import visible_to as organisations_visible_to
from samverka.territory.models import Area
from samverka.territory.queries import visible_to


def own_areas(actor: Actor) -> list[Area]:
    """The areas of the actor's organisations, then those of the collaborations that these sit in. Three queries."""
    if not actor.is_authenticated:
        return []
    organisations = [role.organisation_id for role in roles_of(actor)]
    areas = visible_to(actor).order_by("code")
    own = areas.filter(pk__in=organisations_visible_to(actor).filter(pk__in=organisations).values("area"))
    together = collaborations_visible_to(actor).filter(parties__organisation__in=organisations, parties__left_on=None)
    return list({area.pk: area for area in [*own, *areas.filter(pk__in=together.values("area"))]}.values())
