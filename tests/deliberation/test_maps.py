"""Drawing opinion maps from stored votes."""

import numpy as np
import pytest

from aggregation.algorithms.opinion import adjusted_rand_index
from aggregation.models import Run
from deliberation import actions
from deliberation.actions.maps import draw_layout, newest_map, refresh_map
from deliberation.demo.load import N_PEOPLE, SEED, load_demo
from deliberation.demo.people import planted_votes
from deliberation.demo.statements import STATEMENTS
from deliberation.models import Conversation, OpinionMap, Participation, Statement, Vote
from jobs.models import OutboxMessage
from tests.progress import Watched

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo():
    load_demo()
    return Conversation.objects.get(slug="assistants")


def test_the_planted_groups_of_the_demonstration_are_found(demo):
    result = newest_map(demo, "computed").run.result
    planted = planted_votes(
        np.array([leaning for _, leaning in STATEMENTS]),
        n_people=N_PEOPLE,
        per_person=34,
        rng=np.random.default_rng(SEED),
    )
    found = {member: group["id"] for group in result["groups"] for member in group["members"]}
    people = sorted(found, key=int)
    agreement = adjusted_rand_index(
        np.array([int(found[person]) for person in people]), planted.groups[[int(person) for person in people]]
    )
    assert result["k"] == 3
    # Some vote on a dozen statements only: the few who lie between two groups cannot be told apart.
    assert agreement >= 0.8


def test_loading_twice_changes_nothing(demo):
    before = [model.objects.count() for model in (Conversation, Statement, Vote, Participation, Run)]
    assert load_demo() is False
    assert [model.objects.count() for model in (Conversation, Statement, Vote, Participation, Run)] == before


def test_the_same_votes_draw_no_second_map(demo):
    refresh_map(Watched(), conversation=demo.pk)
    maps = OpinionMap.objects.filter(conversation=demo).count()
    assert refresh_map(Watched(), conversation=demo.pk)["drawn"] == 0
    assert OpinionMap.objects.filter(conversation=demo).count() == maps


def test_a_new_vote_draws_a_new_map_whose_letters_stay(demo):
    before = newest_map(demo, "computed").run.result
    participation = Participation.objects.filter(conversation=demo).first()
    statement = Statement.objects.shown().filter(conversation=demo).first()
    now = Vote.objects.filter(member=participation.member, statement=statement).first()
    actions.cast_vote(
        member=participation.member, statement=statement, value=-1 if now is None or now.value == 1 else 1
    )
    assert refresh_map(Watched(), conversation=demo.pk)["drawn"] == 1
    after = newest_map(demo, "computed").run.result
    old = {member: group["label"] for group in before["groups"] for member in group["members"]}
    new = {member: group["label"] for group in after["groups"] for member in group["members"]}
    same = sum(old[member] == new.get(member) for member in old)
    assert same >= 0.95 * len(old)


def test_priorities_reach_the_statements(demo):
    priorities = newest_map(demo, "computed").run.result["priorities"]
    stored = dict(Statement.objects.filter(conversation=demo).values_list("number", "priority"))
    assert {number: stored[int(number)] for number in priorities} == pytest.approx(priorities)
    assert len(set(priorities.values())) > 10


def test_the_second_layout_is_asked_for_and_drawn_in_the_order_of_the_points(demo):
    newest = newest_map(demo, "computed")
    assert OutboxMessage.objects.filter(kind="draw_layout", payload={"opinion_map": newest.pk}).exists()
    draw_layout(Watched(), opinion_map=newest.pk)
    newest.refresh_from_db()
    assert len(newest.umap) == len(newest.run.result["points"])
    assert sum(place is not None for place in newest.umap) == newest.run.result["in_conversation"]


def test_nobody_and_one_person_give_a_defined_map():
    from tests.factories.accounts import MemberFactory
    from tests.factories.deliberation import ConversationFactory, StatementFactory

    conversation = ConversationFactory()
    refresh_map(Watched(), conversation=conversation.pk)
    assert newest_map(conversation, "computed").run.result["k"] == 0
    member = MemberFactory(community=conversation.community)
    actions.cast_vote(member=member, statement=StatementFactory(conversation=conversation), value=1)
    refresh_map(Watched(), conversation=conversation.pk)
    assert newest_map(conversation, "computed").run.result["participants"] == 1
