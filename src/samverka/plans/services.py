"""Saying how a measure goes."""

from datetime import datetime

from django.db import transaction

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import difference, record, snapshot
from samverka.foundation.versions import Overtaken

from . import queries
from .enums import MeasureState
from .models import Measure


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
