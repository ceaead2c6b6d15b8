"""What the worker and the registries call; the heavy imports happen there and not when the site starts."""

from collections.abc import Sequence
from typing import Any

from aggregation.sources import Choice, Material
from jobs.progress import Progress


def import_items(progress: Progress, *, study: int, name: str, parts: dict[str, str]) -> dict[str, Any]:
    """Take in an uploaded file of items."""
    from annotation.actions.uploads import import_items as take

    return take(progress, study=study, name=name, parts=parts)


def load_demo() -> bool:
    """Make the demonstration's studies."""
    from annotation.demo.load import load_demo as load

    return load()


def import_study(progress: Progress, *, study_import: str) -> dict[str, Any]:
    """Take in an uploaded data set."""
    from annotation.actions.import_uploads import import_study as take_in

    return take_in(progress, study_import=study_import)


def write_conflict_case(progress: Progress, **asked: Any) -> dict[str, Any]:
    """Have the language model write a conflict case."""
    from annotation.actions.conflict_cases import write_conflict_case as write

    return write(progress, **asked)


def watch_study(progress: Progress, *, study: int) -> dict[str, Any]:
    """Read the answers of a large study."""
    from annotation.actions.watching import watch_study as read

    return read(progress, study=study)


def listed_material(user: Any) -> Sequence[Choice]:
    """Studies that a person may aggregate."""
    from annotation.material import listed

    return listed(user)


def find_material(user: Any, key: str) -> Material | None:
    """One study that a person may aggregate."""
    from annotation.material import find

    return find(user, key)
