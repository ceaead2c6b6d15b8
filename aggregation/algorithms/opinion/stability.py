"""Would the groups be the same had other people of the same kind voted?

References
----------
Hennig (2007). Cluster-wise assessment of cluster stability. Computational Statistics & Data Analysis 52: nonparametric
bootstrap; agreement is measured by the adjusted Rand index.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.opinion.agreement import adjusted_rand_index
from aggregation.algorithms.opinion.grouping import Grouping, base_clusters, candidate_groupings, least_group_size
from aggregation.algorithms.opinion.space import OpinionSpace, opinion_space
from aggregation.algorithms.opinion.votes import Mask, VoteMatrix

RESAMPLES = 20
RESTARTS_PER_RESAMPLE = 30
STABLE = 0.8


def bootstrap_stability(
    votes: VoteMatrix,
    *,
    moderated: Mask,
    rows: NDArray[np.intp],
    space: OpinionSpace,
    groupings: Mapping[int, Grouping],
    seed: int,
    resamples: int = RESAMPLES,
    progress: Callable[[int, int], object] | None = None,
) -> dict[int, float]:
    """Mean adjusted Rand index between each grouping and those of bootstrap resamples of the participants.

    A resample draws as many participants as there are, with replacement, and everything is computed anew: means,
    components, base clusters, groups. It is compared over those that it drew. A number of groups that a resample
    cannot have scores 0 there.

    Parameters
    ----------
    votes : VoteMatrix
    moderated : mask of shape (S,)
    rows : array of shape (N,)
        Participants in the conversation, in listing order.
    space : OpinionSpace
        Of all participants.
    groupings : mapping from k to Grouping
        Of the participants in ``rows``.
    seed : int
    resamples : int
    progress : callable, optional
        Called with the number of resamples done and their total.

    Returns
    -------
    dict from k to stability, -0.5 to 1
    """
    if not groupings or resamples <= 0:
        return {}
    total = dict.fromkeys(groupings, 0.0)
    for resample in range(resamples):
        rng = np.random.default_rng((seed, resample))
        drawn = rng.integers(votes.n_participants, size=votes.n_participants)
        weights = np.bincount(drawn, minlength=votes.n_participants).astype(np.float64)
        present = weights[rows] > 0
        if present.any():
            here = rows[present]
            anew = opinion_space(votes, moderated=moderated, weights=weights, start=space.components)
            found = candidate_groupings(
                base_clusters(anew.points[here], weights[here]),
                ks=groupings,
                least_size=least_group_size(weights[here].sum()),
                seed=seed,
                restarts=RESTARTS_PER_RESAMPLE,
            )
            for k, grouping in found.items():
                total[k] += adjusted_rand_index(groupings[k].labels[present], grouping.labels)
        if progress is not None:
            progress(resample + 1, resamples)
    return {k: score / resamples for k, score in total.items()}
