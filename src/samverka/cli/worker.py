"""`samverka worker`: does the jobs that wait in the database."""

import click

from samverka.cli.session import require_migrated, session


@click.command(short_help="Do the jobs that wait in the queue.")
def worker() -> None:
    """Do the jobs that wait in the queue, until SIGTERM or SIGINT; a running job is finished first.

    Any number of workers may run, on any number of machines. A second signal ends at once; the job is then
    done again by the next worker that starts.
    """
    with session():
        require_migrated()
        work()


def work() -> None:
    """Run the queue's worker in this process until it is told to stop. Django is ready."""
    from django.utils import timezone
    from django.utils.crypto import get_random_string
    from django_tasks_db.management.commands.db_worker import Worker

    from samverka.foundation.jobs.services import pick_up_lost

    pick_up_lost(now=timezone.now())
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
