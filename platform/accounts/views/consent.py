"""The consent text: read, agree, take back; leaving and erasing."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.access import PersonRequest, safe_next, signed_in
from accounts.actions import erase_member, give_consent, leave_community, withdraw_consent
from accounts.errors import Refused
from accounts.models import Community, ConsentText, Member, User
from accounts.queries import consent_of, member_of, membership, newest_consent_text


def consent(request: HttpRequest, slug: str) -> HttpResponse:
    """Read what is asked, and agree to it."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=slug)
    member = member_of(request.user, community)
    text = newest_consent_text(community)
    address = safe_next(request, default=reverse("accounts:community", args=[slug]))
    refusal = ""
    if request.method == "POST" and member is not None:
        seen = get_object_or_404(ConsentText, community=community, pk=request.POST.get("text") or 0)
        try:
            if request.POST.get("agree") != "yes":
                raise Refused("Tick the box if you agree. If you do not, leave this page; nothing is kept of you then.")
            give_consent(member=member, text=seen)
        except Refused as refused:
            refusal = str(refused)
        else:
            return redirect(address)
    context = {
        "community": community,
        "member": member,
        "text": text,
        "given": consent_of(member) if member else None,
        "next": address,
        "refusal": refusal,
    }
    return render(request, "accounts/consent.html", context, status=400 if refusal else 200)


def _mine(request: HttpRequest, slug: str) -> Member:
    """One's own membership, also when banned or gone: the data is theirs."""
    return get_object_or_404(membership(request.user), community__slug=slug)


@signed_in
def withdraw(request: PersonRequest, slug: str) -> HttpResponse:
    """Take the consent back; asks once."""
    member = _mine(request, slug)
    if request.method == "POST":
        withdraw_consent(member=member)
        messages.success(request, "Your consent is taken back. What you said about yourself was emptied.")
        return redirect(f"{reverse('accounts:me')}?community={slug}")
    return render(request, "accounts/withdraw.html", {"member": member, "community": member.community})


@signed_in
def leave(request: PersonRequest, slug: str) -> HttpResponse:
    """Stop taking part; asks once."""
    member = _mine(request, slug)
    refusal = ""
    if request.method == "POST":
        try:
            leave_community(member=member)
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, f"You have left {member.community}. You can come back from its page.")
            return redirect(f"{reverse('accounts:me')}?community={slug}")
    context = {"member": member, "community": member.community, "refusal": refusal}
    return render(request, "accounts/leave.html", context, status=409 if refusal else 200)


@signed_in
def erase(request: PersonRequest, slug: str) -> HttpResponse:
    """Erase what is held; asks once, says what will be lost, cannot be undone."""
    member = _mine(request, slug)
    refusal = ""
    if request.method == "POST":
        try:
            if request.POST.get("sure") != "yes":
                raise Refused("Tick the box to say that you are sure. Nothing was erased.")
            done = erase_member(member=member)
        except Refused as refused:
            refusal = str(refused)
        else:
            if not User.objects.filter(pk=request.user.pk).exists():
                logout(request)
            return render(request, "accounts/erased.html", {"community": member.community, "done": done})
    context = {"member": member, "community": member.community, "refusal": refusal}
    return render(request, "accounts/erase.html", context, status=409 if refusal else 200)
