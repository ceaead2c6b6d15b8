"""Reading draws: who would be in a pool, what the pool consists of, and who sits in the panel now."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Community, Consent, DemographicAnswer, Member, Question, Role, Use
from accounts.queries import newest_consent_text
from governance.lots import Limit
from governance.models.bodies import Term
from governance.models.draws import Draw, PanelPlace, PoolPlace

NOT_TOLD = "not_told"
"""The value of who did not answer, or did not allow the answer to be used for this."""
ASKED = (Question.Kind.SINGLE, Question.Kind.ORDINAL)
"""Kinds of questions with one answer for each person, as quotas need it."""


@dataclass(frozen=True)
class Value:
    """One answer: its code, its words, and how many in the pool gave it."""

    code: str
    words: str
    people: int


@dataclass(frozen=True)
class Feature:
    """One question about people, in a word, with its answers in order."""

    name: str
    words: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Group:
    """People of one answer (small groups together), and the chances among them."""

    words: str
    people: int
    chances: tuple[float, ...] = field(repr=False)


def listed_draws(user: Any, community: Community) -> QuerySet[Draw]:
    """Draws of a community that the person may see, newest first."""
    return Draw.objects.visible_to(user).filter(community=community).order_by("-created_at")


def members_for(draw: Draw) -> list[Member]:
    """Who would be in the pool today: active members who agreed to the newest consent text, but for who is left out."""
    members = Member.objects.active().filter(community=draw.community_id, user__is_active=True)
    text = newest_consent_text(draw.community_id)
    if text is not None:
        members = members.filter(pk__in=Consent.objects.filter(text=text, withdrawn_at=None).values("member"))
    if draw.without_roles:
        members = members.exclude(roles__overlap=[Role.STEWARD, Role.ADMIN])
    if draw.without_seats:
        members = members.exclude(pk__in=Term.objects.running(timezone.now()).values("member"))
    return list(members.order_by("pk"))


def questions_of(draw: Draw) -> list[Question]:
    """The questions that quotas can be about."""
    if draw.questionnaire_id is None:
        return []
    return list(Question.objects.filter(questionnaire=draw.questionnaire_id, kind__in=ASKED).order_by("position"))


def features_for(draw: Draw, members: Sequence[Member]) -> dict[int, dict[str, str]]:
    """What the members told and allowed to be used so that all kinds of people are heard, by the member's key."""
    questions = questions_of(draw)
    found = {member.pk: dict.fromkeys((one.name for one in questions), NOT_TOLD) for member in members}
    told = DemographicAnswer.objects.filter(
        question__in=questions, status=DemographicAnswer.Status.ANSWERED, uses__contains=[Use.QUOTAS]
    ).values_list("member", "question__name", "codes")
    for member, name, codes in told:
        if member in found and codes:
            found[member][name] = codes[0]
    return found


def pool_features(draw: Draw) -> list[dict[str, str]]:
    """The features of everybody in the pool: as committed, or as they are today."""
    if draw.committed_at is not None:
        return list(draw.pool.values_list("features", flat=True))
    return list(features_for(draw, members_for(draw)).values())


def features_of(draw: Draw, rows: Sequence[Mapping[str, str]]) -> list[Feature]:
    """The questions with how many gave which answer."""
    found = []
    for question in questions_of(draw):
        counts = Counter(row.get(question.name, NOT_TOLD) for row in rows)
        words = {str(option["code"]): str(option["text"]) for option in question.options}
        codes = [*words, *sorted(set(counts) - set(words) - {NOT_TOLD}), NOT_TOLD]
        values = tuple(Value(code, words.get(code, spelled(code)), counts[code]) for code in codes)
        found.append(Feature(question.name, spelled(question.name).capitalize(), values))
    return found


def spelled(code: str) -> str:
    """A name, or a code that is no option of its question, in words."""
    return {NOT_TOLD: "Did not say", "self_described": "Own words"}.get(code, code.replace("_", " "))


def limits_of(draw: Draw) -> list[Limit]:
    """The quotas as a lottery takes them."""
    return [Limit(one.feature, one.value, one.least, one.most) for one in draw.quotas.all()]


def people_of(draw: Draw) -> dict[str, dict[str, str]]:
    """The committed pool as a lottery takes it."""
    return dict(draw.pool.values_list("name", "features"))


def panel_now(draw: Draw) -> list[PanelPlace]:
    """Who sits in the panel: the drawn, without those for whom somebody else was drawn."""
    places = draw.panel.filter(place__gone_in=None).select_related("place__member", "term__seat__body")
    return list(places.order_by("place__name"))


def has_gone(place: PanelPlace) -> bool:
    """Whether the seat needs somebody else: the person declined, left, or was erased."""
    member = place.place.member
    return place.answer == PanelPlace.Answer.DECLINED or member is None or not member.is_active


def groups_of(features: Sequence[Feature], pool: Sequence[PoolPlace], least: int) -> dict[str, list[Group]]:
    """The chances by question and answer; answers that fewer than ``least`` gave stand together with others.

    Groups are joined from the smallest on until none is too small, so that no difference of what is shown tells
    anything about fewer people than that.
    """
    found = {}
    for feature in features:
        groups = [
            Group(
                value.words,
                value.people,
                tuple(one.chance or 0.0 for one in pool if one.features.get(feature.name) == value.code),
            )
            for value in feature.values
            if value.people
        ]
        found[feature.words] = _joined(groups, least)
    return found


def _joined(groups: list[Group], least: int) -> list[Group]:
    groups = sorted(groups, key=lambda one: one.people)
    while len(groups) > 1 and groups[0].people < least:
        first, second, *rest = groups
        both = Group(f"{second.words}, {first.words}", first.people + second.people, first.chances + second.chances)
        groups = sorted([both, *rest], key=lambda one: one.people)
    return sorted(groups, key=lambda one: -one.people)


def place_of(draw: Draw, user: Any) -> PoolPlace | None:
    """The person's own place in the pool."""
    if not getattr(user, "is_authenticated", False):
        return None
    return draw.pool.filter(member__user=user).select_related("drawn").first()


def draws_waiting_for(user: Any) -> QuerySet[PanelPlace]:
    """Panels the person was drawn for and has not answered yet."""
    waiting = Q(answer=PanelPlace.Answer.WAITING, place__gone_in=None, draw__state=Draw.State.DRAWN)
    return PanelPlace.objects.filter(waiting, place__member__user=user).select_related("draw")


def draws_to_carry_on(user: Any, now: datetime | None = None) -> list[tuple[str, Draw]]:
    """Draws that wait for who runs them: the seed can be known, or a place is free; each with what to do."""
    run = Draw.objects.run_by(user)
    known = run.filter(state=Draw.State.COMMITTED, seed_from__lte=now or timezone.now())
    free = PanelPlace.objects.filter(answer=PanelPlace.Answer.DECLINED, place__gone_in=None, draw__in=run)
    declined = run.filter(state=Draw.State.DRAWN, pk__in=free.values("draw"))
    return [("Draw the panel", one) for one in known] + [("Draw for who declined", one) for one in declined]


def gone_rows(draw: Draw) -> list[tuple[str, int]]:
    """Who could not come, and from which replacement on."""
    gone = draw.pool.exclude(gone_in=None).order_by("gone_in", "name")
    return [(name, number) for name, number in gone.values_list("name", "gone_in") if number is not None]
