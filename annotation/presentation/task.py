"""One item on a page: what is read on it, and what is asked about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from annotation.answers import CONFIDENCES
from annotation.kinds import FLAG_ASKS, FLAGS, Texts, options_of
from annotation.models import Item, Question
from annotation.presentation.groups import Group, groups_of, letters
from frontend.markdown import safe_markdown

ROLES = {"user": "Person", "assistant": "Assistant", "system": "Instructions", "tool": "Tool"}
CONFIDENCE_WORDS = ("a guess", "", "", "", "certain")
SIDE_BY_SIDE = 2  # more responses than this stand one under the other


@dataclass(frozen=True)
class Passage:
    """A text on the page. ``plain`` is shown as it stands, because passages are marked in it."""

    id: str
    title: str
    html: SafeString
    plain: str
    role: str = ""


@dataclass(frozen=True)
class Flag:
    """Something a person may say of a question instead of, or beside, answering it."""

    name: str
    text: str
    asks: str
    is_set: bool
    words: str


@dataclass(frozen=True)
class SpanRow:
    """A marked passage, to be filled in or changed."""

    quote: str = ""
    label: str = ""
    comment: str = ""
    passage: str = ""
    start: str = ""


@dataclass(frozen=True)
class ShownQuestion:
    """A question with the fields that answer it, what was given before, and what is missing."""

    name: str
    field: str
    kind: str
    text: str
    help_text: str
    is_required: bool
    why: str
    why_given: str
    confidences: tuple[tuple[int, str, bool], ...]
    groups: tuple[Group, ...]
    flags: tuple[Flag, ...]
    words: str
    spans: tuple[SpanRow, ...]
    span_labels: tuple[tuple[str, str], ...]
    problem: str

    @property
    def is_flagged(self) -> bool:
        """Whether anything is flagged."""
        return any(flag.is_set for flag in self.flags)


@dataclass(frozen=True)
class ShownTask:
    """Everything a page shows of one item, but what is asked about it."""

    turns: tuple[Passage, ...]
    texts: tuple[Passage, ...]
    responses: tuple[Passage, ...]
    side_by_side: bool
    plain: bool
    one_tap: bool


def shown_task(
    item: Item,
    questions: Sequence[Question],
    *,
    order: Mapping[str, Any],
    is_blind: bool = True,
) -> ShownTask:
    """What is read of an item on its page.

    Parameters
    ----------
    order : as in :attr:`annotation.models.Assignment.order_shown`
    """
    content = item.content
    plain = any(question.kind == Question.Kind.SPANS for question in questions)
    rows = {str(response["id"]): response for response in content.get("responses", [])}
    ids = [id_ for id_ in order.get("responses", []) if id_ in rows] or list(rows)
    named = letters(ids)
    return ShownTask(
        turns=tuple(
            _passage(f"turn-{n}", ROLES.get(turn["role"], turn["role"]), turn["content"], turn["role"])
            for n, turn in enumerate(content.get("turns", []), start=1)
        ),
        texts=tuple(
            _passage(text["name"], str(text["name"]).replace("_", " ").capitalize(), text["text"])
            for text in content.get("texts", [])
        ),
        responses=tuple(
            _passage(id_, _title(named[id_], rows[id_], len(ids), is_blind), rows[id_]["text"]) for id_ in ids
        ),
        side_by_side=len(ids) == SIDE_BY_SIDE,
        plain=plain,
        one_tap=is_one_tap(questions),
    )


def shown_questions(
    questions: Iterable[Question],
    texts: Texts,
    *,
    order: Mapping[str, Any],
    given: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
) -> tuple[ShownQuestion, ...]:
    """What is asked of an item.

    Parameters
    ----------
    given : answers by question name, as stored or as sent
    problems : what is missing, by question name
    """
    given, problems = given or {}, problems or {}
    return tuple(_question(question, given.get(question.name) or {}, texts, order, problems) for question in questions)


def _title(letter: str, response: Mapping[str, Any], n: int, is_blind: bool) -> str:
    title = f"Response {letter}" if n > 1 else "Response"
    return title if is_blind or not response.get("model") else f"{title} ({response['model']})"


def _passage(id_: str, title: str, text: str, role: str = "") -> Passage:
    return Passage(str(id_), title, mark_safe(safe_markdown(str(text))), str(text), role)  # cleaned by nh3


def is_one_tap(questions: Sequence[Question]) -> bool:
    """Whether choosing is all there is to do, so that the choice itself can send it."""
    if len(questions) != 1 or questions[0].why == Question.Why.REQUIRED or questions[0].asks_confidence:
        return False
    question = questions[0]
    single = question.kind == Question.Kind.CATEGORIES and not question.settings.get("multiple")
    return single or question.kind == Question.Kind.PAIRWISE


def _question(
    question: Question, answer: Mapping[str, Any], texts: Texts, order: Mapping[str, Any], problems: Mapping[str, str]
) -> ShownQuestion:
    value, flags = answer.get("value"), answer.get("flags") or {}
    confidence = str(answer.get("confidence") or "")
    return ShownQuestion(
        name=question.name,
        field=f"q-{question.name}",
        kind=question.kind,
        text=question.text,
        help_text=question.help_text,
        is_required=question.is_required,
        why=question.why,
        why_given=str(answer.get("why") or ""),
        confidences=tuple(
            (step, words, confidence == str(step)) for step, words in zip(CONFIDENCES, CONFIDENCE_WORDS, strict=True)
        )
        if question.asks_confidence
        else (),
        groups=tuple(groups_of(question, value, texts, order)),
        flags=tuple(
            Flag(name, text, FLAG_ASKS[name], name in flags, str(flags.get(name) or "")) for name, text in FLAGS.items()
        ),
        words=str(value or "") if question.kind == Question.Kind.TEXT else "",
        spans=_span_rows(value, texts) if question.kind == Question.Kind.SPANS else (),
        span_labels=tuple(options_of(question.settings).items()) if question.kind == Question.Kind.SPANS else (),
        problem=problems.get(question.name, ""),
    )


def _span_rows(value: Any, texts: Any) -> tuple[SpanRow, ...]:
    rows = []
    for span in value if isinstance(value, list) else []:
        passage = texts.passages.get(span.get("in"), "")
        quote = passage[span["start"] : span["end"]]
        where = (str(span.get("in", "")), str(span["start"]))
        rows.append(SpanRow(quote, span.get("label", ""), span.get("comment", ""), *where))
    return (*rows, SpanRow())
