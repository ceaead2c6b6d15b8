"""Taking in answers, and changes of them; every one is kept in the response's history."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.kept_queries import KeptInsert, prepared_cursor
from accounts.models import Member
from annotation.actions.assigning import following_assignment, take_again
from annotation.actions.locking import hold_given, hold_part
from annotation.actions.uncertainty import weigh_again
from annotation.answers import is_as_expected, read_answers
from annotation.errors import Refused
from annotation.kinds import texts_of
from annotation.models import Assignment, Enrolment, Item, Response, ResponseEvent, Study
from annotation.paying import LATE, pay_for
from annotation.queries.asked import asked

State = Assignment.State
_add_response, _add_event = KeptInsert(Response), KeptInsert(ResponseEvent)
# Both in one statement, which every answer sends.
END_AND_COUNT = """
    WITH ended AS (
        UPDATE annotation_assignment SET state = %(ended_as)s, ended_at = %(ended_at)s, quota_id = %(quota)s
        WHERE id = %(assignment)s
    )
    UPDATE annotation_enrolment SET seconds = %(seconds)s, answered = %(answered)s,
        training_correct = %(training_correct)s, attention_passed = %(attention_passed)s,
        attention_missed = %(attention_missed)s
    WHERE id = %(part)s"""
FIGURES = ("seconds", "answered", "training_correct", "attention_passed", "attention_missed")


@dataclass(frozen=True)
class Taken:
    """What became of an answer that was sent.

    Attributes
    ----------
    part : the member's part in the study, with this answer counted
    following : the item they were given next, where one was at hand at once
    """

    response: Response
    part: Enrolment
    following: Assignment | None = None


def record_response(
    *, assignment: Assignment, member: Member, answers: Mapping[str, Any], seconds: float | None = None
) -> Response:
    """Take in a member's answers about the item they were given; sent again later, they count as a change.

    An answer that comes too late, after the item has all the answers it wants, is kept but does not count.

    Raises
    ------
    Unanswered
        With every question that still needs an answer.
    Refused
        If it is not theirs to give, or the study takes no answers.
    """
    with transaction.atomic():
        return _take(assignment, member, answers, seconds)[0].response


def answer_and_go_on(
    *, assignment: Assignment, member: Member, answers: Mapping[str, Any], seconds: float | None = None
) -> Taken:
    """The same in the transaction that the caller holds, and give the next item where one is at hand at once.

    Where none is, which may be because others are just taking the last ones, ask
    :func:`annotation.actions.next_assignment` when the answer is stored: only that waits.
    """
    taken, is_first = _take(assignment, member, answers, seconds)
    if not is_first or assignment.item.kind != Item.Kind.WORK:
        return taken
    return replace(taken, following=following_assignment(assignment.study, member, taken.part))


def _take(
    assignment: Assignment, member: Member, answers: Mapping[str, Any], seconds: float | None
) -> tuple[Taken, bool]:
    """What was taken in, and whether it is a new answer that came in time."""
    enrolment = hold_part(assignment.study_id, member.pk)
    given = hold_given(assignment.pk, member.pk)
    if enrolment is None or given is None:
        raise Refused("This item was not given to you.")
    given.study, given.item, given.version = assignment.study, assignment.item, assignment.version
    if given.state == State.ANSWERED:
        return Taken(_change(given.response, answers, seconds), enrolment), False
    _check_may_answer(given, member)
    questions = asked(given.version)
    texts = texts_of(given.item.content)
    stored = read_answers(questions, answers, texts)
    now = timezone.now()
    longest = (now - given.assigned_at).total_seconds()
    took = longest if seconds is None else min(max(float(seconds), 0.0), longest)
    in_time = given.state == State.ASSIGNED
    counts = in_time or given.item.kind != Item.Kind.WORK or take_again(given, enrolment.stratum)
    passed = is_as_expected(stored, given.item.expected, questions, texts)
    given.state, given.ended_at = (State.ANSWERED if counts else State.DISCARDED), now
    response = Response(
        study=given.study,
        assignment=given,
        item=given.item,
        member=member,
        version=given.version,
        answers=stored,
        order_shown=given.order_shown,
        seconds=round(took, 2),
        state=Response.State.ACCEPTED if counts else Response.State.DISCARDED,
        discarded_why="" if counts else LATE,
        passed=passed,
        created_at=now,
        changed_at=now,
    )
    _add_response(response)
    _add_event(
        ResponseEvent(
            response=response, kind=ResponseEvent.Kind.GIVEN, answers=stored, seconds=response.seconds, by=member
        )
    )
    _end_and_count(given, enrolment, passed, took)
    if counts:
        pay_for(response)
    weigh_again(given.study, given.item)
    return Taken(response, enrolment), in_time


@transaction.atomic
def change_response(
    *, response: Response, member: Member, answers: Mapping[str, Any], seconds: float | None = None
) -> Response:
    """Put new answers in place of a member's own; the old ones stay in the history.

    Raises
    ------
    Unanswered, Refused
    """
    locked = (
        Response.objects.select_for_update(of=("self",))
        .select_related("study", "item", "version")
        .filter(pk=response.pk, member=member)
        .first()
    )
    if locked is None:
        raise Refused("This answer is not yours.")
    return _change(locked, answers, seconds)


def _change(response: Response, answers: Mapping[str, Any], seconds: float | None) -> Response:
    if not response.study.is_open:
        raise Refused("This study is closed. Your answers are kept as they are.")
    if response.item.kind in {Item.Kind.TRAINING, Item.Kind.ATTENTION}:
        raise Refused("This one was for practice and cannot be changed. Go on with the next item.")
    questions = asked(response.version)
    texts = texts_of(response.item.content)
    stored = read_answers(questions, answers, texts)
    if stored == response.answers:
        return response
    response.answers, response.changed_at = stored, timezone.now()
    response.passed = is_as_expected(stored, response.item.expected, questions, texts)
    response.save(update_fields=["answers", "changed_at", "passed"])
    ResponseEvent.objects.create(
        response=response,
        kind=ResponseEvent.Kind.CHANGED,
        answers=stored,
        seconds=None if seconds is None else round(max(float(seconds), 0.0), 2),
        by_id=response.member_id,
    )
    weigh_again(response.study, response.item)
    return response


def _check_may_answer(given: Assignment, member: Member) -> None:
    if member.banned_at or member.left_at:
        raise Refused("You no longer take part in this community.")
    if given.state == State.DISCARDED:
        raise Refused("Your answer to this item was set aside by those who run the study.")
    study = given.study
    # Who was given an item before the study was closed may still send it in.
    in_time = study.closed_at is not None and given.assigned_at < study.closed_at and given.deadline > timezone.now()
    if not study.is_open and not (study.status == Study.Status.CLOSED and in_time):
        raise Refused("This study is closed. Your earlier answers are kept.")


def _end_and_count(given: Assignment, enrolment: Enrolment, passed: bool | None, seconds: float) -> None:
    """End the assignment, keep the member's own figures, and end their part where screening says so.

    The part is held, so that its figures are those of the database.
    """
    item, study = given.item, given.study
    enrolment.seconds += seconds
    if item.kind in {Item.Kind.WORK, Item.Kind.GOLD}:
        enrolment.answered += 1
    elif item.kind == Item.Kind.TRAINING:
        enrolment.training_correct += 1 if passed else 0
    elif passed is not None:
        name = "attention_passed" if passed else "attention_missed"
        setattr(enrolment, name, getattr(enrolment, name) + 1)
    with prepared_cursor() as cursor:
        figures = {name: getattr(enrolment, name) for name in FIGURES}
        ended: dict[str, Any] = {
            "assignment": given.pk,
            "ended_as": given.state,
            "ended_at": given.ended_at,
            "quota": given.quota_id,
        }
        cursor.execute(END_AND_COUNT, {"part": enrolment.pk, **figures, **ended})
    if item.kind in {Item.Kind.TRAINING, Item.Kind.ATTENTION} and study.screening:
        _screen(enrolment, study)


def _screen(enrolment: Enrolment, study: Study) -> None:
    missed = study.screening.get("attention_missed")
    if missed and enrolment.attention_missed >= missed:
        enrolment.state = Enrolment.State.FAILED_ATTENTION
    elif enrolment.state == Enrolment.State.TRAINING:
        lessons = study.items.filter(kind=Item.Kind.TRAINING, retired_at=None)
        done = Response.objects.filter(study=study, member=enrolment.member_id, item__in=lessons).count()
        if done < lessons.count() or enrolment.training_correct >= study.screening.get("training_correct", 0):
            return
        enrolment.state = Enrolment.State.SCREENED_OUT
    else:
        return
    enrolment.finished_at = timezone.now()
    enrolment.save(update_fields=["state", "finished_at"])
