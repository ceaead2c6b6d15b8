"""Everything that writes in the annotation room."""

from annotation.actions.answering import Taken, answer_and_go_on, change_response, record_response
from annotation.actions.assigning import give_back, next_assignment, of_study, release_overdue, skip_assignment
from annotation.actions.enrolling import enrol, finish_enrolment, refuse_consent
from annotation.actions.items import NewItem, RefusedItem, add_items, change_item, restore_item, retire_item
from annotation.actions.judging import discard_response, exclude_member, lift_exclusion, restore_response
from annotation.actions.questions import QuestionText, draft_of, set_questions
from annotation.actions.studies import (
    change_study,
    close_study,
    create_study,
    open_study,
    publish_version,
    reopen_study,
)

__all__ = [
    "NewItem",
    "QuestionText",
    "RefusedItem",
    "Taken",
    "add_items",
    "answer_and_go_on",
    "change_item",
    "change_response",
    "change_study",
    "close_study",
    "create_study",
    "discard_response",
    "draft_of",
    "enrol",
    "exclude_member",
    "finish_enrolment",
    "give_back",
    "lift_exclusion",
    "next_assignment",
    "of_study",
    "open_study",
    "publish_version",
    "record_response",
    "refuse_consent",
    "release_overdue",
    "reopen_study",
    "restore_item",
    "restore_response",
    "retire_item",
    "set_questions",
    "skip_assignment",
]
