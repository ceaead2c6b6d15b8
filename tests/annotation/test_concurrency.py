"""Fifty people draw from one queue at once: no item goes to too many, none is left out, nobody waits for ever."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from accounts.models import Member
from annotation.actions import (
    discard_response,
    enrol,
    next_assignment,
    record_response,
    restore_response,
    skip_assignment,
)
from annotation.actions.uncertainty import uncertainty_of
from annotation.models import Assignment, Enrolment, Response, Study
from tests.factories.accounts import MemberFactory
from tests.factories.annotation import answered, open_study

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 50
ITEMS = 40
WANTED = 3


@pytest.mark.parametrize("policy", Study.Policy.values)
def test_fifty_people_at_once_give_each_item_exactly_the_answers_it_wants(policy: str) -> None:
    study = open_study(items=ITEMS, responses_per_item=WANTED, policy=policy, hold_minutes=60)
    people = [MemberFactory(community=study.community) for _ in range(PEOPLE)]
    for member in people:
        enrol(study=study, member=member)
    together = threading.Barrier(PEOPLE)

    def work(member: Member) -> int:
        done = 0
        try:
            together.wait(60)
            skipped = False
            while (assignment := next_assignment(study=study, member=member)) is not None:
                if member.pk % 5 == 0 and not skipped:
                    skip_assignment(assignment=assignment, reason="not for me")
                    skipped = True
                    continue
                answers = {"better": {"value": {"chosen": "tie"}}}
                record_response(assignment=assignment, member=member, answers=answers)
                done += 1
        finally:
            connection.close()
        return done

    with ThreadPoolExecutor(PEOPLE) as pool:
        done = list(pool.map(work, people, timeout=240))
    assert sum(done) == ITEMS * WANTED
    per_item = Counter(Response.objects.values_list("item", flat=True))
    assert set(per_item.values()) == {WANTED}
    assert len(per_item) == ITEMS
    assert set(study.quota_rows.values_list("taken", "wanted")) == {(WANTED, WANTED)}
    assert Assignment.objects.filter(state=Assignment.State.ANSWERED).count() == ITEMS * WANTED
    assert not Assignment.objects.filter(state=Assignment.State.ASSIGNED).exists()


def test_answers_to_one_item_set_aside_and_restored_at_once_never_wait_in_a_circle() -> None:
    study = open_study(
        items=1,
        policy=Study.Policy.UNCERTAIN,
        strata=["gender"],
        quotas={"female": 4, "male": 4},
    )
    item = study.items.get()
    given = [answered(item, {"better": {"value": {"chosen": "tie"}}}) for _ in range(8)]
    for response, stratum in zip(given, ["female", "male"] * 4, strict=True):
        Enrolment.objects.filter(member=response.member).update(stratum=stratum)
    together = threading.Barrier(len(given))

    def change_our_minds(response: Response) -> None:
        try:
            together.wait(60)
            for _ in range(10):
                discard_response(response=response, by=None, reason="a test")
                restore_response(response=response, by=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(given)) as pool:
        list(pool.map(change_our_minds, given, timeout=240))
    assert set(Response.objects.values_list("state", flat=True)) == {Response.State.ACCEPTED}
    assert set(study.quota_rows.values_list("taken", "wanted")) == {(4, 4)}
    item.refresh_from_db()
    assert item.uncertainty == pytest.approx(uncertainty_of(Counter({"tie": 8}), 3))


def test_nobody_waits_for_another_persons_answer_to_be_stored() -> None:
    study = open_study(items=4)
    slow, quick = (MemberFactory(community=study.community) for _ in range(2))
    for member in (slow, quick):
        enrol(study=study, member=member)
    answers = {"better": {"value": {"chosen": "tie"}}}

    def answer(member: Member) -> Assignment | None:
        given = next_assignment(study=study, member=member)
        assert given is not None
        record_response(assignment=given, member=member, answers=answers)
        return next_assignment(study=study, member=member)

    def answer_without_waiting() -> Assignment | None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
            return answer(quick)
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        assert answer(slow) is not None  # stored, and not committed until the other has answered
        assert pool.submit(answer_without_waiting).result(60) is not None
    assert Response.objects.count() == 2
