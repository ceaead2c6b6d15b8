"""Reading what a person sent about one item: checked, in its one stored form, and compared with what is expected."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from annotation.errors import Unanswered
from annotation.kinds import FLAGS, KINDS, Texts, Unfit
from annotation.kinds.base import Sent, one
from annotation.models import Question

SENTENCE_ENDS = (".", "?", "!", ":", "…", "؟", "。", "？", "！", "।")
CONFIDENCES = (1, 2, 3, 4, 5)
MOST_WHY = 5000
MOST_FLAG = 1000
#: A question that carries one of these may stay without a value: the person has said why there is none.
EXCUSES = frozenset({"underspecified", "it_depends", "did_not_understand", "values_conflict"})


def read_answers(questions: Sequence[Question], given: Mapping[str, Any], texts: Texts) -> dict[str, dict[str, Any]]:
    """The answers as they are stored, by question name; a question that was left out has none.

    Parameters
    ----------
    given : by question name, ``{"value", "why", "confidence", "flags"}``; each part may be missing

    Raises
    ------
    Unanswered
        With what is missing or does not fit, for every question at once.
    """
    problems: dict[str, str] = {}
    stored: dict[str, dict[str, Any]] = {}
    names = [question.name for question in questions]
    for name in set(given) - set(names):
        problems[name] = f"There is no question {name}; the questions are {', '.join(names)}."
    for question in questions:
        answer = given.get(question.name) or {}
        if not isinstance(answer, Mapping):
            problems[question.name] = f"{question.name}: an answer is an object with a value."
            continue
        try:
            read = _read(question, answer, texts)
        except Unfit as unfit:
            problems[question.name] = _told(question, unfit)
            continue
        if read is not None:
            stored[question.name] = read
    if not problems and not stored:
        problems[questions[0].name] = "Nothing is answered yet. Skip the item if you would rather not answer it."
    if problems:
        raise Unanswered(
            {name: problems[name] for name in [*names, *sorted(set(problems) - set(names))] if name in problems}
        )
    return stored


def sent_answers(questions: Iterable[Question], data: Sent, texts: Texts) -> dict[str, dict[str, Any]]:
    """What a form sent, in the shape that :func:`read_answers` takes.

    Raises
    ------
    Unanswered
        If something did not arrive whole.
    """
    answers: dict[str, dict[str, Any]] = {}
    for question in questions:
        name = f"q-{question.name}"
        try:
            value = KINDS[question.kind].sent(data, name, question.settings, texts)
        except Unfit as unfit:
            raise Unanswered({question.name: _told(question, unfit)}) from None
        flags = {flag: one(data, f"{name}.{flag}") for flag in data.get(f"{name}.flags", []) if flag in FLAGS}
        answers[question.name] = {
            "value": value,
            "why": one(data, f"{name}.why"),
            "confidence": one(data, f"{name}.confidence") or None,
            "flags": flags,
        }
    return answers


def is_as_expected(
    answers: Mapping[str, Any], expected: Mapping[str, Any], questions: Iterable[Question], texts: Texts
) -> bool | None:
    """Whether an answer has every expected value; None where nothing is expected."""
    by_name = {question.name: question for question in questions}
    wanted = {name: value for name, value in expected.items() if name in by_name}
    if not wanted:
        return None
    for name, value in wanted.items():
        kind, settings = KINDS[by_name[name].kind], by_name[name].settings
        given = answers.get(name, {}).get("value")
        if given is None or not _agrees(kind.name, given, value, kind.read(value, settings, texts)):
            return False
    return True


def _agrees(kind: str, given: Any, expected: Any, read: Any) -> bool:
    if kind == Question.Kind.PAIRWISE:  # how strongly is nobody's to prescribe
        return bool(given["chosen"] == read["chosen"])
    return bool(given == read)


def _read(question: Question, answer: Mapping[str, Any], texts: Texts) -> dict[str, Any] | None:
    value = KINDS[question.kind].read(answer.get("value"), question.settings, texts)
    why = str(answer.get("why") or "").strip()
    if len(why) > MOST_WHY:
        raise Unfit(f"The reason has {len(why)} characters; at most {MOST_WHY} are kept.")
    flags = answer.get("flags") or {}
    if not isinstance(flags, Mapping) or set(flags) - set(FLAGS):
        raise Unfit(f"Flags should be among {', '.join(FLAGS)}.")
    flags = {name: str(flags[name] or "").strip()[:MOST_FLAG] for name in FLAGS if name in flags}
    confidence = answer.get("confidence")
    if confidence not in (None, ""):
        if str(confidence) not in {str(step) for step in CONFIDENCES}:
            raise Unfit(f"The confidence should be between {CONFIDENCES[0]} and {CONFIDENCES[-1]}.")
        confidence = int(confidence)
    else:
        confidence = None
    excused = bool(EXCUSES & set(flags))
    if value is None and question.is_required and not excused:
        raise Unfit("Still to answer.")
    if question.why == Question.Why.REQUIRED and not why and (value is not None) and not excused:
        raise Unfit("Give your reason.")
    if value is None and not why and not flags:
        return None
    return {"value": value, "why": why, "confidence": confidence, "flags": flags}


def _told(question: Question, unfit: Unfit) -> str:
    """What is wrong with an answer after its question, as a sentence of its own."""
    text = question.text.rstrip()
    return f"{text} {unfit}" if text.endswith(SENTENCE_ENDS) else f"{text}: {unfit}"
