"""Conversations as material for aggregation and training."""

import numpy as np
import pytest

from accounts.models import DemographicAnswer, Member, Role, Use
from aggregation import sources
from deliberation.demo.load import load_demo
from deliberation.models import Conversation, Statement, Vote
from tests.factories.accounts import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def researcher():
    load_demo()
    community = Conversation.objects.get(slug="assistants").community
    return MemberFactory(community=community, roles=[Role.RESEARCHER]).user


def test_only_who_runs_a_conversation_may_aggregate_it(researcher):
    participant = MemberFactory(community=Conversation.objects.get(slug="assistants").community).user
    listed = {choice.key for choice in sources.choices_for(researcher) if choice.kind == "conversation"}
    assert listed == set(Conversation.objects.run_by(researcher).values_list("slug", flat=True))
    assert "assistants" in listed
    assert sources.choices_for(participant) == []
    assert sources.find_material(participant, "conversation", "assistants") is None


def test_votes_are_those_stored_on_statements_that_are_shown(researcher):
    votes = sources.find_material(researcher, "conversation", "assistants").votes("agreement")
    stored = {
        (str(number), str(statement)): value
        for number, statement, value in Vote.objects.filter(
            conversation__slug="assistants", statement__in=Statement.objects.shown().filter(is_meta=False)
        ).values_list("member__participations__number", "statement__number", "value")
    }
    table = votes.votes_PC()
    given = {
        (votes.people.ids[p], votes.candidates[c]): int(table[p, c]) for p, c in np.argwhere(~np.isnan(table)).tolist()
    }
    assert given == stored
    assert len(votes.texts) == len(votes.candidates)
    assert "57" not in votes.candidates
    approved = votes.approvals_PC()
    assert np.array_equal(np.isnan(approved), np.isnan(table))
    assert approved[table == 1].min() == 1
    assert approved[(table == 0) | (table == -1)].max() == 0


def test_people_who_are_banned_are_left_out(researcher):
    before = sources.find_material(researcher, "conversation", "assistants").votes("agreement")
    gone = Member.objects.get(pk=int(before.people.member_P[0]))
    gone.banned_at = gone.joined_at
    gone.save()
    after = sources.find_material(researcher, "conversation", "assistants").votes("agreement")
    assert after.people.ids == before.people.ids[1:]


def test_groups_hold_only_what_may_be_used_for_analysis(researcher):
    material = sources.find_material(researcher, "conversation", "assistants")
    votes = material.votes("agreement")
    groupings = {grouping.key: grouping for grouping in material.groupings()}
    assert groupings["opinion"].levels == ("A", "B", "C")
    name = next(key for key, grouping in groupings.items() if grouping.kind == "demographic")
    known = set(
        DemographicAnswer.objects.filter(
            question__name=name, status="answered", uses__contains=[Use.ANALYSIS]
        ).values_list("member", flat=True)
    )
    told = {int(m) for m, level in zip(votes.people.member_P, groupings[name].level_P, strict=True) if level >= 0}
    assert told == known & set(votes.people.member_P.tolist())
    DemographicAnswer.objects.update(uses=[Use.QUOTAS])
    after = sources.find_material(researcher, "conversation", "assistants").groupings()
    assert [grouping.kind for grouping in after] == ["opinion"]
