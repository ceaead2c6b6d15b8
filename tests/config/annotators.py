"""Run inside a live stack: an open, paid study of 45 items that want three answers each, and six people to give them.

Prints what the six need, as JSON.
"""

import json
import sys

import django

ITEMS, WANTED, PAY = 45, 3, 7


def main() -> None:
    """Make them and print their API keys."""
    django.setup()
    from accounts.api_keys import make_api_key
    from annotation.actions import enrol
    from tests.factories.accounts import CommunityFactory, MemberFactory, UserFactory
    from tests.factories.annotation import open_study

    # The votes' test filled the same database in a process of its own, which counted from 0 too.
    for made in (CommunityFactory, MemberFactory, UserFactory):
        made.reset_sequence(1000)
    study = open_study(items=ITEMS, responses_per_item=WANTED, unit_pay_cents=PAY, currency="EUR")
    annotators = []
    for member in MemberFactory.create_batch(6, community=study.community):
        enrol(study=study, member=member)
        annotators.append({"key": make_api_key(member=member, name="annotator", scopes=["read", "write"])[1]})
    json.dump({"slug": study.slug, "items": ITEMS, "wanted": WANTED, "pay": PAY, "annotators": annotators}, sys.stdout)


if __name__ == "__main__":
    main()
