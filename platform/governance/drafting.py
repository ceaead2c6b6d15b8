"""What a constitution can be drafted from: rooms above register their kinds of source in `AppConfig.ready()`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Community
from governance.models.constitutions import Principle
from governance.subjects import Reference


@dataclass(frozen=True)
class Finding:
    """A sentence that might become a principle.

    Attributes
    ----------
    id : what tells it from others of the same source, such as a statement's key
    text : its words
    why : why it was picked, in words ("All groups agree")
    address : the page with the evidence
    evidence : figures behind it, by name, ready for JSON
    """

    id: str
    text: str
    why: str
    address: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """One kind of source.

    Parameters
    ----------
    name : short name, the type of its references
    title : what people read ("A conversation")
    choices : those of a community that the person may draft from
    findings : what is found in one of them; called again it adds what is new
    taken : told, in the same transaction, when a finding became (part of) a principle
    """

    name: str
    title: str
    choices: Callable[[Community, Any], Sequence[Reference]]
    findings: Callable[[Reference], Sequence[Finding]]
    taken: Callable[[str, Principle], None] = lambda id_, principle: None


@dataclass(frozen=True)
class GroupView:
    """What one group thinks of a principle.

    Attributes
    ----------
    group : its letter or name
    index : its place among the groups, for colour and shape; None where it is no opinion group
    agree, disagree, seen : people
    words : "serves", "costs", "divides" or "unclear"
    """

    group: str
    index: int | None
    agree: int
    disagree: int
    seen: int
    words: str


_sources: dict[str, Source] = {}
_views: list[Callable[[Sequence[Principle]], Mapping[int, Sequence[GroupView]]]] = []


def register(source: Source) -> None:
    """Make a kind of source known; the same name again takes the former's place."""
    _sources[source.name] = source


def sources() -> list[Source]:
    """All kinds, by title."""
    return sorted(_sources.values(), key=lambda source: source.title)


def source_of(name: str) -> Source | None:
    """The kind of that name, or None."""
    return _sources.get(name)


def register_views(views: Callable[[Sequence[Principle]], Mapping[int, Sequence[GroupView]]]) -> None:
    """Tell which groups principles serve or cost: a function from principles to the views by the principle's id."""
    if views not in _views:
        _views.append(views)


def group_views(principles: Sequence[Principle]) -> dict[int, list[GroupView]]:
    """By principle, what each group thinks of it, from every room that knows."""
    found: dict[int, list[GroupView]] = {}
    for views in _views:
        for principle, rows in views(principles).items():
            found.setdefault(principle, []).extend(rows)
    return found
