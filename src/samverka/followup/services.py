"""A party says how it goes: first for itself, then for all parties.

Every service locks the party's own row first, so that two who write for the same party come after each other.
What the writer saw is a stamp (`StatusText.stamp`, or "" for nothing): whoever writes on top of something else
is told, and whoever says the same thing once more is not.
"""

from datetime import datetime

from django.db import transaction

from samverka.collaborations.models import Party
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import record
from samverka.foundation.versions import Overtaken

from .models import StatusText
from .queries import newest_of

LONGEST = 4000
"""Characters in a status text: two pages."""


class TextRefused(ValueError):
    """A status text without words, or longer than anybody will read."""

    code = "text_refused"


def save_draft(*, actor: Actor, party: Party, text: str, seen: str, now: datetime) -> StatusText:
    """Keep a text for the party's own people. Saving what is saved already changes nothing.

    Args:
        seen: the stamp of what the writer started from.

    Raises:
        Forbidden: the actor does not write for the party.
        TextRefused: empty, or too long.
        Overtaken: somebody has saved or submitted since; nothing is changed.
    """
    check(actor, Action.WRITE_STATUS, party)
    text = _worded(text)
    with transaction.atomic():
        newest = _held(party)
        draft = newest if newest is not None and newest.submitted_at is None else None
        if draft is not None and draft.text == text:
            return draft
        _check_seen(newest, seen)
        before = draft.version if draft is not None else None
        draft = _write(actor, party, draft, text, now)
        # The audit keeps for ever, and a draft that is thrown away should be gone: its words are not in it.
        _record(actor, "save_draft", draft, now, changes={"version": (before, draft.version)})
    return draft


def submit_status(*, actor: Actor, party: Party, text: str, seen: str, now: datetime) -> StatusText:
    """Give a text to all parties; from then on it stands. The same call once more gives the same text.

    Args:
        seen: the stamp of what the writer started from. A writer who has seen the submitted text and submits
            the same words again says that it is still so, today.

    Raises:
        Forbidden: the actor does not write for the party.
        TextRefused: empty, or too long.
        Overtaken: somebody has saved or submitted since; nothing is changed.
    """
    check(actor, Action.WRITE_STATUS, party)
    text = _worded(text)
    with transaction.atomic():
        newest = _held(party)
        if newest is not None and newest.submitted_at is not None and newest.text == text and newest.stamp != seen:
            return newest
        _check_seen(newest, seen)
        draft = newest if newest is not None and newest.submitted_at is None else None
        before = StatusText.objects.filter(party=party, submitted_at__isnull=False).order_by("-submitted_at", "-pk")
        said = before.values_list("text", flat=True).first()
        submitted = _write(actor, party, draft, text, now, submitted_at=now)
        _record(actor, "submit_status", submitted, now, changes={"text": (said, text)})
    return submitted


def discard_draft(*, actor: Actor, party: Party, seen: str, now: datetime) -> None:
    """Throw the draft away. Without a draft there is nothing to do.

    Raises:
        Forbidden: the actor does not write for the party.
        Overtaken: somebody has saved or submitted since; nothing is thrown away.
    """
    check(actor, Action.WRITE_STATUS, party)
    with transaction.atomic():
        newest = _held(party)
        if newest is None or newest.submitted_at is not None:
            return
        _check_seen(newest, seen)
        _record(actor, "discard_draft", newest, now, changes={"version": (newest.version, None)})
        newest.delete()


def _worded(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text or len(text) > LONGEST:
        raise TextRefused(f"a status text has 1 to {LONGEST} characters, not {len(text)}")
    return text


def _held(party: Party) -> StatusText | None:
    """The party's newest text, with the party's row locked: a text that does not exist yet cannot be."""
    Party.objects.select_for_update(of=("self",)).get(pk=party.pk)
    return newest_of(party)


def _check_seen(newest: StatusText | None, seen: str) -> None:
    if newest is not None and newest.stamp != seen:
        raise Overtaken(newest)


def _write(
    actor: Actor,
    party: Party,
    draft: StatusText | None,
    text: str,
    now: datetime,
    *,
    submitted_at: datetime | None = None,
) -> StatusText:
    if draft is None:
        draft = StatusText(party=party, version=0)
    draft.text, draft.written_at, draft.written_by_id = text, now, actor.user_id
    draft.submitted_at = submitted_at
    draft.version += 1
    draft.save()
    return draft


def _record(
    actor: Actor, action: str, text: StatusText, now: datetime, *, changes: dict[str, tuple[object, object]]
) -> None:
    record(
        actor=actor,
        action=action,
        obj=text,
        now=now,
        organisation_id=text.party.organisation_id,
        collaboration_id=text.party.collaboration_id,
        changes=changes,
    )
