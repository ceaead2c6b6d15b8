"""Whom a slate hangs on: what changes when people are left out."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aggregation.algorithms.slates.approvals import Approvals
from aggregation.algorithms.slates.slate import Slate

ApprovalRule = Callable[[Approvals, int], Slate]


@dataclass(frozen=True)
class Influence:
    """What the slate becomes without some of the voters.

    Attributes
    ----------
    dropped : positions of the voters left out
    slate : the slate without them, in the order chosen
    lost : candidates that are in the slate only with them
    gained : candidates that are in the slate only without them
    """

    dropped: tuple[int, ...]
    slate: tuple[int, ...]
    lost: tuple[int, ...]
    gained: tuple[int, ...]

    @property
    def changed(self) -> bool:
        return bool(self.gained)


def drop_voters(approvals: Approvals, k: int, rule: ApprovalRule, dropped: ArrayLike) -> Influence:
    """Choose the slate again without some voters and compare.

    Raises
    ------
    ValueError
        If nobody (or only voters of weight 0) would be left.
    """
    return _without(approvals, k, rule, np.asarray(dropped, dtype=np.intp), set(rule(approvals, k).chosen))


def drop_each_voter(
    approvals: Approvals, k: int, rule: ApprovalRule, progress: Callable[[int, int], object] | None = None
) -> tuple[Influence, ...]:
    """Leave out each voter in turn: the influence curve of single persons, in the order of voters.

    Voters with the same ballot and the same weight have the same influence, which is computed once.
    """
    before = set(rule(approvals, k).chosen)
    alike: dict[tuple[bytes, float], Influence] = {}
    by_voter = approvals.by_candidate.T.tocsr()
    found: list[Influence] = []
    for voter in range(approvals.n_voters):
        ballot = np.sort(by_voter.indices[by_voter.indptr[voter] : by_voter.indptr[voter + 1]]).tobytes()
        key = (ballot, float(approvals.share_V[voter]))
        if key not in alike:
            alike[key] = _without(approvals, k, rule, np.array([voter]), before)
        found.append(replace(alike[key], dropped=(voter,)))
        if progress:
            progress(voter + 1, approvals.n_voters)
    return tuple(found)


def drop_each_cluster(
    approvals: Approvals, k: int, rule: ApprovalRule, cluster_V: ArrayLike
) -> dict[int | str, Influence]:
    """Leave out each cluster in turn; clusters are labels, one per voter, and there are at least two."""
    clusters = np.asarray(cluster_V)
    if clusters.shape != (approvals.n_voters,):
        raise ValueError(f"clusters of shape {clusters.shape} should be one label per voter ({approvals.n_voters})")
    before = set(rule(approvals, k).chosen)
    return {
        label.item(): _without(approvals, k, rule, np.flatnonzero(clusters == label), before)
        for label in np.unique(clusters)
    }


def drop_most_aligned(
    approvals: Approvals, k: int, rule: ApprovalRule, percents: tuple[float, ...] = (1, 2, 5, 10, 20)
) -> dict[float, Influence]:
    """Leave out the p % of voters who approve most of the slate, for several p: how much the slate hangs on its fans.

    Rounded up to whole voters; of voters who approve equally many, those with the lesser share of their ballot outside
    the slate come first, then the earlier voter.
    """
    slate = rule(approvals, k).chosen
    inside_V = approvals.approved_in(slate)
    total_V = approvals.approved_in(np.arange(approvals.n_candidates))
    order = np.lexsort((total_V - inside_V, -inside_V))
    found = {}
    for percent in percents:
        if not 0 < percent < 100:
            raise ValueError(f"percent={percent:g} should be > 0 and < 100")
        count = int(np.ceil(percent * approvals.n_voters / 100))
        found[percent] = _without(approvals, k, rule, order[:count], set(slate))
    return found


def _without(
    approvals: Approvals, k: int, rule: ApprovalRule, dropped: NDArray[np.intp], before: set[int]
) -> Influence:
    kept = np.ones(approvals.n_voters, dtype=np.bool_)
    kept[dropped] = False
    if not (approvals.share_V[kept] > 0).any():
        raise ValueError(f"dropping {len(dropped)} of {approvals.n_voters} voters leaves nobody with any weight")
    share_V = approvals.share_V[kept]
    rest = Approvals(approvals.by_candidate[:, kept], share_V / share_V.sum())
    chosen = rule(rest, k).chosen
    after = set(chosen)
    return Influence(tuple(dropped.tolist()), chosen, tuple(sorted(before - after)), tuple(sorted(after - before)))
