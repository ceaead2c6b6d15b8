"""Leaving, bans, roles, erasure: what stays and what goes."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from accounts import personal_data
from accounts.actions import (
    Given,
    answer_question,
    ban_member,
    change_roles,
    delete_account,
    erase_member,
    leave_community,
    unban_member,
)
from accounts.api_keys import make_api_key
from accounts.errors import LastAdmin, Refused
from accounts.models import ApiKey, DemographicAnswer, Member, MemberEvent, Submission, User
from accounts.personal_data import Holding, Shown
from accounts.queries import member_of
from tests.factories.accounts import MemberFactory, QuestionFactory, UserFactory

pytestmark = pytest.mark.django_db


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def test_the_last_admin_can_neither_leave_nor_be_banned_nor_step_down() -> None:
    admin = MemberFactory(admin=True)
    for act in (
        lambda: leave_community(member=admin),
        lambda: ban_member(member=admin, reason="x"),
        lambda: change_roles(member=admin, roles=[]),
        lambda: erase_member(member=admin),
    ):
        with pytest.raises(LastAdmin, match="Make somebody else an admin first"):
            act()
    MemberFactory(admin=True, community=admin.community)
    assert leave_community(member=admin).left_at


def test_decisions_about_members_are_kept_with_their_reason() -> None:
    admin, member = MemberFactory(admin=True), MemberFactory()
    change_roles(member=member, roles=["steward", "participant"], by=admin.user)
    with pytest.raises(Refused, match="Write down why"):
        ban_member(member=member, reason="  ", by=admin.user)
    ban_member(member=member, reason="Insults", by=admin.user)
    assert member_of(member.user, member.community) is None
    unban_member(member=member, by=admin.user)
    events = MemberEvent.objects.filter(member=member).order_by("id")
    assert [(e.kind, e.before, e.after, e.reason, e.by) for e in events] == [
        ("roles", [], ["steward"], "", admin.user),
        ("banned", ["steward"], [], "Insults", admin.user),
        ("unbanned", [], ["steward"], "", admin.user),
    ]
    with pytest.raises(ValueError, match="emperor"):
        change_roles(member=member, roles=["emperor"])


def test_a_banned_member_can_still_see_take_and_erase_their_data() -> None:
    member = MemberFactory(banned=True, community__is_public=False)
    slug, client = member.community.slug, signed_in(member)
    assert client.get(f"/me/?community={slug}").status_code == 200
    assert slug in client.get("/me/data/").json()["communities"]
    assert client.get(f"/communities/{slug}/").status_code == 404
    assert "is erased" in client.post(f"/communities/{slug}/erase/", {"sure": "yes"}).content.decode()


def test_my_data_is_all_of_mine_and_nobody_elses() -> None:
    mine = MemberFactory()
    question = QuestionFactory(questionnaire__community=mine.community)
    answer_question(member=mine, question=question, given=Given(codes=("50",)), uses=["release"])
    other = MemberFactory(community=mine.community)
    answer = signed_in(mine).get("/me/data/")
    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    record = json.loads(answer.content)
    held = record["communities"][mine.community.slug]["accounts"]
    assert held["pseudonym"] == mine.pseudonym
    assert held["answers_about_you"][0]["codes"] == ["50"]
    assert other.pseudonym not in answer.content.decode()
    assert signed_in(mine).get(f"/me/?community={MemberFactory().community.slug}").status_code == 404


def test_erasure_leaves_a_tombstone_and_ends_the_session() -> None:
    member = MemberFactory(user__email="")
    client = signed_in(member)
    question = QuestionFactory(questionnaire__community=member.community)
    answer_question(member=member, question=question, given=Given(codes=("50",)), uses=["release"])
    make_api_key(member=member, name="notebook", scopes=["read"])
    refused = client.post(f"/communities/{member.community.slug}/erase/", {})
    assert refused.status_code == 409
    assert DemographicAnswer.objects.get().raw
    client.post(f"/communities/{member.community.slug}/erase/", {"sure": "yes"})
    tombstone = Member.objects.get(pk=member.pk)
    assert tombstone.pseudonym == f"Former member {member.pk}"
    assert (tombstone.roles, tombstone.is_active) == ([], False)
    assert not tombstone.user.is_active
    assert DemographicAnswer.objects.get().status == "withdrawn"
    assert not ApiKey.objects.exists()
    assert not Submission.objects.exists()
    assert not User.objects.filter(pk=member.user_id).exists()
    assert client.get("/me/").headers["Location"].startswith("/door/")


def test_erasure_in_one_community_leaves_the_person_in_the_others() -> None:
    user = UserFactory(email="")
    here, there = MemberFactory(user=user), MemberFactory(user=user)
    erase_member(member=here)
    there.refresh_from_db()
    assert there.user == user
    assert member_of(user, there.community) == there
    assert member_of(user, here.community) is None


def test_an_account_goes_when_nothing_hangs_on_it() -> None:
    member = MemberFactory(user__password="correct horse")
    with pytest.raises(Refused, match="First erase your data"):
        delete_account(person=member.user)
    client = signed_in(member)
    assert client.post("/me/delete/").status_code == 409
    erase_member(member=member)
    assert client.post("/me/delete/").status_code == 302
    assert not User.objects.filter(pk=member.user_id).exists()


def test_rooms_are_asked_from_the_top_down_and_all_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def holding(name: str, *, fails: bool = False) -> Holding:
        def erase(member: Member) -> str:
            asked.append(name)
            if fails:
                raise RuntimeError("full disk")
            Member.objects.filter(pk=member.pk).update(pseudonym=f"erased by {name}")
            return name

        return Holding(name, name, lambda member: [Shown(name, "1")], lambda member: name, erase)

    monkeypatch.setattr(personal_data, "_holdings", {})
    personal_data.register(holding("lower"))
    personal_data.register(holding("upper"))
    with pytest.raises(ValueError, match="registered already"):
        personal_data.register(holding("upper"))
    member = MemberFactory()
    assert personal_data.export(member) == {"lower": "lower", "upper": "upper"}
    assert personal_data.erase(member) == ["upper", "lower"]
    asked.clear()
    monkeypatch.setattr(personal_data, "_holdings", {})
    personal_data.register(holding("lower", fails=True))
    personal_data.register(holding("upper"))
    name = Member.objects.get(pk=member.pk).pseudonym
    with pytest.raises(RuntimeError):
        personal_data.erase(member)
    assert asked == ["upper", "lower"]
    assert Member.objects.get(pk=member.pk).pseudonym == name


def test_leaving_through_the_page_keeps_the_answers_and_the_way_back() -> None:
    member = MemberFactory()
    client = signed_in(member)
    client.post(f"/communities/{member.community.slug}/leave/")
    member.refresh_from_db()
    assert member.left_at <= timezone.now()
    assert "You left" in client.get(f"/me/?community={member.community.slug}").content.decode()
    client.post(f"/communities/{member.community.slug}/join/", {})
    member.refresh_from_db()
    assert member.left_at is None
