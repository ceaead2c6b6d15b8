"""What every format is read into and written from: items, raters and one row per answer."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class FormatError(ValueError):
    """The source as a whole cannot be read; says the place, what was found and what is allowed."""


@dataclass(frozen=True)
class Refusal:
    """A row that was not taken in: where it stands (a row number, or the item and rater) and why."""

    row: int | str
    reason: str


@dataclass(frozen=True)
class Answer:
    """One answer of one person to one question about one item, as given.

    Attributes
    ----------
    item, rater : ids; the rater is empty where the source names nobody
    question : the dimension answered, "label" where a source has only one
    value : the answer in words or digits, as in the source; labels of a multiple choice are joined by commas
    why : justifications, one per label of a multiple choice
    flags : what the person marked, such as "values conflict" or "underspecified"
    extra : everything else the source holds of this answer
    """

    item: str
    rater: str
    question: str
    value: str
    why: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Item:
    """Something to be judged: named texts (or conversations), and everything else the source holds of it."""

    id: str
    texts: Mapping[str, Any]
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rater:
    """A person who answered, with raw answers to the demographic questions."""

    id: str
    demographics: Mapping[str, str]


@dataclass(frozen=True)
class Dataset:
    """Items, raters and answers, with every row that was refused.

    Attributes
    ----------
    info : of the whole: name, languages, licence, task; ``labels`` of each question in order; ``multiple``, the
        questions to which a person may give several labels
    notes : what a reader should know of the reading, such as ids that were floats
    """

    items: tuple[Item, ...]
    raters: tuple[Rater, ...]
    answers: tuple[Answer, ...]
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    info: Mapping[str, Any] = field(default_factory=dict)

    def questions(self) -> list[str]:
        """The questions answered, in the order of their first answer."""
        return list(dict.fromkeys(answer.question for answer in self.answers))

    def labels(self, question: str) -> list[str]:
        """The labels of a question: as the source lists them, and any others found, numbers in order."""
        listed = list(self.info.get("labels", {}).get(question, ()))
        several = question in self.info.get("multiple", ())
        given = (answer.value for answer in self.answers if answer.question == question)
        found = {label for value in given for label in (value.split(",") if several else [value])}
        return listed + in_order(found - set(listed))

    def triples(self) -> Counter[tuple[str, str, str, str]]:
        """The multiset of (item, rater, question, value) that no conversion may change."""
        return Counter((a.item, a.rater, a.question, a.value) for a in self.answers)

    def demographic_columns(self) -> list[str]:
        """The demographic questions, in the order of their first answer."""
        return list(dict.fromkeys(column for rater in self.raters for column in rater.demographics))


def in_order(labels: Iterable[str]) -> list[str]:
    """Labels in the order of their numbers, or of the alphabet where one is not a number."""
    known: Sequence[str] = list(labels)
    return sorted(known, key=float) if are_numbers(known) else sorted(known)


def are_numbers(labels: Iterable[str]) -> bool:
    """Whether every label is a finite number."""
    try:
        return all(math.isfinite(float(label)) for label in labels)
    except ValueError:
        return False
