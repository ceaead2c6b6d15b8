"""Measures of probabilities against what people said, with optional weights of rows.

Shapes: N rows, B draws of a bootstrap.  Losses are in nats.
"""

import numpy as np

from aggregation.rewards.data import Floats

NEAR = 1e-7


def log_losses(probability: Floats, target: Floats) -> Floats:
    """Cross entropy of each row, (N,); soft targets allowed."""
    p = np.clip(probability, NEAR, 1 - NEAR)
    return np.asarray(-(target * np.log(p) + (1 - target) * np.log1p(-p)))
