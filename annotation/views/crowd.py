"""The door for people whom a crowd service sends."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import PageRequest
from accounts.actions import join_community
from accounts.errors import Refused
from accounts.limits import limited
from accounts.models import Member
from accounts.queries import newest_consent_text
from accounts.views.entry import sent_key, welcome
from annotation.crowd import SESSION, arrival_in, arrival_of, remember
from annotation.models import Enrolment, Study


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("enter")
def enter(request: PageRequest, study: str) -> HttpResponse:
    """Exchange the service's id for a mark in the session, so that it leaves the address; then let the person in."""
    found = get_object_or_404(
        Study.objects.select_related("community"), Q(takes_crowd=True), ~Q(status=Study.Status.DRAFT), slug=study
    )
    arrival = arrival_of(request.GET)
    if arrival is not None:
        remember(request.session, found, arrival)
        return redirect("annotation:enter", found.slug)
    if str(found.pk) not in request.session.get(SESSION, {}):
        words = "This address works when a crowd service sends you. Go back to the service and start the study there."
        return render(request, "accounts/no_entry.html", {"refusal": words}, status=410)
    refusal = ""
    if request.method == "POST":
        try:
            member = _known(request, found) or join_community(
                community=found.community, user=request.user, invited=True, key=sent_key(request)
            )
        except Refused as refused:
            refusal = str(refused)
        else:
            return welcome(request, member, f"/studies/{found.slug}/start/")
    context = {
        "study": found,
        "community": found.community,
        "text": newest_consent_text(found.community),
        "refusal": refusal,
    }
    return render(request, "annotation/enter.html", context, status=403 if refusal else 200)


def _known(request: PageRequest, study: Study) -> Member | None:
    """Who came by the same service under the same id before, and has no other way to sign in."""
    crowd = arrival_in(request.session, study)
    enrolment = (
        Enrolment.objects.select_related("member__user", "member__community").filter(study=study, **crowd).first()
    )
    if enrolment is None or not enrolment.member.is_active or not enrolment.member.user.is_passwordless:
        return None
    return enrolment.member
