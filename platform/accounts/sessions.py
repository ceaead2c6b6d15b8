"""Signing a member in without a password, and finding the person of a session."""

from typing import Any

from django.contrib.auth import login
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts.kept_queries import KeptQuery
from accounts.middleware import remember_community
from accounts.models import Member, User

BACKEND = "accounts.sessions.PersonBackend"
_person = KeptQuery(lambda pk: User.objects.filter(pk=pk), pk=int)


class PersonBackend(ModelBackend):
    """Signs in by password as Django does; whose a session is, every request asks."""

    def get_user(self, user_id: Any) -> User | None:
        """The person, unless they may no longer sign in."""
        found = _person.first(pk=user_id)
        return found if found is not None and self.user_can_authenticate(found) else None


def sign_in(request: HttpRequest, member: Member) -> None:
    """Give the browser a session of the member's person, acting in the member's community."""
    if not request.user.is_authenticated or request.user.pk != member.user_id:
        login(request, member.user, backend=BACKEND)
    remember_community(request, member.community)
