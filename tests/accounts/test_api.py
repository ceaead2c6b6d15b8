"""Communities and people over REST."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.api_keys import make_api_key, revoke_api_key
from accounts.models import Member
from tests.factories.accounts import CommunityFactory, MemberFactory, UserFactory

pytestmark = pytest.mark.django_db


def with_key(member: Member, *scopes: str) -> dict[str, str]:
    _, secret = make_api_key(member=member, name="test", scopes=list(scopes or ("read",)))
    return {"Authorization": f"Bearer {secret}"}


def test_communities_are_listed_as_far_as_one_may_see_them(client: Client) -> None:
    public = CommunityFactory(slug="open")
    private = MemberFactory(community__slug="secret", community__is_public=False)
    seen = client.get("/api/v1/communities/").json()
    assert [(c["slug"], c["takes_part"]) for c in seen["results"]] == [("open", False)]
    assert client.get("/api/v1/communities/secret/").status_code == 404
    key = with_key(private)
    mine = client.get("/api/v1/communities/", headers=key).json()["results"]
    assert {(c["slug"], c["takes_part"], c["n_members"]) for c in mine} == {("open", False, 0), ("secret", True, 1)}
    other = MemberFactory(user=private.user, community=public)
    elsewhere = client.get("/api/v1/communities/", headers=with_key(other)).json()["results"]
    assert [c["slug"] for c in elsewhere] == ["open"], "a key stays in its own community"


def test_me_says_whom_a_key_acts_for(client: Client) -> None:
    member = MemberFactory(steward=True)
    MemberFactory(user=member.user)
    assert client.get("/api/v1/me/").status_code == 401
    me = client.get("/api/v1/me/", headers=with_key(member, "read", "write")).json()
    assert me["community"] == member.community.slug
    assert me["scopes"] == ["read", "write"]
    assert [m["pseudonym"] for m in me["memberships"]] == [member.pseudonym]
    client.force_login(member.user)
    assert len(client.get("/api/v1/me/").json()["memberships"]) == 2


def test_members_are_for_the_admins_of_their_community(client: Client) -> None:
    admin = MemberFactory(admin=True, community__slug="parks")
    member = MemberFactory(community=admin.community, pseudonym="Quiet Heron 42")
    address = "/api/v1/communities/parks/members/"
    assert client.get(address).status_code == 401
    for stranger in (member, MemberFactory(admin=True), MemberFactory(community=admin.community, steward=True)):
        assert client.get(address, headers=with_key(stranger)).status_code == 404
    key = with_key(admin)
    assert [m["pseudonym"] for m in client.get(f"{address}?q=heron%2042", headers=key).json()["results"]] == [
        "Quiet Heron 42"
    ]
    assert client.get(f"{address}{member.pk}/", headers=key).json()["roles"] == []
    change = {"roles": ["researcher"]}
    refused = client.patch(f"{address}{member.pk}/", change, content_type="application/json", headers=key)
    assert refused.status_code == 401, "the key may only read"
    key = with_key(admin, "read", "write")
    changed = client.patch(f"{address}{member.pk}/", change, content_type="application/json", headers=key)
    assert changed.json()["roles"] == ["researcher"]
    nonsense = client.patch(
        f"{address}{member.pk}/", {"roles": ["emperor"]}, content_type="application/json", headers=key
    )
    assert nonsense.status_code == 400
    alone = client.patch(f"{address}{admin.pk}/", {"roles": []}, content_type="application/json", headers=key)
    assert alone.status_code == 409
    banned = client.post(f"{address}{member.pk}/ban/", {"reason": "Insults"}, headers=key).json()
    assert banned["banned_at"]
    assert client.get(address, headers=key).json()["count"] == 2
    assert not client.post(f"{address}{member.pk}/unban/", headers=key).json()["banned_at"]


def test_an_admins_key_runs_only_the_community_it_was_made_in(client: Client) -> None:
    user = UserFactory()
    here = MemberFactory(user=user, admin=True, community__slug="here")
    MemberFactory(user=user, admin=True, community__slug="there")
    assert client.get("/api/v1/communities/there/members/", headers=with_key(here)).status_code == 404
    assert client.get("/api/v1/communities/here/members/", headers=with_key(here)).status_code == 200


@pytest.mark.parametrize("how", ["revoked", "expired", "banned", "left", "asleep", "wrong"])
def test_keys_stop_when_they_should(client: Client, how: str) -> None:
    member = MemberFactory()
    key, secret = make_api_key(member=member, name="test", scopes=["read"])
    assert client.get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    now = timezone.now()
    if how == "revoked":
        revoke_api_key(key=key)
    elif how == "expired":
        type(key).objects.filter(pk=key.pk).update(expires_at=now - timedelta(seconds=1))
    elif how == "banned":
        Member.objects.filter(pk=member.pk).update(banned_at=now)
    elif how == "left":
        Member.objects.filter(pk=member.pk).update(left_at=now)
    elif how == "asleep":
        type(member.user).objects.filter(pk=member.user_id).update(is_active=False)
    else:
        secret = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    assert client.get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_a_key_is_shown_once_and_revoked_by_its_owner_only(client: Client) -> None:
    member = MemberFactory()
    client.force_login(member.user)
    page = client.post("/me/keys/new/", {"name": "notebook", "scopes": ["read"], "days": "30"})
    secret = page.context["secret"]
    assert page.content.decode().count(secret) == 1
    key = page.context["key"]
    assert secret not in client.get("/me/keys/").content.decode()
    stranger = Client()
    stranger.force_login(MemberFactory().user)
    assert stranger.post(f"/me/keys/{key.pk}/revoke/").status_code == 404
    assert "notebook" not in stranger.get("/me/keys/").content.decode()
    client.post(f"/me/keys/{key.pk}/revoke/")
    assert client.get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
