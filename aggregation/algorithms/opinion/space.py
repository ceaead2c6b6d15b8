"""The opinion space: principal components of the votes and everyone's place on them.

Shapes: P participants, S statements, V votes, D = 2 dimensions.

References
----------
Small, Bjorkegren, Erkkilä, Shaw & Megill (2021). Polis: Scaling deliberation by mapping high dimensional opinion
spaces. Recerca 26(2): sparsity-aware projection, section "Dimensionality reduction".
Musco & Musco (2015). Randomized block Krylov methods for stronger and faster approximate SVD. NeurIPS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from aggregation.algorithms.opinion.tally import sum_by_place
from aggregation.algorithms.opinion.votes import Mask, VoteMatrix

Floats = NDArray[np.float64]

DIMENSIONS = 2
BLOCK = 4
LARGEST_BASIS = 400
TOLERANCE = 1e-8
NEGLIGIBLE = 1e-12


@dataclass(frozen=True, eq=False)
class OpinionSpace:
    """Where participants and statements stand.

    Attributes
    ----------
    means : array of shape (S,)
        Mean vote of each statement, passes being 0; 0 for moderated and unseen statements.
    components : array of shape (2, S)
        Unit loadings, or a row of zeros where the votes span fewer dimensions.
    variances : array of shape (2,)
        Sum of squares along each component, not divided by the number of participants.
    points : array of shape (P, 2)
    statement_points : array of shape (S, 2)
        Where a participant would stand who only agrees with the one statement.
    extremity : array of shape (S,)
        Their distance from the centre.
    """

    means: Floats
    components: Floats
    variances: Floats
    points: Floats
    statement_points: Floats
    extremity: Floats


def opinion_space(
    votes: VoteMatrix, *, moderated: Mask, weights: Floats | None = None, start: Floats | None = None
) -> OpinionSpace:
    """Place participants by a principal component analysis that allows for unseen statements.

    Unseen cells take the statement's mean. Moderated columns count as zero from everyone, so they bend no axis but
    stay in the number of votes by which a point is scaled: the place of participant i is
    ``sum_j (x_ij - mean_j) * loading_j * sqrt(S / n_i)`` over the statements j seen, S being the statements with votes
    and n_i those that i has voted on or that are moderated.

    Parameters
    ----------
    votes : VoteMatrix
    moderated : mask of shape (S,)
    weights : array of shape (P,), optional
        How often each participant counts; once without it.
    start : array of shape (2, S), optional
        Components to start the iteration from, as a resample does from the whole.
    """
    centred = centred_votes(votes, moderated=moderated, weights=weights)
    components, variances = principal_components(centred.cells, weights=weights, start=start)
    components[:, centred.zeroed | ~centred.voted_on] = 0.0  # nothing of the iteration's start is left there
    n_statements = int(np.count_nonzero(centred.voted_on))
    reach = np.sqrt(n_statements / np.maximum(_seen_after_moderation(votes, centred.zeroed), 1))
    points = _times(centred.cells, components.T) * reach[:, None]
    only_agrees = (1.0 - centred.means) * components * np.sqrt(max(n_statements, 1))
    extremity = np.hypot(only_agrees[0], only_agrees[1])
    return OpinionSpace(centred.means, components, variances, points, only_agrees.T, extremity)


@dataclass(frozen=True, eq=False)
class CentredVotes:
    """Votes less their statement's mean; unseen and moderated cells are 0.

    Attributes
    ----------
    cells : sparse array of shape (P, S)
    means : array of shape (S,)
    voted_on : mask of shape (S,)
        Statements with at least one vote.
    zeroed : mask of shape (S,)
        Moderated statements with at least one vote.
    """

    cells: csr_array[np.float64]
    means: Floats
    voted_on: Mask
    zeroed: Mask


def centred_votes(votes: VoteMatrix, *, moderated: Mask, weights: Floats | None = None) -> CentredVotes:
    """Centre the votes on the mean of those who voted on the statement, each participant counting by their weight."""
    voted_on = votes.votes_per_statement > 0
    zeroed = moderated & voted_on
    means = _column_means(votes, weights)
    means[zeroed] = 0.0
    cells = votes.values - means[votes.statements]
    if zeroed.any():
        cells *= ~zeroed[votes.statements]
    shape = (votes.n_participants, votes.n_statements)
    return CentredVotes(csr_array((cells, votes.statements, votes.starts), shape=shape), means, voted_on, zeroed)


def _seen_after_moderation(votes: VoteMatrix, zeroed: Mask) -> NDArray[np.int64]:
    """Statements that each participant voted on or that are moderated, of shape (P,)."""
    if not zeroed.any():
        return votes.votes_per_participant()
    own = np.concatenate([[0], np.cumsum(~zeroed[votes.statements])])
    return np.diff(own[votes.starts]) + int(np.count_nonzero(zeroed))


def principal_components(
    centred: csr_array[np.float64], *, weights: Floats | None = None, start: Floats | None = None
) -> tuple[Floats, Floats]:
    """The two leading right singular vectors of a sparse matrix, by block Krylov iteration to a residual of 1e-8.

    The sign of each is such that its largest loading is positive. Directions without variance are rows of zeros.

    Returns
    -------
    components of shape (2, S), squared singular values of shape (2,)
    """
    n_columns = centred.shape[1]
    components, variances = np.zeros((DIMENSIONS, n_columns)), np.zeros(DIMENSIONS)
    if 0 in centred.shape or not centred.data.any():
        return components, variances
    transposed = centred.T
    # A fixed start keeps the outcome a function of the votes alone; the seed is for the clustering.
    block = np.random.default_rng(0).standard_normal((n_columns, min(BLOCK, n_columns)))
    if start is not None:
        known = start[np.any(start != 0, axis=1)][: block.shape[1]]
        block[:, : len(known)] = known.T
    basis, images = np.empty((n_columns, 0)), np.empty((n_columns, 0))
    while True:
        block = _orthonormal(block, basis)
        ahead = _times(centred, block)
        image = _times(transposed, ahead if weights is None else weights[:, None] * ahead)
        basis, images = np.hstack([basis, block]), np.hstack([images, image])
        values, vectors = np.linalg.eigh(basis.T @ images)
        values, vectors = values[::-1][:DIMENSIONS], vectors[:, ::-1][:, :DIMENSIONS]
        found = basis @ vectors
        residual = np.linalg.norm(images @ vectors - found * values, axis=0).max()
        exhausted = block.shape[1] == 0 or basis.shape[1] >= min(n_columns, LARGEST_BASIS)
        if residual <= TOLERANCE * max(values[0], 0.0) or exhausted:
            break
        block = image
    real = values > NEGLIGIBLE * max(values[0], 0.0)
    variances[: values.size][real] = values[real]
    components[: values.size][real] = _fix_signs(found.T[real])
    return components, variances


def _column_means(votes: VoteMatrix, weights: Floats | None) -> Floats:
    if weights is None:
        counts = votes.votes_per_statement.astype(np.float64)
        sums = sum_by_place(votes.statements, votes.values, votes.n_statements)
    else:
        of_vote = np.repeat(weights, np.diff(votes.starts))
        counts = sum_by_place(votes.statements, of_vote, votes.n_statements)
        of_vote *= votes.values
        sums = sum_by_place(votes.statements, of_vote, votes.n_statements)
    means: Floats = sums / np.where(counts > 0, counts, 1.0)
    return means


def _times(sparse: Any, dense: Floats) -> Floats:
    return np.asarray(sparse @ dense, dtype=np.float64)


def _orthonormal(block: Floats, basis: Floats) -> Floats:
    """An orthonormal basis of what the block adds to the basis; nothing where it adds nothing."""
    sizes = np.linalg.norm(block, axis=0)
    block = block[:, sizes > 0] / sizes[sizes > 0]
    for _ in range(2):  # twice is enough (Giraud, Langou & Rozložník 2005)
        block = block - basis @ (basis.T @ block)
    spanning, sizes_left = np.linalg.qr(block)
    kept: NDArray[Any] = np.abs(np.diagonal(sizes_left)) > 1e-10
    return np.asarray(spanning[:, kept], dtype=np.float64)


def _fix_signs(components: Floats) -> Floats:
    """Turn each row so that its largest entry (the first of equally large ones) is positive."""
    sizes = np.abs(components)
    largest = np.argmax(sizes >= sizes.max(axis=1, keepdims=True) * (1 - 1e-6), axis=1)
    signs: Floats = np.sign(np.take_along_axis(components, largest[:, None], axis=1))
    return components * signs
