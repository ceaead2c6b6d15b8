"""What stands beside items and answers besides what the house itself asks: columns of the files they came from.

Nobody can know what such a column holds. Each is shown with some of its values and left to a person; those that may
tell who answered, or exactly when, are held back unless the person lets them go. Pure but for the export's choices.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from exports.models import Export

MOST_EXAMPLES, LONGEST_EXAMPLE, MOST_DISTINCT = 3, 80, 1_000
_WHO = re.compile(
    r"(^|[^a-z])(worker|annotator|rater|user|participant|member|prolific|mturk|session|assignment|hit|reviewer|mail"
    r"|email|phone|ip|address|name|author)s?($|[^a-z])",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(^|[^a-z])(age|gender|sex|race|ethnicity|education|occupation|religion|nationality|country|income|ses|group)s?"
    r"($|[^a-z])",
    re.IGNORECASE,
)
_WHEN = re.compile(r"(^|[^a-z])(timestamp|date|datetime|time|created|submitted|started|finished|at)($|[^a-z])", re.I)
_SPAN_OF_TIME = re.compile(r"(^|[^a-z])(ms|seconds?|minutes?|duration|spent|took)($|[^a-z])", re.IGNORECASE)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*|1[0-9]{9}(\.\d+)?|1[0-9]{12}")


@dataclass
class Found:
    """One column as it is being read: how many values, some of them, and why it may tell of somebody."""

    n: int = 0
    distinct: set[str] = field(default_factory=set)
    examples: list[str] = field(default_factory=list)
    moments: int = 0
    names: int = 0

    def take(self, held: Any, people: Collection[str]) -> None:
        """Take one value in."""
        text = str(held)
        self.n += 1
        if len(self.distinct) < MOST_DISTINCT and text not in self.distinct:
            self.distinct.add(text)
            if len(self.examples) < MOST_EXAMPLES:
                self.examples.append(text[:LONGEST_EXAMPLE])
        self.moments += bool(_MOMENT.fullmatch(text))
        self.names += text in people

    def why_held(self, place: str, name: str) -> str:
        """Why it should stay here, in words; empty where nothing speaks against it."""
        words = name.replace("_", " ")
        if self.names == self.n or _WHO.search(words):
            return "may tell who answered"
        if self.moments == self.n or (_WHEN.search(words) and not _SPAN_OF_TIME.search(words)):
            return "may tell exactly when"
        if place == "answers" and _ABOUT.search(words):
            return "says something about the person"
        return ""


def read_columns(found: Iterable[tuple[str, str, Any]], people: Collection[str]) -> list[dict[str, Any]]:
    """One entry for each column: place, name, how many values, examples, why it is held back, and whether it leaves."""
    columns: dict[tuple[str, str], Found] = {}
    for place, name, held in found:
        columns.setdefault((place, name), Found()).take(held, people)
    listed = []
    for (place, name), column in sorted(columns.items()):
        why = column.why_held(place, name)
        listed.append(
            {
                "place": place, "name": name, "values": column.n, "different": len(column.distinct),
                "examples": column.examples, "why": why, "kept": not why,
            }
        )  # fmt: skip
    return listed


def columns_kept(export: Export, place: str) -> frozenset[str]:
    """The columns of this export that may leave."""
    return frozenset(one["name"] for one in export.beside if one["place"] == place and one["kept"])


def flat(held: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Single columns, those inside another as ``outer.inner``."""
    for name, one in held.items():
        if isinstance(one, Mapping):
            yield from ((f"{name}.{inner}", value) for inner, value in one.items())
        else:
            yield name, one


def only(held: Mapping[str, Any], kept: Collection[str]) -> dict[str, Any]:
    """The columns that may leave."""
    found: dict[str, Any] = {}
    for name, one in held.items():
        if name in kept:
            found[name] = one
        elif isinstance(one, Mapping) and (inner := {k: v for k, v in one.items() if f"{name}.{k}" in kept}):
            found[name] = inner
    return found


def cleaned(held: Any, place: str, clean: Callable[[str, str], str]) -> Any:
    """The same with personal data taken out of every text."""
    if isinstance(held, str):
        return clean(place, held)
    if isinstance(held, Mapping):
        return {name: cleaned(one, place, clean) for name, one in held.items()}
    return [cleaned(one, place, clean) for one in held] if isinstance(held, list) else held


def texts_in(held: Any) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(held, str):
        yield held
    elif isinstance(held, Mapping):
        for one in held.values():
            yield from texts_in(one)
    elif isinstance(held, list):
        for one in held:
            yield from texts_in(one)
