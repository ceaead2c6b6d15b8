"""Taking a data set in as a closed study: items, people with what they told, and every answer with who gave it."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Community, Consent, DemographicAnswer, Member, Questionnaire, Use, User
from accounts.models import Question as AboutPeople
from annotation.actions.questions import questions_sha256
from annotation.actions.studies import free_slug
from annotation.formats.dataset import Answer, Dataset, are_numbers
from annotation.formats.dataset import Item as FileItem
from annotation.formats.missing import missing_kind
from annotation.gathered import Given
from annotation.models import Assignment, Enrolment, ImportedRater, Item, Question, Response, Study, StudyVersion
from annotation.shaping import (
    Shaped,
    described,
    part_of,
    shape_content,
    shape_questions,
    told_of_item,
    with_models,
)

Report = Callable[[float, str], None]
BATCH = 2_000
MOST_NUMBERS = 12  # a question about people with more different numbers is a number, with fewer a choice


def say_nothing(share: float, message: str) -> None:
    """Report to nobody."""


@transaction.atomic
def import_dataset(
    *,
    community: Community,
    dataset: Dataset,
    title: str,
    created_by: Member | None = None,
    report: Report = say_nothing,
) -> Study:
    """Make a closed study of a data set; people get pseudonyms of their own, and no way in.

    Answers of nobody are given by members that stand for nobody: one for the first of each item, one for the second.
    """
    now = timezone.now()
    study = Study.objects.create(
        community=community,
        slug=free_slug(title),
        title=title[:300],
        summary=f"Imported: {len(dataset.items):,} items, {len(dataset.raters):,} people."[:500],
        created_by=created_by,
        closed_at=now,
    )
    report(0.05, "Storing the questions")
    shaped = _questions(study, dataset)
    report(0.1, "Storing the items")
    items = _items(study, dataset)
    report(0.3, "Giving everyone a pseudonym")
    unknown = Counter(answer.item for answer in _once_per_question(dataset))
    members, nobody = _people(study, dataset, max(unknown.values(), default=0))
    _told(study, dataset, members)
    report(0.5, "Storing the answers")
    _answers(study, dataset, shaped, items, members, nobody, report)
    study.status = Study.Status.CLOSED
    study.save(update_fields=["status", "version"])
    _tell_the_planner()
    report(1.0, "Imported")
    return study


def _tell_the_planner() -> None:
    """Let PostgreSQL count what came in at once: until it has, it plans every reading as if there were little."""
    models = (Item, Response, Member, Consent)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE " + ", ".join(model._meta.db_table for model in models))


def _once_per_question(dataset: Dataset) -> Iterator[Answer]:
    """Of the answers of nobody, those to the item's first question."""
    first: dict[str, str] = {}
    for answer in dataset.answers:
        if not answer.rater and first.setdefault(answer.item, answer.question) == answer.question:
            yield answer


def _questions(study: Study, dataset: Dataset) -> dict[tuple[str, str], Shaped]:
    shaped = shape_questions(dataset)
    version = StudyVersion.objects.create(study=study, number=1)
    Question.objects.bulk_create(
        Question(
            version=version, position=place, name=one.name, kind=one.kind, text=one.source[:500],
            settings=dict(one.settings), is_required=False,
        )
        for place, one in enumerate({one.name: one for one in shaped.values()}.values(), start=1)
    )  # fmt: skip
    version.sha256 = questions_sha256(list(version.questions.order_by("position")))
    version.published_at = timezone.now()
    version.save(update_fields=["sha256", "published_at"])
    study.version = version
    return shaped


def _items(study: Study, dataset: Dataset) -> dict[str, Item]:
    people: dict[str, set[str]] = {}
    for answer in dataset.answers:
        people.setdefault(answer.item, set()).add(answer.rater)
    return {
        item.name: item
        for item in Item.objects.bulk_create(
            (
                _item(study, place, item, people.get(item.id, set()) - {""})
                for place, item in enumerate(dataset.items, start=1)
            ),
            batch_size=BATCH,
        )
    }


def _item(study: Study, place: int, item: FileItem, people: set[str]) -> Item:
    told = told_of_item(item, people)
    content = with_models(shape_content(item), told)
    return Item(study=study, name=item.id, number=place, content=content, **described(told))


