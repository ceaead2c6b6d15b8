"""Everything that writes in the accounts room."""

from accounts.actions.bulk import bulk_answer, bulk_join
from accounts.actions.communities import change_community, create_community, publish_consent_text
from accounts.actions.consent import give_consent, withdraw_consent
from accounts.actions.demographics import (
    Given,
    add_questionnaire,
    answer_question,
    answer_questionnaire,
    withdraw_answer,
)
from accounts.actions.entry import find_entry_link, make_entry_link, revoke_entry_link, use_entry_link
from accounts.actions.erasure import delete_account, erase_member
from accounts.actions.members import ban_member, change_roles, join_community, leave_community, unban_member

__all__ = [
    "Given",
    "add_questionnaire",
    "answer_question",
    "answer_questionnaire",
    "ban_member",
    "bulk_answer",
    "bulk_join",
    "change_community",
    "change_roles",
    "create_community",
    "delete_account",
    "erase_member",
    "find_entry_link",
    "give_consent",
    "join_community",
    "leave_community",
    "make_entry_link",
    "publish_consent_text",
    "revoke_entry_link",
    "unban_member",
    "use_entry_link",
    "withdraw_answer",
    "withdraw_consent",
]
