"""How many groups are shown: the best silhouette, held back until it has lasted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PATIENCE = 4


@dataclass(frozen=True)
class GroupNumber:
    """The number of groups shown and the one that is gaining ground.

    Attributes
    ----------
    shown : int
        Number of groups that is shown.
    best : int
        Number with the best silhouette in the latest computation.
    streak : int
        For how many computations in a row ``best`` has been the best.
    """

    shown: int
    best: int
    streak: int


def choose_number_of_groups(silhouettes: Mapping[int, float], previous: GroupNumber | None = None) -> GroupNumber:
    """Choose by silhouette; leave the number shown before only for one that was best four times in a row.

    Parameters
    ----------
    silhouettes : mapping from number of groups to mean silhouette
        Empty where no division is possible: then one group is shown.
    previous : GroupNumber, optional
        What the computation before this one returned.
    """
    if not silhouettes:
        return GroupNumber(1, 1, 1 if previous is None or previous.best != 1 else previous.streak + 1)
    best = min(silhouettes, key=lambda k: (-silhouettes[k], k))
    if previous is None:
        return GroupNumber(best, best, 1)
    streak = previous.streak + 1 if previous.best == best else 1
    held = previous.shown in silhouettes and streak < PATIENCE
    return GroupNumber(previous.shown if held else best, best, streak)
