"""Focus areas: the parts of the situation picture."""

from django.db.models import Prefetch, QuerySet

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import permitted
from samverka.statistics.models import FocusArea, FocusIndicator, Indicator

from .catalogue import visible_to


def focus_areas_visible_to(actor: Actor) -> QuerySet[FocusArea]:
    """Focus areas that the actor may read, everybody's first."""
    return permitted(actor, Action.READ, FocusArea.objects.select_related("organisation")).order_by(
        "organisation__name", "order", "pk"
    )


def in_focus(indicators: QuerySet[Indicator]) -> QuerySet[Indicator]:
    """Those that stand in some focus area."""
    return indicators.filter(pk__in=FocusIndicator.objects.order_by().values("indicator"))


def focus_areas_with_indicators(actor: Actor) -> QuerySet[FocusArea]:
    """The same, each with `shown_places`: the indicators that the actor may read, in order. One query more."""
    places = FocusIndicator.objects.filter(indicator__in=visible_to(actor)).select_related("indicator")
    return focus_areas_visible_to(actor).prefetch_related(
        Prefetch("places", queryset=places.order_by("order", "pk"), to_attr="shown_places")
    )


def focus_areas_arranged_by(actor: Actor) -> QuerySet[FocusArea]:
    """Focus areas that the actor may change."""
    return permitted(actor, Action.ARRANGE_STATISTICS, focus_areas_visible_to(actor))
