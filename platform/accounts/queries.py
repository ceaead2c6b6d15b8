"""Named reads of the accounts room."""

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accounts.kept_queries import KeptQuery
from accounts.models import (
    Community,
    Consent,
    ConsentText,
    DemographicAnswer,
    EntryLink,
    Member,
    Questionnaire,
    User,
)

GIVEN = (DemographicAnswer.Status.ANSWERED, DemographicAnswer.Status.DECLINED)
TAKES_PART = Q(members__left_at=None, members__banned_at=None)
# What every page asks.
_memberships = KeptQuery(
    lambda user: Member.objects.active().select_related("community", "user").filter(user=user).order_by("id"), user=int
)
_newest_text = KeptQuery(lambda member, community: _texts_for(member, community)[:1], member=int, community=int)


def member_of(user: Any, community: Community | int) -> Member | None:
    """The person's membership in the community, when they may take part there."""
    if not getattr(user, "is_authenticated", False):
        return None
    return Member.objects.active().select_related("community", "user").filter(user=user, community=community).first()


def current_member(user: Any, community_id: int | None = None) -> Member | None:
    """The membership someone acts as: in the given community when they belong to it, else their first one."""
    if not getattr(user, "is_authenticated", False):
        return None
    memberships = _memberships.all(user=user.pk)
    return next((m for m in memberships if m.community_id == community_id), next(iter(memberships), None))


def newest_consent_text(community: Community | int) -> ConsentText | None:
    """What people of the community are asked to agree to today."""
    return ConsentText.objects.filter(community=community).order_by("-version").first()


def consent_of(member: Member) -> Consent | None:
    """The member's standing yes to the newest text, or None."""
    newest = newest_consent_text(member.community_id)
    if newest is None:
        return None
    return Consent.objects.filter(member=member, text=newest, withdrawn_at=None).first()


def owes_consent(member: Member) -> bool:
    """Whether the community has a text that the member has not agreed to, or has taken back. One query."""
    newest = _newest_text.first(member=member.pk, community=member.community_id)
    return newest is not None and not newest.is_given  # type: ignore[attr-defined]  # annotated


def _texts_for(member: int, community: int) -> QuerySet[ConsentText]:
    """A community's consent texts, the newest first, with whether the member agrees to each as `is_given`."""
    given = Consent.objects.filter(member=member, text=OuterRef("pk"), withdrawn_at=None)
    texts = ConsentText.objects.filter(community=community).annotate(is_given=Exists(given))
    return texts.only("pk").order_by("-version")


def membership(user: Any) -> QuerySet[Member]:
    """All memberships of a person, also where they are banned or have left: what is held there is theirs."""
    if not isinstance(user, User):
        return Member.objects.none()
    return Member.objects.filter(user=user).select_related("community", "user").order_by("community__name", "id")


def communities_with_counts(user: Any) -> QuerySet[Community]:
    """Communities the person may see, with how many people take part as `n_members`."""
    communities = Community.objects.visible_to(user)
    return communities.annotate(n_members=Count("members", filter=TAKES_PART)).order_by("name", "id")


def questionnaires_of(community: Community) -> QuerySet[Questionnaire]:
    """The newest version of each questionnaire, with `n_questions` and how many people gave anything, `n_people`."""
    versions = Questionnaire.objects.filter(community=community).order_by("slug", "-version").distinct("slug")
    given = Q(questions__answers__status__in=GIVEN)
    return (
        Questionnaire.objects.filter(pk__in=versions.values("pk"))
        .annotate(
            n_questions=Count("questions", distinct=True),
            n_people=Count("questions__answers__member", distinct=True, filter=given),
        )
        .order_by("slug")
    )


def open_questionnaires(member: Member) -> QuerySet[Questionnaire]:
    """What the member's community asks of its people: with `n_questions` and the member's own `n_given`."""
    mine = Q(questions__answers__member=member, questions__answers__status__in=GIVEN)
    return (
        Questionnaire.objects.filter(community=member.community_id, is_open=True)
        .annotate(
            n_questions=Count("questions", distinct=True),
            n_given=Count("questions__answers", distinct=True, filter=mine),
        )
        .order_by("slug")
    )


def listed_members(
    user: Any, community: Community, *, q: str = "", role: str = "", status: str = ""
) -> QuerySet[Member]:
    """Members of a community as an admin lists them: by pseudonym, role and standing ("", banned, left or all)."""
    members = Member.objects.visible_to(user).filter(community=community)
    if q:
        members = members.filter(pseudonym__icontains=q)
    if role and role != "participant":
        members = members.filter(roles__contains=[role])
    standings = {"": Q(left_at=None, banned_at=None), "banned": ~Q(banned_at=None), "left": ~Q(left_at=None)}
    return members.filter(standings.get(status, Q())).select_related("user").order_by("id")


def listed_links(user: Any, community: Community) -> QuerySet[EntryLink]:
    """Entry links of a community, newest first, with how many came through as `n_entrants`."""
    links = EntryLink.objects.visible_to(user).filter(community=community)
    return (
        links.select_related("created_by", "used_by", "community")
        .annotate(n_entrants=Count("entrants"))
        .order_by(F("created_at").desc(), F("id").desc())
    )
