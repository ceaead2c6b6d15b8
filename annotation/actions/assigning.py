"""Giving out items: each to as many people as it wants, never to more, and none forgotten.

Whoever draws holds the lock on their own enrolment and on one place of the queue at most. Places that others are just
taking are skipped; only when nothing else is left does a person wait for one of them, holding no other. Overdue items
are given back in a transaction of its own that locks places in ascending order. So nobody waits in a circle.
Who has just answered takes their next place in the same transaction, where one is free at once.
"""

import time
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.kept_queries import KeptInsert, KeptQuery, prepared_cursor
from accounts.models import Member
from annotation.actions.locking import hold_part, hold_places
from annotation.errors import Refused
from annotation.models import Assignment, Enrolment, Item, Quota, Study
from annotation.ordering import order_shown
from annotation.queries.asked import asked
from annotation.strata import stratum_of

State = Assignment.State
OVERDUE_AT_ONCE = 50
WAITS = 20
LOOK_EVERY = 10.0  # seconds; who finds nothing waiting looks at once
_released_at: dict[int, float] = {}
_add = KeptInsert(Assignment)
_item = KeptQuery(lambda pk: Item.objects.filter(pk=pk), pk=int)
_in_hand = KeptQuery(
    lambda study, member: Assignment.objects.filter(study=study, member=member, state=State.ASSIGNED).order_by("pk"),
    study=int,
    member=int,
)
OPEN = """
    q.study_id = %(study)s AND q.stratum = %(stratum)s AND q.taken < q.wanted
    AND (SELECT 1 FROM annotation_assignment a WHERE a.item_id = q.item_id AND a.member_id = %(member)s LIMIT 1) IS NULL
"""
# A scalar subquery is never turned into a join: the queue's index is walked from its head, however large the study.
DRAW = """
    WITH chosen AS (
        SELECT q.id FROM annotation_quota q WHERE {open} {beyond} ORDER BY q.rank, q.id LIMIT 1 FOR UPDATE OF q {skip}
    )
    UPDATE annotation_quota q SET taken = q.taken + 1, drawn = q.drawn + 1, rank = {rank}
    FROM chosen WHERE q.id = chosen.id RETURNING q.id, q.item_id, q.drawn
"""
# The place in the queue after one more (or one fewer) answer; {taken} is the new count.
NEXT_RANK = {
    Study.Policy.LEAST_ANSWERED: "{taken} + random()",
    Study.Policy.BATCHES: "floor(q.rank / 100000) * 100000 + {taken} + random()",
    Study.Policy.RANDOM: "q.rank",
    Study.Policy.UNCERTAIN: "q.rank",
}


def next_assignment(*, study: Study, member: Member) -> Assignment | None:
    """The item the member has in hand, or a new one; None where nothing waits for them now.

    The queries are as many for a hundred thousand items as for one.

    Raises
    ------
    Refused
        If the study is not open, or the member has not started or may not go on.
    """
    if not study.is_open:
        raise Refused("This study is not taking answers now.")
    if _is_time_to_release(study):
        _released_at[study.pk] = time.monotonic()
        release_overdue(study=study)
    given = _draw(study, member)
    if given is None and release_overdue(study=study):
        given = _draw(study, member)
    return given


def _is_time_to_release(study: Study) -> bool:
    """Whether this process has not looked for overdue items of the study within the last seconds."""
    return time.monotonic() - _released_at.get(study.pk, -LOOK_EVERY) >= LOOK_EVERY


@transaction.atomic
def _draw(study: Study, member: Member) -> Assignment | None:
    # One person in two windows: the second waits here, and is then given the same item.
    enrolment = hold_part(study.pk, member.pk)
    if enrolment is None:
        raise Refused("Start the study first.")
    in_hand = _in_hand.first(study=study.pk, member=member.pk)
    if in_hand is not None:
        of_study(in_hand, study)
        if in_hand.deadline <= timezone.now():
            in_hand.deadline = _deadline(study)
            in_hand.save(update_fields=["deadline"])
        return in_hand
    return _choose(study, member, enrolment)


