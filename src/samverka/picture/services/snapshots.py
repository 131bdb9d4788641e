"""Freezing the picture, and lending it to others by an address that can be withdrawn."""

import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction

from samverka.collaborations.models import Collaboration
from samverka.collaborations.queries import lead_of
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import record
from samverka.picture.content.gathering import checksum, chosen_indicators, gather
from samverka.picture.models import Snapshot, SnapshotLink
from samverka.picture.queries.snapshots import next_number
from samverka.statistics.models import Indicator

TOKEN_BYTES = 24
"""192 bits of chance: nobody finds an address by trying."""


class NothingToFreeze(Exception):
    """The collaboration follows no indicator that all parties may read."""

    code = "nothing_to_freeze"


def take_snapshot(
    *, actor: Actor, collaboration: Collaboration, title: str, order_key: UUID, now: datetime
) -> Snapshot:
    """Freeze the picture as it is now. The same order twice gives the one snapshot.

    Args:
        order_key: made where the order is given, one per order.

    Raises:
        Forbidden: the actor does not write in the collaboration.
        NothingToFreeze: see there.
    """
    check(actor, Action.TAKE_SNAPSHOT, collaboration)
    with transaction.atomic():
        # One at a time: numbers follow each other, and a double click is one snapshot.
        Collaboration.objects.select_for_update(no_key=True).get(pk=collaboration.pk)
        taken = Snapshot.objects.filter(collaboration=collaboration, order_key=order_key).first()
        if taken is not None:
            return taken
        indicators, _left_out = chosen_indicators(collaboration)
        if not indicators:
            raise NothingToFreeze(f"{collaboration} follows no public indicator")
        # No figures are taken in meanwhile: all of them are from one and the same moment.
        held = Indicator.objects.select_for_update(no_key=True).filter(pk__in=[i.pk for i in indicators])
        list(held.order_by("pk").values_list("pk"))
        content = gather(
            actor=actor, collaboration=collaboration, title=title, number=next_number(collaboration), now=now
        )
        snapshot = Snapshot.objects.create(
            collaboration=collaboration,
            number=content["picture"]["number"],
            title=title,
            content=content,
            content_sha256=checksum(content),
            taken_at=now,
            taken_by=actor.name,
            order_key=order_key,
        )
        _record(actor, "take_snapshot", snapshot, now, changes={"content_sha256": (None, snapshot.content_sha256)})
    return snapshot


def share_snapshot(*, actor: Actor, snapshot: Snapshot, now: datetime) -> SnapshotLink:
    """Make an address by which anybody who has it reads the snapshot. One that is open already is given again.

    Raises:
        Forbidden: the actor does not write in the collaboration.
    """
    check(actor, Action.SHARE_SNAPSHOT, snapshot)
    with transaction.atomic():
        Collaboration.objects.select_for_update(no_key=True).get(pk=snapshot.collaboration_id)
        link = snapshot.links.filter(withdrawn_at=None).first()
        if link is not None:
            return link
        link = SnapshotLink.objects.create(
            snapshot=snapshot, token=secrets.token_urlsafe(TOKEN_BYTES), made_at=now, made_by=actor.name
        )
        _record(actor, "share_snapshot", snapshot, now)  # never the token: the audit is read by others
    return link


def withdraw_snapshot(*, actor: Actor, snapshot: Snapshot, now: datetime) -> None:
    """Close the address. Without an open one there is nothing to do.

    Raises:
        Forbidden: the actor does not write in the collaboration.
    """
    check(actor, Action.SHARE_SNAPSHOT, snapshot)
    with transaction.atomic():
        link = snapshot.links.select_for_update(of=("self",)).filter(withdrawn_at=None).first()
        if link is None:
            return
        link.withdrawn_at, link.withdrawn_by = now, actor.name
        link.save(update_fields=["withdrawn_at", "withdrawn_by"])
        _record(actor, "withdraw_snapshot", snapshot, now)


def _record(
    actor: Actor,
    action: str,
    snapshot: Snapshot,
    now: datetime,
    *,
    changes: dict[str, tuple[object, object]] | None = None,
) -> None:
    record(
        actor=actor,
        action=action,
        obj=snapshot,
        now=now,
        organisation_id=lead_of(snapshot.collaboration),
        collaboration_id=snapshot.collaboration_id,
        changes=changes,
    )
