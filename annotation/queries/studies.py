"""Studies and one's own part in them, as pages list them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.kept_queries import KeptQuery
from accounts.models import Member, User
from annotation.models import Assignment, Enrolment, Item, Response, Study
from annotation.paying import earned_cents


def find_study(user: Any) -> QuerySet[Study]:
    """Studies the person may see, with their community and questions' version."""
    return Study.objects.visible_to(user).select_related("community", "version")


def study_named(user: Any, slug: str) -> Study | None:
    """The study of an address, where the person may see it."""
    if getattr(user, "is_staff", False) or user.pk is None:
        return find_study(user).filter(slug=slug).first()
    return _seen_study.first(user=user.pk, slug=slug)


def run_study(user: Any) -> QuerySet[Study]:
    """Studies the person runs."""
    return Study.objects.run_by(user).select_related("community", "version")


def listed_studies(user: Any, *, status: str = "") -> QuerySet[Study]:
    """Studies, newest first, with how many items they have, `n_items`, and how many answers, `n_responses`."""
    items = Item.objects.filter(study=OuterRef("pk"), kind=Item.Kind.WORK).order_by().values("study")
    given = Response.objects.filter(study=OuterRef("pk"), state=Response.State.ACCEPTED).order_by().values("study")
    listed = Study.objects.visible_to(user).select_related("community")
    if status:
        listed = listed.filter(status=status)
    return listed.annotate(
        n_items=Coalesce(Subquery(items.annotate(n=Count("pk")).values("n")), 0),
        n_responses=Coalesce(Subquery(given.annotate(n=Count("pk")).values("n")), 0),
    ).order_by("-created_at", "-pk")


def open_to(member: Member) -> QuerySet[Study]:
    """Open studies of the member's community."""
    return Study.objects.filter(community=member.community_id, status=Study.Status.OPEN).order_by("-opened_at", "-pk")


def enrolment_of(study: Study, member: Member | None) -> Enrolment | None:
    """The member's part in the study."""
    return _part.first(study=study.pk, member=member.pk) if member else None


def assignment_of(study: Study, member: Member, pk: UUID) -> Assignment | None:
    """An item that was given to the member, with its content."""
    return _given.first(study=study.pk, member=member.pk, pk=pk)


# What every answer asks.
_seen_study = KeptQuery(lambda user, slug: find_study(User(pk=user)).filter(slug=slug), user=int, slug=str)
_part = KeptQuery(
    lambda study, member: Enrolment.objects.filter(study=study, member=member).order_by("pk"), study=int, member=int
)
_given = KeptQuery(
    lambda study, member, pk: Assignment.objects.select_related("item").filter(study=study, member=member, pk=pk),
    study=int,
    member=int,
    pk=UUID,
)


@dataclass(frozen=True)
class PartSoFar:
    """What a member has done in a study."""

    answered: int
    most: int | None
    minutes: int
    earned_cents: int
    currency: str

    @property
    def earned(self) -> str:
        """Money in words: "EUR 1.20"."""
        return money(self.earned_cents, self.currency) if self.earned_cents else ""


def part_so_far(study: Study, enrolment: Enrolment, member: Member) -> PartSoFar:
    """How much is done, how long it took, what it has earned."""
    return PartSoFar(
        answered=enrolment.answered,
        most=study.most_per_member,
        minutes=round(enrolment.seconds / 60),
        earned_cents=earned_cents(study, member),
        currency=study.currency,
    )


def money(cents: int, currency: str) -> str:
    """An amount with its currency."""
    return f"{currency} {cents / 100:,.2f}"


def responses_of(study: Study, member: Member) -> QuerySet[Response]:
    """A member's own answers, newest first, without practice and checks."""
    mine = Response.objects.filter(study=study, member=member, item__kind__in=[Item.Kind.WORK, Item.Kind.GOLD])
    return mine.select_related("item", "assignment", "version").order_by("-created_at", "-pk")


def counts_of(study: Study) -> dict[str, int]:
    """How far a study is: items by kind, answers wanted and given, people."""
    kinds = study.items.aggregate(**{kind: Count("pk", filter=Q(kind=kind)) for kind in Item.Kind.values})
    given = study.responses.filter(state=Response.State.ACCEPTED, item__kind__in=[Item.Kind.WORK, Item.Kind.GOLD])
    return {
        **kinds,
        "wanted": sum(study.wanted_of().values()) * kinds[Item.Kind.WORK],
        "responses": given.count(),
        "people": study.enrolments.filter(answered__gt=0).count(),
        "in_hand": study.assignments.filter(state=Assignment.State.ASSIGNED).count(),
    }


def with_fewer_responses(study: Study, least: int) -> QuerySet[Item]:
    """The items in use with fewer responses than that, the first one first."""
    length = Func(F("content__responses"), function="jsonb_array_length", output_field=IntegerField())
    items = study.items.filter(retired_at=None).alias(n_responses=Coalesce(length, 0))
    return items.filter(n_responses__lt=least).order_by("number")
