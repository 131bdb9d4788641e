"""Which indicators there are, for whom."""

from django.db.models import Case, Max, Min, Q, QuerySet, When

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import permitted
from samverka.statistics.models import Indicator


def visible_to(actor: Actor) -> QuerySet[Indicator]:
    """Indicators that the actor may read."""
    return permitted(actor, Action.READ, Indicator.objects.select_related("source"))


def catalogue(actor: Actor, *, search: str = "") -> QuerySet[Indicator]:
    """Indicators that the actor may read, with first_year, last_year and extracted_at of what has been taken in.

    Those that have figures come first. `search` is found anywhere in the name or the source's key.
    """
    found = visible_to(actor)
    if search:
        found = found.filter(Q(name__icontains=search) | Q(source_key__icontains=search))
    return found.annotate(
        first_year=Min("extractions__first_year"),
        last_year=Max("extractions__last_year"),
        extracted_at=Max("extractions__extracted_at"),
    ).order_by(Case(When(last_year=None, then=1), default=0), "source_key", "pk")
