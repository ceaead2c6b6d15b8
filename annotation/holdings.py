"""What this room holds of a person; registered in :mod:`accounts.personal_data`."""

from typing import Any

from django.db.models import Count, F
from django.urls import reverse

from accounts.models import Member
from accounts.personal_data import Holding, Shown
from annotation.actions.assigning import give_back
from annotation.models import Assignment, Enrolment, Exclusion, Item, Response, ResponseEvent, Validation


def show(member: Member) -> list[Shown]:
    """How much was answered in which study, and where to change it; what one vouched for; decisions about oneself."""
    return [*_answers(member), *_vouched(member), *_decisions(member)]


def _answers(member: Member) -> list[Shown]:
    counted = Response.objects.filter(member=member).values("study__title", "study__slug").order_by("study__title")
    return [
        Shown(
            row["study__title"],
            f"{row['n']} answer{'s' * (row['n'] != 1)}",
            reverse("annotation:answers", args=[row["study__slug"]]),
        )
        for row in counted.annotate(n=Count("pk"))
    ]


def _vouched(member: Member) -> list[Shown]:
    counted = Validation.objects.filter(member=member).order_by().values("item__study__title", "item__study__slug")
    return [
        Shown(
            row["item__study__title"],
            f"You vouched for {row['n']} synthetic item{'s' * (row['n'] != 1)}",
            reverse("annotation:answers", args=[row["item__study__slug"]]),
        )
        for row in counted.annotate(n=Count("pk")).order_by("item__study__title")
    ]


def _decisions(member: Member) -> list[Shown]:
    """When one's answers were left out of results, why, and whether that was taken back."""
    return [
        Shown(
            one.study.title,
            f"Your answers are left out of the results since {one.decided_at:%-d %B %Y}: {one.reason}"
            if one.lifted_at is None
            else f"Your answers were left out until {one.lifted_at:%-d %B %Y}: {one.reason}",
            reverse("annotation:answers", args=[one.study.slug]),
        )
        for one in Exclusion.objects.filter(member=member).select_related("study")
    ]


def export(member: Member) -> dict[str, Any]:
    """Every answer with its history, one's part in each study, and decisions about oneself, ready for JSON."""
    responses = Response.objects.filter(member=member).select_related("study", "item").prefetch_related("events")
    enrolments = Enrolment.objects.filter(member=member).select_related("study").order_by("pk")
    return {
        "studies": [
            {
                "study": enrolment.study.slug,
                "state": enrolment.state,
                "answered": enrolment.answered,
                "seconds": enrolment.seconds,
                "started_at": enrolment.started_at.isoformat(),
            }
            for enrolment in enrolments
        ],
        "answers": [
            {
                "study": response.study.slug,
                "item": response.item.name,
                "answers": response.answers,
                "order_shown": response.order_shown,
                "seconds": response.seconds,
                "state": response.state,
                "given_at": response.created_at.isoformat(),
                "history": [
                    {"kind": event.kind, "answers": event.answers, "at": event.happened_at.isoformat()}
                    for event in response.events.all()
                ],
            }
            for response in responses.order_by("created_at")
        ],
        "skipped": [
            {"item": name, "reason": reason}
            for name, reason in Assignment.objects.filter(member=member, state=Assignment.State.SKIPPED).values_list(
                "item__name", "skip_reason"
            )
        ],
        "vouched_for": [
            {"study": one.item.study.slug, "item": one.item.name, "at": one.validated_at.isoformat()}
            for one in Validation.objects.filter(member=member).select_related("item__study")
        ],
        "left_out_of_results": [
            {
                "study": one.study.slug,
                "rule": one.rule,
                "reason": one.reason,
                "figures": one.figures,
                "decided_at": one.decided_at.isoformat(),
                "lifted_at": one.lifted_at and one.lifted_at.isoformat(),
                "lifted_reason": one.lifted_reason,
            }
            for one in Exclusion.objects.filter(member=member).select_related("study")
        ],
    }


def erase(member: Member) -> str:
    """Answers and their history go, their items are asked of others, the crowd service's code is forgotten.

    With them go what the person vouched for and decisions about them; decisions of theirs about others stay, unnamed.
    """
    studies: dict[int, list[Assignment]] = {}
    held = Assignment.objects.select_for_update().filter(member=member).order_by("pk")
    for assignment in held:
        studies.setdefault(assignment.study_id, []).append(assignment)
    for assignments in studies.values():
        give_back(assignments[0].study, assignments)
    ResponseEvent.objects.filter(response__member=member).delete()
    n_responses, _ = Response.objects.filter(member=member).delete()
    Assignment.objects.filter(member=member).delete()
    vouched = Validation.objects.filter(member=member)
    Item.objects.filter(pk__in=vouched.values("item"), validated_by__gt=0).update(validated_by=F("validated_by") - 1)
    vouched.delete()
    Exclusion.objects.filter(member=member).delete()
    Exclusion.objects.filter(decided_by=member).update(decided_by=None)
    Exclusion.objects.filter(lifted_by=member).update(lifted_by=None)
    Enrolment.objects.filter(member=member).update(crowd_key="", crowd="", stratum="", answered=0, seconds=0.0)
    return f"{n_responses} answers in studies were removed."


HOLDING = Holding("annotation", "Your answers in studies", show, export, erase)
