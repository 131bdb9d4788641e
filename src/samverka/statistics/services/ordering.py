"""Ordering the long work of statistics: taking a file in, and fetching from the sources."""

from collections.abc import Sequence
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check
from samverka.foundation.jobs.models import Job
from samverka.foundation.jobs.services import order
from samverka.statistics.enums import JOB_KIND, REFRESH_KIND


def order_import(*, actor: Actor, name: str, content: bytes, extracted_on: date, now: datetime) -> Job:
    """Put one uploaded file in the queue.

    Raises:
        Forbidden: the actor does not take figures in.
    """
    check(actor, Action.IMPORT_STATISTICS, None)
    return order(
        actor=actor,
        kind=JOB_KIND,
        title=_("Läser in %(file)s") % {"file": name},
        arguments={"name": name, "extracted_on": extracted_on.isoformat(), "ordered_at": now.isoformat()},
        upload=content,
        now=now,
    )


def order_refresh(*, actor: Actor, source: str, keys: Sequence[str], full: bool, now: datetime) -> Job:
    """Put a refresh in the queue. `source` and `keys` as for `refresh`; empty means all.

    Raises:
        Forbidden: the actor does not take figures in.
    """
    check(actor, Action.IMPORT_STATISTICS, None)
    return order(
        actor=actor,
        kind=REFRESH_KIND,
        title=_("Hämtar nya siffror"),
        arguments={"source": source, "keys": list(keys), "full": full},
        now=now,
    )


def noon(day: date) -> datetime:
    """A day as a moment: noon in Sweden is the same day in every time zone that reads it."""
    return timezone.make_aware(datetime.combine(day, time(12)))
