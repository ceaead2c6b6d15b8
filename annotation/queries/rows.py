"""Answers as rows: the one reading of a study that measures, exports, watching pages and models build on.

What :func:`answer_rows` guarantees:

* One row for each thing that was said: each rating on each dimension of each response, each place of a ranking, each
  span, and otherwise one for each question. A question that was only flagged or only reasoned on has a row too, with
  an empty value, so that no flag and no reason is lost. Every row names its item, its rater and its response.
* Only what counts, unless ``counted=False``: accepted answers to items and gold items, by people who are not banned,
  not excluded from the study and have not taken back their consent. Training and attention checks never appear.
* ``held_out=False`` leaves out synthetic items that too few people have validated.
* ``value`` and ``target`` name texts by the ids of the item's content, never by their place on the page;
  ``order_shown`` says where they stood.
* ``groups`` holds only answers whose owner consented to the given use. A question that is absent was not asked, was
  declined, has expired or may not be used; a person in none is still in the rows, with no groups.
* Rows come ordered by item, then by rater, then in the order of the questions, and are streamed: memory does not grow
  with the number of answers.
* ``rater`` is the member's id, for joining within the house. It never leaves it: exports put a new pseudonym there.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import DemographicAnswer, Use
from annotation.gathered import beside_each
from annotation.kinds import KINDS, Fact, Texts, texts_of
from annotation.models import Item, Question, Response, Study, Validation

CHUNK = 2000
Groups = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class AnswerRow:
    """One thing that one person said of one item.

    Attributes
    ----------
    item : the item's name, its id in exports; ``item_id`` is the row's
    rater : the member's id
    question, kind : the question's name and kind; ``dimension`` is empty where it has only one
    target : the id of the response (or passage) it is about; empty where it is about the whole item
    value : in words or digits; for pairwise, the id of the chosen response, "tie" or "both_bad"
    number : the value as a number, where it is one; for pairwise the signed strength, positive for the first response
    labels : the codes chosen
    extra : what only this kind has, such as ``strength`` and ``chosen_text``, or ``start`` and ``end``
    why, confidence, flags : as given to the question; flags map a name to what was added in words
    groups : the rater's codes by demographic question
    order_shown : ids of the responses in the order on the page
    seconds : on the whole item
    version : of the questions
    is_gold, is_synthetic : whether the item has a known answer, and whether a program made it
    """

    item: str
    item_id: int
    rater: int
    response: UUID
    question: str
    kind: str
    dimension: str
    target: str
    value: str
    number: float | None
    labels: tuple[str, ...]
    why: str
    confidence: int | None
    flags: Mapping[str, str]
    groups: Groups
    order_shown: tuple[str, ...]
    seconds: float | None
    version: int
    answered_at: datetime
    is_gold: bool = False
    is_synthetic: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def column(self) -> str:
        """The question, with its dimension where it has several: what is measured as one."""
        return f"{self.question}.{self.dimension}" if self.dimension else self.question


def answer_rows(
    study: Study,
    *,
    use: str = Use.ANALYSIS,
    counted: bool = True,
    with_excluded: bool = False,
    held_out: bool = True,
    after: datetime | None = None,
    items: Collection[str] | None = None,
    member: int | None = None,
) -> Iterator[AnswerRow]:
    """Rows as the module's text guarantees them.

    Parameters
    ----------
    use : what the demographic answers are needed for; only those given for it are in ``groups``
    counted : False gives every stored answer to items and gold items, those left out included
    with_excluded : True takes in the people who are excluded from the study, and nobody else who does not count
    held_out : False leaves out synthetic items that are not yet validated
    after : only answers that were given or changed since, or about a synthetic item that somebody validated since
    items : only answers about the items of these names
    member : only answers of this person
    """
    questions = questions_of(study)
    groups = groups_of(study, use=use)
    responses = Response.objects.filter(study=study)
    if counted:
        responses = responses.counted(with_excluded=with_excluded)
    else:
        responses = responses.filter(item__kind__in=[Item.Kind.WORK, Item.Kind.GOLD])
    if not held_out:
        responses = responses.filter(item__in=Item.objects.filter(study=study).released())
    if after is not None:
        validated = Validation.objects.filter(item=OuterRef("item"), validated_at__gt=after)
        responses = responses.filter(Q(changed_at__gt=after) | Exists(validated))
    if items is not None:
        responses = responses.filter(item__name__in=items)
    if member is not None:
        responses = responses.filter(member=member)
    listed = responses.order_by("item__number", "item_id", "member_id").values_list(*_READ)
    asked_about = Item.objects.filter(study=study)
    if items is not None:
        asked_about = asked_about.filter(name__in=items)
    if member is not None:
        asked_about = asked_about.filter(responses__member=member)
    item, texts = _Following(asked_about), Texts({}, {})
    seen: int | None = None
    for values in listed.iterator(chunk_size=CHUNK):
        given = _Given(*values)
        if given.item_id != seen:  # the answers to one item follow one another
            seen = given.item_id
            found = item.of(seen)
            texts = texts_of(found.content)
        yield from _rows_of(given, found, texts, questions[given.version_id], groups.get(given.member_id, {}))


_READ = ("id", "item_id", "member_id", "version_id", "answers", "order_shown", "seconds", "created_at")


class _Given(NamedTuple):
    """What is read of a response; making a row of a table for each of a million would take longer than reading it."""

    id: UUID
    item_id: int
    member_id: int
    version_id: int
    answers: Mapping[str, Any]
    order_shown: Mapping[str, Any]
    seconds: float | None
    created_at: datetime


class _Following:
    """Items as the answers come to them, each read once; one that was added meanwhile is read by itself."""

    def __init__(self, items: QuerySet[Item]) -> None:
        listed = items.order_by("number", "id").only("name", "kind", "content", "is_synthetic")
        self._items = listed.iterator(chunk_size=CHUNK)

    def of(self, key: int) -> Item:
        """The item of this key; they are asked for in their order."""
        return next((item for item in self._items if item.pk == key), None) or Item.objects.get(pk=key)


def questions_of(study: Study) -> dict[int, list[Question]]:
    """The questions of every version that was published, in order, by the version's id. One query."""
    listed = Question.objects.filter(version__study=study, version__published_at__isnull=False)
    by_version: dict[int, list[Question]] = {}
    for question in listed.select_related("version").order_by("version", "position"):
        by_version.setdefault(question.version_id, []).append(question)
    return by_version


