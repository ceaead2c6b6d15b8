"""Run inside a live stack: a conversation with 50 statements, eight people who voted, and six who will.

Prints what the six need, as JSON.
"""

import json
import sys

import django


def main() -> None:
    """Make them and print their API keys."""
    django.setup()
    from accounts.api_keys import make_api_key
    from deliberation.actions import cast_vote
    from tests.factories.accounts import MemberFactory
    from tests.factories.deliberation import ConversationFactory, StatementFactory

    conversation = ConversationFactory()
    statements = StatementFactory.create_batch(50, conversation=conversation)
    for number, early in enumerate(MemberFactory.create_batch(8, community=conversation.community)):
        for statement in statements:
            cast_vote(member=early, statement=statement, value=1 if (statement.number + number) % 2 else -1)
    voters = [
        {"member": member.pk, "key": make_api_key(member=member, name="voter", scopes=["read", "write"])[1]}
        for member in MemberFactory.create_batch(6, community=conversation.community)
    ]
    numbers = [one.number for one in statements]
    json.dump({"slug": conversation.slug, "statements": numbers, "voters": voters}, sys.stdout)


if __name__ == "__main__":
    main()
