"""Ordering, running, cancelling and picking up long work."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from samverka.foundation.access.actions import Action
from samverka.foundation.access.actors import Actor
from samverka.foundation.access.doors import check

from .enums import JobState
from .models import Job
from .registry import Cancelled, JobFailure, work_of
from .tasks import run_job

log = logging.getLogger(__name__)

SILENT_FOR = timedelta(minutes=2)
"""A running job that has told nothing for so long has lost its worker. Every kind of work reports far more often."""

LONGEST_TITLE = 200
"""A title is made around what a person has written, which may already be as long as its own field takes."""


def order(
    *,
    actor: Actor,
    kind: str,
    title: str,
    arguments: Mapping[str, Any],
    now: datetime,
    upload: bytes | None = None,
) -> Job:
    """Put long work in the queue. Who may order it is for the ordering app to check."""
    work_of(kind)  # an unknown kind fails here, not in the worker
    if actor.user_id is None:
        raise ValueError("long work is ordered by a person, who can come back to it")
    # The queue is in the same database: job and place in the queue come together or not at all.
    with transaction.atomic():
        job = Job.objects.create(
            kind=kind,
            title=title[:LONGEST_TITLE],
            person_id=actor.user_id,
            arguments=dict(arguments),
            upload=upload,
            created_at=now,
        )
        run_job.enqueue(job.pk)
    return job


def cancel(*, actor: Actor, job: Job, now: datetime) -> None:
    """Ask for an end. Work that waits ends at once; work that runs ends at its next step. Idempotent."""
    check(actor, Action.CANCEL_JOB, job)
    with transaction.atomic():
        held = Job.objects.select_for_update().get(pk=job.pk)
        if held.is_over:
            return
        held.cancel_requested = True
        if held.state == JobState.WAITING:
            held.state, held.finished_at = JobState.CANCELLED, now
        held.save(update_fields=["cancel_requested", "state", "finished_at"])


def run(job_id: int) -> None:
    """Do a job; called by the worker. A job that another worker took, or that is over, is left alone."""
    with transaction.atomic():
        job = Job.objects.select_for_update(skip_locked=True).select_related("person").filter(pk=job_id).first()
        if job is None or job.state != JobState.WAITING:
            return
        job.state = JobState.RUNNING
        job.started_at = job.seen_at = timezone.now()
        job.save(update_fields=["state", "started_at", "seen_at"])
    actor = Actor.of(job.person)
    telling = _Telling(job)
    try:
        result = work_of(job.kind)(
            actor=actor,
            arguments=job.arguments,
            upload=bytes(job.upload) if job.upload is not None else None,
            progress=telling,
        )
    except Cancelled:
        _end(job, JobState.CANCELLED)
    except JobFailure as failure:
        _end(job, JobState.FAILED, error=str(failure))
    except Exception:
        log.exception("job failed", extra={"job": job.pk, "kind": job.kind})
        _end(
            job,
            JobState.FAILED,
            error=_(
                "Ett oväntat fel stoppade arbetet. Det som redan sparats finns kvar. Försök igen; felet är loggat."
            ),
        )
    else:
        _end(job, JobState.DONE, result=result)
    finally:
        telling.close()


def pick_up_lost(*, now: datetime) -> int:
    """Put jobs back in the queue whose worker died; their work is made to be done again. Called by every worker
    now and then."""
    with transaction.atomic():
        lost = list(
            Job.objects.select_for_update(skip_locked=True).filter(state=JobState.RUNNING, seen_at__lt=now - SILENT_FOR)
        )
        for job in lost:
            job.state = JobState.WAITING
            job.save(update_fields=["state"])
            run_job.enqueue(job.pk)
    return len(lost)


def _end(job: Job, state: JobState, *, result: dict[str, Any] | None = None, error: str = "") -> None:
    Job.objects.filter(pk=job.pk).update(
        state=state, result=result, error=error, upload=None, doing="", finished_at=timezone.now()
    )


class _Telling:
    """Progress written to the job's row, at most twice a second.

    On a connection of its own: the work may be inside a transaction, and what it tells must be seen at once and must
    not hold the row, or nobody could cancel.
    """

    EVERY = timedelta(milliseconds=500)

    def __init__(self, job: Job) -> None:
        self.job = job
        self.told_at: datetime | None = None
        self.connection = connections.create_connection(DEFAULT_DB_ALIAS)

    def report(self, *, done: int, total: int, doing: str) -> None:
        now = timezone.now()
        if self.told_at is not None and now - self.told_at < self.EVERY and done < total:
            return
        self.told_at = now
        with self.connection.cursor() as cursor:
            cursor.execute(
                "UPDATE jobs_job SET done = %s, total = %s, doing = %s, seen_at = %s WHERE id = %s "
                "RETURNING cancel_requested",
                [done, total, doing[:200], now, self.job.pk],
            )
            row = cursor.fetchone()
        if row is not None and row[0]:
            raise Cancelled

    def close(self) -> None:
        self.connection.close()