def _people(study: Study, dataset: Dataset, n_unknown: int) -> tuple[dict[str, Member], list[Member]]:
    """A member for everyone in the files, and as many for nobody as some item has unnamed answers."""
    total = len(dataset.raters) + n_unknown
    users = User.objects.bulk_create(
        (User(username=f"imported-{uuid.uuid4()}", password="!", is_active=False) for _ in range(total)),
        batch_size=BATCH,
    )
    made = Member.objects.bulk_create(
        (
            Member(community=study.community, user=user, pseudonym=f"{study.slug[:40]} {place}")
            for place, user in enumerate(users, start=1)
        ),
        batch_size=BATCH,
    )
    named = {rater.id: member for rater, member in zip(dataset.raters, made, strict=False)}
    nobody = made[len(dataset.raters) :]
    raters = [ImportedRater(study=study, member=member, name=name[:200]) for name, member in named.items()]
    raters += [ImportedRater(study=study, member=member, name="", is_unknown=True) for member in nobody]
    ImportedRater.objects.bulk_create(raters, batch_size=BATCH)
    Enrolment.objects.bulk_create(
        (Enrolment(study=study, member=m, state=Enrolment.State.FINISHED, finished_at=study.closed_at) for m in made),
        batch_size=BATCH,
    )
    return named, nobody


def _told(study: Study, dataset: Dataset, members: dict[str, Member]) -> None:
    """What people told about themselves: a questionnaire of the study's own, kinds of missing kept apart."""
    columns = dataset.demographic_columns()
    if not columns:
        return
    slug = f"{study.slug[:70]}-people"[:80]
    form = Questionnaire.objects.create(community=study.community, slug=slug, title=study.title[:200], is_open=False)
    rows: list[DemographicAnswer] = []
    for place, column in enumerate(columns, start=1):
        cells = {rater.id: rater.demographics.get(column, "") for rater in dataset.raters}
        stated = dict.fromkeys(cell for cell in cells.values() if missing_kind(cell) is None)
        numbers = len(stated) > MOST_NUMBERS and are_numbers(stated)
        codes = {cell: f"v{number}" for number, cell in enumerate(stated, start=1)}
        question = AboutPeople.objects.create(
            questionnaire=form,
            position=place,
            name=column[:60],
            text=column[:400],
            kind=AboutPeople.Kind.NUMBER if numbers else AboutPeople.Kind.SINGLE,
            options=[] if numbers else [{"code": code, "text": cell} for cell, code in codes.items()],
        )
        for rater, cell in cells.items():
            answer = DemographicAnswer(member=members[rater], question=question, uses=list(Use.values))
            missing = missing_kind(cell)
            if missing == "not asked":
                continue
            if missing is not None:
                Status = DemographicAnswer.Status
                answer.status = Status.DECLINED if missing == "declined" else Status.EXPIRED
            else:
                answer.status, answer.raw = DemographicAnswer.Status.ANSWERED, cell
                answer.number, answer.codes = (float(cell), []) if numbers else (None, [codes[cell]])
            rows.append(answer)
    DemographicAnswer.objects.bulk_create(rows, batch_size=BATCH)


def _answers(
    study: Study,
    dataset: Dataset,
    shaped: dict[tuple[str, str], Shaped],
    items: dict[str, Item],
    members: dict[str, Member],
    nobody: list[Member],
    report: Report,
) -> None:
    """One response for all that a person said of an item."""
    given: dict[tuple[str, int], Given] = {}
    place: Counter[tuple[str, str, str]] = Counter()
    for answer in dataset.answers:
        target = part_of(answer)
        if answer.rater:
            member = members[answer.rater]
        else:
            member = nobody[place[answer.item, answer.question, target]]
            place[answer.item, answer.question, target] += 1
        given.setdefault((answer.item, member.pk), Given()).take(shaped[answer.question, target], answer)
    now, version = timezone.now(), study.version
    keys = list(given)
    for start in range(0, len(keys), BATCH):
        part = keys[start : start + BATCH]
        assignments = Assignment.objects.bulk_create(
            Assignment(
                study=study, item=items[item], member_id=member, version=version, state=Assignment.State.ANSWERED,
                deadline=now, ended_at=now,
            )
            for item, member in part
        )  # fmt: skip
        Response.objects.bulk_create(
            Response(
                study=study, assignment=assignment, item=items[key[0]], member_id=key[1], version=version,
                answers=given[key].answers, seconds=given[key].seconds, order_shown=given[key].order_shown,
            )
            for assignment, key in zip(assignments, part, strict=True)
        )  # fmt: skip
        report(0.5 + 0.5 * (start + len(part)) / len(keys), f"{start + len(part):,} of {len(keys):,} stored")
