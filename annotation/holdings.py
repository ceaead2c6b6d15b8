"""What this room holds of a person; registered in :mod:`accounts.personal_data`."""

from typing import Any

from django.db.models import Count
from django.urls import reverse

from accounts.models import Member
from accounts.personal_data import Holding, Shown
from annotation.actions.assigning import give_back
from annotation.models import Assignment, Enrolment, Response, ResponseEvent


def show(member: Member) -> list[Shown]:
    """How much was answered in which study, and where to change it."""
    counted = Response.objects.filter(member=member).values("study__title", "study__slug").order_by("study__title")
    return [
        Shown(row["study__title"], f"{row['n']} answers", reverse("annotation:answers", args=[row["study__slug"]]))
        for row in counted.annotate(n=Count("pk"))
    ]


def export(member: Member) -> dict[str, Any]:
    """Every answer with its history, and one's part in each study, ready for JSON."""
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
    }


def erase(member: Member) -> str:
    """Answers and their history go, their items are asked of others, the crowd service's code is forgotten."""
    studies: dict[int, list[Assignment]] = {}
    held = Assignment.objects.select_for_update().filter(member=member).order_by("pk")
    for assignment in held:
        studies.setdefault(assignment.study_id, []).append(assignment)
    for assignments in studies.values():
        give_back(assignments[0].study, assignments)
    ResponseEvent.objects.filter(response__member=member).delete()
    n_responses, _ = Response.objects.filter(member=member).delete()
    Assignment.objects.filter(member=member).delete()
    Enrolment.objects.filter(member=member).update(crowd_key="", crowd="", stratum="", answered=0, seconds=0.0)
    return f"{n_responses} answers in studies were removed."


HOLDING = Holding("annotation", "Your answers in studies", show, export, erase)
