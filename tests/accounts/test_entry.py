"""Entry links: doors that open for whom they should, and once when they should."""

import hashlib
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.actions import find_entry_link, join_community, make_entry_link, revoke_entry_link, use_entry_link
from accounts.errors import Banned, EntryClosed, LinkRefused
from accounts.models import Community, EntryLink, Member, MemberEvent, User
from tests.factories.accounts import CommunityFactory, MemberFactory, UserFactory


def at_once(count: int, work: Callable[[int], None]) -> None:
    """Run `work` in threads that start together, each with a connection of its own."""
    start = threading.Barrier(count)

    def run(n: int) -> None:
        try:
            start.wait(timeout=10)
            work(n)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)


@pytest.mark.django_db
def test_only_a_fingerprint_of_the_token_is_kept() -> None:
    link, token = make_entry_link(community=CommunityFactory())
    assert len(token) >= 43, "32 random bytes in base64"
    assert link.token_sha256 == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(EntryLink.objects.values().get())
    assert find_entry_link(token=token) == link


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "x"])
def test_a_link_leads_to_this_site_only(address: str) -> None:
    with pytest.raises(ValueError, match="leads_to"):
        make_entry_link(community=CommunityFactory(), leads_to=address)


@pytest.mark.django_db
def test_an_open_link_lets_everyone_in_and_a_single_one_the_first() -> None:
    community = CommunityFactory(open_entry=False)
    opened, _ = make_entry_link(community=community, kind=EntryLink.Kind.OPEN)
    assert use_entry_link(link=opened) != use_entry_link(link=opened)
    assert opened.entrants.count() == 2
    single, token = make_entry_link(community=community)
    member = use_entry_link(link=single)
    assert use_entry_link(link=single, user=member.user) == member
    with pytest.raises(LinkRefused, match="has been used"):
        use_entry_link(link=single)
    with pytest.raises(LinkRefused, match="has been used"):
        find_entry_link(token=token, user=UserFactory())


@pytest.mark.django_db
def test_links_that_open_nothing_say_what_to_do() -> None:
    community = CommunityFactory(name="Parks")
    late, _ = make_entry_link(community=community, expires_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(LinkRefused, match=r"worked until .* Ask the organisers of Parks for a new one"):
        use_entry_link(link=late)
    shut, _ = make_entry_link(community=community)
    revoke_entry_link(link=shut)
    with pytest.raises(LinkRefused, match=r"withdrawn. Ask the organisers of Parks"):
        use_entry_link(link=shut)
    with pytest.raises(LinkRefused, match="copied all of it"):
        find_entry_link(token="nonsense")


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_walks_through_an_invitation() -> None:
    link, _ = make_entry_link(community=CommunityFactory(open_entry=False))
    entered, refused = [], []

    def walk(n: int) -> None:
        try:
            entered.append(use_entry_link(link=EntryLink.objects.get(pk=link.pk)))
        except LinkRefused:
            refused.append(n)

    at_once(8, walk)
    assert len(entered) == 1
    assert len(refused) == 7
    assert Member.objects.count() == 1
    assert User.objects.count() == 1
    link.refresh_from_db()
    assert link.used_by == entered[0]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_names_of_their_own() -> None:
    community = CommunityFactory()

    def walk(n: int) -> None:
        for _ in range(5):
            join_community(community=Community.objects.get(pk=community.pk))

    at_once(6, walk)
    names = list(Member.objects.values_list("pseudonym", flat=True))
    assert len(names) == len(set(names)) == 30


@pytest.mark.django_db
def test_who_is_in_stays_as_they_are_and_who_left_comes_back_as_themselves() -> None:
    member = MemberFactory(steward=True)
    assert join_community(community=member.community, user=member.user) == member
    Member.objects.filter(pk=member.pk).update(left_at=timezone.now())
    again = join_community(community=member.community, user=member.user)
    assert (again.pk, again.left_at, again.roles) == (member.pk, None, ["steward"])
    assert [event.kind for event in again.events.all()] == [MemberEvent.Kind.RETURNED]


@pytest.mark.django_db
def test_a_closed_door_and_a_ban_keep_people_out() -> None:
    with pytest.raises(EntryClosed, match="by invitation"):
        join_community(community=CommunityFactory(open_entry=False))
    banned = MemberFactory(banned=True)
    with pytest.raises(Banned, match="excluded"):
        join_community(community=banned.community, user=banned.user)
    link, _ = make_entry_link(community=banned.community)
    with pytest.raises(Banned):
        use_entry_link(link=link, user=banned.user)
    link.refresh_from_db()
    assert link.used_at is None, "a refused entry leaves the invitation for somebody else"
