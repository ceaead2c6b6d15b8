"""Pages of the accounts room as people walk through them."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Consent, EntryLink, Member, Role
from tests.factories.accounts import CommunityFactory, ConsentTextFactory, MemberFactory, UserFactory

pytestmark = pytest.mark.django_db


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def test_a_visitor_joins_agrees_and_lands_where_they_wanted(client: Client) -> None:
    community = CommunityFactory(slug="parks")
    ConsentTextFactory(community=community)
    page = client.get("/communities/parks/join/?next=/conversations/")
    key = re.search(r'name="key"\s+value="([^"]+)"', page.content.decode())
    assert key
    sent = {"key": key[1], "next": "/conversations/"}
    answer = client.post("/communities/parks/join/", sent)
    assert answer.headers["Location"] == "/communities/parks/consent/?next=%2Fconversations%2F"
    member = Member.objects.get(community=community)
    assert re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+ \d+", member.pseudonym)
    assert not member.user.has_usable_password()
    consent = client.get(answer.headers["Location"])
    text = consent.context["text"]
    refused = client.post("/communities/parks/consent/", {"text": text.pk, "next": "/conversations/"})
    assert refused.status_code == 400
    assert "Tick the box" in refused.content.decode()
    agreed = client.post("/communities/parks/consent/", {"text": text.pk, "agree": "yes", "next": "/conversations/"})
    assert agreed.headers["Location"] == "/conversations/"
    assert Consent.objects.filter(member=member, text=text, withdrawn_at=None).count() == 1


def test_a_lost_reply_does_not_make_a_second_person(client: Client) -> None:
    CommunityFactory(slug="parks")
    sent = {"key": "3f0c5c3e-7d58-4b1c-9a43-0f7f3c3d2b11"}
    client.post("/communities/parks/join/", sent)
    Client().post("/communities/parks/join/", sent)
    assert Member.objects.count() == 1


def test_by_invitation_means_by_invitation(client: Client) -> None:
    CommunityFactory(slug="parks", open_entry=False)
    answer = client.post("/communities/parks/join/", {})
    assert answer.status_code == 403
    assert "by invitation" in answer.content.decode()
    assert not Member.objects.exists()


def test_an_admin_makes_a_link_and_a_person_walks_through_once() -> None:
    admin = MemberFactory(admin=True, community__slug="parks", community__open_entry=False)
    page = signed_in(admin).post("/communities/parks/links/new/", {"kind": "single", "count": 2, "label": "Hall"})
    addresses = page.context["addresses"]
    assert len(addresses) == 2
    assert page["Cache-Control"].count("no-store") == 1
    path = re.sub(r"^https?://[^/]+", "", addresses[0])
    visitor = Client()
    answer = visitor.get(path)
    assert answer.headers["Location"] == "/enter/"
    assert "Take part" in visitor.get("/enter/").content.decode()
    assert not EntryLink.objects.exclude(used_at=None).exists(), "looking at a link does not use it up"
    assert visitor.post("/enter/", {}).headers["Location"] == "/communities/parks/"
    assert Member.objects.filter(entered_by__isnull=False).count() == 1
    again = visitor.get(path, follow=True)
    assert again.redirect_chain[-1][0] == "/communities/parks/", "the same person walks through again"
    stranger = Client().get(path)
    assert stranger.status_code == 410
    assert "has been used" in stranger.content.decode()


def test_a_mistyped_link_says_what_to_do(client: Client) -> None:
    answer = client.get("/enter/nonsense/")
    assert answer.status_code == 410
    assert "Check that you copied all of it" in answer.content.decode()


def test_every_page_of_a_community_renders_for_its_admin() -> None:
    admin = MemberFactory(admin=True, community__slug="parks")
    other = MemberFactory(community=admin.community)
    client = signed_in(admin)
    for path in (
        "",
        "members/",
        f"members/{other.pk}/",
        "members/?q=nobody",
        "links/",
        "links/new/",
        "settings/",
        "settings/consent/",
        "join/",
        "consent/",
        "consent/withdraw/",
        "leave/",
        "erase/",
    ):
        answer = client.get(f"/communities/parks/{path}", follow=True)
        assert answer.status_code == 200, path
    for path in ("/me/", "/me/keys/", "/me/keys/new/", "/communities/", "/door/"):
        assert client.get(path).status_code == 200, path


def test_one_click_logins_exist_on_demonstration_sites_only(client: Client, settings: object) -> None:
    settings.DEMO = True
    for role in ("participant", "researcher", "steward", "auditor", "admin", "neighbour", "staff"):
        assert client.get(f"/demo/login/{role}/").status_code == 200
        assert client.post(f"/demo/login/{role}/").status_code == 302
        assert client.get("/me/").status_code == 200
    assert client.get("/demo/login/emperor/").status_code == 404
    settings.DEMO = False
    assert client.post("/demo/login/staff/").status_code == 404


def test_roles_and_bans_through_the_pages() -> None:
    admin = MemberFactory(admin=True, community__slug="parks")
    other = MemberFactory(community=admin.community)
    client = signed_in(admin)
    client.post(f"/communities/parks/members/{other.pk}/roles/", {"roles": ["steward", "researcher"]})
    other.refresh_from_db()
    assert other.roles == [Role.RESEARCHER, Role.STEWARD]
    refused = client.post(f"/communities/parks/members/{other.pk}/ban/", {"reason": ""})
    assert refused.status_code == 400
    assert 'href="#id_reason"' in refused.content.decode()
    client.post(f"/communities/parks/members/{other.pk}/ban/", {"reason": "=Insults"})
    other.refresh_from_db()
    assert other.banned_at
    page = signed_in(other).get("/me/").content.decode()
    assert "You were excluded" in page
    assert "=Insults" in page
    client.post(f"/communities/parks/members/{other.pk}/unban/")
    other.refresh_from_db()
    assert other.banned_at is None
    last = client.post(f"/communities/parks/members/{admin.pk}/roles/", {"roles": []})
    assert last.status_code == 409
    assert "only admin" in last.content.decode()


def test_the_member_list_for_spreadsheets_holds_no_formulas() -> None:
    admin = MemberFactory(admin=True, community__slug="parks")
    MemberFactory(community=admin.community, pseudonym="=HYPERLINK(1)")
    MemberFactory(community=admin.community, pseudonym="  @SUM(A1)")
    answer = signed_in(admin).get("/communities/parks/members/export/")
    text = b"".join(answer.streaming_content).decode()
    assert "'=HYPERLINK(1)" in text
    assert "'  @SUM(A1)" in text
    assert not re.search(r"^[=+@-]", text, re.MULTILINE)


@pytest.mark.parametrize(
    "path",
    ["members/", "members/export/", "links/", "links/new/", "settings/", "settings/consent/"],
)
def test_only_admins_run_a_community(path: str) -> None:
    community = CommunityFactory(slug="parks")
    address = f"/communities/parks/{path}"
    assert Client().get(address).headers["Location"].startswith("/door/")
    for member in (
        MemberFactory(community=community),
        MemberFactory(community=community, steward=True),
        MemberFactory(community=community, researcher=True),
        MemberFactory(community=community, auditor=True),
        MemberFactory(admin=True),
        MemberFactory(community=community, admin=True, banned=True),
        MemberFactory(community=community, admin=True, gone=True),
    ):
        assert signed_in(member).get(address).status_code == 404
    assert signed_in(MemberFactory(community=community, admin=True)).get(address).status_code == 200
    assert signed_in(MemberFactory(user=UserFactory(staff=True))).get(address).status_code == 200


def test_a_private_community_is_not_there_for_strangers(client: Client) -> None:
    member = MemberFactory(community__slug="secret", community__is_public=False, community__open_entry=False)
    for path in ("", "join/", "consent/"):
        assert client.get(f"/communities/secret/{path}").status_code == 404
        assert signed_in(MemberFactory()).get(f"/communities/secret/{path}").status_code == 404
    assert signed_in(member).get("/communities/secret/").status_code == 200
    assert reverse("accounts:community", args=["secret"]) not in client.get("/communities/").content.decode()
