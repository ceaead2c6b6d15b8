"""Ways in: open doors, links, the demonstration's one-click logins."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import PageRequest, safe_next
from accounts.actions import find_entry_link, join_community, use_entry_link
from accounts.actions.demo import demo_member
from accounts.actions.entry import UNKNOWN, check_open
from accounts.demo import person_by_key
from accounts.errors import Refused
from accounts.forms import EntryForm
from accounts.limits import limited
from accounts.models import Community, EntryLink, Member
from accounts.queries import member_of, newest_consent_text, owes_consent
from accounts.sessions import sign_in

LINK_IN_SESSION = "entry_link"


def sent_key(request: HttpRequest) -> UUID | None:
    """The key under which an entry was sent."""
    form = EntryForm(request.POST)
    return form.cleaned_data["key"] if form.is_valid() else None


def welcome(request: HttpRequest, member: Member, address: str) -> HttpResponse:
    """Sign the member in and send them on, by way of the consent text when that awaits their yes."""
    sign_in(request, member)
    if owes_consent(member):
        consent = reverse("accounts:consent", args=[member.community.slug])
        return redirect(f"{consent}?{urlencode({'next': address})}")
    return redirect(address)


@require_safe
def door(request: PageRequest) -> HttpResponse:
    """Where people are sent who must take part first: the communities that are open to them."""
    open_to_all = Community.objects.visible_to(request.user).filter(open_entry=True)
    context = {"communities": open_to_all[:50], "next": safe_next(request)}
    return render(request, "accounts/door.html", context)


@never_cache
@limited("enter")
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Take part in a community that is open to all."""
    community = get_object_or_404(
        Community.objects.filter(
            models.Q(pk__in=Community.objects.visible_to(request.user)) | models.Q(open_entry=True)
        ),
        slug=slug,
    )
    address = safe_next(request, default=reverse("accounts:community", args=[slug]))
    member = member_of(request.user, community)
    if member is not None:
        return welcome(request, member, address)
    refusal = ""
    if request.method == "POST":
        try:
            member = join_community(community=community, user=request.user, key=sent_key(request))
        except Refused as refused:
            refusal = str(refused)
        else:
            return welcome(request, member, address)
    context = {"community": community, "next": address, "refusal": refusal, "text": newest_consent_text(community)}
    return render(request, "accounts/join.html", context, status=403 if refusal else 200)


@require_safe
@never_cache
@limited("enter")
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Exchange the token for a mark in the session and redirect, so that it is not in the address.

    Nothing is used up yet: programs that look at links in messages get no further than this.
    """
    try:
        link = find_entry_link(token=token, user=request.user)
    except Refused as refused:
        return render(request, "accounts/no_entry.html", {"refusal": refused}, status=410)
    request.session[LINK_IN_SESSION] = link.pk
    return redirect("accounts:enter")


@never_cache
@limited("enter")
def enter_with_link(request: HttpRequest) -> HttpResponse:
    """Who invites to what; the button goes through the door."""
    links = EntryLink.objects.select_related("community", "used_by")
    link = links.filter(pk=request.session.get(LINK_IN_SESSION, 0)).first()
    try:
        if link is None:
            raise Refused(UNKNOWN)
        member = member_of(request.user, link.community)
        if member is None:
            check_open(link, request.user)
            if request.method == "POST":
                member = use_entry_link(link=link, user=request.user, key=sent_key(request))
    except Refused as refused:
        return render(request, "accounts/no_entry.html", {"refusal": refused}, status=410)
    if member is not None:
        return welcome(request, member, link.leads_to)
    context = {"community": link.community, "link": link, "text": newest_consent_text(link.community)}
    return render(request, "accounts/enter.html", context)


@never_cache
@limited("enter")
def demo_login(request: HttpRequest, role: str) -> HttpResponse:
    """Try a role with one click (demonstration sites only)."""
    person = person_by_key(role)
    if not settings.DEMO or person is None:
        raise Http404
    if request.method == "POST":
        member = demo_member(person)
        sign_in(request, member)
        messages.info(request, f"You are trying Polyphony as: {person.label}.")
        return redirect(safe_next(request, default=reverse("accounts:community", args=[member.community.slug])))
    return render(request, "accounts/demo_login.html", {"person": person})


@require_safe
def demo(request: PageRequest) -> HttpResponse:
    """Whom one can try to be (demonstration sites only): a fragment of the home page, or a page."""
    if not settings.DEMO:
        raise Http404
    return render(request, "accounts/demo_fragment.html" if request.htmx else "accounts/demo.html")
