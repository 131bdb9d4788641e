"""The one task of the queue: do the job with this key."""

from django_tasks import task


@task()
def run_job(job_id: int) -> None:
    """Do one job. The queue holds only its key; everything else is in the job's row."""
    from .services import run  # services enqueue this task; the other way round is needed only when it runs

    run(job_id)
