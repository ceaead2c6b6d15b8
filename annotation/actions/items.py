"""Adding items, and the queue of places they wait in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from annotation.errors import Refused
from annotation.kinds import KINDS, Unfit, check_content, texts_of
from annotation.models import Item, Question, Quota, Study
from annotation.queries.asked import asked

CHUNK = 2000
#: A batch's places lie this far apart, so that no count of answers reaches the next batch.
BATCH_WIDTH = 100_000
# What a quota's place in the queue is, from its own row and its item's; the smallest is given next.
RANKS = {
    Study.Policy.LEAST_ANSWERED: "q.taken + random()",
    Study.Policy.RANDOM: "random()",
    Study.Policy.UNCERTAIN: "-i.uncertainty + random() * 1e-6",
    Study.Policy.BATCHES: f"floor((i.number - 1) / %(batch)s) * {BATCH_WIDTH} + q.taken + random()",
}


@dataclass(frozen=True)
class NewItem:
    """An item to add.

    Attributes
    ----------
    row : where it stands in its source, for messages
    described : further fields of :class:`annotation.models.Item`
    """

    name: str
    content: dict[str, Any]
    row: int = 0
    described: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RefusedItem:
    """A row that was not added: its number, its name and why."""

    row: int
    name: str
    reason: str


@transaction.atomic
def add_items(*, study: Study, items: Iterable[NewItem]) -> tuple[list[Item], list[RefusedItem]]:
    """Add items at the end; each waits in the queue at once. The same name again is refused, so that nothing doubles.

    Returns what was added and what was refused, in the order of the rows.
    """
    # Two uploads at once: the second waits here, and then counts on.
    Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    number = (study.items.aggregate(last=Max("number"))["last"] or 0) + 1
    taken = set(study.items.values_list("name", flat=True))
    questions = asked(study.version) if study.version else []
    refused: list[RefusedItem] = []
    made: list[Item] = []
    for new in items:
        reasons = check_content(new.content) or too_few_responses(new.content, questions)
        if not new.name:
            reasons.append("It has no name.")
        elif len(new.name) > 200:
            reasons.append(f"Its name has {len(new.name)} characters; at most 200 are kept.")
        elif new.name in taken:
            reasons.append(f"An item named {new.name} is there already.")
        if reasons:
            refused.append(RefusedItem(new.row, new.name[:80], " ".join(reasons)))
            continue
        taken.add(new.name)
        made.append(Item(study=study, name=new.name, number=number, content=new.content, **new.described))
        number += 1
    added = Item.objects.bulk_create(made, batch_size=CHUNK)
    enqueue(study, [item for item in added if item.kind == Item.Kind.WORK])
    return added, refused


def enqueue(study: Study, items: Sequence[Item]) -> None:
    """Give items their places in the queue."""
    Quota.objects.bulk_create(
        [
            Quota(study=study, item=item, stratum=stratum, wanted=wanted)
            for item in items
            for stratum, wanted in study.wanted_of().items()
        ],
        batch_size=CHUNK,
    )
    rank_again(study, items=[item.pk for item in items])


def rank_again(study: Study, *, items: Sequence[int] | None = None) -> None:
    """Order the queue by the study's policy; of all items, or of these."""
    some = "AND q.item_id = ANY(%(items)s)" if items is not None else ""
    rank = RANKS[Study.Policy(study.policy)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE annotation_quota q SET rank = {rank} FROM annotation_item i"
            f" WHERE i.id = q.item_id AND q.study_id = %(study)s {some}",
            {"study": study.pk, "batch": study.batch_size, "items": None if items is None else list(items)},
        )


