"""What this room holds of a person: their answers within the inputs of runs."""

from typing import Any

from django.urls import reverse

from accounts.models import Member
from accounts.personal_data import Holding, Shown
from aggregation.models import Aggregation, FlagDecision


def show(member: Member) -> list[Shown]:
    """How many runs their answers are part of, and what was decided about flagged answers."""
    n = Aggregation.objects.filter(members__contains=[member.pk]).exclude(inputs=None).count()
    flags = FlagDecision.objects.filter(member=member)
    return [
        Shown("Aggregations that your answers are part of", f"{n:,}"),
        *(
            Shown(
                "Decided about your answers",
                f"{flag.get_verdict_display()}: {flag.reason}",
                reverse("aggregation:my-flags"),
            )
            for flag in flags
        ),
    ]


def export(member: Member) -> dict[str, Any]:
    """The runs by id, and the decisions word for word."""
    runs = Aggregation.objects.filter(members__contains=[member.pk]).exclude(inputs=None)
    flags = FlagDecision.objects.filter(member=member)
    return {
        "aggregations": [str(pk) for pk in runs.values_list("pk", flat=True)],
        "flag_decisions": [
            {"run": str(flag.aggregation_id), "verdict": flag.verdict, "reason": flag.reason} for flag in flags
        ],
    }


def erase(member: Member) -> str:
    """Empty the inputs of every run that holds the person's answers; results, which name nobody, stay."""
    held = Aggregation.objects.filter(members__contains=[member.pk])
    n = held.update(inputs=None, members=[], numbers={})
    FlagDecision.objects.filter(member=member).delete()
    return f"The stored inputs of {n} aggregations were deleted; they can no longer be computed again from them."


HOLDING = Holding("aggregation", "Your answers in aggregations", show, export, erase)
