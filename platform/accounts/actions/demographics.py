"""Questionnaires, and what people tell about themselves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import Community, DemographicAnswer, Member, Question, Questionnaire, Use
from accounts.questionnaires import QuestionnaireText, code_own_words

Status = DemographicAnswer.Status


@dataclass(frozen=True)
class Given:
    """What a person gave to one question: options by code, own words, a number, or that they prefer not to say."""

    codes: tuple[str, ...] = ()
    own_words: str = ""
    number: float | None = None
    declined: bool = False


def _texts(questionnaire: Questionnaire) -> list[tuple[object, ...]]:
    """The questions as they stand, for comparison."""
    return list(
        questionnaire.questions.order_by("position").values_list(
            "name", "text", "help_text", "kind", "options", "self_describe"
        )
    )


@transaction.atomic
def add_questionnaire(*, community: Community, text: QuestionnaireText) -> Questionnaire:
    """Offer a questionnaire to a community; a changed one becomes a new version and closes the old one."""
    Community.objects.select_for_update(no_key=True).get(pk=community.pk)
    wanted = [
        (q.name, q.text, q.help_text, str(q.kind), [option.as_json() for option in q.options], q.self_describe)
        for q in text.questions
    ]
    newest = Questionnaire.objects.filter(community=community, slug=text.slug).order_by("-version").first()
    same_words = newest is not None and (newest.title, newest.introduction) == (text.title, text.introduction)
    if newest is not None and same_words and _texts(newest) == wanted:
        if not newest.is_open:
            newest.is_open = True
            newest.save(update_fields=["is_open"])
        return newest
    Questionnaire.objects.filter(community=community, slug=text.slug).update(is_open=False)
    questionnaire = Questionnaire.objects.create(
        community=community,
        slug=text.slug,
        title=text.title,
        introduction=text.introduction,
        version=newest.version + 1 if newest else 1,
    )
    Question.objects.bulk_create(
        Question(
            questionnaire=questionnaire,
            position=position,
            name=name,
            text=words,
            help_text=help_text,
            kind=kind,
            options=options,
            self_describe=self_describe,
        )
        for position, (name, words, help_text, kind, options, self_describe) in enumerate(wanted, start=1)
    )
    return questionnaire


def read_answer(question: Question, given: Given, uses: Iterable[str]) -> DemographicAnswer:
    """The row, not yet saved and without its member, that keeps what was given: raw and coded.

    Raises
    ------
    ValueError
        If the answer does not fit the question.
    """
    answer = DemographicAnswer(question=question, status=Status.ANSWERED, uses=sorted(set(uses)))
    unknown_uses = set(answer.uses) - set(Use.values)
    if unknown_uses:
        raise ValueError(f"uses={sorted(unknown_uses)} should be among {sorted(Use.values)}")
    if given.declined:
        answer.status, answer.uses = Status.DECLINED, []
        return answer
    words = " ".join(given.own_words.split())
    texts = {str(option["code"]): str(option["text"]) for option in question.options}
    unknown = set(given.codes) - set(texts)
    if unknown:
        raise ValueError(f"{question.name}: codes={sorted(unknown)} should be among {sorted(texts)}")
    if question.kind == Question.Kind.NUMBER:
        if given.number is None:
            raise ValueError(f"{question.name}: a number is needed")
        answer.number, answer.raw = given.number, words or f"{given.number:g}"
        return answer
    if question.kind == Question.Kind.FREE:
        if not words:
            raise ValueError(f"{question.name}: words are needed")
        answer.raw, answer.codes = words, code_own_words(words, question.options)
        return answer
    if words and not question.self_describe:
        raise ValueError(f"{question.name} does not take own words")
    answers = len(given.codes) + bool(words)
    if answers == 0 or (answers > 1 and question.kind != Question.Kind.MULTIPLE):
        raise ValueError(f"{question.name}: answers={answers} should be 1" + (" or more" if answers == 0 else ""))
    chosen = [code for code in texts if code in given.codes]
    answer.raw = "; ".join([*(texts[code] for code in chosen), *([words] if words else [])])
    coded = code_own_words(words, question.options) if words else []
    answer.codes = chosen + [code for code in coded if code not in chosen]
    return answer


@transaction.atomic
def answer_question(*, member: Member, question: Question, given: Given, uses: Iterable[str] = ()) -> DemographicAnswer:
    """Keep what a member says of themselves; a new answer takes the old one's place.

    Raises
    ------
    ValueError
        If the answer does not fit the question, or the question is another community's.
    """
    if question.questionnaire.community_id != member.community_id:
        raise ValueError(f"community={member.community_id} should be {question.questionnaire.community_id}")
    read = read_answer(question, given, uses)
    answer, _ = DemographicAnswer.objects.update_or_create(
        member=member,
        question=question,
        defaults={
            "status": read.status,
            "raw": read.raw,
            "codes": read.codes,
            "number": read.number,
            "uses": read.uses,
            "answered_at": timezone.now(),
        },
    )
    return answer


@transaction.atomic
def answer_questionnaire(
    *, member: Member, questionnaire: Questionnaire, answers: Mapping[str, Given], uses: Iterable[str] = ()
) -> list[DemographicAnswer]:
    """Keep the answers to several questions, by name; a question that is not named counts as not asked.

    Raises
    ------
    ValueError
        If a name is unknown or an answer does not fit.
    """
    questions = {question.name: question for question in questionnaire.questions.select_related("questionnaire")}
    unknown = set(answers) - set(questions)
    if unknown:
        raise ValueError(f"names={sorted(unknown)} should be among {sorted(questions)}")
    uses = list(uses)
    return [
        answer_question(member=member, question=questions[name], given=given, uses=uses)
        for name, given in answers.items()
    ]


def withdraw_answer(*, answer: DemographicAnswer) -> None:
    """Empty one answer; the row stays, because "withdrawn" is another thing than "not asked"."""
    empty_answers(answer.member, question=answer.question_id)


def empty_answers(member: Member, **only: object) -> int:
    """Empty a member's answers about themselves and mark them withdrawn; returns how many had something in them."""
    answers = DemographicAnswer.objects.filter(member=member, **only).exclude(status=Status.WITHDRAWN)
    return answers.update(status=Status.WITHDRAWN, raw="", codes=[], number=None, uses=[], answered_at=timezone.now())
