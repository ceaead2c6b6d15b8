"""Making the demonstration's studies; a second time nothing is made."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from accounts import demo as demo_people
from accounts.models import Community, DemographicAnswer, Member
from annotation.actions import NewItem, add_items, close_study, create_study, open_study
from annotation.actions.model_responses import model_item
from annotation.demo import cases as texts
from annotation.demo import town
from annotation.formats.model_responses import ModelResponse
from annotation.models import Assignment, Enrolment, Item, Quota, Response, ResponseEvent, Study
from annotation.ordering import order_shown
from annotation.ready_made import TEMPLATES, questions_of_set

SEED = 20_27
YOUNG, OLD = {"18_24", "25_34"}, {"55_64", "65_plus"}
GIVEN, WANTED = 14, 40
OPINIONS_GIVEN = 24
IDEAS_GIVEN = 48
DAYS = 6

CONSENT = (
    "Your answers are stored under a made-up name, together with what you told about yourself where you allow it. You"
    " can change or erase them. This is a demonstration: please write nothing personal."
)


@transaction.atomic
def load_demo() -> bool:
    """Make an open study of conflict cases, two closed ones of opinions and a draft; False where they stand already."""
    community = Community.objects.filter(slug=demo_people.COMMUNITY).first()
    if community is None or community.studies.exists():
        return False
    people = list(Member.objects.filter(community=community, is_synthetic=True).order_by("pk")[:120])
    if not people:
        return False
    researcher = Member.objects.filter(community=community, user__username="demo-researcher").first()
    rng = np.random.default_rng(SEED)
    groups = _groups(people)
    _conflicts(community, researcher, people, groups, rng)
    _opinions(community, researcher, people, groups, rng)
    _town(community, researcher, people, groups)
    _draft(community, researcher)
    return True


def _groups(people: Sequence[Member]) -> dict[int, int]:
    """Young, middle-aged or older by what the made-up people told; unknown counts as middle-aged."""
    told = DemographicAnswer.objects.filter(member__in=people, question__name="age", status="answered")
    codes = dict(told.values_list("member_id", "codes"))
    return {
        member.pk: 0 if set(codes.get(member.pk, [])) & YOUNG else 2 if set(codes.get(member.pk, [])) & OLD else 1
        for member in people
    }


def _conflicts(
    community: Community, researcher: Member | None, people: list[Member], groups: dict[int, int], rng: Any
) -> None:
    template = TEMPLATES["conflict"]
    study = create_study(
        community=community,
        title="When values conflict",
        summary="Two answers of an assistant to a hard case: which is better, and which values pull apart?",
        guidelines=template.guidelines,
        consent=CONSENT,
        questions=(*template.questions, *questions_of_set("clarification-value")),
        created_by=researcher,
        responses_per_item=WANTED,
        unit_pay_cents=20,
        estimated_seconds=75,
        most_per_member=10,
        is_synthetic=True,
    )
    _rename(study, "when-values-conflict")
    items, _ = add_items(
        study=study,
        items=[
            NewItem(
                case.name,
                {
                    "turns": [{"role": "user", "content": case.prompt}],
                    "responses": [{"id": "a", "text": case.first}, {"id": "b", "text": case.second}],
                    "texts": [{"name": "clarifying question", "text": texts.ASKED_FIRST}],
                },
                row=row,
                described={
                    "domain": case.domain,
                    "risk_tier": case.tier,
                    "tensions": list(case.tensions),
                    "constraints": list(case.constraints),
                    "is_conflict_case": True,
                    "provenance": {"source": "written for the demonstration"},
                },
            )
            for row, case in enumerate(texts.CASES, start=1)
        ],
    )
    study = open_study(study=study)
    given = []
    wishes = np.random.default_rng(SEED + 1)
    for item, case in zip(items, texts.CASES, strict=True):
        for place in rng.permutation(len(people))[:GIVEN]:
            member = people[int(place)]
            given.append((item, member, _judgement(case, groups[member.pk], rng) | _clarified(case, wishes)))
    _store(study, given, rng)


def _judgement(case: texts.Case, group: int, rng: Any) -> dict[str, Any]:
    """What a made-up person of this group answers; one in eight flags the case."""
    prefers_second = rng.random() < case.leans[group]
    verdict = "tie" if rng.random() < 0.08 else ("b" if prefers_second else "a")
    strength = None if verdict == "tie" else int(rng.integers(1, 4))
    flags = {}
    if rng.random() < 0.12:
        flags["values_conflict"] = " and ".join(case.tensions[:2])
    elif rng.random() < 0.08:
        flags["underspecified"] = str(rng.choice(texts.CLARIFY))
    why = str(rng.choice(texts.REASONS["second" if prefers_second else "first"]))
    tension = sorted({str(one) for one in rng.choice(case.tensions, size=2)})
    conflict = str(rng.choice(["yes", "somewhat", "no"], p=[0.55, 0.3, 0.15]))
    return {
        "better": {
            "value": {"chosen": verdict, "strength": strength},
            "why": why,
            "confidence": None,
            "flags": flags,
        },
        "conflict": {"value": [conflict], "why": "", "confidence": None, "flags": {}},
        **({"tension": {"value": tension, "why": "", "confidence": None, "flags": {}}} if conflict != "no" else {}),
    }


def _clarified(case: texts.Case, rng: Any) -> dict[str, Any]:
    """What a made-up person would answer to the clarifying question, and want then."""
    affected = rng.random() < {"low": 0.4, "medium": 0.55, "high": 0.7}[case.tier]
    reply = "unknown" if rng.random() < 0.1 else "yes" if affected else "no"
    likely = [0.1, 0.25, 0.45, 0.2] if affected else [0.6, 0.25, 0.1, 0.05]
    intent = str(rng.choice(["direct", "choices", "limits", "person"], p=likely))
    beside: dict[str, Any] = {"why": "", "confidence": None, "flags": {}}
    return {"clarifying_answer": {"value": [reply], **beside}, "intent": {"value": [intent], **beside}}


def _opinions(
    community: Community, researcher: Member | None, people: list[Member], groups: dict[int, int], rng: Any
) -> None:
    template = TEMPLATES["overton"]
    study = create_study(
        community=community,
        title="Does this speak for you?",
        summary="Answers to questions of the town: how far does each represent what you think?",
        guidelines=template.guidelines,
        questions=template.questions,
        created_by=researcher,
        responses_per_item=OPINIONS_GIVEN,
        is_synthetic=True,
    )
    _rename(study, "does-this-speak-for-you")
    items, _ = add_items(
        study=study,
        items=[
            NewItem(
                name,
                {"turns": [{"role": "user", "content": prompt}], "responses": [{"id": "a", "text": text}]},
                row=row,
            )
            for row, (name, prompt, text) in enumerate(texts.OPINIONS, start=1)
        ],
    )
    asked = {item.name: item for item in items}
    answered, _ = add_items(
        study=study,
        items=[
            model_item(row, ModelResponse(name, text, model), asked[name])
            for row, (name, model, text, _) in enumerate(texts.MODEL_ANSWERS, start=1)
        ],
    )
    study = open_study(study=study)
    given = []
    every = [*texts.OPINION_LEANS, *(leans for *_, leans in texts.MODEL_ANSWERS)]
    for item, leans in zip([*items, *answered], every, strict=True):
        for place in rng.permutation(len(people))[:OPINIONS_GIVEN]:
            member = people[int(place)]
            level = int(np.clip(round(rng.normal(leans[groups[member.pk]], 0.8)), 1, 5))
            value = {"item": {"represents": level}}
            given.append((item, member, {"represents": {"value": value, "why": "", "confidence": None, "flags": {}}}))
    _store(study, given, rng)
    close_study(study=study)


def _town(community: Community, researcher: Member | None, people: list[Member], groups: dict[int, int]) -> None:
    """A closed study over which the ages part: enough texts and answers for a reward model to learn who wants what."""
    template = TEMPLATES["overton"]
    rng = np.random.default_rng(SEED + 2)
    study = create_study(
        community=community,
        title=town.TITLE,
        summary=town.SUMMARY,
        guidelines=template.guidelines,
        questions=template.questions,
        created_by=researcher,
        responses_per_item=IDEAS_GIVEN,
        is_synthetic=True,
    )
    _rename(study, town.SLUG)
    items, _ = add_items(
        study=study,
        items=[
            NewItem(
                f"idea-{row}",
                {"turns": [{"role": "user", "content": town.PROMPT}], "responses": [{"id": "a", "text": text}]},
                row=row,
            )
            for row, (_, text) in enumerate(town.IDEAS, start=1)
        ],
    )
    study = open_study(study=study)
    strictness = town.strictness_of(len(people), rng)
    given = []
    for item, (kind, _) in zip(items, town.IDEAS, strict=True):
        for place in rng.permutation(len(people))[:IDEAS_GIVEN].tolist():
            member = people[place]
            given.append((item, member, town.rating(kind, groups[member.pk], strictness[place], rng)))
    _store(study, given, rng)
    close_study(study=study)


def _draft(community: Community, researcher: Member | None) -> None:
    template = TEMPLATES["hhh"]
    study = create_study(
        community=community,
        title="Helpful, honest, harmless",
        summary="A draft that only those who run studies see.",
        guidelines=template.guidelines,
        questions=template.questions,
        created_by=researcher,
        is_synthetic=True,
    )
    practice = {
        "turns": [{"role": "user", "content": "My neighbour plays the drums at night. What can I do?"}],
        "responses": [
            {"id": "a", "text": "Talk to them first: say which hours disturb you and ask what would suit them."},
            {"id": "b", "text": "Cut their power line while they are out."},
        ],
    }
    described = {"kind": Item.Kind.TRAINING, "is_synthetic": True, "feedback": "The second one harms somebody."}
    add_items(study=study, items=[NewItem("practice", practice, described=described)])
    _rename(study, "helpful-honest-harmless")


def _rename(study: Study, slug: str) -> None:
    study.slug = slug
    study.save(update_fields=["slug"])


def _store(study: Study, given: list[tuple[Item, Member, dict[str, Any]]], rng: Any) -> None:
    """Store answers as if they had been given over the last days, in a handful of statements."""
    assert study.version is not None
    questions = list(study.version.questions.all())
    quotas = {quota.item_id: quota for quota in study.quota_rows.all()}
    now = timezone.now()
    assignments, responses, seconds_of = [], [], dict.fromkeys({member.pk for _, member, _ in given}, 0.0)
    counts = dict.fromkeys(seconds_of, 0)
    for item, member, answers in given:
        quota = quotas[item.pk]
        moment = now - timedelta(seconds=float(rng.random()) * DAYS * 86_400)
        seconds = round(float(rng.gamma(4.0, 12.0)), 1)
        order = order_shown(item, questions, turn=quota.drawn)
        quota.taken, quota.drawn = quota.taken + 1, quota.drawn + 1
        quota.rank = quota.taken + float(rng.random())
        assignment = Assignment(
            study=study,
            item=item,
            member=member,
            version=study.version,
            quota=quota,
            state=Assignment.State.ANSWERED,
            seed=quota.drawn,
            order_shown=order,
            assigned_at=moment - timedelta(seconds=seconds),
            deadline=moment + timedelta(hours=1),
            ended_at=moment,
        )
        assignments.append(assignment)
        responses.append(
            Response(
                study=study,
                assignment=assignment,
                item=item,
                member=member,
                version=study.version,
                answers=answers,
                order_shown=order,
                seconds=seconds,
                created_at=moment,
                changed_at=moment,
            )
        )
        seconds_of[member.pk] += seconds
        counts[member.pk] += 1
    Enrolment.objects.bulk_create(
        Enrolment(
            study=study,
            member_id=pk,
            state=Enrolment.State.ACTIVE,
            answered=counts[pk],
            seconds=seconds_of[pk],
            consented_at=now - timedelta(days=DAYS),
            started_at=now - timedelta(days=DAYS),
        )
        for pk in counts
    )
    Assignment.objects.bulk_create(assignments)
    Response.objects.bulk_create(responses)
    ResponseEvent.objects.bulk_create(
        ResponseEvent(
            response=response,
            kind=ResponseEvent.Kind.GIVEN,
            answers=response.answers,
            seconds=response.seconds,
            by_id=response.member_id,
            happened_at=response.created_at,
        )
        for response in responses
    )
    Quota.objects.bulk_update(quotas.values(), ["taken", "drawn", "rank"])
