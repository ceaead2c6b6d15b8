"""Pages of long work: what there is, how far one has come, stopping and trying again."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PageRequest
from accounts.queries import member_of
from frontend.navigation import with_role
from jobs import actions
from jobs.models import Job
from jobs.models.language import READERS
from jobs.queries import job_behind, jobs_of

JOBS_ON_A_PAGE = 25


@require_safe
@login_required
def jobs(request: PageRequest) -> HttpResponse:
    """Everything the person may follow, newest first, by state when asked."""
    status = request.GET.get("status", "")
    listed = jobs_of(request.user)
    if status in Job.Status.values:
        listed = listed.filter(status=status)
    page = Paginator(listed, JOBS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "status": status,
        "statuses": Job.Status.choices,
        "reads_language_calls": with_role(*READERS)(request),
    }
    return render(request, "jobs/jobs.html", context)


@require_safe
@login_required
@never_cache
def job(request: PageRequest, pk: UUID) -> HttpResponse:
    """How far one has come; with htmx only the part that changes."""
    template = "jobs/job.html#state" if request.htmx else "jobs/job.html"
    return render(request, template, {"job": _found(request, pk)})


@require_POST
@login_required
def cancel(request: PageRequest, pk: UUID) -> HttpResponse:
    """Stop it."""
    found = _found(request, pk)
    try:
        # A wish that no relay has seen yet has no job to stop; a moment later it has.
        actions.cancel_job(job=found)
    except Job.DoesNotExist:
        messages.info(request, "This work is just being taken up. Press the button again in a moment.")
    except actions.NotPossible as reason:
        messages.info(request, str(reason))
    return redirect("jobs:job", pk=pk)


@require_POST
@login_required
def retry(request: PageRequest, pk: UUID) -> HttpResponse:
    """Ask for it again and follow the new one."""
    found = _found(request, pk)
    member = member_of(request.user, found.community) if found.community else request.member
    try:
        again = actions.retry_job(job=found, requested_by=member)
    except actions.NotPossible as reason:
        messages.info(request, str(reason))
        return redirect("jobs:job", pk=pk)
    return redirect("jobs:job", pk=again)


def _found(request: PageRequest, pk: UUID) -> Job:
    found = job_behind(request.user, pk)
    if found is None:
        raise Http404
    return found
