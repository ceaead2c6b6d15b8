"""Holding rows while they are worked on. Everybody locks in this order: one part, its assignment, places of the queue.

Only the rows themselves are locked. The usual orders of these models join the study, and a plain
``select_for_update().first()`` would lock its row too: everybody in a study would then wait for everybody else.
"""

from annotation.models import Enrolment, Quota


def hold_part(study: int, member: int) -> Enrolment | None:
    """A member's part in a study, held to the end of the transaction: what they do in two windows goes in turn."""
    return Enrolment.objects.select_for_update(of=("self",)).filter(study=study, member=member).order_by("pk").first()


def hold_place(item: int, stratum: str) -> Quota | None:
    """An item's place in the queue for a stratum, held to the end of the transaction."""
    return Quota.objects.select_for_update(of=("self",)).filter(item=item, stratum=stratum).order_by("pk").first()
