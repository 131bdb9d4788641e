"""`samverka worker`: does the jobs that wait in the database."""

import logging
import threading
import time

import click

from samverka.cli.session import require_migrated, session

log = logging.getLogger(__name__)

LOOK_EVERY = 30.0
"""Seconds between looks for jobs that have lost their worker."""
TIDY_EVERY = 24 * 60 * 60.0
"""Seconds between clearings of what nobody asks for any more."""


@click.command(short_help="Do the jobs that wait in the queue.")
def worker() -> None:
    """Do the jobs that wait in the queue, until SIGTERM or SIGINT; a running job is finished first.

    Any number of workers may run, on any number of machines. A second signal ends at once; the job is then
    done again by a worker.
    """
    with session():
        require_migrated()
        work()


def work() -> None:
    """Run the queue's worker in this process until it is told to stop. Django is ready."""
    from django.utils.crypto import get_random_string
    from django_tasks_db.management.commands.db_worker import Worker

    threading.Thread(target=keep_house, daemon=True).start()
    queue = Worker(
        queue_names=["*"],
        interval=1,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )
    queue.configure_signals()
    queue.run()


def keep_house() -> None:
    """Put lost jobs back in the queue, and once a day clear what nobody asks for any more.

    Again and again: a killed worker is started anew long before its job has been silent for long enough to count as
    lost, so one look at the start finds nothing.
    """
    from django.db import DatabaseError, close_old_connections
    from django.utils import timezone

    from samverka.foundation.jobs.services import pick_up_lost

    tidied: float | None = None
    while True:
        try:
            pick_up_lost(now=timezone.now())
            if tidied is None or time.monotonic() - tidied > TIDY_EVERY:
                tidy()
                tidied = time.monotonic()
        except DatabaseError:
            log.exception("the house could not be kept")
        finally:
            close_old_connections()
        time.sleep(LOOK_EVERY)


def tidy() -> None:
    """Clear ended sessions, places in the queue whose work was over a fortnight ago, and uploads that were left lying.

    Safe by several at once.
    """
    from django.core.management import call_command
    from django.utils import timezone

    from samverka.statistics.services.files import throw_old_files_away

    call_command("clearsessions")
    call_command("prune_db_task_results", min_age_days=14, verbosity=0)
    throw_old_files_away(now=timezone.now())
