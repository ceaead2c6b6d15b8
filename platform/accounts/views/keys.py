"""API keys of the person."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, PersonRequest, member_required, protected, signed_in
from accounts.api_keys import make_api_key, revoke_api_key
from accounts.forms import ApiKeyForm
from accounts.limits import limited
from accounts.models import ApiKey


@require_safe
@signed_in
def keys(request: PersonRequest) -> HttpResponse:
    """My keys, by what they are for and how they begin."""
    mine = ApiKey.objects.visible_to(request.user).select_related("member__community")
    return render(request, "accounts/keys.html", {"keys": mine, "now": timezone.now()})


@never_cache
@member_required
@protected
@limited("make")
def new_key(request: MemberRequest) -> HttpResponse:
    """Make a key; the page that answers is the only one that shows it."""
    form = ApiKeyForm(request.POST or None)
    context: dict[str, object] = {"form": form, "community": request.member.community}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        key, secret = make_api_key(
            member=request.member, name=given["name"], scopes=given["scopes"], expires_at=given["expires_at"]
        )
        return render(request, "accounts/key_made.html", {**context, "key": key, "secret": secret})
    return render(request, "accounts/new_key.html", context, status=400 if form.errors else 200)


@require_POST
@signed_in
def revoke_key(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Stop a key at once."""
    key = get_object_or_404(ApiKey.objects.visible_to(request.user), pk=pk)
    revoke_api_key(key=key)
    messages.success(request, f"The key “{key.name}” no longer works.")
    return redirect("accounts:keys")
