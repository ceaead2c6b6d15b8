"""The public transparency page of a community: everything that was decided, and by whom, in one place."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import Community
from governance.models import PublishedHead
from governance.queries.comal import listed_audits, priorities_of
from governance.queries.constitutions import listed_constitutions
from governance.queries.incidents import incident_counts, listed_incidents
from governance.queries.releases import listed_releases
from governance.transparency import moderation_log

MOST = 10


@require_safe
def transparency(request: HttpRequest, community: str) -> HttpResponse:
    """Texts, releases, incidents, audits, moderation with its reasons, and the heads of the audit chain."""
    found = get_object_or_404(Community.objects.visible_to(request.user), slug=community)
    context = {
        "community": found,
        "constitutions": listed_constitutions(request.user, found)[:MOST],
        "releases": listed_releases(request.user, found)[:MOST],
        "incidents": listed_incidents(request.user, found)[:MOST],
        "counts": incident_counts(found),
        "audits": listed_audits(request.user, found)[:MOST],
        "priorities": priorities_of(found),
        "moderated": moderation_log(found),
        "heads": PublishedHead.objects.filter(community=found).order_by("-number")[:MOST],
    }
    return render(request, "governance/transparency.html", context)
