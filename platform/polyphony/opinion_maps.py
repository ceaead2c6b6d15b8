"""Opinion maps of Polis export folders, as `polyphony map` writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.opinion import OpinionMap, map_opinions
from aggregation.algorithms.opinion.grouping import least_group_size
from aggregation.algorithms.opinion.report import map_report
from deliberation.formats import PolisFolder
from deliberation.formats.polis_votes import id_key
from polyphony.errors import BadInput

Groups = Literal["computed", "imported"]


def map_folder(
    folder: PolisFolder,
    *,
    groups: Groups = "computed",
    k: int | None = None,
    seed: int = 0,
    resamples: int,
    progress: Callable[[int, int], object] | None = None,
) -> dict[str, Any]:
    """Compute the map of a conversation and word it in the folder's own ids.

    Rows and columns are put in order of ids first, so that the order in which a file lists them changes nothing.

    Raises
    ------
    BadInput
        If the imported grouping is asked for and the folder groups nobody.
    """
    rows = _by_id(folder.participants)
    columns = _by_id(folder.statements)
    participants = [folder.participants[row] for row in rows]
    statements = [folder.statements[column] for column in columns]
    about_itself = {comment.id for comment in folder.comments if comment.is_meta}
    group_names: list[str] | None = None
    labels = None
    if groups == "imported":
        group_names, labels = _imported_groups([folder.group_ids[row] for row in rows])
    found = map_opinions(
        folder.votes[np.ix_(rows, columns)],
        moderated_out=np.isin(statements, folder.moderated_out),
        meta=np.isin(statements, list(about_itself)),
        groups=labels,
        k=k,
        seed=seed,
        stability_resamples=resamples,
        progress=progress,
    )
    return _summary(found, folder) | map_report(found, participants, statements, group_names)


def _summary(found: OpinionMap, folder: PolisFolder) -> dict[str, Any]:
    return {
        "participants": found.n_participants,
        "statements": found.n_statements,
        "votes": found.n_votes,
        "vote_events": folder.vote_events,
        "in_conversation": int(np.count_nonzero(found.inside)),
        "moderated_out": list(folder.moderated_out),
        "k": found.k,
        "least_group_size": least_group_size(int(np.count_nonzero(found.inside))),
        "silhouettes": found.silhouettes,
        "stability": found.stability,
        "stable": found.stable,
        "warnings": list(found.warnings),
        "notes": list(folder.notes),
    }


def _imported_groups(group_ids: list[str]) -> tuple[list[str], NDArray[np.intp]]:
    """Names of the groups in order of their ids, and each participant's position among them, -1 for none."""
    names = sorted({group for group in group_ids if group}, key=id_key)
    if not names:
        raise BadInput("--groups imported: nobody has a group-id in this folder; --groups computed needs none.")
    positions = {name: position for position, name in enumerate(names)}
    return names, np.array([positions.get(group, -1) for group in group_ids], dtype=np.intp)


def _by_id(ids: list[str]) -> NDArray[np.intp]:
    return np.array(sorted(range(len(ids)), key=lambda place: id_key(ids[place])), dtype=np.intp)