def following_assignment(study: Study, member: Member, enrolment: Enrolment) -> Assignment | None:
    """The next item of a member who has nothing in hand and whose part the caller holds, without waiting for anyone.

    None also where it is time to look for overdue items, or where answers move the queue and hold its places.
    """
    if not study.is_open or study.policy == Study.Policy.UNCERTAIN or _is_time_to_release(study):
        return None
    return _choose(study, member, enrolment, waits=0)


def _choose(study: Study, member: Member, enrolment: Enrolment, *, waits: int = WAITS) -> Assignment | None:
    if enrolment.state == Enrolment.State.TRAINING:
        lesson = _unseen(study, member, Item.Kind.TRAINING)
        if lesson is not None:
            return _assign(study, member, lesson, turn=enrolment.pk)
        passed = enrolment.training_correct >= study.screening.get("training_correct", 0)  # who skips has not passed
        enrolment.state = Enrolment.State.ACTIVE if passed else Enrolment.State.SCREENED_OUT
        enrolment.finished_at = None if passed else timezone.now()
        enrolment.save(update_fields=["state", "finished_at"])
    if enrolment.state != Enrolment.State.ACTIVE:
        return None
    if study.most_per_member is not None and enrolment.answered >= study.most_per_member:
        return None
    if study.check_every and enrolment.answered and enrolment.answered % study.check_every == 0:
        due = enrolment.answered // study.check_every
        kinds = [Item.Kind.GOLD, Item.Kind.ATTENTION]
        given = Assignment.objects.filter(study=study, member=member, item__kind__in=kinds).count()
        check = _unseen(study, member, *kinds) if given < due else None
        if check is not None:
            return _assign(study, member, check, turn=enrolment.pk)
    return _draw_from_queue(study, member, enrolment, waits)


def _draw_from_queue(study: Study, member: Member, enrolment: Enrolment, waits: int) -> Assignment | None:
    strata = [""]
    if study.strata:
        if not enrolment.stratum:
            enrolment.stratum = stratum_of(study, member)
            enrolment.save(update_fields=["stratum"])
        strata = [enrolment.stratum, ""] if enrolment.stratum else [""]
    for stratum in strata:
        found = draw_place(study, member, stratum, waits=waits)
        if found is not None:
            quota, item_id, drawn = found
            return _assign(study, member, _item.all(pk=item_id)[0], turn=drawn - 1 + len(stratum), quota=quota)
    return None


def draw_place(study: Study, member: Member, stratum: str, *, waits: int = WAITS) -> tuple[int, int, int] | None:
    """Take a place: the quota's id, its item's, and how often it was drawn; None where none is open to the member.

    ``waits`` is how often to wait for somebody who holds what is left.
    """
    values: dict[str, int | str] = {"study": study.pk, "stratum": stratum, "member": member.pk}
    rank = NEXT_RANK[Study.Policy(study.policy)].format(taken="q.taken + 1")
    beyond = ["AND q.rank >= random_start", ""] if study.policy == Study.Policy.RANDOM else [""]
    with prepared_cursor() as cursor:
        for clause in beyond:
            statement = DRAW.format(open=OPEN, beyond=clause, skip="SKIP LOCKED", rank=rank)
            if clause:  # drawn once for the statement, not once for each row
                statement = statement.replace("random_start", "(SELECT random())")
            cursor.execute(statement, values)
            row: tuple[int, int, int] | None = cursor.fetchone()
            if row is not None:
                return row
        for _ in range(waits):
            cursor.execute(f"SELECT q.id FROM annotation_quota q WHERE {OPEN} ORDER BY q.rank, q.id LIMIT 1", values)
            held = cursor.fetchone()
            if held is None:
                return None
            # Somebody holds what is left: wait for that one place, and see whether they took it. If they did, it is
            # let go again before the next one is waited for; otherwise two people could wait for each other.
            before = transaction.savepoint()
            here = DRAW.format(open=OPEN, beyond="AND q.id = %(place)s", skip="", rank=rank)
            cursor.execute(here, {**values, "place": held[0]})
            row = cursor.fetchone()
            if row is not None:
                transaction.savepoint_commit(before)
                return row
            transaction.savepoint_rollback(before)
    return None


