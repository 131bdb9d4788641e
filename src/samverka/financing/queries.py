"""Reading funding."""

from django.db.models import QuerySet

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import permitted

from .models import Funding


def visible_to(actor: Actor) -> QuerySet[Funding]:
    return permitted(actor, Action.READ, Funding.objects.all())
