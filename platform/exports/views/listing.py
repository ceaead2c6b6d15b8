"""Pages that show exports: the list, and one with its manifest."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import PageRequest
from accounts.models import Community, Role
from exports.models import Export
from exports.preview import preview_of
from exports.queries import listed_exports
from exports.releasing import verdict_on

PER_PAGE = 25


@require_safe
def exports(request: PageRequest) -> HttpResponse:
    """Data sets that the person may see, newest first; of one community, study or conversation when asked."""
    found = listed_exports(request.user)
    asked = {name: request.GET.get(name, "") for name in ("community", "study", "conversation")}
    for name, slug in asked.items():
        if slug:
            found = found.filter(**{f"{name}__slug": slug})
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "asked": {name: slug for name, slug in asked.items() if slug},
        "may_create": Community.objects.run_by(request.user, Role.RESEARCHER, Role.ADMIN).exists(),
    }
    return render(request, "exports/exports.html", context)


@require_safe
def panel(request: PageRequest, community: str) -> HttpResponse:
    """The newest data sets of a community, as a part of its page; by itself the list."""
    found = get_object_or_404(Community.objects.visible_to(request.user), slug=community)
    if not request.htmx:
        return redirect(f"{reverse('exports:exports')}?community={found.slug}")
    listed = listed_exports(request.user).filter(community=found)[:3]
    return render(request, "exports/panel.html", {"exports": listed, "community": found})


@require_safe
def export(request: PageRequest, export: UUID) -> HttpResponse:
    """One export: the steps still to take, or what it holds."""
    found = get_object_or_404(listed_exports(request.user), pk=export)
    may_run = Export.objects.run_by(request.user).filter(pk=found.pk).exists()
    context: dict[str, Any] = {"export": found, "community": found.community, "may_run": may_run}
    if found.is_ready:
        context |= {
            "verdict": verdict_on(request.user, found),
            "touches": list(found.touches.all()),
            "left_out": [(why, n) for why, n in found.manifest["left_out"].items() if n],
            "rows": list(found.manifest["rows"].items()),
        }
    elif found.status == Export.Status.DRAFT:
        context |= {"preview": preview_of(found), "n_findings": found.findings.count()}
    return render(request, "exports/export.html", context)
