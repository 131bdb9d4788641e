"""Reading long work."""

from django.db.models import QuerySet

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import permitted

from .models import Job


def visible_to(actor: Actor) -> QuerySet[Job]:
    return permitted(actor, Action.READ, Job.objects.defer("upload"))
