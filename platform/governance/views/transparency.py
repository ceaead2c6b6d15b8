"""The public transparency page of a community: everything that was decided, and by whom, in one place."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import Community
from governance.models import PublishedHead
from governance.queries.bodies import listed_bodies, seated
from governance.queries.comal import listed_audits, priorities_of
from governance.queries.constitutions import listed_constitutions
from governance.queries.decisions import listed_decisions, outcomes
from governance.queries.draws import listed_draws
from governance.queries.incidents import incident_counts, listed_incidents
from governance.queries.releases import listed_releases
from governance.transparency import moderation_log

MOST = 10


@require_safe
def transparency(request: HttpRequest, community: str) -> HttpResponse:
    """Bodies and seats, decisions with their outcome, panels, texts, releases, incidents, audits, moderation, heads."""
    found = get_object_or_404(Community.objects.visible_to(request.user), slug=community)
    context = {
        "community": found,
        "bodies": seated(listed_bodies(request.user, found)),
        "outcomes": outcomes(listed_decisions(request.user, community=found), MOST),
        "draws": listed_draws(request.user, found).exclude(committed_at=None)[:MOST],
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
