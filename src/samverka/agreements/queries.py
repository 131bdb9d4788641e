"""Reading agreements."""

from django.db.models import QuerySet

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import permitted

from .models import Agreement


def visible_to(actor: Actor) -> QuerySet[Agreement]:
    return permitted(actor, Action.READ, Agreement.objects.all())
