"""What can be aggregated, or trained on: each room registers its kind of material, and runs read it as arrays.

A room above (deliberation: conversations; annotation: studies) calls, in its ``AppConfig.ready()``::

    sources.register(sources.Source("conversation", "Conversations", listed=..., find=...))

* ``listed(user)`` gives a :class:`Choice` for everything of that kind the person may use. It starts from the room's
  ``visible_to(user)`` and keeps what the person runs or researches: whoever is listed may read everybody's answers.
* ``find(user, key)`` gives the :class:`Material` behind one key, or None where it is not theirs to use. It is called
  in pages, in REST and again by the worker with the person who asked, so it has to be cheap: the arrays are read only
  by the methods of the material.

A :class:`Material` has questions, groupings of its people, and up to four shapes of arrays. Which shapes a question
has stands in ``Question.shapes``; for the others the method raises :class:`NotGiven`. All arrays leave out people who
are banned or have taken back their consent, statements and items that were rejected, and whatever a person does not
let be used for analysis. Nothing is suppressed: pages shown to others do that (``Community.small_cell``).

The same material gives the same arrays, in the same order, as long as nobody answers: people ascending by their
number in exports, candidates and items ascending by theirs.
"""

# Shapes: P people, C candidates, I items, R rows (one answer each).

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from accounts.models import Community

Shape = Literal["votes", "utilities", "ratings", "pairs"]


class NotGiven(Exception):
    """The question has no arrays of the shape that was asked for; the text says so to a person."""


@dataclass(frozen=True)
class Choice:
    """Something a person may aggregate, as lists show it.

    Attributes
    ----------
    kind, key : together its address in the registry; the key is the room's own, such as a slug
    title : what it is called
    community : whose it is
    address : its page
    """

    kind: str
    key: str
    title: str
    community: Community
    address: str


@dataclass(frozen=True)
class Option:
    """One answer that a question offers: its code in exports, its words, and its number where it has one."""

    code: str
    text: str
    value: float | None = None


VOTES = (Option("agree", "Agree", 1.0), Option("pass", "Pass", 0.0), Option("disagree", "Disagree", -1.0))
"""The answers that a vote on a statement can be."""


@dataclass(frozen=True)
class Question:
    """One question that people answered about every candidate or item.

    Attributes
    ----------
    key : the room's own name for it; unique within the material
    title : as people read it
    shapes : which arrays it has
    options : the answers it offers, in order; empty where answers are any number
    ordered : whether the options have an order
    """

    key: str
    title: str
    shapes: tuple[Shape, ...]
    options: tuple[Option, ...] = ()
    ordered: bool = False


@dataclass(frozen=True, eq=False)
class Grouping:
    """One way in which the people fall into groups: opinion groups, or what they told about themselves.

    Attributes
    ----------
    key : short name, unique within the material, such as "opinion" or "age"
    title : as people read it
    levels : names of the groups, in order
    level_P : position among the levels for each person; -1 where it is not known
    kind : where it comes from
    """

    key: str
    title: str
    levels: tuple[str, ...]
    level_P: NDArray[np.intp]
    kind: Literal["opinion", "demographic", "imported", "other"] = "other"

    def labels(self) -> tuple[str, ...]:
        """The level's name for each person, "" where it is not known."""
        return tuple(self.levels[level] if level >= 0 else "" for level in self.level_P.tolist())


@dataclass(frozen=True, eq=False)
class People:
    """Those whose answers are in an array, in the order of its rows.

    Attributes
    ----------
    ids : their numbers or pseudonyms in exports, as text
    member_P : ids of their member rows, shape (P,), so that an erasure finds what holds a person; -1 for nobody's
    groupings : by key, each aligned with ``ids``
    weight_P : shape (P,), how much each counts, mean 1; None where everybody counts the same
    """

    ids: tuple[str, ...]
    member_P: NDArray[np.int64]
    groupings: Mapping[str, Grouping] = field(default_factory=dict)
    weight_P: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, eq=False)
class Votes:
    """Agreement of people with candidates (statements), stored by the vote that was cast.

    Attributes
    ----------
    people : the voters
    candidates : their ids in exports, as text
    texts : what they say
    person_R, candidate_R : positions, shape (R,), each pair at most once
    value_R : shape (R,), 1 agree, 0 pass, -1 disagree
    seconds_R : shape (R,), when the vote was cast, in seconds since 1970; None where nobody knows
    """

    people: People
    candidates: tuple[str, ...]
    texts: tuple[str, ...]
    person_R: NDArray[np.intp]
    candidate_R: NDArray[np.intp]
    value_R: NDArray[np.int8]
    seconds_R: NDArray[np.float64] | None = None

    def votes_PC(self) -> NDArray[np.float64]:
        """The table of shape (P, C), nan where a person has not voted."""
        table = np.full((len(self.people), len(self.candidates)), np.nan)
        table[self.person_R, self.candidate_R] = self.value_R
        return table

    def approvals_PC(self) -> NDArray[np.float64]:
        """The table of shape (P, C): 1 agreed, 0 passed or disagreed, nan not voted."""
        table = self.votes_PC()
        return np.where(np.isnan(table), np.nan, (table == 1).astype(np.float64))


