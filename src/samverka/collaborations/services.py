"""What a party writes about itself in a collaboration."""

from datetime import datetime

from django.db import transaction

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import record
from samverka.foundation.versions import Overtaken

from .models import Party


def write_benefit(*, actor: Actor, party: Party, text: str, version: int, now: datetime) -> Party:
    """A party says what it gains itself.

    Args:
        version: the version that the writer saw.

    Raises:
        Forbidden: the actor does not write for the party.
        Overtaken: somebody else has written since; nothing is changed.
    """
    check(actor, Action.WRITE_BENEFIT, party)
    with transaction.atomic():
        held = Party.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=party.pk)
        if held.own_benefit == text:
            return held
        if held.version != version:
            raise Overtaken(held)
        before, held.own_benefit, held.version = held.own_benefit, text, held.version + 1
        held.save(update_fields=["own_benefit", "version"])
        record(
            actor=actor,
            action="write_benefit",
            obj=held,
            now=now,
            organisation_id=held.organisation_id,
            collaboration_id=held.collaboration_id,
            changes={"own_benefit": (before, text)},
        )
    return held
