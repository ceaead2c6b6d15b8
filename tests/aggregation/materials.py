"""Material to aggregate or to learn from."""

from accounts.models import Member
from aggregation.sources import Material, find_material
from deliberation.actions import cast_vote
from tests.factories.accounts import MemberFactory
from tests.factories.deliberation import ConversationFactory, StatementFactory


def voted_once(researcher: Member) -> Material:
    """A conversation of the researcher's community with one statement and one vote."""
    conversation = ConversationFactory(community=researcher.community, created_by=researcher)
    cast_vote(
        member=MemberFactory(community=researcher.community),
        statement=StatementFactory(conversation=conversation),
        value=1,
    )
    found = find_material(researcher.user, "conversation", conversation.slug)
    assert found is not None
    return found
