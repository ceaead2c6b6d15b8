"""Making, describing, opening and closing studies."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import Community, Member
from annotation.actions.items import requeue_all, responses_needed
from annotation.actions.questions import QuestionText, questions_sha256, set_questions
from annotation.errors import NotSetUp, Refused
from annotation.kinds import texts_of
from annotation.models import Item, Question, Study, StudyVersion
from annotation.queries.studies import with_fewer_responses

CHANGEABLE = (
    *("title", "summary", "guidelines", "consent", "policy", "responses_per_item", "strata", "quotas", "batch_size"),
    *("most_per_member", "hold_minutes", "check_every", "screening", "questionnaires", "unit_pay_cents", "currency"),
    *("estimated_seconds", "completion_codes", "takes_crowd", "is_blind", "validations_wanted"),
)
QUEUE = {"policy", "responses_per_item", "quotas", "batch_size"}
PROMISED = {"unit_pay_cents", "currency", "consent"}  # what people agreed to when they started


def free_slug(title: str) -> str:
    """A short address that no study has yet."""
    stem = slugify(title)[:80] or "study"
    taken = set(Study.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := stem if n == 1 else f"{stem}-{n}") not in taken)


@transaction.atomic
def create_study(
    *,
    community: Community,
    title: str,
    created_by: Member | None = None,
    questions: Sequence[QuestionText] = (),
    **described: Any,
) -> Study:
    """Make a draft, which only those who run studies see."""
    study = Study(community=community, title=title, slug=free_slug(title), created_by=created_by, **described)
    _check(study)
    study.save()
    if questions:
        set_questions(study=study, questions=questions)
    return study


@transaction.atomic
def change_study(*, study: Study, **described: Any) -> Study:
    """Change the description or the terms; a change of how answers are collected takes effect with the next item.

    Raises
    ------
    Refused
        If it would change what people agreed to when they started, or asks for something impossible.
    """
    unknown = set(described) - set(CHANGEABLE)
    if unknown:
        raise ValueError(f"fields={sorted(unknown)} should be among {CHANGEABLE}")
    locked = Study.objects.select_for_update().get(pk=study.pk)
    changed = {name for name, value in described.items() if getattr(locked, name) != value}
    promised = changed & PROMISED
    if promised and locked.enrolments.exists():
        raise Refused("People have started under the pay and the consent text as they stand; these stay.")
    for name in changed:
        setattr(locked, name, described[name])
    _check(locked)
    locked.save(update_fields=sorted(changed))
    if changed & QUEUE:
        requeue_all(locked)
    return locked


def problems_of(study: Study) -> list[str]:
    """Why a study cannot be opened yet, a sentence each."""
    problems = []
    version = study.versions.filter(published_at=None).first() or study.version
    questions = list(version.questions.all()) if version else []
    if not questions:
        problems.append("It has no question yet.")
    if not study.items.filter(kind=Item.Kind.WORK, retired_at=None).exists():
        problems.append("It has no item yet.")
    problems += _lacking(study, questions)
    wanted = study.screening.get("training_correct", 0)
    training = study.items.filter(kind=Item.Kind.TRAINING, retired_at=None).count()
    if wanted > training:
        problems.append(f"Screening asks for {wanted} right training answers; there are {training} training items.")
    return problems


@transaction.atomic
def publish_version(*, study: Study) -> StudyVersion | None:
    """Freeze the draft of the questions and put it to people from now on; None where nothing was drafted.

    Answers that were given stay with the questions they were given to; whoever has an item in hand answers the
    questions they were shown.
    """
    draft = study.versions.select_for_update().filter(published_at=None).first()
    if draft is None:
        return None
    questions = list(draft.questions.all())
    digest = questions_sha256(questions)
    problems = _lacking(study, questions) if questions else ["It has no question yet."]
    if problems:
        raise NotSetUp(problems)
    if study.version is not None and study.version.sha256 == digest:
        draft.delete()
        return study.version
    draft.published_at, draft.sha256 = timezone.now(), digest
    draft.save(update_fields=["published_at", "sha256"])
    study.version = draft
    study.save(update_fields=["version"])
    return draft


@transaction.atomic
def open_study(*, study: Study) -> Study:
    """Take answers from now on.

    Raises
    ------
    NotSetUp
        With every reason why it cannot be opened.
    """
    locked = Study.objects.select_for_update(of=("self",)).select_related("version").get(pk=study.pk)
    if locked.is_open:
        return locked
    problems = problems_of(locked)
    if problems:
        raise NotSetUp(problems)
    publish_version(study=locked)
    locked.status, locked.opened_at, locked.closed_at = Study.Status.OPEN, locked.opened_at or timezone.now(), None
    locked.save(update_fields=["status", "opened_at", "closed_at"])
    return locked


@transaction.atomic
def close_study(*, study: Study) -> Study:
    """Give no more items; who has one in hand may still send their answer until its time is over."""
    locked = Study.objects.select_for_update(of=("self",)).get(pk=study.pk)
    if locked.is_open:
        locked.status, locked.closed_at = Study.Status.CLOSED, timezone.now()
        locked.save(update_fields=["status", "closed_at"])
    return locked


def reopen_study(*, study: Study) -> Study:
    """Take answers again after closing."""
    if study.status != Study.Status.CLOSED:
        raise Refused("Only a closed study can be opened again.")
    return open_study(study=study)


def _check(study: Study) -> None:
    if study.responses_per_item < 1:
        raise Refused(f"{study.responses_per_item} answers for each item should be at least 1.")
    quotas = study.quotas
    if quotas and (not isinstance(quotas, dict) or any(not isinstance(n, int) or n < 1 for n in quotas.values())):
        raise Refused("Each stratum needs a whole number of answers, at least 1.")
    if set(quotas) - {""} and not study.strata:
        raise Refused("Say by which questions people are put into strata.")
    depth = {name.count("|") + 1 for name in quotas if name}
    if depth - {len(study.strata)}:
        raise Refused(f"Each stratum names {len(study.strata)} answers, joined by |.")


def _lacking(study: Study, questions: list[Question]) -> list[str]:
    """For each question how many items have too few responses to be asked it, and the first of them."""
    problems, counted = [], {}
    for question in questions:
        least = responses_needed(question)
        if not least:
            continue
        if least not in counted:
            items = with_fewer_responses(study, least)
            counted[least] = (items.first(), items.count())
        first, n = counted[least]
        if first is not None:
            more = f" ({n - 1:,} more have too few)" if n > 1 else ""
            found = f"the item {first.name} has {len(texts_of(first.content).responses)}{more}"
            problems.append(
                f"“{question.text}” needs {least} or more responses; {found}. Change such items or take them out."
            )
    return problems
