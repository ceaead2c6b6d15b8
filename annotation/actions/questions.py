"""Writing a version's questions, while it is a draft."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from annotation.errors import NotSetUp
from annotation.kinds import KINDS
from annotation.models import Question, Study, StudyVersion

MOST_QUESTIONS = 30


@dataclass(frozen=True)
class QuestionText:
    """One question as it is written, before it belongs to a version.

    Attributes
    ----------
    name : the column in exports; made from the text where it is empty
    settings : as its kind reads them (:mod:`annotation.kinds`)
    """

    kind: str
    text: str
    name: str = ""
    help_text: str = ""
    is_required: bool = True
    settings: dict[str, Any] = field(default_factory=dict)
    why: str = Question.Why.OPTIONAL
    asks_confidence: bool = False

    @classmethod
    def of(cls, question: Question) -> "QuestionText":
        """A question that is stored."""
        return cls(**{name: getattr(question, name) for name in cls.__dataclass_fields__})


@transaction.atomic
def draft_of(study: Study) -> StudyVersion:
    """The version that can be edited; a copy of the published one is made where there is none."""
    Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    draft = study.versions.filter(published_at=None).first()
    if draft is not None:
        return draft
    newest = study.versions.aggregate(number=Max("number"))["number"] or 0
    draft = StudyVersion.objects.create(study=study, number=newest + 1)
    published = study.versions.exclude(published_at=None).order_by("-number").first()
    if published is not None:
        _write(draft, [QuestionText.of(question) for question in published.questions.all()])
    return draft


@transaction.atomic
def set_questions(*, study: Study, questions: Sequence[QuestionText]) -> StudyVersion:
    """Put these questions, in this order, in place of the draft's; what people have answered stays under its own.

    Raises
    ------
    NotSetUp
        With every reason why they make no page.
    """
    problems = check_questions(questions)
    if problems:
        raise NotSetUp(problems)
    draft = draft_of(study)
    draft.questions.all().delete()
    _write(draft, questions)
    return draft


def check_questions(questions: Sequence[QuestionText]) -> list[str]:
    """What is wrong with a page of questions, a sentence each."""
    problems = []
    if len(questions) > MOST_QUESTIONS:
        problems.append(f"There are {len(questions)} questions; at most {MOST_QUESTIONS} fit on a page.")
    named = [question.name for question in questions if question.name]
    problems += [f"Two questions are called {name}." for name in sorted(set(named)) if named.count(name) > 1]
    for place, question in enumerate(questions, start=1):
        called = f"Question {place}"
        if not question.text.strip():
            problems.append(f"{called} has no text.")
        if question.name and question.name != slugify(question.name).replace("-", "_")[:60]:
            problems.append(f"{called}: the name {question.name} should hold small letters, digits and _ only.")
        if question.kind not in KINDS:
            problems.append(f"{called}: {question.kind} is none of the kinds {', '.join(KINDS)}.")
            continue
        problems += [f"{called}: {problem}" for problem in KINDS[question.kind].check(question.settings)]
    return problems


def questions_sha256(questions: Sequence[Question]) -> str:
    """SHA-256 of the questions' canonical JSON: sorted names, no white space, UTF-8."""
    plain = [vars(QuestionText.of(question)) for question in questions]
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _write(version: StudyVersion, questions: Sequence[QuestionText]) -> None:
    taken = {question.name for question in questions if question.name}
    rows = []
    for position, question in enumerate(questions, start=1):
        name = question.name or _free_name(question.text, taken)
        taken.add(name)
        rows.append(Question(version=version, position=position, **{**vars(question), "name": name}))
    Question.objects.bulk_create(rows)


def _free_name(text: str, taken: set[str]) -> str:
    stem = slugify(text).replace("-", "_")[:40].strip("_") or "question"
    return next(name for n in range(1, len(taken) + 2) if (name := stem if n == 1 else f"{stem}_{n}") not in taken)
