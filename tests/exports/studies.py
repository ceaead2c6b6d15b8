"""A small study with everything an export has to deal with."""

import uuid
from typing import Any

from django.utils import timezone

from accounts.models import Community, Member
from annotation.models import Assignment, Enrolment, Item, Question, Response, Study, StudyVersion
from exports.actions import choose_privacy, decide_texts, request_export, scan_texts, start_export
from exports.actions.building import build_export
from exports.models import Export
from exports.privacy import Choices, Column
from tests.factories.accounts import (
    CommunityFactory,
    DemographicAnswerFactory,
    MemberFactory,
    QuestionFactory,
    QuestionnaireFactory,
)
from tests.progress import Watched

PAIR = {
    "turns": [{"role": "user", "content": "Is it right to lie to a friend?"}],
    "responses": [{"id": "r1", "text": "Never.", "model": "m1"}, {"id": "r2", "text": "It depends.", "model": "m2"}],
}


def make_study(community: Community | None = None, *, more: tuple[dict[str, Any], ...] = (), **fields: Any) -> Study:
    """An open study that asks which response is better, how helpful each is, for own words, and ``more``."""
    community = community or CommunityFactory()
    study = Study.objects.create(
        community=community, slug=f"study-{uuid.uuid4().hex[:8]}", title="Honesty among friends", **fields
    )
    version = StudyVersion.objects.create(study=study, number=1)
    scale = {"dimensions": [{"code": "helpful", "text": "Helpful"}], "least": 1, "most": 5, "step": 1}
    Question.objects.create(version=version, position=1, name="better", kind="pairwise", text="Which is better?")
    Question.objects.create(
        version=version, position=2, name="rating", kind="rating", text="How helpful?",
        settings={**scale, "each_response": True},
    )  # fmt: skip
    Question.objects.create(version=version, position=3, name="words", kind="text", text="Anything else?")
    for position, question in enumerate(more, start=4):
        Question.objects.create(version=version, position=position, text=f"{question['name']}?", **question)
    version.published_at = timezone.now()
    version.save()
    study.version, study.status = version, Study.Status.OPEN
    study.save()
    return study


def add_item(study: Study, name: str, content: dict[str, Any] | None = None, **fields: Any) -> Item:
    """An item at the end."""
    number = study.items.count()
    return Item.objects.create(study=study, name=name, number=number, content=content or PAIR, **fields)


def answer(item: Item, member: Member, answers: dict[str, Any], order: tuple[str, ...] = ("r2", "r1")) -> Response:
    """One person's answers to one item."""
    study = item.study
    order_shown = {"responses": list(order)}
    Enrolment.objects.get_or_create(study=study, member=member, defaults={"state": Enrolment.State.ACTIVE})
    assignment = Assignment.objects.create(
        study=study, item=item, member=member, version=study.version, state="answered", deadline=timezone.now(),
        order_shown=order_shown,
    )  # fmt: skip
    return Response.objects.create(
        study=study, assignment=assignment, item=item, member=member, version=study.version, answers=answers,
        order_shown=order_shown, seconds=12.4,
    )  # fmt: skip


def people_of(community: Community, ages: str) -> list[Member]:
    """A member for each letter: y(oung), o(ld), d(eclined), u(sed but not released), n(ot asked)."""
    question = QuestionFactory(questionnaire=QuestionnaireFactory(community=community), name="age")
    members = []
    for letter in ages:
        member = MemberFactory(community=community)
        members.append(member)
        if letter == "d":
            DemographicAnswerFactory(member=member, question=question, status="declined", raw="", codes=[])
        elif letter != "n":
            code, raw = ("50", "50 or more") if letter == "o" else ("18_29", "18 to 29")
            uses = ["quotas", "analysis"] if letter == "u" else ["quotas", "analysis", "release"]
            DemographicAnswerFactory(member=member, question=question, raw=raw, codes=[code], uses=uses)
    return members


def prepared(study: Any, **fields: Any) -> Export:
    """An export whose steps are all taken: every column is kept, nothing found in texts is kept."""
    k = fields.pop("k", 2)
    export = start_export(of=study, format=fields.pop("format", "bundle"), **fields)
    scan_texts(Watched(), export=str(export.pk))
    columns = {name: Column("keep") for name in export.privacy["columns"]}
    choose_privacy(export=export, choices=Choices(k=k, columns=columns), by=None)
    decide_texts(export=export, kept=[], listed=[], done=True)
    export.refresh_from_db()
    return export


def built(study: Any, **fields: Any) -> Export:
    """An export that is built."""
    export = prepared(study, **fields)
    request_export(export=export, requested_by=export.requested_by)
    build_export(Watched(), export=str(export.pk))
    export.refresh_from_db()
    return export
