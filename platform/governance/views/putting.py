"""Ways from a text or an artifact to a decision about it."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import Community, Role
from governance.models import Body, Decision
from governance.subjects import Reference

PUTTING = (Role.STEWARD, Role.ADMIN)


def ways_to_decide(request: HttpRequest, community: Community, *subjects: Reference) -> list[tuple[str, str]]:
    """For stewards and admins, a link for each subject and body: its words, and the address of the filled-in form."""
    if not Community.objects.run_by(request.user, *PUTTING).filter(pk=community.pk).exists():
        return []
    bodies = Body.objects.filter(community=community, dissolved_at=None)
    ways = []
    for body in bodies:
        form = reverse("governance:propose", args=[body.slug])
        for subject in subjects:
            asked = urlencode({"subject": f"{subject.type}:{subject.id}"})
            ways.append((f"{subject.title}: put it to {body.name}", f"{form}?{asked}"))
    return ways


def decisions_about(request: HttpRequest, subject: Reference) -> list[Decision]:
    """Decisions about exactly this subject that the person may see, newest first."""
    about = {"subject_type": subject.type, "subject_id": subject.id, "subject_sha256": subject.content_sha256}
    seen = Decision.objects.visible_to(request.user).filter(**about).select_related("body")
    return list(seen.order_by("-created_at"))
