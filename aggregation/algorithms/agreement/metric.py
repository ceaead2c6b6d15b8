"""The four metrics as squared distances between points, so that sums over pairs need only counts, sums and squares.

For every level there is a map f and a number k with metric(x, y) = k * |f(x) - f(y)|^2.
"""

# Shapes: C distinct values, F coordinates.

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.agreement.answers import Level
from aggregation.algorithms.agreement.units import midranks


@dataclass(frozen=True)
class Metric:
    """``factor * |coordinates_CF[x] - coordinates_CF[y]|^2``.

    At the nominal level the coordinates would be unit vectors; counts of the values take their place, and only their
    width is told here, so that many labels take no room.
    """

    level: Level
    factor: float
    coordinates_CF: NDArray[np.float64]


def metric_of(level: Level, points_C: NDArray[np.float64], totals_C: NDArray[np.float64]) -> Metric:
    """The metric of a level on some values.

    Parameters
    ----------
    points_C : the distinct values, ascending
    totals_C : how often each occurs, from which the ordinal ranks follow

    Raises
    ------
    ValueError
        If a ratio value is negative.
    """
    if level == "nominal":
        return Metric(level, 0.5, np.broadcast_to(np.zeros(1), (len(points_C), len(points_C))))
    if not len(points_C):
        return Metric(level, 1.0, np.zeros((0, 1)))
    if level == "ordinal":
        ranks_C = midranks(totals_C)
        return Metric(level, 1.0, (ranks_C - ranks_C.mean())[:, None])
    if level == "interval":
        return Metric(level, 1.0, (points_C - points_C.mean())[:, None])
    if points_C.min() < 0:
        raise ValueError(f"the ratio level needs values of at least 0; the least is {points_C.min():g}")
    return Metric(level, 2.0, _ratio_coordinates(points_C))


def _ratio_coordinates(points_C: NDArray[np.float64], tolerance: float = 1e-15) -> NDArray[np.float64]:
    """Coordinates of the kernel x y / (x + y)^2, positive definite on x >= 0, by pivoted Cholesky.

    ((x - y) / (x + y))^2 = 1 - 4 x y / (x + y)^2, and the kernel of x with itself is 1/4 (by convention also at 0), so
    the ratio metric is twice the squared distance in its feature space.  Its spectrum falls fast: a few dozen
    coordinates reproduce the metric to rounding.
    """
    residual = np.full(len(points_C), 0.25)
    columns: list[NDArray[np.float64]] = []
    while len(columns) < len(points_C) and residual.max() > tolerance:
        pivot = int(residual.argmax())
        total = points_C + points_C[pivot]
        share = np.divide(points_C, total, out=np.full(len(points_C), 0.5), where=total > 0)  # squares could vanish
        kernel = share * (1 - share)
        for column in columns:
            kernel -= column * column[pivot]
        column = kernel / np.sqrt(residual[pivot])
        columns.append(column)
        residual = np.maximum(residual - column**2, 0)
        residual[pivot] = 0
    return np.column_stack(columns) if columns else np.zeros((len(points_C), 1))
