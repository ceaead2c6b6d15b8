"""Weighted k-means in the plane: from given centres, and with many k-means++ starts at once.

Shapes: N points, K clusters, R restarts.

References
----------
Lloyd (1982). Least squares quantization in PCM. IEEE Transactions on Information Theory 28(2).
Arthur & Vassilvitskii (2007). k-means++: The advantages of careful seeding. SODA.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.opinion.tally import sum_by_place

Floats = NDArray[np.float64]
Labels = NDArray[np.intp]

ROWS_AT_ONCE = 1024


@dataclass(frozen=True, eq=False)
class Clustering:
    """Clusters of points.

    Attributes
    ----------
    labels : array of shape (N,)
        Position of each point's cluster.
    centres : array of shape (K, 2)
    sizes : array of shape (K,)
        Sum of the weights of each cluster's points.
    """

    labels: Labels
    centres: Floats
    sizes: Floats


def lloyd(
    points: Floats, weights: Floats, centres: Floats, *, rounds: int = 100, stillness: float = 0.01
) -> Clustering:
    """Move centres to the means of their points until every one moves less than ``stillness``.

    A centre that loses all its points is dropped.
    """
    weighted = points * weights[:, None]
    for _ in range(rounds):
        labels = nearest(points, centres)
        sizes = sum_by_place(labels, weights, len(centres))
        kept = np.bincount(labels, minlength=len(centres)) > 0
        moved = _sums(labels, weighted, len(centres))[kept] / sizes[kept, None]
        step = np.hypot(*(moved - centres[kept]).T)
        still = kept.all() and step.max(initial=0.0) < stillness
        labels, sizes, centres = (np.cumsum(kept) - 1)[labels], sizes[kept], moved
        if still:
            break
    return Clustering(labels, centres, sizes)


def nearest(points: Floats, centres: Floats) -> Labels:
    """Position of the nearest centre of each point, the first of equally near ones, of shape (N,)."""
    labels = np.empty(len(points), dtype=np.intp)
    # |x - c|^2 / 2 less |x|^2 / 2, as one product of (x, 1) and (-c, |c|^2 / 2).
    extended = np.column_stack([points, np.ones(len(points))])
    scores_of = np.vstack([-centres.T, 0.5 * np.einsum("kd,kd->k", centres, centres)])
    scores = np.empty((min(ROWS_AT_ONCE, len(points)), len(centres)))
    for first in range(0, len(points), ROWS_AT_ONCE):
        part = extended[first : first + ROWS_AT_ONCE]
        np.matmul(part, scores_of, out=scores[: len(part)])
        np.argmin(scores[: len(part)], axis=1, out=labels[first : first + ROWS_AT_ONCE])
    return labels


@dataclass(frozen=True, eq=False)
class Restarts:
    """What each of R starts of k-means came to.

    Attributes
    ----------
    labels : array of shape (R, N)
    centres : array of shape (R, K, 2)
    sizes : array of shape (R, K)
        Sums of weights.
    inertia : array of shape (R,)
        Weighted sums of squared distances to the centres.
    """

    labels: Labels
    centres: Floats
    sizes: Floats
    inertia: Floats


def restarted_kmeans(
    points: Floats, weights: Floats, n_clusters: int, *, restarts: int, rng: np.random.Generator, rounds: int = 100
) -> Restarts:
    """Weighted k-means from many k-means++ starts, all of them at once, each until no point changes its cluster."""
    centres = _spread_starts(points, weights, n_clusters, restarts, rng)
    labels = np.full((restarts, len(points)), -1, dtype=np.intp)
    sizes = np.zeros((restarts, n_clusters))
    columns = np.stack([weights, *(points * weights[:, None]).T])
    moving = np.arange(restarts)
    for _ in range(rounds):
        closest = _squared_distances(points, centres[moving]).argmin(axis=2)
        changed = (closest != labels[moving]).any(axis=1)
        moving, closest = moving[changed], closest[changed]
        if moving.size == 0:
            break
        labels[moving] = closest
        flat = (closest + np.arange(moving.size)[:, None] * n_clusters).ravel()
        sums = [sum_by_place(flat, np.tile(c, moving.size), moving.size * n_clusters) for c in columns]
        weight, across, along = (total.reshape(-1, n_clusters) for total in sums)
        sizes[moving] = weight
        means = np.stack([across, along], axis=2) / np.where(weight > 0, weight, 1.0)[..., None]
        centres[moving] = np.where((weight > 0)[..., None], means, centres[moving])
    gaps = points - centres[np.arange(restarts)[:, None], labels]
    return Restarts(labels, centres, sizes, np.einsum("rnd,rnd,n->r", gaps, gaps, weights))


def _spread_starts(points: Floats, weights: Floats, n_clusters: int, restarts: int, rng: np.random.Generator) -> Floats:
    """Starting centres drawn with chances in proportion to weight and squared distance, of shape (R, K, 2)."""
    centres = np.empty((restarts, n_clusters, 2))
    chances = np.tile(weights, (restarts, 1))
    distances = np.full_like(chances, np.inf)
    for cluster in range(n_clusters):
        cumulated = np.cumsum(chances, axis=1)
        drawn = rng.random((restarts, 1)) * cumulated[:, -1:]
        chosen = np.minimum((cumulated <= drawn).sum(axis=1), len(points) - 1)
        centres[:, cluster] = points[chosen]
        np.minimum(distances, _squared_distances(points, centres[:, cluster, None])[..., 0], out=distances)
        chances = distances * weights
    return centres


def _squared_distances(points: Floats, centres: Floats) -> Floats:
    """Squared distances of shape (R, N, K) between points and each restart's centres."""
    across = points[None, :, None, 0] - centres[:, None, :, 0]
    along = points[None, :, None, 1] - centres[:, None, :, 1]
    return np.asarray(across * across + along * along, dtype=np.float64)


def _sums(labels: Labels, values: Floats, n_clusters: int) -> Floats:
    return np.stack([sum_by_place(labels, axis, n_clusters) for axis in values.T], axis=1)
