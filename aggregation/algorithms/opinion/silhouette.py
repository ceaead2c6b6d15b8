"""How well apart the groups stand.

References
----------
Rousseeuw (1987). Silhouettes: a graphical aid to the interpretation and validation of cluster analysis.
Journal of Computational and Applied Mathematics 20.
"""

import numpy as np
from numpy.typing import NDArray


def distance_matrix(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Euclidean distances of shape (N, N) between points of shape (N, 2)."""
    return np.hypot(points[:, None, 0] - points[None, :, 0], points[:, None, 1] - points[None, :, 1])


def mean_silhouette(distances: NDArray[np.float64], labels: NDArray[np.intp]) -> float:
    """Mean over points of (b - a) / max(a, b), a lone member of its cluster scoring 0.

    Here a is a point's mean distance to the others of its cluster and b the least mean distance to another cluster.

    Parameters
    ----------
    distances : array of shape (N, N)
    labels : array of shape (N,)

    Raises
    ------
    ValueError
        If there are fewer than two clusters.
    """
    present, own = np.unique(labels, return_inverse=True)
    if present.size < 2:
        raise ValueError(f"clusters={present.size} should be >= 2")
    members = np.eye(present.size)[own]
    sizes = members.sum(axis=0)
    sums = distances @ members
    everyone = np.arange(labels.size)
    within = sums[everyone, own] / np.maximum(sizes[own] - 1, 1)
    means = sums / sizes
    means[everyone, own] = np.inf
    between = means.min(axis=1)
    larger = np.maximum(within, between)
    scores = np.where((sizes[own] > 1) & (larger > 0), (between - within) / np.where(larger > 0, larger, 1.0), 0.0)
    return float(scores.mean())
