"""Reading a large study for the page that watches it: asked for by a person, done by a worker."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Member
from annotation.models import Study, WatchReport
from annotation.presentation.watched import figures_of_people, shares_of_everyone, watched
from annotation.queries.watching import people_of, read_answers
from jobs.actions import request_job
from jobs.progress import Progress

KIND = "watch_study"


@transaction.atomic
def request_report(*, study: Study, requested_by: Member | None) -> UUID:
    """Ask a worker to read the study's answers; returns the id under which that can be followed."""
    report, _ = WatchReport.objects.get_or_create(study=study)
    job = request_job(
        kind=KIND,
        key=str(study.pk),
        payload={"study": study.pk},
        community=study.community,
        requested_by=requested_by,
    )
    WatchReport.objects.filter(pk=report.pk).update(job=job)
    return job


def watch_study(progress: Progress, *, study: int) -> dict[str, Any]:
    """Read every answer and keep the figures; a second run reads again and puts them in the same place."""
    found = Study.objects.select_related("community").get(pk=study)
    began, total = timezone.now(), max(found.responses.count(), 1)

    def report(number: int) -> None:
        progress.report(min(0.02 + 0.7 * number / total, 0.72), f"{number:,} of {total:,} answers read")

    answered = read_answers(found, report)
    progress.report(0.75, "Measuring agreement")
    people = people_of(found, answered.work)
    context = watched(found, answered, people)
    html = render_to_string("annotation/watched.html", {**context, "study": found, "community": found.community})
    progress.report(0.95, "Keeping the figures")
    WatchReport.objects.update_or_create(
        study=found,
        defaults={
            "html": html,
            "people": figures_of_people(people, context["drawn"]),
            "everyone": shares_of_everyone(answered),
            "n_responses": sum(work.answered for work in answered.work.values()),
            "read_at": began,
        },
    )
    return {"address": f"/studies/{found.slug}/manage/watch/"}
