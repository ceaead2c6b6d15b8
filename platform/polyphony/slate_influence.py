"""Whom a slate hangs on and what it would cost to change it, as `polyphony slate --influence` writes it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from aggregation.algorithms.rules import Rule
from aggregation.algorithms.slates.approvals import Approvals
from aggregation.algorithms.slates.attack import clone_test, least_added_ballots
from aggregation.algorithms.slates.ballots import Ballots
from aggregation.algorithms.slates.clusters import cluster_match_support, cluster_match_weights
from aggregation.algorithms.slates.influence import (
    ApprovalRule,
    Influence,
    drop_each_cluster,
    drop_each_voter,
    drop_most_aligned,
)
from polyphony.ballot_files import BallotTable
from polyphony.files import show_progress

_MOST_RUNS = 5_000
"""Voters or candidates beyond which the slate is not chosen again for each of them."""


def influence_of(
    rule: Rule, table: BallotTable, ballots: Ballots, k: int, clusters: list[str] | None
) -> tuple[dict[str, Any], list[str]]:
    """The influence block of a slate by an approval rule, and warnings.

    Parameters
    ----------
    clusters : each voter's group, for leaving out clusters and for discounting them
    """
    choose: ApprovalRule = rule.load()
    approvals = ballots.approvals()
    names, warnings = table.candidates, []
    told: dict[str, Any] = {
        "most_aligned": {f"{percent:g}": _told(one, table) for percent, one in _aligned(approvals, k, choose).items()},
    }
    if len(table.voters) < 2:
        told["voters"] = None
        warnings.append("one voter alone cannot be left out")
    elif len(table.voters) > _MOST_RUNS:
        told["voters"] = None
        warnings.append(f"{len(table.voters)} voters are more than {_MOST_RUNS}: none is left out one by one")
    else:
        with tqdm(total=len(table.voters), desc="voters", disable=not show_progress()) as bar:
            each = drop_each_voter(approvals, k, choose, progress=lambda done, total: bar.update(1))
        told["voters"] = {
            "change_the_slate": sum(one.changed for one in each),
            "of": len(each),
            "deciding": [_told(one, table) for one in each if one.changed],
        }
    attacks = least_added_ballots(approvals, k, choose) if len(names) > k else ()
    told["added_ballots"] = [
        {"for": names[one.target], "ballots": one.ballots, "slate": [names[c] for c in one.slate]} for one in attacks
    ]
    needed = [one.ballots for one in attacks if one.ballots is not None]
    told["least_added_ballots"] = min(needed) if needed else None
    told["clones"] = [
        {
            "candidate": names[one.candidate],
            "seats": one.seats,
            "lost": [names[c] for c in one.lost],
            "gained": [names[c] for c in one.gained],
        }
        for one in clone_test(approvals, k, choose)
        if one.lost or one.gained or one.seats > 1
    ]
    if clusters is not None:
        told |= _of_clusters(approvals, ballots.weights_V, table, k, choose, clusters)
    return told, warnings


def _aligned(approvals: Approvals, k: int, choose: ApprovalRule) -> dict[float, Influence]:
    return drop_most_aligned(approvals, k, choose) if approvals.n_voters > 1 else {}


def _of_clusters(
    approvals: Approvals,
    weights_V: NDArray[np.float64] | None,
    table: BallotTable,
    k: int,
    choose: ApprovalRule,
    clusters: list[str],
) -> dict[str, Any]:
    support = cluster_match_support(approvals, clusters)
    discounted = Approvals(approvals.by_candidate, _shares(cluster_match_weights(clusters, weights_V)))
    left_out = drop_each_cluster(approvals, k, choose, clusters) if len(set(clusters)) > 1 else {}
    return {
        "clusters": {str(name): _told(one, table, voters=False) for name, one in left_out.items()},
        "cluster_match": {
            "support": dict(zip(table.candidates, support.tolist(), strict=True)),
            "slate": [table.candidates[c] for c in choose(discounted, k).chosen],
        },
    }


def _shares(weight_V: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(weight_V / weight_V.sum())


def _told(one: Influence, table: BallotTable, *, voters: bool = True) -> dict[str, Any]:
    told: dict[str, Any] = {
        "slate": [table.candidates[c] for c in one.slate],
        "lost": [table.candidates[c] for c in one.lost],
        "gained": [table.candidates[c] for c in one.gained],
    }
    return {"voters": [table.voters[v] for v in one.dropped], **told} if voters else {"size": len(one.dropped), **told}
