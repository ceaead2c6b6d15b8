"""Pairwise preferences: as answered, or as they follow from one person's scores of the responses to one prompt."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from annotation.formats.dataset import Answer, Dataset, Item

Verdict = Literal["a", "b", "tie", "both_bad", "none"]
Better = Literal["high", "low"]
VERDICTS: tuple[Verdict, ...] = ("a", "b", "tie", "both_bad")
NONE: Verdict = "none"  # nothing was chosen; what was flagged or said instead stands beside


@dataclass(frozen=True)
class Judgement:
    """What one person said of two responses.

    Attributes
    ----------
    prompt : text, or a list of turns {role, content}
    a, b : the responses in the order of the item
    verdict : the better one, "tie" or "both_bad"; "none" where a flag or a reason stands instead
    strength : how much better, at least 0, where known
    extra : what else stood beside the answer
    """

    item: str
    rater: str
    question: str
    prompt: Any
    a: Any
    b: Any
    verdict: Verdict
    strength: float | None
    weight: float
    flags: tuple[str, ...]
    why: tuple[str, ...]
    extra: Mapping[str, Any] = field(default_factory=dict)


def judgements(
    dataset: Dataset, weights: Mapping[str, float] | None = None, *, pairwise: Collection[str] | None = None
) -> Iterator[Judgement]:
    """The pairwise answers of a data set: those whose item has the texts response_a and response_b.

    Values are a, b, tie or both_bad; ``strength`` stands beside the answer.  Raters without a weight count as the
    ``weight`` beside their answer says, else 1.

    Parameters
    ----------
    pairwise : the questions to which a flag or a reason without a choice is a judgement too; without it, those to
        which the data set holds a choice
    """
    items = {item.id: item for item in dataset.items}
    asked = {a.question for a in dataset.answers if a.value in VERDICTS} if pairwise is None else pairwise
    for answer in dataset.answers:
        item = items[answer.item]
        if "response_a" not in item.texts or "response_b" not in item.texts:
            continue
        instead = answer.value == "" and bool(answer.flags or answer.why) and answer.question in asked
        if answer.value in VERDICTS or instead:
            yield _judgement(answer, item, (weights or {}).get(answer.rater, _own_weight(answer)))


def preferences_from_scores(dataset: Dataset, question: str, *, better: Better = "high") -> Iterator[Judgement]:
    """Compare, for each person and prompt, every two responses that the person scored.

    Items belong to one prompt when they share ``prompt_id`` beside their texts, or the text ``prompt``.  Equal scores
    are ties; the strength is the difference of the scores.

    Raises
    ------
    ValueError
        If no answer to the question is a number.
    """
    items = {item.id: item for item in dataset.items}
    scores: dict[tuple[str, str], list[tuple[Item, float]]] = {}
    for answer in dataset.answers:
        if answer.question == question:
            prompt = _prompt_id(items[answer.item])
            if prompt is not None:
                scores.setdefault((prompt, answer.rater), []).append((items[answer.item], float(answer.value)))
    if not scores:
        raise ValueError(f"no answer to {question!r}; the questions are {', '.join(dataset.questions())}")
    for (prompt, rater), scored in scores.items():
        for place, (first, x) in enumerate(scored):
            for second, y in scored[place + 1 :]:
                ahead = x - y if better == "high" else y - x
                verdict: Verdict = "tie" if ahead == 0 else "a" if ahead > 0 else "b"
                yield Judgement(
                    f"{first.id} | {second.id}", rater, question, first.texts.get("prompt", prompt), _response(first),
                    _response(second), verdict, abs(ahead), 1.0, (), (),
                )  # fmt: skip


def preferences_within(
    item: Item, answers: Iterable[Answer], question: str, *, better: Better = "high"
) -> Iterator[Judgement]:
    """Compare, for each person, every two responses of an item that the person scored or ranked.

    The answers name the response they are about in ``target``: "a" is the item's text ``response_a``.
    """
    scored: dict[str, list[Answer]] = {}
    for answer in answers:
        if answer.question == question and f"response_{answer.extra.get('target')}" in item.texts and answer.value:
            scored.setdefault(answer.rater, []).append(answer)
    for rater, given in scored.items():
        ordered = sorted(given, key=lambda answer: str(answer.extra["target"]))
        for place, first in enumerate(ordered):
            for second in ordered[place + 1 :]:
                ahead = float(first.value) - float(second.value)
                ahead = ahead if better == "high" else -ahead
                verdict: Verdict = "tie" if ahead == 0 else "a" if ahead > 0 else "b"
                a, b = (item.texts[f"response_{one.extra['target']}"] for one in (first, second))
                yield Judgement(
                    item.id, rater, question, item.texts.get("prompt", ""), a, b, verdict, abs(ahead), 1.0,
                    tuple(dict.fromkeys([*first.flags, *second.flags])),
                    tuple(dict.fromkeys([*first.why, *second.why])), _shared(first.extra, second.extra),
                )  # fmt: skip


def _own_weight(answer: Answer) -> float:
    """The weight that stands beside an answer."""
    stated = answer.extra.get("weight")
    return 1.0 if stated in (None, "") else float(stated)


def _judgement(answer: Answer, item: Item, weight: float) -> Judgement:
    verdict = next((one for one in VERDICTS if one == answer.value), NONE)
    strength = answer.extra.get("strength")
    return Judgement(
        item=item.id,
        rater=answer.rater,
        question=answer.question,
        prompt=item.texts.get("prompt", ""),
        a=item.texts["response_a"],
        b=item.texts["response_b"],
        verdict=verdict,
        strength=None if strength in (None, "") else abs(float(strength)),
        weight=weight,
        flags=answer.flags,
        why=answer.why,
        extra={name: held for name, held in answer.extra.items() if name not in ("strength", "weight")},
    )


def _shared(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """What stands beside both answers alike, such as the time on the item."""
    return {name: held for name, held in first.items() if name in second and second[name] == held}


def _prompt_id(item: Item) -> str | None:
    found = item.extra.get("prompt_id", item.texts.get("prompt"))
    return None if found is None else str(found)


def _response(item: Item) -> Any:
    return item.texts.get("response", item.texts.get("text", item.id))
