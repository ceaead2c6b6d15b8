"""What people and organisers do, and what is refused."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from django.db import connection
from django.utils import timezone

from accounts.actions.members import ban_member
from deliberation import actions
from deliberation.actions.votes import Ballot
from deliberation.errors import AlreadySaid, Refused
from deliberation.models import Conversation, Participation, Review, Statement, Vote, VoteEvent
from deliberation.queries import next_statement, progress_of, similar_statements, vote_arrays
from jobs.models import OutboxMessage
from tests.factories.accounts import MemberFactory
from tests.factories.deliberation import ConversationFactory, StatementFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation():
    return ConversationFactory()


@pytest.fixture
def member(conversation):
    return MemberFactory(community=conversation.community)


def test_changing_a_vote_keeps_one_row_and_every_event(conversation, member):
    statement = StatementFactory(conversation=conversation)
    for value in (1, -1, 0):
        actions.cast_vote(member=member, statement=statement, value=value)
    assert list(Vote.objects.values_list("member", "statement", "value")) == [(member.pk, statement.pk, 0)]
    assert list(VoteEvent.objects.order_by("id").values_list("value", flat=True)) == [1, -1, 0]


def test_taking_a_vote_back_removes_the_row_and_is_remembered(conversation, member):
    statement = StatementFactory(conversation=conversation)
    actions.cast_vote(member=member, statement=statement, value=1)
    actions.take_back_vote(member=member, statement=statement)
    assert not Vote.objects.exists()
    assert list(VoteEvent.objects.order_by("id").values_list("value", flat=True)) == [1, None]


def test_a_vote_and_its_wish_for_a_map_are_written_together(conversation, member):
    actions.cast_vote(member=member, statement=StatementFactory(conversation=conversation), value=1)
    wish = OutboxMessage.objects.get()
    assert (wish.kind, wish.payload) == ("refresh_map", {"conversation": conversation.pk})


def test_a_closed_conversation_takes_no_votes(conversation, member):
    statement = StatementFactory(conversation=conversation)
    actions.close_conversation(conversation=conversation)
    statement.refresh_from_db()
    statement.conversation.refresh_from_db()
    with pytest.raises(Refused, match="closed"):
        actions.cast_vote(member=member, statement=statement, value=1)


def test_one_hidden_statement_stops_the_whole_batch(conversation, member):
    shown = StatementFactory(conversation=conversation)
    hidden = StatementFactory(conversation=conversation, state=Statement.State.REJECTED)
    with pytest.raises(Refused, match=f"Statement {hidden.number}"):
        actions.cast_votes(member=member, ballots=[Ballot(shown, 1), Ballot(hidden, 1)])
    assert not Vote.objects.exists()


def test_members_of_other_communities_and_banned_ones_are_refused(conversation, member):
    statement = StatementFactory(conversation=conversation)
    with pytest.raises(Refused):
        actions.cast_vote(member=MemberFactory(), statement=statement, value=1)
    member.banned_at = timezone.now()
    with pytest.raises(Refused):
        actions.cast_vote(member=member, statement=statement, value=1)


def test_the_same_words_are_not_taken_twice(conversation, member):
    first = actions.write_statement(conversation=conversation, author=member, text="Dogs are  welcome here.")
    with pytest.raises(AlreadySaid) as refused:
        actions.write_statement(conversation=conversation, author=member, text="dogs are welcome HERE.")
    assert refused.value.statement_id == first.pk


def test_seeding_tells_every_row_that_was_not_taken(conversation):
    StatementFactory(conversation=conversation, text="Already here.")
    seeding = actions.seed_statements(
        conversation=conversation, texts=["One.", "", "one.", "Already here.", "x" * 1001, "Two."]
    )
    assert [statement.text for statement in seeding.added] == ["One.", "Two."]
    assert [row.row for row in seeding.refused] == [2, 3, 4, 5]
    assert all(row.reason for row in seeding.refused)


def test_moderation_keeps_who_moved_what_and_why(conversation, member):
    statement = StatementFactory(conversation=conversation, state=Statement.State.UNMODERATED)
    actions.review_statements(
        conversation=conversation, numbers=[statement.number], state=-1, reviewer=member, reason="Names a person."
    )
    review = Review.objects.get()
    assert (review.before, review.after, review.reason, review.reviewer) == (0, -1, "Names a person.", member)
    assert not Statement.objects.shown().exists()


def test_strict_moderation_shows_statements_once_accepted():
    strict = ConversationFactory(strict_moderation=True)
    author = MemberFactory(community=strict.community)
    statement = actions.write_statement(conversation=strict, author=author, text="Wait for me.")
    assert next_statement(strict, author) is None
    actions.review_statements(conversation=strict, numbers=[statement.number], state=1, reviewer=None)
    assert next_statement(strict, author) == statement


def test_a_conversation_without_statements_cannot_be_opened():
    draft = ConversationFactory(status=Conversation.Status.DRAFT)
    with pytest.raises(Refused, match="at least one statement"):
        actions.open_conversation(conversation=draft)


def test_statements_come_up_in_proportion_to_their_priorities(conversation, member):
    rare = StatementFactory(conversation=conversation, priority=1.0)
    common = StatementFactory(conversation=conversation, priority=9.0)
    drawn = Counter(next_statement(conversation, member).pk for _ in range(400))
    # Binomial(400, .9): six standard deviations either side.
    assert abs(drawn[common.pk] - 360) < 36
    assert drawn[rare.pk] + drawn[common.pk] == 400


def test_progress_counts_shown_statements_only(conversation, member):
    first, second = StatementFactory.create_batch(2, conversation=conversation)
    StatementFactory(conversation=conversation, state=Statement.State.REJECTED)
    actions.cast_vote(member=member, statement=first, value=0)
    progress = progress_of(conversation, member)
    assert (progress.voted, progress.of) == (1, 2)
    assert next_statement(conversation, member) == second


def test_similar_statements_are_found_by_trigrams(conversation):
    near = StatementFactory(conversation=conversation, text="Buses should run at night on weekends.")
    StatementFactory(conversation=conversation, text="The library needs a new roof.")
    assert list(similar_statements(conversation, "buses should run all night")) == [near]


def test_vote_arrays_hold_what_the_rows_say(conversation):
    members = MemberFactory.create_batch(5, community=conversation.community)
    statements = StatementFactory.create_batch(4, conversation=conversation)
    rng = np.random.default_rng(3)
    wanted = rng.choice([1.0, 0.0, -1.0, np.nan], size=(5, 4))
    wanted[:, 0] = 1.0
    for row, column in zip(*np.nonzero(~np.isnan(wanted)), strict=True):
        actions.cast_vote(member=members[row], statement=statements[column], value=int(wanted[row, column]))
    arrays = vote_arrays(conversation)
    assert arrays.members.tolist() == [member.pk for member in members]
    voted_on = ~np.isnan(wanted).all(axis=0)
    np.testing.assert_array_equal(arrays.votes.to_dense(), wanted[:, voted_on])
    assert arrays.last_event == VoteEvent.objects.order_by("-id").first().pk


def test_banned_members_are_left_out_and_a_new_map_is_wished_for(conversation):
    stays, goes = MemberFactory.create_batch(2, community=conversation.community)
    statement = StatementFactory(conversation=conversation)
    for member in (stays, goes):
        actions.cast_vote(member=member, statement=statement, value=1)
    OutboxMessage.objects.all().delete()
    ban_member(member=goes, reason="Copied votes.")
    assert vote_arrays(conversation).members.tolist() == [stays.pk]
    assert OutboxMessage.objects.filter(kind="refresh_map").exists()


@pytest.mark.django_db(transaction=True)
def test_participants_get_numbers_of_their_own_even_at_once():
    conversation = ConversationFactory()
    members = MemberFactory.create_batch(8, community=conversation.community)

    def join(member):
        try:
            return actions.take_part(conversation=conversation, member=member).number
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(join, members * 2))
    assert sorted(numbers) == sorted(list(range(8)) * 2)
    assert Participation.objects.count() == 8
