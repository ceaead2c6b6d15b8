"""A second picture of the same votes: a layout that keeps neighbours together rather than distances apart.

References
----------
McInnes, Healy & Melville (2018). UMAP: Uniform Manifold Approximation and Projection for dimension reduction.
arXiv:1802.03426.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_matrix

from aggregation.algorithms.opinion.space import centred_votes
from aggregation.algorithms.opinion.votes import VoteMatrix, as_vote_matrix, statement_mask

NEIGHBOURS = 15


def umap_layout(
    votes: VoteMatrix | ArrayLike,
    *,
    moderated_out: ArrayLike | None = None,
    inside: NDArray[np.bool_] | None = None,
    seed: int = 0,
    neighbours: int = NEIGHBOURS,
) -> NDArray[np.float64] | None:
    """Lay participants out by UMAP of their votes, unseen statements at the mean and rejected ones at zero.

    Parameters
    ----------
    votes : VoteMatrix, or table of shape (P, S) with nan where nothing was voted
    moderated_out : mask of shape (S,) or positions, optional
    inside : mask of shape (P,), optional
        Participants to lay out; everybody without it.
    seed : int
        Equal votes and seeds give equal layouts.
    neighbours : int
        Size of the neighbourhoods that are kept together.

    Returns
    -------
    array of shape (P, 2), nan for those outside; or None where fewer than ``neighbours`` + 1 participants are inside:
    for so few there is no neighbourhood to speak of.
    """
    matrix = as_vote_matrix(votes)
    chosen = np.ones(matrix.n_participants, dtype=np.bool_) if inside is None else inside
    if np.count_nonzero(chosen) <= neighbours:
        return None
    # Loaded here: umap compiles for seconds, and most maps do without it.
    from umap import UMAP

    centred = centred_votes(matrix, moderated=statement_mask(moderated_out, matrix.n_statements)).cells[chosen]
    scaled = centred * np.sqrt(matrix.n_statements / np.maximum(matrix.votes_per_participant()[chosen], 1))[:, None]
    reducer = UMAP(n_components=2, n_neighbors=neighbours, random_state=seed, n_jobs=1, init="random")
    layout = np.full((matrix.n_participants, 2), np.nan)
    layout[chosen] = reducer.fit_transform(csr_matrix(scaled.astype(np.float32)))
    return layout
