"""Every page and every list of the API asks the database as often for many rows as for few."""

import uuid
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import make_entry_link
from accounts.api_keys import make_api_key
from accounts.models import Member, Role
from aggregation.models import Run
from deliberation import actions
from deliberation.actions.maps import draw_map
from deliberation.models import OpinionMap
from deliberation.queries import vote_arrays
from exports.actions import start_export
from governance.actions.constitutions import add_clause
from governance.actions.voting import file_objection, write_comment
from governance.chain import record
from governance.subjects import Reference
from jobs.models import Job, LanguageCall
from tests.factories.accounts import CommunityFactory, MemberFactory, QuestionFactory
from tests.factories.aggregation import make_aggregation
from tests.factories.annotation import ItemFactory, answered
from tests.factories.deliberation import ConversationFactory, StatementFactory, make_panel
from tests.factories.draws import drawn
from tests.factories.governance import make_body, make_decision
from tests.governance.constitutions import adopted
from tests.pages.expectations import EXPECTED
from tests.pages.outcomes import ask, outcome
from tests.pages.routes import all_routes
from tests.pages.world import (
    World,
    add_to,
    audit_of,
    incident_of,
    make_world,
    paid_work,
    propose_release_of,
    record_approval_of,
    study_with_an_answer,
)

# No `django_db` mark: the counts are taken once in the module's fixture. With the mark, each test would check every
# deferred constraint of its one large transaction anew when it ends.
PEOPLE = ("participant", "admin", "staff")
#: A file of everything a person gave: each community they belong to is a part of it, asked for by itself.
BY_COMMUNITY = {"accounts:my-data"}
READ = [route for route in all_routes() if EXPECTED[route.name][0].own != "405"]
# Few is enough people for an opinion map, so that few and many show the same kind of page.
FEW, MORE = 8, 12

Counts = dict[tuple[str, str], int]


def add_job(member: Member, *, status: str) -> None:
    """Long work that this member asked for, and that is over."""
    Job.objects.create(
        kind="refresh_map", key=uuid.uuid4().hex, status=status, community=member.community, requested_by=member
    )


def fill(world: World, n: int) -> None:
    """Put n more of everything that pages list into the own community."""
    place = world.own
    statements = [StatementFactory(conversation=place.conversation) for _ in range(n)]
    for number in range(n):
        member = MemberFactory(community=place.community, roles=[Role.STEWARD])
        for index, statement in enumerate([place.statement, *statements]):
            actions.cast_vote(member=member, statement=statement, value=1 if (index + number) % 3 else -1)
        make_entry_link(community=place.community, kind="single", created_by=member)
        QuestionFactory(questionnaire__community=place.community)
        asked = place.questionnaire.questions.count()
        QuestionFactory(questionnaire=place.questionnaire, name=f"question-{asked}", position=100 + asked)
        ConversationFactory(community=place.community, created_by=member)
        study_with_an_answer(place.community, member)
        answered(ItemFactory(study=place.study), {"better": {"value": {"chosen": "tie"}}}, member=member)
        start_export(of=place.conversation, format="bundle", requested_by=member)
        add_job(member, status="failed")
        make_decision(place.decision.body)
        make_body(place.community, n=1)
        file_objection(decision=place.decision, member=member, reason="Nobody asked us.")
        write_comment(decision=place.decision, member=member, text="I would like to know more.")
        record(community=place.community, kind="thing.made", subject=Reference("thing", "1"), payload={}, by=member)
        release = propose_release_of(place.community, 100 + place.community.releases.count())
        record_approval_of(release)
        add_to(place.constitution)
        audit_of(place.community)
        incident_of(place.community)
        add_clause(constitution=place.constitution, text=f"Another, {member.pk}.")
        adopted(place.community, "A principle.", title=f"Charter {member.pk}")
        drawn(place.community, people=3, seats=1)
        paid_work(member, 1 + place.community.pay_rates.count())
        Run.objects.create(community=place.community, kind="map", input_sha256="0" * 64, started_at=timezone.now())
        make_aggregation(place.community, requested_by=member)
        make_panel(place.conversation)
        make_aggregation(place.community, again_of=place.aggregation)
        LanguageCall.objects.create(
            community=place.community, requested_by=member, purpose="draft", prompt="draft", prompt_version=1
        )
    for user in filter(None, world.people.values()):
        own = user.members.filter(community=place.community).first()
        if own is None:
            continue
        for number in range(n):
            make_api_key(member=own, name=f"key {number}", scopes=["read"])
            add_job(own, status="succeeded")
        for statement in statements:
            actions.cast_vote(member=own, statement=statement, value=1)
    draw_map(place.conversation, vote_arrays(place.conversation), OpinionMap.Grouping.COMPUTED)


def join_more(world: World, n: int) -> None:
    """Let everyone belong to n more communities."""
    for _ in range(n):
        community = CommunityFactory()
        for user in filter(None, world.people.values()):
            MemberFactory(user=user, community=community)


def counted(world: World) -> Counts:
    """Queries by route and person, of every page that opens to them."""
    counts: Counts = {}
    for route in READ:
        for person in PEOPLE:
            before = transaction.savepoint()
            with CaptureQueriesContext(connection) as asked:
                found = outcome(ask(route, "GET", world.people[person], world.own))
            transaction.savepoint_rollback(before)
            if found == "in":
                counts[route.name, person] = len(asked)
    return counts


@pytest.fixture(scope="module")
def counts(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[list[Counts]]:
    """The counts with few rows, with many, and with many communities beside."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        fill(world, FEW)
        join_more(world, 2)
        found = [counted(world)]
        fill(world, MORE)
        found.append(counted(world))
        join_more(world, MORE)
        yield [*found, counted(world)]
        transaction.set_rollback(True)


def more(counts: list[Counts], name: str, earlier: int, later: int) -> dict[str, tuple[int, int]]:
    """By person, the queries before and after, where they have become more."""
    before, after = counts[earlier], counts[later]
    both = {person: (before.get((name, person), 0), after.get((name, person), 0)) for person in PEOPLE}
    return {person: (few, many) for person, (few, many) in both.items() if many > few}


@pytest.mark.parametrize("name", [route.name for route in READ])
def test_many_rows_take_no_more_queries_than_few(counts: list[Counts], name: str) -> None:
    assert more(counts, name, 0, 1) == {}


@pytest.mark.parametrize("name", [route.name for route in READ if route.name not in BY_COMMUNITY])
def test_many_communities_take_no_more_queries_than_few(counts: list[Counts], name: str) -> None:
    assert more(counts, name, 1, 2) == {}
