"""Entry links (community admins)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PersonRequest, protected
from accounts.actions import make_entry_link, revoke_entry_link
from accounts.forms import EntryLinkForm
from accounts.limits import limited
from accounts.models import Community, EntryLink
from accounts.queries import listed_links, member_of

PER_PAGE = 50


@require_safe
@protected
def links(request: PersonRequest, slug: str) -> HttpResponse:
    """The community's doors, newest first."""
    community = get_object_or_404(Community.objects.run_by(request.user), slug=slug)
    page = Paginator(listed_links(request.user, community), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/links.html", {"community": community, "page": page})


@never_cache
@protected
@limited("make")
def new_link(request: PersonRequest, slug: str) -> HttpResponse:
    """Make a link; the page that answers is the only one that shows it."""
    community = get_object_or_404(Community.objects.run_by(request.user), slug=slug)
    form = EntryLinkForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        context = {"community": community, "form": form}
        return render(request, "accounts/new_link.html", context, status=400 if form.errors else 200)
    given = form.cleaned_data
    made = [
        make_entry_link(
            community=community,
            kind=given["kind"],
            label=f"{given['label'] or 'Invitation'} {number}" if given["count"] > 1 else given["label"],
            leads_to=given["leads_to"],
            expires_at=given["expires_at"],
            created_by=member_of(request.user, community),
        )
        for number in range(1, given["count"] + 1)
    ]
    addresses = [request.build_absolute_uri(reverse("accounts:enter-token", args=[token])) for _, token in made]
    context = {"community": community, "link": made[0][0], "addresses": addresses}
    return render(request, "accounts/link_made.html", context)


@require_POST
@protected
def revoke_link(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Close a door."""
    visible = EntryLink.objects.visible_to(request.user)
    link = get_object_or_404(visible, community__slug=slug, pk=pk)
    revoke_entry_link(link=link)
    messages.success(request, "The link is withdrawn. Who came through it stays.")
    return redirect("accounts:links", slug)
