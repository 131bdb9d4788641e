"""Writing beside the figures: notes that the parties keep together, and comments that are one person's own."""

from dataclasses import dataclass, fields
from datetime import datetime

from django.db import transaction

from samverka.collaborations.models import Collaboration
from samverka.collaborations.queries import lead_of
from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.audit.services import difference, record
from samverka.foundation.versions import Overtaken
from samverka.picture.enums import NoteKind
from samverka.picture.models import Comment, Note
from samverka.statistics.models import FocusArea, Indicator
from samverka.territory.models import Area


class NotForAll(ValueError):
    """A note for all to read, where all may not read what it stands beside."""

    code = "not_for_all"


@dataclass(frozen=True, kw_only=True)
class NoteDraft:
    """What a note says, and beside what it stands: an indicator, a focus area, or both."""

    text: str
    kind: NoteKind = NoteKind.SCAN
    focus_area: FocusArea | None = None
    indicator: Indicator | None = None
    source_name: str = ""
    source_url: str = ""
    from_year: int | None = None
    to_year: int | None = None
    is_public: bool = False


def write_note(*, actor: Actor, collaboration: Collaboration, draft: NoteDraft, now: datetime) -> Note:
    """Put a note beside the figures. The same note by the same person again is the one that stands there.

    Raises:
        Forbidden: the actor does not write in the collaboration.
        NotForAll: it would be public, but the collaboration or the indicator is not.
    """
    check(actor, Action.WRITE_NOTE, collaboration)
    _check_readers(collaboration, draft)
    said = {"collaboration": collaboration, "written_by_id": actor.user_id, **_values(draft)}
    with transaction.atomic():
        _one_at_a_time(collaboration)
        there = Note.objects.filter(**said).first()
        if there is not None:
            return there
        note = Note.objects.create(**said, written_at=now)
        _record(
            actor, "write_note", note, now, changes={"text": (None, note.text), "is_public": (None, note.is_public)}
        )
    return note


def change_note(*, actor: Actor, note: Note, draft: NoteDraft, version: int, now: datetime) -> Note:
    """Let a note say something else. Saying what it says already changes nothing.

    Args:
        version: of the note that the writer saw.

    Raises:
        Forbidden: the actor does not write in the collaboration.
        NotForAll: see `write_note`.
        Overtaken: somebody has changed it since; nothing is changed.
    """
    check(actor, Action.CHANGE_NOTE, note)
    _check_readers(note.collaboration, draft)
    with transaction.atomic():
        held = _held(note)
        changes = difference(_said(held), {name: _plain(value) for name, value in _values(draft).items()})
        if not changes:
            return held
        if held.version != version:
            raise Overtaken(held)
        for name, value in _values(draft).items():
            setattr(held, name, value)
        held.changed_at, held.changed_by_id = now, actor.user_id
        held.version += 1
        held.save()
        _record(actor, "change_note", held, now, changes=changes)
    return held


def remove_note(*, actor: Actor, note: Note, version: int, now: datetime) -> None:
    """Take a note away. The audit keeps what it said.

    Raises:
        Forbidden: the actor does not write in the collaboration.
        Overtaken: somebody has changed it since; it stays.
    """
    check(actor, Action.CHANGE_NOTE, note)
    with transaction.atomic():
        held = _held(note)
        if held.version != version:
            raise Overtaken(held)
        _record(actor, "remove_note", held, now, changes={"text": (held.text, None)})
        held.delete()


def write_comment(
    *,
    actor: Actor,
    collaboration: Collaboration,
    indicator: Indicator,
    area: Area,
    year: int | None,
    text: str,
    now: datetime,
) -> Comment:
    """Say something of a figure, to the other parties. Saying the same again is saying it once.

    Raises:
        Forbidden: the actor does not write in the collaboration.
    """
    check(actor, Action.WRITE_NOTE, collaboration)
    said = {
        "collaboration": collaboration,
        "indicator": indicator,
        "area": area,
        "year": year,
        "text": text,
        "written_by_id": actor.user_id,
    }
    with transaction.atomic():
        _one_at_a_time(collaboration)
        there = Comment.objects.filter(**said).first()
        if there is not None:
            return there
        comment = Comment.objects.create(**said, written_at=now)
        # The words are confidential and can be taken away, so the audit says only that there were some.
        _record(actor, "write_comment", comment, now, changes={"indicator": (None, indicator.source_key)})
    return comment


def remove_comment(*, actor: Actor, comment: Comment, now: datetime) -> None:
    """Take a comment away.

    Raises:
        Forbidden: it is somebody else's, and the actor does not lead the collaboration.
    """
    check(actor, Action.REMOVE_COMMENT, comment)
    with transaction.atomic():
        _record(actor, "remove_comment", comment, now, changes={"indicator": (comment.indicator.source_key, None)})
        comment.delete()


def _one_at_a_time(collaboration: Collaboration) -> None:
    """A form that is sent twice is told apart from two people who write: the second waits, and sees what is there."""
    Collaboration.objects.select_for_update(no_key=True).get(pk=collaboration.pk)


def _check_readers(collaboration: Collaboration, draft: NoteDraft) -> None:
    if not draft.is_public:
        return
    if not collaboration.is_public or (draft.indicator is not None and not draft.indicator.is_public):
        raise NotForAll("a note for all to read stands in a public collaboration, beside public figures")


def _held(note: Note) -> Note:
    return Note.objects.select_for_update(of=("self",)).select_related("collaboration", "changed_by").get(pk=note.pk)


def _values(draft: NoteDraft) -> dict[str, object]:
    return {field.name: getattr(draft, field.name) for field in fields(draft)}


def _said(note: Note) -> dict[str, object]:
    return {field.name: _plain(getattr(note, field.name)) for field in fields(NoteDraft)}


def _plain(value: object) -> object:
    """A value as the audit keeps it: a row by its words."""
    return str(value) if isinstance(value, FocusArea | Indicator) else value


def _record(
    actor: Actor, action: str, obj: Note | Comment, now: datetime, *, changes: dict[str, tuple[object, object]]
) -> None:
    record(
        actor=actor,
        action=action,
        obj=obj,
        now=now,
        organisation_id=lead_of(obj.collaboration),
        collaboration_id=obj.collaboration_id,
        changes=changes,
    )
