"""Taking on a measure, and saying how it goes."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import transaction

from samverka.collaborations.models import Party
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import difference, record, snapshot
from samverka.foundation.versions import Overtaken
from samverka.goals.models import Goal

from . import queries
from .enums import MeasureState
from .models import Measure


class GoalElsewhere(Exception):
    """The goal belongs to another collaboration than the party; nothing is changed."""

    code = "goal_elsewhere"


@dataclass(frozen=True, kw_only=True)
class MeasureDraft:
    """What a party says when it takes on a measure."""

    goal: Goal
    title: str
    responsible: str
    starts_on: date
    ends_on: date
    description: str = ""
    is_public: bool = False


def add_measure(*, actor: Actor, party: Party, draft: MeasureDraft, now: datetime) -> Measure:
    """A party takes on a measure towards a joint goal of its collaboration. Saying it twice adds one.

    Raises:
        Forbidden: the actor does not write for the party.
        GoalElsewhere: the goal is not one of the party's collaboration.
    """
    check(actor, Action.ADD_MEASURE, party)
    if draft.goal.collaboration_id != party.collaboration_id:
        raise GoalElsewhere
    said = {"party": party, **{field.name: getattr(draft, field.name) for field in fields(draft)}}
    with transaction.atomic():
        # A double click arrives as two requests at once: the second waits here, and finds what the first added.
        Party.objects.select_for_update(no_key=True, of=("self",)).get(pk=party.pk)
        known = queries.related(Measure.objects.filter(**said)).first()
        if known is not None:
            return known
        measure = Measure.objects.create(**said, changed_at=now, changed_by_id=actor.user_id)
        record(
            actor=actor,
            action="add_measure",
            obj=measure,
            now=now,
            organisation_id=party.organisation_id,
            collaboration_id=party.collaboration_id,
            changes={"ends_on": (None, draft.ends_on), "is_public": (None, draft.is_public)},
        )
    return measure


def change_measure(
    *, actor: Actor, measure: Measure, state: str, state_note: str, version: int, now: datetime
) -> Measure:
    """A party says how far its measure has come. Saying the same thing twice changes nothing.

    Args:
        version: the version that the writer saw.

    Raises:
        Forbidden: the actor does not write for the measure's party.
        ValueError: no such state.
        Overtaken: somebody else has changed the measure since; nothing is changed.
    """
    check(actor, Action.CHANGE_MEASURE, measure)
    said = {"state": MeasureState(state).value, "state_note": state_note.strip()}
    with transaction.atomic():
        held = queries.related(Measure.objects.select_for_update(of=("self",))).get(pk=measure.pk)
        before = snapshot(held, said)
        changes = difference(before, said)
        if not changes:
            return held
        if held.version != version:
            raise Overtaken(held)
        held.state, held.state_note = said["state"], said["state_note"]
        held.version += 1
        held.changed_at, held.changed_by_id = now, actor.user_id
        held.save(update_fields=["state", "state_note", "version", "changed_at", "changed_by"])
        record(
            actor=actor,
            action="change_measure",
            obj=held,
            now=now,
            organisation_id=held.party.organisation_id,
            collaboration_id=held.goal.collaboration_id,
            changes=changes,
        )
    return held
