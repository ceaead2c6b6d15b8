"""Makes conversations with an opinion map for tests."""

from accounts.models import Community
from deliberation.actions import cast_vote
from deliberation.actions.maps import draw_map
from deliberation.models import Conversation, OpinionMap
from deliberation.queries.votes import vote_arrays
from tests.factories.accounts import MemberFactory
from tests.factories.deliberation import ConversationFactory, StatementFactory


def divided_conversation(community: Community, people: int = 16, shared: int = 2, dividing: int = 4) -> Conversation:
    """Two camps of equal size that vote against each other on some statements and agree on the others."""
    conversation = ConversationFactory(community=community)
    statements = [
        StatementFactory(conversation=conversation, text=f"Statement {number}", state=1)
        for number in range(shared + dividing)
    ]
    for number in range(people):
        member = MemberFactory(community=community)
        for place, statement in enumerate(statements):
            value = 1 if place < shared or (place + number) % 2 else -1
            cast_vote(member=member, statement=statement, value=value)
    draw_map(conversation, vote_arrays(conversation), OpinionMap.Grouping.COMPUTED)
    return conversation
