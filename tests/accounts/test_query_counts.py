"""Lists ask the database as often for many rows as for one."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import Given, add_questionnaire, answer_questionnaire, make_entry_link
from accounts.api_keys import make_api_key
from accounts.models import Community, Member
from accounts.panels import panels_for
from accounts.questionnaires import MINIMAL, PRISM_LIKE
from tests.factories.accounts import CommunityFactory, ConsentFactory, MemberFactory

pytestmark = pytest.mark.django_db


def more_communities(member: Member) -> None:
    for _ in range(5):
        CommunityFactory()
        MemberFactory(user=member.user)


def more_members(member: Member) -> None:
    for _ in range(10):
        MemberFactory(community=member.community, steward=True)


def more_links(member: Member) -> None:
    for _ in range(10):
        make_entry_link(community=member.community, created_by=MemberFactory(community=member.community))


def more_keys(member: Member) -> None:
    for n in range(10):
        make_api_key(member=member, name=f"key {n}", scopes=["read"])


def more_answers(member: Member) -> None:
    long = add_questionnaire(community=member.community, text=PRISM_LIKE)
    answer_questionnaire(
        member=member,
        questionnaire=long,
        answers={
            "age": Given(codes=("18_24",)),
            "religion": Given(own_words="none"),
            "ethnicity": Given(declined=True),
        },
    )


@pytest.mark.parametrize(
    ("address", "more"),
    [
        ("/communities/", more_communities),
        ("/communities/parks/", more_answers),
        ("/communities/parks/members/", more_members),
        ("/communities/parks/members/export/", more_members),
        ("/communities/parks/links/", more_links),
        ("/communities/parks/settings/", more_answers),
        ("/me/keys/", more_keys),
        ("/me/", more_answers),
        ("/me/", more_communities),
        ("/door/", more_communities),
        ("/api/v1/communities/", more_communities),
        ("/api/v1/communities/parks/members/", more_members),
        ("/api/v1/me/", more_communities),
    ],
)
def test_lists_cost_the_same_for_many(address: str, more: Callable[[Member], None]) -> None:
    admin = MemberFactory(admin=True, community__slug="parks")
    MemberFactory(user=admin.user)
    consent = ConsentFactory(member=admin)
    short = add_questionnaire(community=admin.community, text=MINIMAL)
    answer_questionnaire(member=admin, questionnaire=short, answers={"age": Given(codes=("18_24",))})
    make_entry_link(community=admin.community, created_by=admin)
    make_api_key(member=admin, name="key", scopes=["read"])
    client = Client()
    client.force_login(consent.member.user)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = client.get(address)
            assert answer.status_code == 200
            b"".join(answer) if answer.streaming else answer.content
        return len(queries)

    cost()
    few = cost()
    more(admin)
    assert cost() == few


def test_the_community_page_asks_nothing_for_its_panels(django_assert_num_queries: pytest.FixtureRequest) -> None:
    with django_assert_num_queries(0):
        panels_for(Community(slug="parks"))
