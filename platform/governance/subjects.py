"""What can be decided, audited, released and named by an incident: rooms register kinds in `AppConfig.ready()`.

This room stands low and never imports what it decides about. It keeps a :class:`Reference`: type, id, the address as
shown, the title, and the hash of the content at that moment.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Community

USES = ("decided", "audited", "released", "incident")


@dataclass(frozen=True)
class Reference:
    """Something of the house, as it was when it was named.

    Attributes
    ----------
    type : the kind's short name ("constitution", "conversation", "export")
    id : its key, as text
    title : what people call it
    address : the page it was seen at; empty where it has none
    content_sha256 : hash of the content that was meant; empty where there is no single content
    """

    type: str
    id: str
    title: str = ""
    address: str = ""
    content_sha256: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of thing.

    Parameters
    ----------
    name : short name, the reference's type
    title : what people read ("Constitution")
    uses : for what it may be named, of :data:`USES`
    choices : those of a community that the person may see and name, newest first
    find : the thing of that id as the person may see it, or None
    text : its words at this moment, for decisions about them; empty where a title says it all
    decided : called in the transaction that ends a decision about it, with the id and the end ("adopted", …)
    """

    name: str
    title: str
    choices: Callable[[Community, Any], Sequence[Reference]]
    find: Callable[[Community, Any, str], Reference | None]
    uses: frozenset[str] = field(default_factory=lambda: frozenset(USES))
    text: Callable[[Reference], str] = lambda reference: ""
    decided: Callable[[Reference, str], None] = lambda reference, end: None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known; the same name again takes the former's place.

    Raises
    ------
    ValueError
        If a use is not one of :data:`USES`.
    """
    if unknown := sorted(kind.uses - set(USES)):
        raise ValueError(f"uses={unknown} should be among {USES}")
    _kinds[kind.name] = kind


def kinds_for(use: str) -> list[Kind]:
    """The kinds that may be named for this use, by title."""
    return sorted((kind for kind in _kinds.values() if use in kind.uses), key=lambda kind: kind.title)


def kind_of(name: str) -> Kind | None:
    """The kind of that name; None for what no room offers (any more)."""
    return _kinds.get(name)


def find(community: Community, user: Any, type_: str, id_: str) -> Reference | None:
    """The thing behind a type and an id, as far as the person may see it."""
    kind = _kinds.get(type_)
    return kind.find(community, user, id_) if kind else None


def told(reference: Reference, end: str) -> None:
    """Tell the room that owns the thing how the decision about it ended."""
    kind = _kinds.get(reference.type)
    if kind is not None:
        kind.decided(reference, end)