def _unseen(study: Study, member: Member, *kinds: str) -> Item | None:
    """The first item of these kinds that the member was not given yet; the same order for all in training."""
    seen = Assignment.objects.filter(study=study, member=member, item__kind__in=kinds).values("item")
    items = study.items.filter(kind__in=kinds, retired_at=None).exclude(pk__in=seen)
    if Item.Kind.TRAINING in kinds:
        return items.order_by("number").first()
    return items.order_by("?").first()


def _assign(study: Study, member: Member, item: Item, *, turn: int, quota: int | None = None) -> Assignment:
    assert study.version is not None, "an open study has a version"
    questions = asked(study.version)
    assignment = Assignment(
        study=study,
        item=item,
        member=member,
        version=study.version,
        quota_id=quota,
        seed=turn,
        order_shown=order_shown(item, questions, turn=turn),
        deadline=_deadline(study),
    )
    return _add(assignment)


def of_study(assignment: Assignment, study: Study) -> Assignment:
    """The assignment with the study that was read already, and the study's version where it is the assignment's."""
    assignment.study = study
    if study.version is not None and assignment.version_id == study.version_id:
        assignment.version = study.version
    return assignment


def _deadline(study: Study) -> datetime:
    return timezone.now() + timedelta(minutes=study.hold_minutes)


@transaction.atomic
def release_overdue(*, study: Study) -> int:
    """Put items whose time is over back into the queue; how many."""
    overdue = list(
        Assignment.objects.select_for_update(skip_locked=True)
        .filter(study=study, state=State.ASSIGNED, deadline__lte=timezone.now())
        .order_by("pk")[:OVERDUE_AT_ONCE]
    )
    if overdue:
        _end(study, overdue, State.ABANDONED)
    return len(overdue)


@transaction.atomic
def skip_assignment(*, assignment: Assignment, reason: str = "") -> Assignment:
    """Give an item back that the member would rather not answer; they are not given it again."""
    locked = _lock(assignment)
    if locked.state == State.ASSIGNED:
        locked.skip_reason = reason[:500]
        _end(locked.study, [locked], State.SKIPPED)
    return locked


def let_go(study: Study, member: Member) -> None:
    """Give back what a member has in hand; the caller holds their part."""
    in_hand = Assignment.objects.select_for_update().filter(study=study, member=member, state=State.ASSIGNED)
    _end(study, list(in_hand.order_by("pk")), State.ABANDONED)


def give_back(study: Study, assignments: list[Assignment]) -> None:
    """Open the places that assignments took, so that others are given the items; within the caller's transaction."""
    places = sorted(assignment.quota_id for assignment in assignments if assignment.quota_id is not None)
    if not places:
        return
    hold_places({assignment.item_id for assignment in assignments})
    rank = NEXT_RANK[Study.Policy(study.policy)].format(taken="q.taken - 1")
    with connection.cursor() as cursor:
        for place in places:
            cursor.execute(f"UPDATE annotation_quota q SET taken = q.taken - 1, rank = {rank} WHERE id = %s", [place])


def take_again(assignment: Assignment, stratum: str) -> bool:
    """Take a place for an answer whose own was given back; False where the item has all it wants by now."""
    places = {place.stratum: place for place in hold_places([assignment.item_id])}
    for name in dict.fromkeys([stratum, ""]):
        quota = places.get(name)
        if quota is not None and quota.taken < quota.wanted:
            Quota.objects.filter(pk=quota.pk).update(taken=F("taken") + 1)
            assignment.quota = quota
            return True
    return False


def _end(study: Study, assignments: list[Assignment], state: str) -> None:
    give_back(study, assignments)
    now = timezone.now()
    for assignment in assignments:
        assignment.state, assignment.quota, assignment.ended_at = state, None, now
    Assignment.objects.bulk_update(assignments, ["state", "quota", "ended_at", "skip_reason"])


def _lock(assignment: Assignment) -> Assignment:
    """The assignment as it is now, after the member's enrolment: the order in which everybody locks."""
    hold_part(assignment.study_id, assignment.member_id)
    locked = Assignment.objects.select_for_update(of=("self",)).select_related("study", "item", "version", "member")
    return locked.get(pk=assignment.pk)
