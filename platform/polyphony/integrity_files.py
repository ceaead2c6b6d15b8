"""What `polyphony integrity` does, from a folder to what it writes."""

from collections.abc import Callable
from typing import Any

import numpy as np

from aggregation.algorithms.integrity.inspection import Events, Texts, inspect_conversation, with_and_without
from aggregation.algorithms.integrity.report import comparison_report, inspection_report
from deliberation.formats import PolisFolder


def inspect_folder(
    folder: PolisFolder, *, seed: int = 0, progress: Callable[[int, int], object] | None = None
) -> dict[str, Any]:
    """Flags, rings, and the results with and without the flagged."""
    place = {participant: position for position, participant in enumerate(folder.participants)}
    warnings = []
    events = None
    if folder.events is None:
        warnings.append("the folder has no votes.csv: speed and bursts are not known")
    else:
        position = np.array([place.get(str(voter), -1) for voter in folder.events.voter_ids], dtype=np.intp)
        known = position >= 0
        events = Events(folder.events.timestamps[known] / 1000.0, position[known])
    texts = Texts(
        [comment.body for comment in folder.comments],
        [comment.author_id for comment in folder.comments],
        [place.get(comment.author_id, -1) for comment in folder.comments],
    )
    found = inspect_conversation(folder.votes, events=events, texts=texts, progress=progress)
    compared = with_and_without(
        folder.votes, found.flagged, moderated_out=np.isin(folder.statements, folder.moderated_out), seed=seed
    )
    return {
        **inspection_report(found, folder.participants, [comment.id for comment in folder.comments]),
        "results": comparison_report(compared, folder.statements),
        "warnings": warnings,
    }
