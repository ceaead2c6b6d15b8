"""Members: list, roles, bans (community admins)."""

import csv
from collections.abc import Iterator

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PersonRequest, protected
from accounts.actions import ban_member, change_roles, unban_member
from accounts.errors import Refused
from accounts.forms import BanForm, MemberFilterForm, RolesForm
from accounts.models import Community, Member
from accounts.queries import listed_members
from accounts.spreadsheets import Line, harmless

PER_PAGE = 50


def _found(request: PersonRequest, community: Community) -> QuerySet[Member]:
    """What the filter in the address leaves; an address that makes no sense leaves everyone."""
    form = MemberFilterForm(request.GET)
    return listed_members(request.user, community, **(form.cleaned_data if form.is_valid() else {}))


@require_safe
@protected
def members(request: PersonRequest, slug: str) -> HttpResponse:
    """Who belongs to the community."""
    community = get_object_or_404(Community.objects.run_by(request.user), slug=slug)
    page = Paginator(_found(request, community), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "accounts/members.html", {"community": community, "form": MemberFilterForm(request.GET), "page": page}
    )


@require_safe
@protected
def members_csv(request: PersonRequest, slug: str) -> StreamingHttpResponse:
    """The same list for a spreadsheet; cells that a spreadsheet would run are made harmless."""
    community = get_object_or_404(Community.objects.run_by(request.user), slug=slug)
    found = _found(request, community)
    writer = csv.writer(Line())

    def lines() -> Iterator[str]:
        yield writer.writerow(["pseudonym", "roles", "joined", "standing", "synthetic"])
        for member in found.iterator(chunk_size=2000):
            standing = "banned" if member.banned_at else "left" if member.left_at else "taking part"
            cells = [member.pseudonym, " ".join(member.roles), f"{member.joined_at:%Y-%m-%d}", standing]
            yield writer.writerow([harmless(cell) for cell in [*cells, "yes" if member.is_synthetic else "no"]])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="members-{community.slug}.csv"'
    return response


def _one(request: PersonRequest, slug: str, pk: int) -> Member:
    """A member of a community the person runs."""
    run = Community.objects.run_by(request.user)
    visible = Member.objects.visible_to(request.user).filter(community__in=run)
    return get_object_or_404(visible.select_related("community", "user"), community__slug=slug, pk=pk)


def _page(request: PersonRequest, member: Member, *, status: int = 200, **more: object) -> HttpResponse:
    context = {
        "member": member,
        "community": member.community,
        "roles_form": RolesForm(initial={"roles": member.roles}),
        "ban_form": BanForm(),
        "events": member.events.select_related("by"),
        **more,
    }
    return render(request, "accounts/member.html", context, status=status)


@require_safe
@protected
def member(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """One member: roles, standing, what was decided about them."""
    return _page(request, _one(request, slug, pk))


@require_POST
@protected
def roles(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Give roles."""
    member = _one(request, slug, pk)
    form = RolesForm(request.POST)
    if not form.is_valid():
        return _page(request, member, roles_form=form, status=400)
    try:
        change_roles(member=member, roles=form.cleaned_data["roles"], by=request.user)
    except Refused as refused:
        return _page(request, member, refusal=refused, status=409)
    messages.success(request, f"The roles of {member} are saved.")
    return redirect("accounts:member", slug, pk)


@require_POST
@protected
def ban(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Ban, with a reason."""
    member = _one(request, slug, pk)
    form = BanForm(request.POST)
    if not form.is_valid():
        return _page(request, member, ban_form=form, status=400)
    try:
        ban_member(member=member, reason=form.cleaned_data["reason"], by=request.user)
    except Refused as refused:
        return _page(request, member, refusal=refused, status=409)
    messages.success(request, f"{member} is banned. You can lift the ban here.")
    return redirect("accounts:member", slug, pk)


@require_POST
@protected
def unban(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Lift a ban."""
    member = unban_member(member=_one(request, slug, pk), by=request.user)
    messages.success(request, f"{member} may take part again.")
    return redirect("accounts:member", slug, pk)
