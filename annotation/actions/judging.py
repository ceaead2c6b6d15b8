"""What those who run a study decide about answers and people: always by a person, with a reason, and reversible."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Member
from annotation.actions.assigning import give_back, take_again
from annotation.actions.locking import hold_part, hold_places
from annotation.actions.uncertainty import weigh_again
from annotation.errors import Refused
from annotation.models import Assignment, Enrolment, Exclusion, Item, Response, ResponseEvent, Study


@transaction.atomic
def discard_response(*, response: Response, by: Member | None, reason: str) -> Response:
    """Set an answer aside; its item is given to somebody else.

    Raises
    ------
    Refused
        Without a reason.
    """
    if not reason.strip():
        raise Refused("Say why the answer is set aside; the reason stays on record.")
    locked, assignment = _lock(response)
    if locked.state == Response.State.DISCARDED:
        return locked
    give_back(locked.study, [assignment])
    assignment.state, assignment.quota = Assignment.State.DISCARDED, None
    assignment.save(update_fields=["state", "quota"])
    return _set(locked, Response.State.DISCARDED, ResponseEvent.Kind.DISCARDED, by, reason)


@transaction.atomic
def restore_response(*, response: Response, by: Member | None, reason: str = "") -> Response:
    """Count an answer again. Its place is taken again where it is free; otherwise the item has one answer more."""
    locked, assignment = _lock(response)
    if locked.state == Response.State.ACCEPTED:
        return locked
    if locked.item.kind == Item.Kind.WORK:
        enrolment = Enrolment.objects.filter(study=locked.study_id, member=locked.member_id).first()
        take_again(assignment, enrolment.stratum if enrolment else "")
    assignment.state = Assignment.State.ANSWERED
    assignment.save(update_fields=["state", "quota"])
    return _set(locked, Response.State.ACCEPTED, ResponseEvent.Kind.RESTORED, by, reason)


@transaction.atomic
def exclude_member(
    *,
    study: Study,
    member: Member,
    rule: str,
    reason: str,
    decided_by: Member | None,
    figures: dict[str, Any] | None = None,
    ask_others: bool = True,
) -> Exclusion:
    """Leave a member's answers out of a study; with ``ask_others``, their items are given to other people.

    The answers stay, and so does what was earned.

    Raises
    ------
    Refused
        Without a reason, or if they are excluded already.
    """
    if not reason.strip():
        raise Refused("Say why their answers are left out; the reason stays on record.")
    hold_part(study.pk, member.pk)
    if study.exclusions.filter(member=member, lifted_at=None).exists():
        raise Refused(f"The answers of {member} are left out already.")
    if ask_others:
        held = Assignment.objects.select_for_update().filter(study=study, member=member, quota__isnull=False)
        assignments = list(held.order_by("pk"))
        give_back(study, assignments)
        Assignment.objects.filter(pk__in=[one.pk for one in assignments]).update(quota=None)
    return Exclusion.objects.create(
        study=study, member=member, rule=rule, reason=reason, decided_by=decided_by, figures=figures or {}
    )


@transaction.atomic
def lift_exclusion(*, exclusion: Exclusion, lifted_by: Member | None, reason: str = "") -> Exclusion:
    """Count a member's answers again; places that are still free are taken again."""
    locked = Exclusion.objects.select_for_update().get(pk=exclusion.pk)
    if locked.lifted_at is not None:
        return locked
    enrolment = hold_part(locked.study_id, locked.member_id)
    answered = Assignment.objects.filter(
        study=locked.study_id,
        member=locked.member_id,
        state=Assignment.State.ANSWERED,
        quota=None,
        item__kind=Item.Kind.WORK,
    )
    hold_places(answered.values_list("item_id", flat=True))
    for assignment in answered.order_by("item_id"):
        if take_again(assignment, enrolment.stratum if enrolment else ""):
            assignment.save(update_fields=["quota"])
    locked.lifted_at, locked.lifted_by, locked.lifted_reason = timezone.now(), lifted_by, reason
    locked.save(update_fields=["lifted_at", "lifted_by", "lifted_reason"])
    return locked


def _lock(response: Response) -> tuple[Response, Assignment]:
    hold_part(response.study_id, response.member_id)
    assignment = Assignment.objects.select_for_update().get(pk=response.assignment_id)
    locked = Response.objects.select_for_update(of=("self",)).select_related("study", "item").get(pk=response.pk)
    return locked, assignment


def _set(response: Response, state: str, kind: str, by: Member | None, reason: str) -> Response:
    response.state = state
    response.discarded_why = reason[:500] if state == Response.State.DISCARDED else ""
    response.save(update_fields=["state", "discarded_why"])
    ResponseEvent.objects.create(response=response, kind=kind, answers=response.answers, by=by, reason=reason[:500])
    weigh_again(response.study, response.item)
    return response
