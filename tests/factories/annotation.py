"""Factories of the annotation room."""

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone

from accounts.models import Member
from annotation.actions.questions import questions_sha256
from annotation.models import Assignment, Enrolment, Item, Question, Quota, Response, Study, StudyVersion
from tests.factories.accounts import CommunityFactory, MemberFactory

PAIR = {
    "turns": [{"role": "user", "content": "Should I take the job?"}],
    "responses": [{"id": "a", "text": "Yes, take it."}, {"id": "b", "text": "What matters most to you?"}],
}
SCALE = {"least": 1, "most": 5, "step": 1, "dimensions": [{"code": "helpful", "text": "Helpful"}]}
CHOICES = {"options": [{"code": "yes", "text": "Yes"}, {"code": "no", "text": "No"}]}


class StudyFactory(factory.django.DjangoModelFactory[Study]):
    """A draft without questions and items."""

    class Meta:
        model = Study

    community = factory.SubFactory(CommunityFactory)
    slug = factory.Sequence(lambda n: f"study-{n}")
    title = factory.Sequence(lambda n: f"Study {n}")


class ItemFactory(factory.django.DjangoModelFactory[Item]):
    """A prompt with two responses; with `wanted`, its place in the queue too."""

    class Meta:
        model = Item
        skip_postgeneration_save = True

    study = factory.SubFactory(StudyFactory)
    name = factory.Sequence(lambda n: f"item-{n}")
    number = factory.Sequence(lambda n: n)
    content = factory.LazyFunction(lambda: PAIR)

    @factory.post_generation
    def queued(self: Item, create: bool, extracted: Any, **kwargs: Any) -> None:  # type: ignore[misc]  # factory_boy's way
        if create and self.kind == Item.Kind.WORK and extracted is not False:
            for stratum, wanted in self.study.wanted_of().items():
                Quota.objects.create(
                    study=self.study, item=self, stratum=stratum, wanted=wanted, rank=self.number % 1000 / 1000
                )


def open_study(*, questions: tuple[dict[str, Any], ...] = (), items: int = 0, **described: Any) -> Study:
    """An open study; without questions named, it asks which response is better."""
    study = StudyFactory(**described)
    version = StudyVersion.objects.create(study=study, number=1)
    asked = questions or ({"name": "better", "kind": Question.Kind.PAIRWISE, "text": "Which is better?"},)
    for position, question in enumerate(asked, start=1):
        Question.objects.create(version=version, position=position, **question)
    version.published_at = timezone.now()
    version.sha256 = questions_sha256(list(version.questions.all()))
    version.save()
    study.version, study.status, study.opened_at = version, Study.Status.OPEN, timezone.now()
    study.save()
    for _ in range(items):
        ItemFactory(study=study)
    return study


def answered(item: Item, answers: dict[str, Any], *, member: Member | None = None, **described: Any) -> Response:
    """A response as if the item had been given and answered, past the actions."""
    member = member or MemberFactory(community=item.study.community)
    study, version = item.study, item.study.version
    Enrolment.objects.get_or_create(study=study, member=member, defaults={"state": Enrolment.State.ACTIVE})
    assignment = Assignment.objects.create(
        study=study,
        item=item,
        member=member,
        version=version,
        state=Assignment.State.ANSWERED,
        deadline=timezone.now() + timedelta(hours=1),
    )
    return Response.objects.create(
        study=study, assignment=assignment, item=item, member=member, version=version, answers=answers, **described
    )
