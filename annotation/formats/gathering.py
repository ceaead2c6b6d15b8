"""Collects what a reader finds, and refuses what contradicts itself, always with the row and the reason."""

from collections.abc import Mapping
from typing import Any

from annotation.formats.dataset import Answer, Dataset, Item, Rater, Refusal
from annotation.formats.missing import canonical_id, left_blank

MOST_SHOWN = 60


class Gathering:
    """Items, raters and answers as they are read, row by row."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}
        self.raters: dict[str, dict[str, str]] = {}
        self.answers: dict[tuple[str, ...], tuple[int | str, Answer]] = {}
        self.refusals: list[Refusal] = []
        self.notes: dict[str, int] = {}
        self._rows: dict[str, int | str] = {}

    def refuse(self, row: int | str, reason: str) -> None:
        """Leave a row out and say why."""
        self.refusals.append(Refusal(row, reason))

    def note(self, sentence: str) -> None:
        """Count something that a reader should know of."""
        self.notes[sentence] = self.notes.get(sentence, 0) + 1

    def add_item(
        self, row: int | str, item: str, texts: Mapping[str, Any], extra: Mapping[str, Any] | None = None
    ) -> bool:
        """Take an item in; False, and refused, where the id is known with another text."""
        known = self.items.get(item)
        if known is None:
            self.items[item] = Item(item, dict(texts), dict(extra or {}))
            self._rows[item] = row
            return True
        differing = [name for name, text in texts.items() if name in known.texts and known.texts[name] != text]
        if differing:
            self.refuse(row, f"item {item!r} has another {differing[0]} than in row {self._rows[item]}")
            return False
        missing = {name: text for name, text in texts.items() if name not in known.texts}
        if missing:
            self.items[item] = Item(item, {**known.texts, **missing}, {**(extra or {}), **known.extra})
        return True

    def add_rater(self, rater: str, demographics: Mapping[str, str]) -> dict[str, str]:
        """Take a person in; returns the answers that contradict earlier ones, which then belong to the row alone."""
        known = self.raters.setdefault(rater, {})
        differing = {}
        for column, answer in demographics.items():
            if known.setdefault(column, answer) != answer:
                differing[column] = answer
        if differing:
            self.note(f"rater {rater!r} answers {', '.join(differing)} differently in different rows")
        return differing

    def add_answer(self, row: int | str, answer: Answer, *, anonymous: bool = False) -> bool:
        """Take an answer in; False, and refused, where it lacks an id or a value or the person answered already."""
        lacking = [
            name
            for name, text in (("item", answer.item), ("rater", answer.rater), ("value", answer.value))
            if left_blank(text)
            and not (name == "rater" and anonymous)
            and not (name == "value" and text == "" and (answer.flags or answer.why))
        ]
        if lacking:
            self.refuse(row, f"no {' and no '.join(lacking)}")
            return False
        key: tuple[str, ...] = (answer.item, answer.rater, answer.question)
        if not answer.rater:
            key = (*key, str(row))
        if key in self.answers:
            first, earlier = self.answers[key]
            self.refuse(
                row,
                f"rater {answer.rater!r} answers item {answer.item!r} again with {short(answer.value)};"
                f" the first answer, {short(earlier.value)} in row {first}, counts",
            )
            return False
        self.answers[key] = (row, answer)
        return True

    def dataset(self, **info: Any) -> Dataset:
        """Everything gathered."""
        for rater in dict.fromkeys(answer.rater for _, answer in self.answers.values()):
            if rater:
                self.raters.setdefault(rater, {})
        for item in dict.fromkeys(answer.item for _, answer in self.answers.values()):
            self.items.setdefault(item, Item(item, {}))
        return Dataset(
            items=tuple(self.items.values()),
            raters=tuple(Rater(rater, told) for rater, told in self.raters.items()),
            answers=tuple(answer for _, answer in self.answers.values()),
            refusals=tuple(self.refusals),
            notes=tuple(f"{note} ({times} times)" if times > 1 else note for note, times in self.notes.items()),
            info=info,
        )


def clean_value(text: Any) -> str:
    """A value as text: numbers without a needless ".0", everything else exactly as it stands."""
    raw = str(text)
    stripped = canonical_id(raw)
    try:
        float(stripped)
    except ValueError:
        return raw
    return stripped


def short(text: str) -> str:
    """A text in quotes, cut where it is long."""
    return repr(text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…")
