"""Puts the membership someone acts as on the request."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.access import PageRequest, answer_refusal
from accounts.models import Community
from accounts.queries import current_member

SESSION_KEY = "community"


def remember_community(request: HttpRequest, community: Community) -> None:
    """Act in this community from now on."""
    request.session[SESSION_KEY] = community.pk


class MemberMiddleware:
    """Sets `request.member`: the membership in the session's community, else the first, else None.

    Someone without a session cookie is nobody yet, so that pages for visitors ask the database nothing. Where a
    view finds that only a member may go on (:class:`accounts.access.EntryNeeded`), the way in is the answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: PageRequest) -> HttpResponse:
        request.member = None
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            request.member = current_member(request.user, request.session.get(SESSION_KEY))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return answer_refusal(request, exception)
