"""The kinds of long work there are; rooms above fill this registry in ``AppConfig.ready``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Handler = Callable[..., dict[str, Any]]
QUEUES = ("default", "long", "train")


class Unfinishable(Exception):
    """A handler's word that trying again is no use; its text tells a person what to change."""


@dataclass(frozen=True)
class Kind:
    """One kind of work.

    Attributes
    ----------
    name : short name, as in ``Job.kind``
    title : what people read on the job's page
    handler : called with a :class:`jobs.progress.Progress` and the payload; can run twice with the same result
    queue : the Celery queue whose workers take it: "default", "long" for what takes minutes, "train" for what a
        graphics card speeds up (a host with one runs a worker of that queue alone)
    attempts : how often it is begun before it counts as failed
    """

    name: str
    title: str
    handler: Handler
    queue: str = "default"
    attempts: int = 5


_KINDS: dict[str, Kind] = {}


def register(name: str, handler: Handler, *, queue: str = "default", title: str = "", attempts: int = 5) -> None:
    """Make a kind of work known; the same name again takes the former's place."""
    if queue not in QUEUES:
        raise ValueError(f"queue={queue!r} should be among {QUEUES}")
    _KINDS[name] = Kind(name, title or name.replace("_", " ").replace(".", ": ").capitalize(), handler, queue, attempts)


def kind_of(name: str) -> Kind:
    """The kind of that name.

    Raises
    ------
    Unfinishable
        Where no room has registered it, as after work was removed in a new version.
    """
    if name not in _KINDS:
        raise Unfinishable(f"This version knows no work of the kind “{name}”.")
    return _KINDS[name]


def title_of(name: str) -> str:
    """What people read; the name itself for work that this version no longer knows."""
    return _KINDS[name].title if name in _KINDS else name