@dataclass(frozen=True, eq=False)
class Utilities:
    """How much each person likes each candidate: the higher the better, comparable between people.

    Attributes
    ----------
    utility_PC : shape (P, C), nan where it is not known
    least, most : the ends of the scale
    """

    people: People
    candidates: tuple[str, ...]
    texts: tuple[str, ...]
    utility_PC: NDArray[np.float64]
    least: float
    most: float


@dataclass(frozen=True, eq=False)
class Ratings:
    """Answers of people to one question about items, one a row.

    Attributes
    ----------
    people : the raters
    items : their ids in exports, as text
    texts : what was shown; for a response of a model, the response
    prompts : what it answers, one per item, "" where nothing; ``origins``: who made it (a model's name), likewise
    person_R, item_R : positions, shape (R,)
    value_R : shape (R,), the answer's number; nan for an answer that has none (see ``code_R``)
    code_R : the option's code, or "" where the question offers none
    refused_R : "I cannot say": true where the person would not or could not answer; value_R is nan there
    options, ordered : as in the question
    strata : further facts about items by name, one text per item, such as {"split": (...)}
    """

    people: People
    items: tuple[str, ...]
    texts: tuple[str, ...]
    prompts: tuple[str, ...]
    origins: tuple[str, ...]
    person_R: NDArray[np.intp]
    item_R: NDArray[np.intp]
    value_R: NDArray[np.float64]
    code_R: tuple[str, ...]
    refused_R: NDArray[np.bool_]
    options: tuple[Option, ...] = ()
    ordered: bool = False
    strata: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Pairs:
    """Which of two items people preferred, one judgment a row.

    Attributes
    ----------
    items, texts, prompts : of everything that was compared, as in :class:`Ratings`
    person_R, a_R, b_R : positions, shape (R,)
    preferred_R : shape (R,), 1 the first, -1 the second, 0 neither
    """

    people: People
    items: tuple[str, ...]
    texts: tuple[str, ...]
    prompts: tuple[str, ...]
    person_R: NDArray[np.intp]
    a_R: NDArray[np.intp]
    b_R: NDArray[np.intp]
    preferred_R: NDArray[np.int8]


@dataclass(frozen=True)
class Reason:
    """Why somebody answered as they did, in their own words.

    Attributes
    ----------
    items : the item's id as in :class:`Ratings`, or the two of a comparison as in :class:`Pairs`
    member : id of the member row; it is only there to count people, and is shown to nobody
    value : the answer's number; for a comparison 1 the first, -1 the second, 0 neither
    text : what they wrote
    levels : the names of their groups, by the key of the grouping; what is not known is left out
    """

    items: tuple[str, ...]
    member: int
    value: float
    text: str
    levels: Mapping[str, str]


class Material(Protocol):
    """One conversation or study, as runs read it; rooms subclass this and give what they have."""

    choice: Choice

    def questions(self) -> Sequence[Question]:
        """What was asked, in order; at least one."""
        ...

    def groupings(self) -> Sequence[Grouping]:
        """The groupings there are, aligned with one another, to choose from before any array is read."""
        ...

    def votes(self, question: str) -> Votes:
        """Agreement with candidates."""
        raise NotGiven("This has no votes.")

    def utilities(self, question: str) -> Utilities:
        """How much people like candidates."""
        raise NotGiven("This has no utilities.")

    def ratings(self, question: str) -> Ratings:
        """Answers about items."""
        raise NotGiven("This has no ratings.")

    def pairs(self, question: str) -> Pairs:
        """Preferences between two items."""
        raise NotGiven("This has no comparisons.")

    def reasons(self, question: str, items: Collection[str]) -> Sequence[Reason]:
        """What people wrote beside their answers about some items; nothing where nobody was asked why."""
        return ()


@dataclass(frozen=True)
class Source:
    """One kind of material; see the module's own text."""

    kind: str
    title: str
    listed: Callable[[Any], Sequence[Choice]]
    find: Callable[[Any, str], Material | None]


_SOURCES: dict[str, Source] = {}


def register(source: Source) -> None:
    """Make a kind of material known; the same kind again takes the former's place."""
    _SOURCES[source.kind] = source


def sources() -> list[Source]:
    """Every kind that is known, in the order of registration."""
    return list(_SOURCES.values())


def choices_for(user: Any) -> list[Choice]:
    """Everything the person may aggregate, kind by kind."""
    return [choice for source in sources() for choice in source.listed(user)]


def find_material(user: Any, kind: str, key: str) -> Material | None:
    """The material of that kind and key; None where there is none that the person may use."""
    source = _SOURCES.get(kind)
    return source.find(user, key) if source else None
