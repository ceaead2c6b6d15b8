"""Where the bytes behind a release are: rooms that hold artifacts register their kind in `AppConfig.ready()`.

A release knows its content by hash and kind alone. With the kind's room it can offer the files themselves, to those to
whom the gate opens them, whether or not they may see the page on which the artifact was made.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from governance.models import Release


@dataclass(frozen=True)
class File:
    """A way to the bytes of a release: what it is in words, and its address, which asks the gate each time."""

    words: str
    address: str


@dataclass(frozen=True)
class Artifact:
    """One kind of artifact.

    Parameters
    ----------
    kind : one of `Release.Kind`
    files : the files of a release of this kind; none where they are gone
    sees_page : whether the person may open the page that the release names as its address
    """

    kind: str
    files: Callable[[Release], Sequence[File]]
    sees_page: Callable[[Release, Any], bool] = lambda release, user: True


_artifacts: dict[str, Artifact] = {}


def register(artifact: Artifact) -> None:
    """Make a kind known; the same kind again takes the former's place."""
    _artifacts[artifact.kind] = artifact


def files_of(release: Release) -> list[File]:
    """The files behind a release; their addresses refuse those to whom it is not open."""
    found = _artifacts.get(release.kind)
    return list(found.files(release)) if found else []


def sees_page(release: Release, user: Any) -> bool:
    """Whether the person may open the artifact's page."""
    found = _artifacts.get(release.kind)
    return bool(release.address) and (found is None or found.sees_page(release, user))
