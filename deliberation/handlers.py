"""What the worker calls; the heavy imports happen there and not in web processes."""

from collections.abc import Sequence
from typing import Any

from aggregation.sources import Choice, Material
from jobs.progress import Progress


def refresh_map(progress: Progress, *, conversation: int) -> dict[str, Any]:
    """Draw a conversation's opinion map again."""
    from deliberation.actions.maps import refresh_map as draw

    return draw(progress, conversation=conversation)


def draw_layout(progress: Progress, *, opinion_map: int) -> dict[str, Any]:
    """Draw the second layout of an opinion map."""
    from deliberation.actions.maps import draw_layout as draw

    return draw(progress, opinion_map=opinion_map)


def import_conversation(
    progress: Progress, *, upload: str, community: int, title: str, created_by: int | None
) -> dict[str, Any]:
    """Take in an uploaded Polis export."""
    from deliberation.actions.uploads import import_upload

    return import_upload(progress, upload=upload, community=community, title=title, created_by=created_by)


def load_demo() -> bool:
    """Make the demonstration's community, people and conversations."""
    from deliberation.demo.load import load_demo as load

    return load()


def listed_material(user: Any) -> Sequence[Choice]:
    """Conversations that a person may aggregate."""
    from deliberation.material import listed

    return listed(user)


def find_material(user: Any, key: str) -> Material | None:
    """One conversation that a person may aggregate."""
    from deliberation.material import find

    return find(user, key)
