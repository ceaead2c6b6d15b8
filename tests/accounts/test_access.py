"""Who acts as what: the membership on the request, decorators, limits, second factors."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from accounts.access import EntryNeeded, acting_member, member_required, role_required, safe_next, staff_required
from accounts.limits import parse_rate, seconds_to_wait
from accounts.models import Member, Role, User
from tests.factories.accounts import CommunityFactory, MemberFactory, UserFactory


def request_of(member: Member | None, user: User | None = None, method: str = "get") -> HttpRequest:
    request = getattr(RequestFactory(), method)("/somewhere/?page=2")
    request.member = member
    request.user = user or (member.user if member else AnonymousUser())
    return request


@member_required
def for_members(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.member.pseudonym)


@role_required(Role.STEWARD, Role.ADMIN)
def for_stewards(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


@pytest.mark.django_db
def test_members_pass_and_others_are_shown_the_way_in() -> None:
    member = MemberFactory()
    assert for_members(request_of(member)).content.decode() == member.pseudonym
    with pytest.raises(EntryNeeded):
        for_members(request_of(None))


@pytest.mark.django_db
def test_roles_open_doors_and_staff_hold_all() -> None:
    assert for_stewards(request_of(MemberFactory(steward=True))).content == b"in"
    assert for_stewards(request_of(MemberFactory(user=UserFactory(staff=True)))).content == b"in"
    for member in (MemberFactory(), MemberFactory(researcher=True)):
        with pytest.raises(PermissionDenied, match="Steward, Community admin"):
            for_stewards(request_of(member))
    with pytest.raises(EntryNeeded):
        for_stewards(request_of(None))


@pytest.mark.django_db
def test_one_acts_in_a_community_only_as_its_active_member() -> None:
    community = CommunityFactory()
    member = MemberFactory(community=community)
    assert acting_member(request_of(None, member.user), community) == member
    for other in (MemberFactory(), MemberFactory(community=community, banned=True)):
        with pytest.raises(EntryNeeded):
            acting_member(request_of(other), community)


@pytest.mark.django_db
def test_the_request_carries_the_membership_one_chose(client: Client) -> None:
    user = UserFactory()
    first, second = MemberFactory(user=user), MemberFactory(user=user)
    client.force_login(user)
    assert client.get("/me/").context["member"] == first
    client.post(f"/communities/{second.community.slug}/act/")
    assert client.get("/me/").context["member"] == second
    client.post(f"/communities/{CommunityFactory().slug}/act/")
    assert client.get("/me/").context["member"] == second
    Member.objects.filter(pk=second.pk).update(left_at=second.joined_at)
    assert client.get("/me/").context["member"] == first


@pytest.mark.django_db
def test_visitors_without_a_cookie_ask_the_database_for_nobody(
    client: Client, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    CommunityFactory()
    with django_assert_num_queries(2):  # how many communities, and which
        client.get("/communities/")


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("/conversations/", "/conversations/"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_nobody_is_sent_to_another_site(wanted: str, given: str) -> None:
    assert safe_next(RequestFactory().get("/door/", {"next": wanted})) == given


def test_forms_are_limited_per_sender_and_period(settings: object) -> None:
    assert parse_rate("300/h") == (300, 3600)
    with pytest.raises(ValueError, match="300/h"):
        parse_rate("often")
    waits = [seconds_to_wait("test", "one", "3/d") for _ in range(5)]
    assert waits[:3] == [0, 0, 0]
    assert all(0 < wait <= 86_401 for wait in waits[3:])
    assert seconds_to_wait("test", "another", "3/d") == 0


@pytest.mark.django_db
def test_too_many_entries_are_told_to_wait(client: Client, settings: object) -> None:
    settings.FORM_LIMITS = {**settings.FORM_LIMITS, "enter": "2/d"}
    community = CommunityFactory()
    answers = [Client().post(f"/communities/{community.slug}/join/", {}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert int(answers[2]["Retry-After"]) > 0
    assert Member.objects.count() == 2


def test_without_its_cache_the_site_goes_on(settings: object) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    assert seconds_to_wait("test", "one", "1/d") == 0
    assert seconds_to_wait("test", "one", "1/d") == 0


@pytest.mark.django_db
def test_power_needs_a_second_factor_where_the_site_asks_for_one(client: Client, settings: object) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    admin = MemberFactory(admin=True)
    client.force_login(admin.user)
    address = f"/communities/{admin.community.slug}/members/"
    assert client.get(address).headers["Location"] == "/account/2fa/"
    assert client.get(f"/api/v1{address}").status_code == 403
    assert client.get("/me/").status_code == 200
    Authenticator.objects.create(user=admin.user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert client.get(address).status_code == 200
    assert client.get(f"/api/v1{address}").status_code == 200
    staff = UserFactory(staff=True)
    client.force_login(staff)
    assert client.get("/admin/").status_code == 302
    participant = Client()
    participant.force_login(MemberFactory(community=admin.community).user)
    assert participant.get("/me/keys/new/").status_code == 200


@pytest.mark.django_db
def test_the_staffs_pages_are_for_staff_and_sign_in_as_everywhere(client: Client) -> None:
    assert client.get("/admin/login/").headers["Location"].startswith("/account/login/?next=")
    client.force_login(MemberFactory(admin=True).user)
    assert client.get("/admin/login/").status_code == 404
    MemberFactory(steward=True)
    client.force_login(UserFactory(staff=True))
    for model in ("user", "community", "member", "memberevent", "consenttext", "questionnaire", "entrylink", "apikey"):
        assert client.get(f"/admin/accounts/{model}/").status_code == 200, model
    assert client.get("/admin/accounts/member/add/").status_code == 403


@pytest.mark.django_db
def test_communities_are_founded_by_staff(client: Client) -> None:
    staff = UserFactory(staff=True)
    client.force_login(MemberFactory(admin=True).user)
    assert client.get("/communities/new/").status_code == 404
    client.force_login(staff)
    sent = {"name": "Our parks", "description": "", "is_public": "on", "small_cell": 5}
    assert client.post("/communities/new/", sent).headers["Location"] == "/communities/our-parks/"
    member = Member.objects.get(user=staff)
    assert member.roles == [Role.ADMIN]
    assert client.post("/communities/new/", {**sent, "small_cell": 1}).status_code == 200
    assert staff_required(lambda request: HttpResponse("in"))(request_of(None, staff)).content == b"in"
