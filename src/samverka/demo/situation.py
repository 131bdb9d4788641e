"""The demo's situation picture over time: figures are read in, people write beside them, and the picture is frozen."""

from datetime import date, datetime, time
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from samverka.collaborations.models import Collaboration
from samverka.collaborations.queries import chosen_of
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.models import User
from samverka.picture.services.notes import NoteDraft, write_comment, write_note
from samverka.picture.services.snapshots import take_snapshot
from samverka.statistics.models import FocusArea
from samverka.territory.models import Area

from .cast import CAST
from .figures import load_own
from .world import READINGS

FIRST_YEAR = 2010


def load_situation(collaboration: Collaboration) -> None:
    """Everything of `READINGS`, in its order, through the services that the pages use."""
    writers = {member.key: Actor.of(User.objects.get(email=member.email)) for member in CAST}
    followed = {row.indicator.source_key: row.indicator for row in chosen_of(collaboration)}
    focus = FocusArea.objects.get(organisation=None, key="arbete")
    first = FIRST_YEAR
    for reading in READINGS:
        load_own(range(first, reading.to_year + 1), _noon(reading.on))
        first = reading.to_year + 1
        for note in reading.notes:
            draft = NoteDraft(
                text=note.text,
                kind=note.kind,
                focus_area=None if note.indicator else focus,
                indicator=followed.get(note.indicator),
                source_name=note.source,
                from_year=note.from_year,
                to_year=note.to_year,
                is_public=note.is_public,
            )
            write_note(actor=writers[note.by], collaboration=collaboration, draft=draft, now=_noon(note.on))
        for remark in reading.remarks:
            write_comment(
                actor=writers[remark.by],
                collaboration=collaboration,
                indicator=followed[remark.indicator],
                area=Area.objects.get(code=remark.area),
                year=remark.year,
                text=remark.text,
                now=_noon(reading.on),
            )
        if reading.title:
            take_snapshot(
                actor=writers["anna"],
                collaboration=collaboration,
                title=reading.title,
                order_key=uuid5(NAMESPACE_URL, reading.title),
                now=_noon(reading.on),
            )


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))
