"""Holding rows while they are worked on.

Everybody locks in this order: one part in the study, its assignment, places of the queue (all of the items in question,
by their ids), an item. Only the rows themselves are held. The usual orders of these models join the study, and a plain
``select_for_update().first()`` would lock its row too: everybody in a study would then wait for everybody else.
"""

from collections.abc import Collection
from uuid import UUID

from django.db.models import F

from accounts.kept_queries import KeptQuery
from annotation.models import Assignment, Enrolment, Quota

# Rows that are added name the study, and the database then sees to it that it stays. That is asked for here already,
# while no place is held: who changes a study holds its row and waits for places.
_part = KeptQuery(
    lambda study, member: (
        Enrolment.objects.select_for_update(of=("self",))
        .annotate(named=F("study__slug"))
        .filter(study=study, member=member)
        .order_by("pk")
    ),
    ending=' FOR KEY SHARE OF "annotation_study"',
    study=int,
    member=int,
)
_given = KeptQuery(
    lambda pk, member: Assignment.objects.select_for_update().filter(pk=pk, member=member).order_by("pk"),
    pk=UUID,
    member=int,
)


def hold_part(study: int, member: int) -> Enrolment | None:
    """A member's part in a study, held to the end of the transaction: what they do in two windows goes in turn."""
    return _part.first(study=study, member=member)


def hold_given(assignment: UUID, member: int) -> Assignment | None:
    """What was given to a member, held to the end of the transaction."""
    return _given.first(pk=assignment, member=member)


def hold_places(items: Collection[int]) -> list[Quota]:
    """All places of the items in the queue, held to the end of the transaction.

    All, since an answer may move every place of its item: whoever held one of them could not ask for the others in
    order.
    """
    return list(Quota.objects.select_for_update(of=("self",)).filter(item__in=items).order_by("pk"))
