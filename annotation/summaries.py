"""An answer in a few words, for lists."""

from collections.abc import Sequence

from annotation.kinds import FLAGS, KINDS, options_of, texts_of
from annotation.kinds.pairwise import BOTH_BAD, STRENGTHS, TIE
from annotation.models import Question, Response

VERDICTS = {TIE: "about the same", BOTH_BAD: "both are bad"}


def in_words(response: Response, questions: Sequence[Question]) -> list[tuple[str, str, str]]:
    """For each question answered: its text, the answer in words, and what was flagged."""
    texts = texts_of(response.item.content)
    rows = []
    for question in questions:
        answer = response.answers.get(question.name)
        if answer is None:
            continue
        value = answer.get("value")
        facts = [] if value is None else KINDS[question.kind].facts(value, question.settings, texts)
        options = options_of(question.settings) | options_of(question.settings, "dimensions")
        said = []
        for fact in facts:
            words = ", ".join(options.get(label, VERDICTS.get(label, label)) for label in fact.labels) or fact.value
            if question.kind == Question.Kind.PAIRWISE and fact.value in texts.responses:
                strength = STRENGTHS.get(fact.extra.get("strength") or 0, "better")
                words = f"“{texts.responses[fact.value][:60]}” is {strength}"
            where = [
                part
                for part in (options.get(fact.dimension, fact.dimension), _short(texts.responses, fact.target))
                if part
            ]
            said.append(f"{' – '.join(where)}: {words}" if where else words)
        flags = "; ".join(f"{FLAGS[name]}{': ' + words if words else ''}" for name, words in answer["flags"].items())
        rows.append((question.text, "; ".join(said), flags))
    return rows


def _short(responses: object, target: str) -> str:
    text = responses.get(target, "") if isinstance(responses, dict) else ""
    return f"“{text[:30]}”" if text else ""
