"""Reading reports."""

from django.db.models import Max, QuerySet

from samverka.collaborations.models import Collaboration
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.rules import permitted
from samverka.goals.models import Goal
from samverka.goals.queries import goals_of
from samverka.plans.models import Measure
from samverka.plans.queries import visible_to as measures_visible_to

from .models import Report


def visible_to(actor: Actor) -> QuerySet[Report]:
    """Reports that the actor may read, with the collaboration and without the files."""
    return permitted(actor, Action.READ, Report.objects.select_related("collaboration__area"))


def listed(actor: Actor, collaboration: Collaboration) -> QuerySet[Report]:
    """The reports of a collaboration that the actor may read, latest first; their content is left where it is."""
    reports = permitted(actor, Action.READ, Report.objects.filter(collaboration=collaboration))
    return reports.defer("content").order_by("-number")


def next_number(collaboration: Collaboration) -> int:
    """The number that the next report gets. Sure only for one who holds the collaboration's row."""
    last: int | None = Report.objects.filter(collaboration=collaboration).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def not_public(actor: Actor, collaboration: Collaboration) -> tuple[list[Goal], list[Measure]]:
    """The goals and measures that the actor reads and a public report leaves out."""
    citizen = Actor()
    goals = {goal.pk for goal in goals_of(citizen, collaboration)}
    measures = set(measures_visible_to(citizen).filter(goal__collaboration=collaboration).values_list("pk", flat=True))
    return (
        [goal for goal in goals_of(actor, collaboration) if goal.pk not in goals],
        [
            measure
            for measure in measures_visible_to(actor).filter(goal__collaboration=collaboration)
            if measure.pk not in measures
        ],
    )
