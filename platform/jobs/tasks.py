"""What workers do: relay wishes, sweep up what was lost, run jobs."""

from uuid import UUID

from celery import shared_task


@shared_task(name="jobs.relay")
def relay() -> None:
    """Turn wishes into jobs and hand them out."""
    from jobs.relay import publish, relay_wishes

    publish(relay_wishes())


@shared_task(name="jobs.sweep")
def sweep() -> None:
    """Every few seconds: wishes nobody was woken for, jobs the broker lost, jobs whose worker was killed."""
    from jobs.relay import overdue_jobs, publish, take_back_abandoned

    relay()
    publish([*take_back_abandoned(), *overdue_jobs()])


@shared_task(name="jobs.run")
def run_job(job_id: str) -> None:
    """Run one job; a second delivery of the same job does nothing."""
    from jobs.running import run

    run(UUID(job_id))
