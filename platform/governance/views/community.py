"""What the community page shows of this room."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import PageRequest
from accounts.models import Community


@require_safe
def governed(request: PageRequest, community: str) -> HttpResponse:
    """How the community is governed: the ways to everything. A fragment for htmx, a page for everybody else."""
    found = get_object_or_404(Community.objects.visible_to(request.user), slug=community)
    template = "governance/governed.html"
    return render(request, f"{template}#ways" if request.htmx else template, {"community": found})
