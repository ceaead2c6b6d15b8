"""Everything that one person of an imported file said of one item, gathered row by row into one response."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from annotation.answers import CONFIDENCES
from annotation.formats.dataset import Answer, FormatError, are_numbers
from annotation.kinds import FLAGS, Fact
from annotation.shaping import PLACES, Shaped, part_of

_FLAGS = {text.lower(): name for name, text in FLAGS.items()}
_NOT_BESIDE = {"target"}
_OF_SPANS = {*PLACES, "comment", "in", "label"}


class Given:
    """One response in the making.

    Attributes
    ----------
    answers : by question name: value, why, confidence and flags as a response stores them; ``extra``, everything else
        that stood beside it; ``reasons``, where there were several; and ``parts``, where what was said of one part of
        the item differs from what was said of the first
    seconds : on the item, where the file says so
    order_shown : as a response stores it
    """

    def __init__(self) -> None:
        self.answers: dict[str, dict[str, Any]] = {}
        self.seconds: float | None = None
        self.order_shown: dict[str, Any] = {}

    def take(self, question: Shaped, answer: Answer) -> None:
        """Take one row in.

        Raises
        ------
        FormatError
            If the same person has answered the same question about the same thing already.
        """
        beside = {name: held for name, held in answer.extra.items() if name not in _NOT_BESIDE}
        self._of_the_page(beside)
        told: dict[str, Any] = {"why": "\n".join(answer.why), "flags": flags_of(answer)}
        if len(answer.why) > 1:
            told["reasons"] = list(answer.why)
        if str(beside.get("confidence")) in {str(step) for step in CONFIDENCES}:
            told["confidence"] = int(beside.pop("confidence"))
        of_kind = _OF_SPANS if question.kind == "spans" else {"strength"} if question.kind == "pairwise" else set()
        if rest := {name: held for name, held in beside.items() if name not in of_kind}:
            told["extra"] = rest
        value = question.stored(answer)
        if question.name not in self.answers:
            self.answers[question.name] = {"value": value, **told}
            return
        mine = self.answers[question.name]
        if question.kind == "spans":
            mine["value"] += value
            part = str(len(mine["value"]) - 1)
        elif question.kind == "rating" and (part := part_of(answer) or "item") not in mine["value"]:
            mine["value"].update(value)
        else:
            raise FormatError(
                f"rater {answer.rater!r} answers {answer.question!r} of item {answer.item!r} twice; one answer counts."
            )
        if any(told.get(name) != mine.get(name) for name in ("why", "flags", "reasons", "confidence", "extra")):
            mine.setdefault("parts", {})[part] = told

    def _of_the_page(self, beside: dict[str, Any]) -> None:
        """Take out what belongs to the response as a whole."""
        held = beside.get("seconds")
        if held not in (None, "") and are_numbers([str(held)]):
            self.seconds = float(beside.pop("seconds"))
        elif are_numbers([str(beside.get("answer_time_ms", ""))]):
            self.seconds = float(beside["answer_time_ms"]) / 1000
        order = beside.get("order_shown")
        if isinstance(order, list) and all(isinstance(one, str) for one in order):
            self.order_shown = {"responses": beside.pop("order_shown")}


def flags_of(answer: Answer) -> dict[str, str]:
    """What was marked, by the name of the flag where it is one of this house, with what was added in words."""
    found = {}
    for flag in answer.flags:
        name, colon, words = flag.partition(": ")
        known = _FLAGS.get(name)
        found[known or flag] = words if known and colon else ""
    return found


def beside_each(
    kind: str, answer: Mapping[str, Any], facts: Iterable[Fact]
) -> Iterator[tuple[Fact, Mapping[str, Any]]]:
    """Each fact of a stored answer with what was said beside it: of its part, where parts differ."""
    parts = answer.get("parts")
    for place, fact in enumerate(facts):
        yield fact, parts.get(str(place) if kind == "spans" else fact.target or "item", answer) if parts else answer
