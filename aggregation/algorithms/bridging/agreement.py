"""Group-informed consensus and least group agreement.

Shapes: P participants, S statements, G groups.  Votes: +1 agree, -1 disagree, 0 pass, nan unseen.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bridging:
    """How far each statement carries across groups.

    Attributes
    ----------
    agree_GS, seen_GS : votes of agreement and all votes, passes included
    share_GS : smoothed share of agreement, (agree + 1) / (seen + 2)
    consensus_S : product of the shares over groups (group-informed consensus)
    least_S : the least of the shares, and ``least_group_S`` the group that has it
    """

    agree_GS: NDArray[np.int64]
    seen_GS: NDArray[np.int64]
    share_GS: Floats
    consensus_S: Floats
    least_S: Floats
    least_group_S: NDArray[np.intp]


def measure_bridging(votes_PS: ArrayLike, group_P: ArrayLike) -> Bridging:
    """Count agreement by group; people of group -1 are in none and do not count.

    Raises
    ------
    ValueError
        If groups do not fit the participants, there is none, or a vote is none of +1, -1, 0 and nan.

    References
    ----------
    Small et al. (2021), Polis: Scaling deliberation by mapping high dimensional opinion spaces.
    """
    votes = np.asarray(votes_PS, dtype=np.float64)
    group = np.asarray(group_P, dtype=np.intp)
    if votes.ndim != 2 or group.shape != (len(votes),):
        raise ValueError(f"groups of shape {group.shape} should be one per participant of votes {votes.shape}")
    if not (np.isnan(votes) | np.isin(votes, (-1, 0, 1))).all():
        raise ValueError("votes should be +1, -1, 0 or nan")
    if not len(group) or group.max() < 0:
        raise ValueError("nobody is in a group")
    groups = int(group.max()) + 1
    agree = np.stack([(votes[group == g] == 1).sum(axis=0) for g in range(groups)])
    seen = np.stack([(~np.isnan(votes[group == g])).sum(axis=0) for g in range(groups)])
    share = (agree + 1) / (seen + 2)
    return Bridging(agree, seen, share, share.prod(axis=0), share.min(axis=0), share.argmin(axis=0))
