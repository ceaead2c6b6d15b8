"""Giving out items: as many answers as wanted, in the study's order, and back into the queue when one is lost."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import Given, add_questionnaire, answer_questionnaire
from accounts.models import Member, Use
from accounts.questionnaires import MINIMAL
from annotation.actions import (
    NewItem,
    add_items,
    change_study,
    close_study,
    discard_response,
    enrol,
    exclude_member,
    finish_enrolment,
    lift_exclusion,
    next_assignment,
    record_response,
    restore_response,
    retire_item,
    skip_assignment,
)
from annotation.errors import Refused
from annotation.models import Assignment, Enrolment, Item, Quota, Response, Study
from tests.factories.accounts import MemberFactory
from tests.factories.annotation import PAIR, ItemFactory, open_study

pytestmark = pytest.mark.django_db
TIE = {"better": {"value": {"chosen": "tie"}}}


def annotator(study: Study) -> Member:
    member = MemberFactory(community=study.community)
    enrol(study=study, member=member)
    return member


def answer(study: Study, member: Member) -> Response | None:
    assignment = next_assignment(study=study, member=member)
    return assignment and record_response(assignment=assignment, member=member, answers=TIE)


def answer_all(study: Study, member: Member) -> int:
    done = 0
    while answer(study, member) is not None:
        done += 1
    return done


def taken(study: Study) -> list[tuple[int, int]]:
    return list(study.quota_rows.order_by("item__number").values_list("taken", "wanted"))


def test_no_item_gets_more_answers_than_wanted_and_none_fewer() -> None:
    study = open_study(items=4, responses_per_item=2)
    people = [annotator(study) for _ in range(3)]
    assert sum(answer_all(study, member) for member in people) == 8
    assert Counter(Response.objects.values_list("item", flat=True)) == Counter(
        {item.pk: 2 for item in study.items.all()}
    )


def test_an_item_in_hand_is_given_again_until_it_is_answered() -> None:
    study = open_study(items=3)
    member = annotator(study)
    first = next_assignment(study=study, member=member)
    assert next_assignment(study=study, member=member) == first
    assert sum(quota.taken for quota in study.quota_rows.all()) == 1


def test_the_fewest_answers_come_first() -> None:
    study = open_study(items=3, responses_per_item=3)
    for _ in range(6):
        answer(study, annotator(study))
    assert [n for n, _ in taken(study)] == [2, 2, 2]


def test_batches_come_one_after_the_other() -> None:
    study = open_study(policy=Study.Policy.BATCHES, batch_size=2, responses_per_item=1)
    add_items(study=study, items=[NewItem(f"n{n}", PAIR) for n in range(6)])
    people = [annotator(study) for _ in range(6)]
    numbers = [answer(study, member).item.number for member in people]
    assert [sorted(numbers[n : n + 2]) for n in (0, 2, 4)] == [[1, 2], [3, 4], [5, 6]]


def test_what_people_disagree_on_comes_first() -> None:
    study = open_study(policy=Study.Policy.UNCERTAIN, items=2, responses_per_item=9)
    agreed, divided = study.items.order_by("number")
    for verdict_agreed, verdict_divided in (("a", "a"), ("a", "b"), ("a", "tie"), ("a", "b")):
        member = annotator(study)
        for _ in range(2):
            assignment = next_assignment(study=study, member=member)
            verdict = verdict_agreed if assignment.item == agreed else verdict_divided
            answers = {"better": {"value": {"chosen": verdict, "strength": 1}}}
            record_response(assignment=assignment, member=member, answers=answers)
    for item in (agreed, divided):
        item.refresh_from_db()
    assert divided.uncertainty > agreed.uncertainty
    assert next_assignment(study=study, member=annotator(study)).item == divided


def test_random_order_starts_anywhere_and_forgets_nothing() -> None:
    study = open_study(policy=Study.Policy.RANDOM, responses_per_item=20)
    add_items(study=study, items=[NewItem(f"n{n}", PAIR) for n in range(30)])
    first = {next_assignment(study=study, member=annotator(study)).item_id for _ in range(20)}
    assert len(first) > 5
    assert answer_all(study, annotator(study)) == 30


@pytest.mark.parametrize("policy", Study.Policy.values)
def test_skipped_and_overdue_items_go_to_others(policy: str) -> None:
    study = open_study(items=1, responses_per_item=1, policy=policy)
    first, second, third = (annotator(study) for _ in range(3))
    skip_assignment(assignment=next_assignment(study=study, member=first), reason="too hard")
    assert next_assignment(study=study, member=first) is None
    held = next_assignment(study=study, member=second)
    assert next_assignment(study=study, member=third) is None
    Assignment.objects.filter(pk=held.pk).update(deadline=timezone.now() - timedelta(seconds=1))
    assert answer(study, third) is not None
    held.refresh_from_db()
    assert (held.state, held.quota) == (Assignment.State.ABANDONED, None)
    assert taken(study) == [(1, 1)]


def test_a_late_answer_counts_while_there_is_room_and_is_kept_when_there_is_none() -> None:
    study = open_study(items=1, responses_per_item=1)
    slow, other = annotator(study), annotator(study)
    held = next_assignment(study=study, member=slow)
    Assignment.objects.filter(pk=held.pk).update(deadline=timezone.now() - timedelta(seconds=1))
    assert answer(study, other) is not None
    late = record_response(assignment=held, member=slow, answers=TIE)
    assert (late.state, late.answers["better"]["value"]["chosen"]) == (Response.State.DISCARDED, "tie")
    assert taken(study) == [(1, 1)]
    roomy = open_study(items=1, responses_per_item=2)
    slow, other = annotator(roomy), annotator(roomy)
    held = next_assignment(study=roomy, member=slow)
    Assignment.objects.filter(pk=held.pk).update(deadline=timezone.now() - timedelta(seconds=1))
    assert answer(roomy, other) is not None
    assert record_response(assignment=held, member=slow, answers=TIE).state == Response.State.ACCEPTED
    assert taken(roomy) == [(2, 2)]


def test_a_discarded_answer_is_asked_again_and_can_be_restored() -> None:
    study = open_study(items=1, responses_per_item=1)
    response = answer(study, annotator(study))
    researcher = MemberFactory(community=study.community, researcher=True)
    with pytest.raises(Refused):
        discard_response(response=response, by=researcher, reason=" ")
    discard_response(response=response, by=researcher, reason="A test by a colleague.")
    assert taken(study) == [(0, 1)]
    restore_response(response=response, by=researcher)
    assert taken(study) == [(1, 1)]
    assert [event.kind for event in response.events.all()] == ["given", "discarded", "restored"]
    discard_response(response=response, by=researcher, reason="It was one after all.")
    assert answer(study, annotator(study)) is not None


def test_items_added_later_are_given_out_and_retired_ones_are_not() -> None:
    study = open_study(items=1, responses_per_item=1)
    member = annotator(study)
    assert answer_all(study, member) == 1
    added, refused = add_items(study=study, items=[NewItem("late", PAIR, row=2), NewItem("late", PAIR, row=3)])
    assert [item.name for item in added] == ["late"]
    assert [(one.row, one.reason) for one in refused] == [(3, "An item named late is there already.")]
    retire_item(item=added[0])
    assert answer_all(study, member) == 0
    more, _ = add_items(study=study, items=[NewItem("later", PAIR)])
    assert answer(study, member).item == more[0]


def test_wanting_more_answers_reopens_items_and_wanting_fewer_keeps_what_is_given() -> None:
    study = open_study(items=1, responses_per_item=2)
    for _ in range(2):
        answer(study, annotator(study))
    study = change_study(study=study, responses_per_item=3)
    assert taken(study) == [(2, 3)]
    study = change_study(study=study, responses_per_item=1)
    assert taken(study) == [(2, 2)]


def test_quotas_hold_for_each_stratum() -> None:
    study = open_study(items=3, strata=["gender"], quotas={"female": 2, "male": 1})
    questionnaire = add_questionnaire(community=study.community, text=MINIMAL)

    def person(gender: str, uses: tuple[str, ...] = (Use.QUOTAS,)) -> Member:
        member = MemberFactory(community=study.community)
        answers = {"gender": Given(codes=(gender,))}
        answer_questionnaire(member=member, questionnaire=questionnaire, answers=answers, uses=uses)
        enrol(study=study, member=member)
        return member

    women, men = [person("female") for _ in range(3)], [person("male") for _ in range(2)]
    assert [answer_all(study, member) for member in women] == [3, 3, 0]
    assert [answer_all(study, member) for member in men] == [3, 0]
    assert answer_all(study, person("female", uses=(Use.ANALYSIS,))) == 0
    study = change_study(study=study, quotas={"female": 2, "male": 1, "": 1})
    assert answer_all(study, person("female")) == 3


def test_each_text_stands_first_equally_often() -> None:
    study = open_study(items=1, responses_per_item=6)
    firsts = Counter(
        next_assignment(study=study, member=annotator(study)).order_shown["responses"][0] for _ in range(6)
    )
    assert firsts == {"a": 3, "b": 3}


def test_training_comes_first_and_screening_ends_it() -> None:
    study = open_study(items=2, screening={"training_correct": 1})
    for _ in range(2):
        ItemFactory(study=study, kind=Item.Kind.TRAINING, expected={"better": {"chosen": "b", "strength": 1}})
    good, poor = annotator(study), annotator(study)
    for member, chosen in ((good, "b"), (poor, "a")):
        for _ in range(2):
            assignment = next_assignment(study=study, member=member)
            assert assignment.item.kind == Item.Kind.TRAINING
            answers = {"better": {"value": {"chosen": chosen, "strength": 3}}}
            record_response(assignment=assignment, member=member, answers=answers)
    assert next_assignment(study=study, member=good).item.kind == Item.Kind.WORK
    assert next_assignment(study=study, member=poor) is None
    assert study.enrolments.get(member=poor).state == Enrolment.State.SCREENED_OUT


def test_who_skips_the_training_has_not_passed_it() -> None:
    study = open_study(items=1, screening={"training_correct": 1})
    ItemFactory(study=study, kind=Item.Kind.TRAINING, expected={"better": {"chosen": "b", "strength": 1}})
    member = annotator(study)
    skip_assignment(assignment=next_assignment(study=study, member=member))
    assert next_assignment(study=study, member=member) is None
    part = study.enrolments.get(member=member)
    assert part.state == Enrolment.State.SCREENED_OUT
    assert part.finished_at is not None


def test_training_without_screening_may_be_skipped() -> None:
    study = open_study(items=1)
    ItemFactory(study=study, kind=Item.Kind.TRAINING)
    member = annotator(study)
    skip_assignment(assignment=next_assignment(study=study, member=member))
    assert next_assignment(study=study, member=member).item.kind == Item.Kind.WORK


def test_who_finishes_gives_back_what_they_have_in_hand() -> None:
    study = open_study(items=1, responses_per_item=1)
    member, other = annotator(study), annotator(study)
    given = next_assignment(study=study, member=member)
    finish_enrolment(study=study, member=member)
    assert next_assignment(study=study, member=member) is None
    assert next_assignment(study=study, member=other).item == given.item
    given.refresh_from_db()
    assert given.state == Assignment.State.ABANDONED


def test_checks_come_between_and_missing_them_ends_the_part() -> None:
    study = open_study(items=5, check_every=2, screening={"attention_missed": 1})
    check = ItemFactory(study=study, kind=Item.Kind.ATTENTION, expected={"better": {"chosen": "a", "strength": 1}})
    member = annotator(study)
    kinds = [answer(study, member).item.kind for _ in range(3)]
    assert kinds == ["work", "work", "attention"]
    assert next_assignment(study=study, member=member) is None
    assert study.enrolments.get(member=member).state == Enrolment.State.FAILED_ATTENTION
    assert check.quotas.count() == 0


def test_an_exclusion_asks_others_and_can_be_lifted() -> None:
    study = open_study(items=2, responses_per_item=1)
    member = annotator(study)
    assert answer_all(study, member) == 2
    researcher = MemberFactory(community=study.community, researcher=True)
    exclusion = exclude_member(
        study=study, member=member, rule="too_fast", reason="One second each.", decided_by=researcher
    )
    assert Response.objects.counted().count() == 0
    other = annotator(study)
    assert answer(study, other) is not None
    lift_exclusion(exclusion=exclusion, lifted_by=researcher, reason="A fast reader.")
    assert Response.objects.counted().count() == 3
    assert taken(study) == [(1, 1), (1, 1)]


def test_who_has_an_item_in_hand_may_answer_after_closing() -> None:
    study = open_study(items=2)
    member = annotator(study)
    held = next_assignment(study=study, member=member)
    close_study(study=study)
    assert record_response(assignment=held, member=member, answers=TIE).state == Response.State.ACCEPTED
    study.refresh_from_db()
    with pytest.raises(Refused):
        next_assignment(study=study, member=member)


def test_the_next_item_takes_as_many_queries_among_many_as_among_few() -> None:
    counts = []
    for items in (1, 400):
        study = open_study()
        add_items(study=study, items=[NewItem(f"n{n}", PAIR) for n in range(items)])
        member = annotator(study)
        with CaptureQueriesContext(connection) as asked:
            next_assignment(study=study, member=member)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_queue_is_walked_by_its_index() -> None:
    study = open_study()
    add_items(study=study, items=[NewItem(f"n{n}", PAIR) for n in range(5000)])
    from annotation.actions.assigning import OPEN

    query = f"EXPLAIN SELECT q.id FROM annotation_quota q WHERE {OPEN} ORDER BY q.rank, q.id LIMIT 1"
    with connection.cursor() as cursor:
        cursor.execute(query, {"study": study.pk, "stratum": "", "member": 1})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "quota_queue" in plan, plan
    assert "Sort" not in plan, plan
    assert Quota.objects.count() == 5000
