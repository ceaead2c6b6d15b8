"""Signing a member in without a password."""

from django.contrib.auth import login
from django.http import HttpRequest

from accounts.middleware import remember_community
from accounts.models import Member

BACKEND = "django.contrib.auth.backends.ModelBackend"


def sign_in(request: HttpRequest, member: Member) -> None:
    """Give the browser a session of the member's person, acting in the member's community."""
    if not request.user.is_authenticated or request.user.pk != member.user_id:
        login(request, member.user, backend=BACKEND)
    remember_community(request, member.community)
