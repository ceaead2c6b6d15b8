"""Who is counted in a run, and how much: strata, exclusions, weights.  Shapes: P people, G groups."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.raking import Margin, rake
from aggregation.sources import Grouping, People

UNKNOWN = "not known"


@dataclass(frozen=True)
class Selection:
    """Whose answers count, and how much.

    Attributes
    ----------
    weighting : "none" (everybody the same), "own" (weights of the material), "groups" (every group of ``grouping`` the
        same) or "targets" (groups as their shares in the population)
    grouping : key of the grouping that groups and targets speak of
    targets : share of each level, for "targets"
    stratum : (grouping, level): only these people
    excluded : numbers of people who are left out in a second computation beside the one with everybody
    """

    weighting: str = "none"
    grouping: str = ""
    targets: Mapping[str, float] | None = None
    stratum: tuple[str, str] | None = None
    excluded: tuple[str, ...] = ()


def in_stratum(people: People, selection: Selection) -> NDArray[np.bool_]:
    """Who belongs to the stratum, shape (P,).

    Raises
    ------
    ValueError
        If there is no such grouping or level.
    """
    if selection.stratum is None:
        return np.ones(len(people), dtype=np.bool_)
    key, level = selection.stratum
    grouping = _grouping(people, key)
    if level not in grouping.levels:
        raise ValueError(f"“{grouping.title}” has no group {level!r}; it has {', '.join(grouping.levels)}")
    return np.asarray(grouping.level_P == grouping.levels.index(level))


def weights_of(people: People, selection: Selection) -> tuple[NDArray[np.float64] | None, tuple[str, ...]]:
    """Weights with mean 1, None where everybody counts the same, and what a reader has to know about them.

    Raises
    ------
    ValueError
        If the weights cannot be made.
    """
    if selection.weighting == "none":
        return None, ()
    if selection.weighting == "own":
        if people.weight_P is None:
            raise ValueError("These answers come without weights.")
        return people.weight_P / people.weight_P.mean(), ()
    grouping = _grouping(people, selection.grouping)
    if selection.weighting == "groups":
        filled = np.unique(grouping.level_P[grouping.level_P >= 0])
        shares = np.zeros(len(grouping.levels))
        shares[filled] = 1 / len(filled) if len(filled) else 0
    elif selection.weighting == "targets":
        unknown = sorted(set(selection.targets or {}) - set(grouping.levels))
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: no such group. There are {', '.join(grouping.levels)}.")
        shares = np.array([(selection.targets or {}).get(level, 0.0) for level in grouping.levels])
    else:
        raise ValueError(f"weighting={selection.weighting!r} should be none, own, groups or targets")
    if shares.sum() <= 0:
        raise ValueError("The shares should be above 0.")
    codes = np.where((grouping.level_P >= 0) & (shares[grouping.level_P] > 0), grouping.level_P, -1)
    raked = rake([Margin(grouping.key, grouping.levels, codes.astype(np.int64), shares / shares.sum())])
    return raked.weights_R, raked.warnings


def groups_of(people: People, key: str) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    """Names and positions of the groups of a grouping, those not known as a group of their own; one group without key.

    Groups of nobody are left out.
    """
    if not key:
        return ("Everybody",), np.zeros(len(people), dtype=np.intp)
    grouping = _grouping(people, key)
    names = (*grouping.levels, UNKNOWN)
    codes = np.where(grouping.level_P < 0, len(grouping.levels), grouping.level_P)
    used, places = np.unique(codes, return_inverse=True)
    return tuple(names[code] for code in used.tolist()), places.astype(np.intp)


def _grouping(people: People, key: str) -> Grouping:
    try:
        return people.groupings[key]
    except KeyError:
        raise ValueError(f"grouping={key!r} should be one of {', '.join(people.groupings) or 'none'}") from None
