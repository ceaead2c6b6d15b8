"""Taking in answers: whole, once, with their history, paid once."""

from typing import Any

import pytest

from accounts.models import Member
from annotation.actions import change_response, enrol, next_assignment, record_response
from annotation.answers import read_answers
from annotation.errors import Refused, Unanswered
from annotation.kinds import texts_of
from annotation.models import Assignment, Question, Study
from annotation.paying import earned_cents
from governance.queries.pay import owed
from tests.factories.accounts import MemberFactory
from tests.factories.annotation import CHOICES, PAIR, SCALE, open_study

pytestmark = pytest.mark.django_db
TWO = (
    {"name": "better", "kind": "pairwise", "text": "Which is better?", "why": Question.Why.REQUIRED},
    {"name": "quality", "kind": "rating", "text": "How good is it?", "settings": SCALE},
)


def given(study: Study) -> tuple[Member, Assignment]:
    member = MemberFactory(community=study.community)
    enrol(study=study, member=member)
    assignment = next_assignment(study=study, member=member)
    assert assignment is not None
    return member, assignment


def test_every_missing_answer_is_named() -> None:
    member, assignment = given(open_study(questions=TWO, items=1))
    with pytest.raises(Unanswered) as refused:
        record_response(
            assignment=assignment, member=member, answers={"better": {"value": {"chosen": "a", "strength": 2}}}
        )
    assert refused.value.problems == {
        "better": "Which is better? Give your reason.",
        "quality": "How good is it? Still to answer.",
    }
    assignment.refresh_from_db()
    assert assignment.state == Assignment.State.ASSIGNED


def test_a_question_without_a_stop_is_parted_from_what_is_missing() -> None:
    asked = ({"name": "marked", "kind": "spans", "text": "Mark what troubles you", "settings": CHOICES},)
    member, assignment = given(open_study(questions=asked, items=1))
    with pytest.raises(Unanswered) as refused:
        record_response(assignment=assignment, member=member, answers={})
    assert refused.value.problems == {"marked": "Mark what troubles you: Still to answer."}


def test_a_flag_excuses_from_a_value_and_keeps_its_words() -> None:
    study = open_study(questions=TWO, items=1)
    member, assignment = given(study)
    answers = {
        "better": {"flags": {"underspecified": "Who is asking?"}},
        "quality": {"value": {"item": {"helpful": 4}}, "confidence": "2"},
    }
    response = record_response(assignment=assignment, member=member, answers=answers)
    assert response.answers == {
        "better": {"value": None, "why": "", "confidence": None, "flags": {"underspecified": "Who is asking?"}},
        "quality": {"value": {"item": {"helpful": 4}}, "why": "", "confidence": 2, "flags": {}},
    }


def test_a_change_keeps_the_history() -> None:
    study = open_study(items=1)
    member, assignment = given(study)
    first = {"better": {"value": {"chosen": "a", "strength": 1}}}
    second = {"better": {"value": {"chosen": "b", "strength": 3}}}
    response = record_response(assignment=assignment, member=member, answers=first)
    change_response(response=response, member=member, answers=second)
    record_response(assignment=assignment, member=member, answers=second)
    events = list(response.events.values_list("kind", "answers__better__value__chosen"))
    assert events == [("given", "a"), ("changed", "b")]
    with pytest.raises(Refused):
        change_response(response=response, member=MemberFactory(community=study.community), answers=first)


def test_an_item_of_somebody_else_cannot_be_answered() -> None:
    study = open_study(items=1)
    _, assignment = given(study)
    other = MemberFactory(community=study.community)
    enrol(study=study, member=other)
    with pytest.raises(Refused):
        record_response(assignment=assignment, member=other, answers={"better": {"value": {"chosen": "tie"}}})


def test_time_on_task_is_never_longer_than_since_it_was_given() -> None:
    member, assignment = given(open_study(items=1))
    tie = {"better": {"value": {"chosen": "tie"}}}
    response = record_response(assignment=assignment, member=member, answers=tie, seconds=9999)
    assert response.seconds is not None
    assert response.seconds < 60


def test_each_accepted_answer_is_paid_once() -> None:
    study = open_study(items=1, unit_pay_cents=25, currency="EUR")
    member, assignment = given(study)
    tie = {"better": {"value": {"chosen": "tie"}}}
    response = record_response(assignment=assignment, member=member, answers=tie)
    change_response(response=response, member=member, answers={"better": {"value": {"chosen": "both_bad"}}})
    assert owed(member) == {"EUR": 25}
    assert earned_cents(study, member) == 25


@pytest.mark.parametrize(
    ("kind", "settings", "value", "stored"),
    [
        ("pairwise", {}, {"chosen": "both_bad", "strength": 2}, {"chosen": "both_bad", "strength": None}),
        ("rating", SCALE, {"item": {"helpful": "3"}}, {"item": {"helpful": 3}}),
        ("ranking", {"ties": True}, [["b", "a"]], [["a", "b"]]),
        ("categories", CHOICES, "yes", ["yes"]),
        ("categories", {**CHOICES, "multiple": True}, ["no", "yes"], ["yes", "no"]),
        (
            "safety",
            {**CHOICES, "harms": [{"code": "self", "text": "To oneself"}]},
            {"label": "no", "harms": ["self"]},
            {"label": "no", "harms": ["self"]},
        ),
        ("text", {}, "  a word ", "a word"),
        (
            "spans",
            CHOICES,
            [{"in": "b", "start": 0, "end": 4, "label": "no"}],
            [{"in": "b", "start": 0, "end": 4, "label": "no", "comment": ""}],
        ),
    ],
)
def test_every_kind_is_stored_in_one_form(kind: str, settings: dict[str, Any], value: Any, stored: Any) -> None:
    question = Question(name="q", kind=kind, text="?", settings=settings)
    assert read_answers([question], {"q": {"value": value}}, texts_of(PAIR))["q"]["value"] == stored


@pytest.mark.parametrize(
    ("kind", "settings", "value"),
    [
        ("pairwise", {"tie": False}, {"chosen": "tie"}),
        ("pairwise", {}, {"chosen": "c", "strength": 1}),
        ("pairwise", {}, {"chosen": "a"}),
        ("rating", SCALE, {"item": {"helpful": 6}}),
        ("rating", SCALE, {"item": {"helpful": 2.5}}),
        ("rating", {**SCALE, "each_response": True}, {"a": {"helpful": 2}}),
        ("ranking", {}, [["a", "b"]]),
        ("ranking", {}, [["a"]]),
        ("ranking", {"partial": True}, [["a"], ["a"]]),
        ("categories", CHOICES, ["yes", "no"]),
        ("categories", CHOICES, ["perhaps"]),
        ("safety", {**CHOICES, "harms": [{"code": "self", "text": "To oneself"}]}, {"label": "no"}),
        ("text", {"most": 3}, "four"),
        ("spans", CHOICES, [{"in": "b", "start": 3, "end": 3, "label": "no"}]),
        ("spans", CHOICES, [{"in": "z", "start": 0, "end": 1, "label": "no"}]),
    ],
)
def test_what_does_not_fit_is_refused(kind: str, settings: dict[str, Any], value: Any) -> None:
    question = Question(name="q", kind=kind, text="?", settings=settings)
    with pytest.raises(Unanswered):
        read_answers([question], {"q": {"value": value}}, texts_of(PAIR))
