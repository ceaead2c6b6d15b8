"""My data: what every room holds of me, as a page and as JSON."""

import json

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import personal_data
from accounts.access import PersonRequest, signed_in
from accounts.actions import delete_account
from accounts.errors import Refused
from accounts.models import Member, MemberEvent
from accounts.queries import consent_of, membership, newest_consent_text, open_questionnaires


def chosen_membership(request: PersonRequest) -> Member | None:
    """The membership a page is about: ?community=, else the one acted as, else the first; banned and gone ones too."""
    memberships = membership(request.user)
    slug = request.GET.get("community")
    if slug:
        chosen = memberships.filter(community__slug=slug).first()
        if chosen is None:
            raise Http404
        return chosen
    return request.member or memberships.first()


@require_safe
@never_cache
@signed_in
def me(request: PersonRequest) -> HttpResponse:
    """What is held of me, and what I can do about it."""
    member = chosen_membership(request)
    context: dict[str, object] = {
        "member": member,
        "memberships": list(membership(request.user)),
    }
    if member is not None:
        context |= {
            "community": member.community,
            "holdings": [(holding.title, holding.show(member)) for holding in personal_data.holdings()],
            "consent": consent_of(member),
            "text": newest_consent_text(member.community_id),
            "questionnaires": open_questionnaires(member) if member.is_active else [],
            "ban": member.events.filter(kind=MemberEvent.Kind.BANNED).first() if member.banned_at else None,
        }
    return render(request, "accounts/me.html", context)


@require_safe
@never_cache
@signed_in
def my_data(request: PersonRequest) -> HttpResponse:
    """Everything as a JSON file, for all communities of the person."""
    user = request.user
    record = {
        "as_of": timezone.now().isoformat(),
        "person": {
            "email": user.email,
            "since": user.date_joined.isoformat(),
            "last_sign_in": user.last_login and user.last_login.isoformat(),
        },
        "communities": {member.community.slug: personal_data.export(member) for member in membership(user)},
    }
    text = json.dumps(record, indent=2, ensure_ascii=False, default=str)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@signed_in
def delete(request: PersonRequest) -> HttpResponse:
    """Delete the account itself, once no community holds anything of the person; asks once."""
    refusal = ""
    if request.method == "POST":
        try:
            delete_account(person=request.user)
        except Refused as refused:
            refusal = str(refused)
        else:
            logout(request)
            messages.success(request, "Your account is deleted.")
            return redirect("frontend:home")
    context = {"memberships": membership(request.user), "refusal": refusal}
    return render(request, "accounts/delete_account.html", context, status=409 if refusal else 200)
