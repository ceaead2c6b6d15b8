"""Discounting support that comes from few clusters: agreement across groups counts more than numbers within one.

Shapes: V voters, C candidates.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aggregation.algorithms.slates.approvals import Approvals


def cluster_match_support(approvals: Approvals, cluster_V: ArrayLike) -> NDArray[np.float64]:
    """Support of each candidate with clusters matched: Σ_clusters sqrt(Σ_{i in the cluster, i approves c} w_i).

    Weights have mean 1. A hundred supporters in one cluster count 10; twenty-five in each of four count 20.

    References
    ----------
    Miller, Weyl and Erichsen (2022), Beyond collusion resistance: leveraging social information for plural funding and
    voting (cluster match).
    """
    codes, n_clusters = _codes(cluster_V, approvals.n_voters)
    weight_V = approvals.share_V * approvals.n_voters
    support_C = np.zeros(approvals.n_candidates)
    for cluster in range(n_clusters):
        support_C += np.sqrt(approvals.sums(np.where(codes == cluster, weight_V, 0.0)))
    return support_C


def cluster_match_weights(cluster_V: ArrayLike, weights_V: ArrayLike | None = None) -> NDArray[np.float64]:
    """Weights with which every cluster counts as the square root of its weight: w_i / sqrt(Σ_{j in the cluster} w_j).

    With these any rule that takes weights discounts coordinated crowds. A cluster of weight 0 keeps weight 0.

    Raises
    ------
    ValueError
        If the weights do not fit the voters or one is negative.
    """
    codes, n_clusters = _codes(cluster_V, np.shape(cluster_V)[0])
    weights = np.ones(len(codes)) if weights_V is None else np.asarray(weights_V, dtype=np.float64)
    if weights.shape != codes.shape or not np.isfinite(weights).all() or (weights < 0).any():
        raise ValueError(f"weights of shape {weights.shape} should be {len(codes)} finite numbers >= 0, one per voter")
    root = np.sqrt(np.bincount(codes, weights=weights, minlength=n_clusters))
    return np.asarray(np.divide(weights, root[codes], out=np.zeros(len(codes)), where=root[codes] > 0))


def _codes(cluster_V: ArrayLike, n_voters: int) -> tuple[NDArray[np.intp], int]:
    labels = np.asarray(cluster_V)
    if labels.shape != (n_voters,):
        raise ValueError(f"clusters of shape {labels.shape} should be one label per voter ({n_voters})")
    names, codes = np.unique(labels, return_inverse=True)
    return codes.astype(np.intp), len(names)