@transaction.atomic
def requeue_all(study: Study) -> None:
    """Bring the queue in line with how many answers the study wants now, from whom, in which order.

    Answers that were given stay, also where fewer are wanted now: then nothing more is asked for.
    """
    wanted = study.wanted_of()
    rows = study.quota_rows.select_for_update().order_by("pk")
    for quota in rows.iterator(chunk_size=CHUNK):
        goal = max(wanted.get(quota.stratum, 0), quota.taken)
        if goal != quota.wanted:
            Quota.objects.filter(pk=quota.pk).update(wanted=goal)
    for stratum, n in wanted.items():
        lacking = study.items.filter(kind=Item.Kind.WORK, retired_at=None).exclude(quotas__stratum=stratum)
        Quota.objects.bulk_create(
            [Quota(study=study, item=item, stratum=stratum, wanted=n) for item in lacking], batch_size=CHUNK
        )
    rank_again(study)


@transaction.atomic
def change_item(*, item: Item, **described: Any) -> Item:
    """Change what an item holds, as long as nobody was given it.

    Raises
    ------
    Refused
    """
    locked = Item.objects.select_for_update(of=("self",)).select_related("study").get(pk=item.pk)
    seen = {"content", "name", "kind"} & {name for name, value in described.items() if getattr(locked, name) != value}
    if seen and locked.assignments.exists():
        raise Refused("Somebody has been given this item already, so that its texts stay. Add a new item instead.")
    if "content" in described:
        questions = asked(locked.study.version) if locked.study.version else []
        problems = check_content(described["content"]) or too_few_responses(described["content"], questions)
        if problems:
            raise Refused(" ".join(problems))
    fields = list(described)
    if "content" in seen and locked.validated_by:
        locked.validations.all().delete()  # they vouched for other words
        locked.validated_by = 0
        fields.append("validated_by")
    for name, value in described.items():
        setattr(locked, name, value)
    locked.save(update_fields=fields)
    if "kind" in seen:
        locked.quotas.all().delete()
        if locked.kind == Item.Kind.WORK:
            enqueue(locked.study, [locked])
    return locked


@transaction.atomic
def retire_item(*, item: Item) -> Item:
    """Give an item to nobody any more; its answers stay."""
    if item.retired_at is None:
        item.retired_at = timezone.now()
        item.save(update_fields=["retired_at"])
        for quota in item.quotas.select_for_update().order_by("pk"):
            Quota.objects.filter(pk=quota.pk).update(wanted=quota.taken)
    return item


@transaction.atomic
def restore_item(*, item: Item) -> Item:
    """Give an item to people again."""
    if item.retired_at is not None:
        item.retired_at = None
        item.save(update_fields=["retired_at"])
        wanted = item.study.wanted_of()
        for quota in item.quotas.select_for_update().order_by("pk"):
            goal = max(wanted.get(quota.stratum, 0), quota.taken)
            Quota.objects.filter(pk=quota.pk).update(wanted=goal)
    return item


def responses_needed(question: Question) -> int:
    """How many responses an item must have to be asked this question."""
    if question.kind in (Question.Kind.PAIRWISE, Question.Kind.RANKING):
        return 2
    return 1 if question.kind == Question.Kind.RATING and question.settings.get("each_response") else 0


def too_few_responses(content: dict[str, Any], questions: Iterable[Question]) -> list[str]:
    """Each question that cannot be answered about this content, because responses are missing."""
    n = len(texts_of(content).responses)
    return [
        f"“{question.text}” needs {responses_needed(question)} or more responses; it has {n}."
        for question in questions
        if n < responses_needed(question)
    ]


def expected_problems(item: Item, questions: Iterable[Question]) -> list[str]:
    """What is wrong with the right values named for a gold, attention or training item."""
    by_name = {question.name: question for question in questions}
    problems = [f"There is no question {name}." for name in item.expected if name not in by_name]
    texts = texts_of(item.content)
    for name, value in item.expected.items():
        if name in by_name:
            try:
                KINDS[by_name[name].kind].read(value, by_name[name].settings, texts)
            except Unfit as unfit:
                problems.append(f"{name}: {unfit}")
    return problems
