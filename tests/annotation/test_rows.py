"""Answers as rows: what the reading guarantees to measures, exports and models."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actions import Given, add_questionnaire, answer_questionnaire
from accounts.models import Use
from accounts.questionnaires import MINIMAL
from annotation.models import Exclusion, Item, Question, Response
from annotation.queries import answer_rows
from tests.factories.accounts import ConsentFactory, ConsentTextFactory, MemberFactory
from tests.factories.annotation import SCALE, ItemFactory, answered, open_study

pytestmark = pytest.mark.django_db
RATING = {
    "name": "quality",
    "kind": Question.Kind.RATING,
    "text": "How good?",
    "settings": {**SCALE, "each_response": True},
}
PAIRWISE = {"name": "better", "kind": Question.Kind.PAIRWISE, "text": "Which is better?"}


def test_every_rating_and_choice_is_a_row_of_its_own() -> None:
    study = open_study(questions=(PAIRWISE, RATING), items=1)
    item = study.items.get()
    response = answered(
        item,
        {
            "better": {"value": {"chosen": "b", "strength": 2}, "why": "It asks first.", "confidence": 4, "flags": {}},
            "quality": {"value": {"a": {"helpful": 2}, "b": {"helpful": 5}}, "why": "", "flags": {}},
        },
        order_shown={"responses": ["b", "a"]},
        seconds=12.5,
    )
    rows = list(answer_rows(study))
    assert [(r.column, r.target, r.value, r.number) for r in rows] == [
        ("better", "", "b", -2.0),
        ("quality", "a", "2", 2.0),
        ("quality", "b", "5", 5.0),
    ]
    first = rows[0]
    assert (first.item, first.rater, first.why, first.confidence) == (
        item.name,
        response.member_id,
        "It asks first.",
        4,
    )
    assert (first.order_shown, first.seconds, first.version) == (("b", "a"), 12.5, 1)
    assert first.extra == {"strength": 2, "chosen_text": "What matters most to you?"}


def test_a_flag_without_an_answer_has_a_row() -> None:
    study = open_study(items=1)
    answered(study.items.get(), {"better": {"value": None, "flags": {"values_conflict": "care and liberty"}}})
    rows = list(answer_rows(study))
    assert [(r.value, r.number, dict(r.flags)) for r in rows] == [("", None, {"values_conflict": "care and liberty"})]


def test_only_what_counts_is_read() -> None:
    study = open_study(items=1)
    item, tie = study.items.get(), {"better": {"value": {"chosen": "tie", "strength": None}}}
    kept = answered(item, tie)
    answered(item, tie, state=Response.State.DISCARDED)
    answered(item, tie, member=MemberFactory(community=study.community, banned=True))
    left_out = answered(item, tie).member
    Exclusion.objects.create(study=study, member=left_out, rule="too_fast", reason="Two seconds for each item.")
    withdrawn = answered(item, tie).member
    text = ConsentTextFactory(community=study.community)
    ConsentFactory(member=withdrawn, text=text, withdrawn_at=timezone.now())
    answered(ItemFactory(study=study, kind=Item.Kind.ATTENTION), tie)
    assert {row.rater for row in answer_rows(study)} == {kept.member_id}
    assert len({row.rater for row in answer_rows(study, counted=False)}) == 5
    Exclusion.objects.update(lifted_at=timezone.now())
    assert {row.rater for row in answer_rows(study)} == {kept.member_id, left_out.pk}


def test_groups_hold_only_what_may_be_used_for_the_purpose() -> None:
    study = open_study(items=1)
    member = MemberFactory(community=study.community)
    questionnaire = add_questionnaire(community=study.community, text=MINIMAL)
    first, second = questionnaire.questions.order_by("position")[:2]
    code = first.options[0]["code"]
    answer_questionnaire(
        member=member,
        questionnaire=questionnaire,
        answers={first.name: Given(codes=(code,)), second.name: Given(declined=True)},
        uses=[Use.ANALYSIS],
    )
    answered(study.items.get(), {"better": {"value": {"chosen": "tie"}}}, member=member)
    assert [dict(row.groups) for row in answer_rows(study)] == [{first.name: (code,)}]
    assert [dict(row.groups) for row in answer_rows(study, use=Use.RELEASE)] == [{}]


def test_unvalidated_synthetic_items_can_be_held_out() -> None:
    study = open_study(validations_wanted=2)
    tie = {"better": {"value": {"chosen": "tie"}}}
    answered(ItemFactory(study=study, name="made", is_synthetic=True, validated_by=1), tie)
    answered(ItemFactory(study=study, name="checked", is_synthetic=True, validated_by=2), tie)
    assert {row.item for row in answer_rows(study)} == {"made", "checked"}
    assert {row.item for row in answer_rows(study, held_out=False)} == {"checked"}


def test_a_published_question_cannot_change() -> None:
    question = open_study().version.questions.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.filter(pk=question.pk).update(text="Another question?")
    with pytest.raises(IntegrityError), transaction.atomic():
        question.delete()
    question.refresh_from_db()
    assert question.text == "Which is better?"


def test_reading_asks_as_often_for_many_answers_as_for_one(django_assert_num_queries) -> None:
    study = open_study(items=12)
    for item in study.items.all():
        answered(item, {"better": {"value": {"chosen": "a", "strength": 1}}})
    with django_assert_num_queries(4):
        assert len(list(answer_rows(study))) == 12
