"""What the community page shows of this room."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import PageRequest
from accounts.models import Community, Role
from governance.queries.bodies import listed_bodies


@require_safe
def governed(request: PageRequest, community: str) -> HttpResponse:
    """How the community is governed: the ways to everything. A fragment for htmx, a page for everybody else."""
    found = get_object_or_404(Community.objects.visible_to(request.user), slug=community)
    context = {
        "community": found,
        "bodies": listed_bodies(request.user, found),
        "may_run": Community.objects.run_by(request.user, Role.ADMIN).filter(pk=found.pk).exists(),
    }
    template = "governance/governed.html"
    return render(request, f"{template}#ways" if request.htmx else template, context)
