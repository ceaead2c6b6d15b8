"""Who may pass: decorators for pages, and one function for views that know their community."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails
from rest_framework.exceptions import NotAuthenticated
from rest_framework.exceptions import PermissionDenied as ApiPermissionDenied
from rest_framework.request import Request

from accounts.models import ApiKey, Community, Member, Role, User
from accounts.queries import member_of, owes_consent

View = Callable[..., HttpResponseBase]


class PageRequest(HttpRequest):
    """A request as our middleware leaves it; for annotations only."""

    member: Member | None
    htmx: HtmxDetails


class PersonRequest(HttpRequest):
    """A request behind `signed_in` or `protected`; for annotations only."""

    user: User
    member: Member | None
    htmx: HtmxDetails


class MemberRequest(HttpRequest):
    """A request behind `member_required`; for annotations only."""

    user: User
    member: Member
    htmx: HtmxDetails


class EntryNeeded(Exception):
    """Raised where only a member may go on; `MemberMiddleware` answers it with the way in."""

    def __init__(self, community: Community | None = None) -> None:
        super().__init__("Only members may go on.")
        self.community = community


class ConsentNeeded(Exception):
    """Raised where a member has yet to agree to the newest consent text; answered with that text."""

    def __init__(self, member: Member) -> None:
        super().__init__("The member has not agreed to the newest consent text.")
        self.member = member


def acting_member(request: HttpRequest, community: Community) -> Member:
    """The membership in which the person acts on something of this community.

    Raises
    ------
    EntryNeeded
        If they are not an active member; the middleware sends them to the community's door and back.
    ConsentNeeded
        If the newest consent text awaits their yes.
    """
    member = member_of(request.user, community)
    if member is None:
        raise EntryNeeded(community)
    if owes_consent(member):
        raise ConsentNeeded(member)
    return member


def api_member(request: Request, community: Community) -> Member:
    """The same for the REST API: refusals are 401 and 403, and a key acts in its own community only.

    Raises
    ------
    rest_framework.exceptions.NotAuthenticated, rest_framework.exceptions.PermissionDenied
    """
    if not request.user.is_authenticated:
        raise NotAuthenticated
    if isinstance(request.auth, ApiKey):
        member = request.auth.member if request.auth.member.community_id == community.pk else None
    else:
        member = member_of(request.user, community)
    if member is None:
        raise ApiPermissionDenied(f"Only members of {community} may do that.")
    if owes_consent(member):
        raise ApiPermissionDenied(f"First agree to the consent text of {community} on its page.")
    return member


def signed_in(view: View) -> View:
    """Let people through who have a session as a person, members or not; show everyone else the way in."""

    @wraps(view)
    def guarded(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            raise EntryNeeded
        return view(request, *args, **kwargs)

    return guarded


def protected(view: View) -> View:
    """The same for pages that run a community: the person needs a second factor where the site asks for one.

    Who may see which community is the view's own first line (`Community.objects.run_by`), so that others get 404.
    """

    @wraps(view)
    def guarded(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            raise EntryNeeded
        if lacks_second_factor(request):
            return ask_for_second_factor(request)
        return view(request, *args, **kwargs)

    return guarded


def staff_required(view: View) -> View:
    """Let site staff through; for others the page does not exist."""

    @protected
    @wraps(view)
    def guarded(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_staff:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def member_required(view: View) -> View:
    """Let members through who have agreed to what their community asks; show everyone else the way in."""

    @wraps(view)
    def guarded(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.member is None:
            raise EntryNeeded
        if owes_consent(request.member):
            raise ConsentNeeded(request.member)
        return view(request, *args, **kwargs)

    return guarded


def role_required(*roles: str) -> Callable[[View], View]:
    """Let members through who hold one of the roles (site staff hold all) in the community they act in."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.member is None:
                raise EntryNeeded
            if not (request.user.is_staff or request.member.has_role(*roles)):
                names = ", ".join(Role(role).label for role in roles)
                raise PermissionDenied(f"This page is for these roles: {names}.")
            if lacks_second_factor(request):
                return ask_for_second_factor(request)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def lacks_second_factor(request: HttpRequest | Request) -> bool:
    """Whether this person must first add a passkey or an authenticator app.

    Where settings.REQUIRE_SECOND_FACTOR is on, that is everyone who runs the site or holds a role in a community.
    """
    user = request.user
    if not settings.REQUIRE_SECOND_FACTOR or not isinstance(user, User):
        return False
    has_power = user.is_staff or Member.objects.active().filter(user=user).exclude(roles=[]).exists()
    return has_power and not is_mfa_enabled(user)


def ask_for_second_factor(request: HttpRequest) -> HttpResponse:
    """The page where one adds it, and why."""
    messages.info(request, "You hold a role that needs a second factor. Add a passkey or an authenticator app first.")
    return redirect("mfa_index")


def way_back(request: HttpRequest) -> str:
    """The page to return to afterwards: this one, or the one a form was sent from."""
    if request.method == "GET" and not getattr(request, "htmx", False):
        return request.get_full_path()
    origin = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    return origin._replace(scheme="", netloc="").geturl() if origin.netloc == request.get_host() else "/"


def safe_next(request: HttpRequest, default: str = "/") -> str:
    """The address asked for in `next`, when it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=request.is_secure())
    return wanted if ours and wanted.startswith("/") else default


def send_to(request: HttpRequest, address: str) -> HttpResponse:
    """A redirect that also works for htmx and for scripts, which would follow it unseen: those get 401 and the way."""
    address = f"{address}?{urlencode({'next': way_back(request)})}"
    if getattr(request, "htmx", False) or "application/json" in request.headers.get("Accept", ""):
        return HttpResponse(status=401, headers={"HX-Redirect": address, "Location": address})
    return redirect(address)


def answer_refusal(request: HttpRequest, refusal: Exception) -> HttpResponse | None:
    """What to answer to someone who may not go on yet; None for any other exception."""
    if isinstance(refusal, ConsentNeeded):
        return send_to(request, reverse("accounts:consent", args=[refusal.member.community.slug]))
    if isinstance(refusal, EntryNeeded) and refusal.community is not None:
        return send_to(request, reverse("accounts:join", args=[refusal.community.slug]))
    if isinstance(refusal, EntryNeeded):
        return send_to(request, reverse("accounts:door"))
    return None
