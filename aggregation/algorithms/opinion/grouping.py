"""Opinion groups: base clusters of participants, then weighted k-means over their centres for every number of groups.

Shapes: P participants, N of them in the conversation, B base clusters.

References
----------
Small et al. (2021). Polis: Scaling deliberation by mapping high dimensional opinion spaces. Section "Clustering".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.opinion.kmeans import Clustering, lloyd, nearest, restarted_kmeans
from aggregation.algorithms.opinion.silhouette import distance_matrix, mean_silhouette
from aggregation.algorithms.opinion.tally import sum_by_place

Floats = NDArray[np.float64]
Labels = NDArray[np.intp]

BASE_CLUSTERS = 100
MOST_GROUPS = 5
BASE_CLUSTERS_PER_GROUP = 12
LEAST_MEMBERS = 2
LEAST_SHARE_PERCENT = 2
RESTARTS = 200


@dataclass(frozen=True, eq=False)
class Grouping:
    """One division of the points into k groups.

    Attributes
    ----------
    k : int
    labels : array of shape (N,)
        Group of each point, 0 the largest.
    sizes : array of shape (k,)
        Members of each group, or sums of their weights.
    silhouette : float or None
        Mean silhouette over the centres of the base clusters; None for a single group.
    """

    k: int
    labels: Labels
    sizes: Floats
    silhouette: float | None


def least_group_size(n_in_conversation: float) -> int:
    """The least size of a group: two people, or two in a hundred of those in the conversation, rounded up."""
    return max(LEAST_MEMBERS, int(-(-LEAST_SHARE_PERCENT * n_in_conversation // 100)))


def most_groups(n_base_clusters: int) -> int:
    """The largest number of groups that is looked for: min(5, 2 + B // 12)."""
    return min(MOST_GROUPS, 2 + n_base_clusters // BASE_CLUSTERS_PER_GROUP)


def base_clusters(points: Floats, weights: Floats) -> Clustering:
    """Gather points into at most 100 small clusters, started from the first 100 distinct points.

    Parameters
    ----------
    points : array of shape (N, 2)
        In :func:`~aggregation.algorithms.opinion.membership.listing_order`, which decides where the clusters start.
    weights : array of shape (N,)
    """
    _, firsts = np.unique(points[:, 0] + 1j * points[:, 1], return_index=True)
    return lloyd(points, weights, points[np.sort(firsts)[:BASE_CLUSTERS]])


def candidate_groupings(
    base: Clustering, *, ks: Iterable[int], least_size: float, seed: int, restarts: int = RESTARTS
) -> dict[int, Grouping]:
    """The best division into k groups of at least the least size, for each k of ``ks`` that allows one.

    Parameters
    ----------
    base : Clustering
        Base clusters of the participants; the groupings label participants, not base clusters.
    ks : integers
        Numbers of groups, each at least 2.
    least_size : float
        Least sum of weights of a group.
    seed : int
        The same grouping comes out for a k whatever other numbers are asked for.
    restarts : int
        Number of k-means++ starts for each k.

    Returns
    -------
    dict from k to Grouping; a k is missing where no groups of the least size were found
    """
    # Base clusters in a fixed order, so that the draws do not depend on who voted first.
    order = np.lexsort((base.centres[:, 1], base.centres[:, 0]))
    centres, weights = base.centres[order], base.sizes[order]
    distances = distance_matrix(centres)
    found: dict[int, Grouping] = {}
    for k in ks:
        rng = np.random.default_rng((seed, k))
        labels = _divide(centres, weights, k, least_size=least_size, restarts=restarts, rng=rng)
        if labels is None:
            continue
        sizes = sum_by_place(labels, weights, k)
        of_base = np.empty(len(centres), dtype=np.intp)
        of_base[order] = _ranks_by_size(labels, sizes)[labels]
        found[k] = Grouping(k, of_base[base.labels], np.sort(sizes)[::-1], mean_silhouette(distances, labels))
    return found


def _divide(
    points: Floats, weights: Floats, k: int, *, least_size: float, restarts: int, rng: np.random.Generator
) -> Labels | None:
    """The division into k groups of the least size with the least inertia, as labels of the points, or None.

    Where a few far-off points draw a group of their own from every start, they are set aside, the rest is divided, and
    they join the nearest group: one odd voter shall not hide the groups of all others.
    """
    used = np.ones(len(points), dtype=np.bool_)
    while np.count_nonzero(used) >= k and weights[used].sum() >= k * least_size:
        runs = restarted_kmeans(points[used], weights[used], k, restarts=restarts, rng=rng)
        allowed = runs.sizes.min(axis=1) >= least_size
        best = int(np.argmin(np.where(allowed, runs.inertia, np.inf) if allowed.any() else runs.inertia))
        if allowed.any():
            labels = runs.labels[best] if used.all() else nearest(points, runs.centres[best])
            labels[used] = runs.labels[best]
            return labels
        used[np.flatnonzero(used)[runs.sizes[best][runs.labels[best]] < least_size]] = False
    return None


def single_group(weights: Floats) -> Grouping:
    """Everybody in one group; no group where there is nobody."""
    k = min(len(weights), 1)
    return Grouping(k, np.zeros(len(weights), dtype=np.intp), np.full(k, weights.sum()), None)


def _ranks_by_size(labels: Labels, sizes: Floats) -> Labels:
    """New names of the clusters: 0 for the largest, of equals the one whose first member comes first."""
    firsts = np.array([np.argmax(labels == cluster) for cluster in range(len(sizes))])
    ranks = np.empty(len(sizes), dtype=np.intp)
    ranks[np.lexsort((firsts, -sizes))] = np.arange(len(sizes))
    return ranks
