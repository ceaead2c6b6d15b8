"""What every source of an export can do."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from annotation.formats.tables import ANNOTATIONS
from exports.models import Export

BATCH = 10_000
NOBODY = "?"  # how a member's name begins who stands for an unnamed person in an imported file
Clean = Callable[[str, str], str]
"""From the place ("answers" or "items") and a text to the text as it may leave."""


@dataclass(frozen=True)
class Asked:
    """A question as its answers are exported.

    Attributes
    ----------
    name : as in the column ``question``
    text : as it was put
    multiple : whether a person may give several labels
    is_text : whether the value is in the person's own words
    is_pairwise : whether one of two responses is chosen
    """

    name: str
    text: str = ""
    multiple: bool = False
    is_text: bool = False
    is_pairwise: bool = False


class Source(ABC):
    """One study or conversation.

    Rows come ordered by item, then by pseudonym, so that nothing of the order in which people came is told.
    """

    @abstractmethod
    def members(self) -> list[int]:
        """Members whose answers may leave: they count, and nobody among them has taken back their consent."""

    def nobody(self) -> set[int]:
        """Those among the members who stand for unnamed people; they get no row of their own and no name."""
        return set()

    @abstractmethod
    def questions(self) -> list[Asked]:
        """What was asked, in order."""

    @abstractmethod
    def item_texts(self) -> dict[str, bool]:
        """The names of the items' texts, and whether a text of that name is one of turns."""

    @abstractmethod
    def items(self, export: Export, clean: Clean) -> Iterator[dict[str, Any]]:
        """Items that may leave, in order: ``id``, ``texts`` and ``extra``."""

    @abstractmethod
    def answers(self, export: Export, clean: Clean) -> Iterator[pa.RecordBatch]:
        """Answers of the people in the export, in the order of the items, as the table ``annotations`` has them."""

    @abstractmethod
    def free_texts(self) -> Iterator[tuple[str, str]]:
        """Every text that people wrote, with its place: "answers", or "items" for what was judged."""

    def beside(self) -> Iterator[tuple[str, str, Any]]:
        """What stands beside items and answers for whose leaving a person decides: place, column and value."""
        return iter(())

    def names_of_people(self) -> frozenset[str]:
        """The ids that people have in the files they came from."""
        return frozenset()

    @abstractmethod
    def left_out(self) -> dict[str, int]:
        """What does not leave and why: a reason, and how many."""

    @abstractmethod
    def about(self) -> dict[str, str]:
        """What is known for the card, by its keys; see :mod:`annotation.formats.card`."""

    @property
    @abstractmethod
    def is_synthetic(self) -> bool:
        """Whether the people behind the answers were generated."""


def batches_of(rows: Iterable[dict[str, Any]], schema: pa.Schema = ANNOTATIONS) -> Iterator[pa.RecordBatch]:
    """Rows in record batches, one at a time."""
    held: list[dict[str, Any]] = []
    for row in rows:
        held.append(row)
        if len(held) == BATCH:
            yield pa.RecordBatch.from_pylist(held, schema)
            held = []
    if held:
        yield pa.RecordBatch.from_pylist(held, schema)