def groups_of(study: Study, *, use: str = Use.ANALYSIS) -> dict[int, Groups]:
    """What the study's raters said of themselves and let be used for this: codes by question, by member id.

    A number stands as its digits. Free answers that were not coded are left out.
    """
    answers = DemographicAnswer.objects.filter(
        member__in=study.enrolments.values("member"), status=DemographicAnswer.Status.ANSWERED, uses__contains=[use]
    )
    listed = answers.order_by("member", "question__questionnaire", "question__position")
    found: dict[int, dict[str, tuple[str, ...]]] = {}
    for member, name, codes, number in listed.values_list("member_id", "question__name", "codes", "number"):
        said = tuple(codes) or ((f"{number:g}",) if number is not None else ())
        if said:
            found.setdefault(member, {})[name] = said
    return dict(found)


def _rows_of(
    response: _Given, item: Item, texts: Texts, questions: list[Question], groups: Groups
) -> Iterator[AnswerRow]:
    order = tuple(response.order_shown.get("responses", ()))
    for question in questions:
        answer = response.answers.get(question.name)
        if answer is None:
            continue
        value = answer.get("value")
        facts = [Fact("")] if value is None else KINDS[question.kind].facts(value, question.settings, texts)
        for fact, told in beside_each(question.kind, answer, facts):
            yield AnswerRow(
                item=item.name,
                item_id=response.item_id,
                rater=response.member_id,
                response=response.id,
                question=question.name,
                kind=question.kind,
                dimension=fact.dimension,
                target=fact.target or str(question.settings.get("target", "")),
                value=fact.value,
                number=fact.number,
                labels=fact.labels,
                why=told.get("why", ""),
                confidence=told.get("confidence"),
                flags=told.get("flags", {}),
                groups=groups,
                order_shown=order,
                seconds=response.seconds,
                version=question.version.number,
                answered_at=response.created_at,
                is_gold=item.kind == Item.Kind.GOLD,
                is_synthetic=item.is_synthetic,
                extra=fact.extra,
            )
