"""Deciding about flagged answers, and appealing."""

from django.db import transaction

from accounts.models import Member
from aggregation.models import Aggregation, FlagDecision


@transaction.atomic
def decide_flag(
    *, aggregation: Aggregation, participant: str, verdict: str, reason: str, decided_by: Member
) -> FlagDecision:
    """Write down what a person decided; a newer decision stands above the older ones, which stay.

    Raises
    ------
    ValueError
        If the participant is not flagged in this run, or there is no reason.
    """
    flagged = [row["participant"] for row in aggregation.run.result.get("flagged", ())]
    if participant not in flagged:
        raise ValueError(f"{participant} is not flagged here.")
    if not reason.strip():
        raise ValueError("Write down why.")
    return FlagDecision.objects.create(
        aggregation=aggregation,
        participant=participant,
        member=aggregation.member_of(participant),
        verdict=verdict,
        reason=reason.strip(),
        decided_by=decided_by,
    )


@transaction.atomic
def appeal_flag(*, flag: FlagDecision, member: Member, reason: str) -> FlagDecision:
    """The person objects; somebody decides again."""
    if not reason.strip():
        raise ValueError("Write why you object.")
    return FlagDecision.objects.create(
        aggregation=flag.aggregation,
        participant=flag.participant,
        member=member,
        verdict=FlagDecision.Verdict.APPEALED,
        reason=reason.strip(),
        decided_by=member,
    )
