"""Temperatures: one number per kind of answer and mode, learnt on answers the model did not train on."""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import expit, logit

from aggregation.rewards.data import Floats

NEAR = 1e-9
COLDEST, HOTTEST = 0.2, 5.0


def heated(probability: Floats, temperature: float) -> Floats:
    """sigmoid(logit(p) / T); 1 leaves p as it is."""
    if temperature == 1.0:
        return probability
    return np.asarray(expit(logit(np.clip(probability, NEAR, 1 - NEAR)) / temperature))


def best_temperature(probability_MN: Floats, target_N: Floats, *, least: int = 50) -> float:
    """The temperature of the members' probabilities whose mean has the least log-loss.

    With fewer than ``least`` answers, or answers of one kind only, it stays 1.

    References
    ----------
    Guo et al. (2017). On calibration of modern neural networks, section 4.2.
    """
    if len(target_N) < least or target_N.min() == target_N.max() == 0.0:
        return 1.0

    def loss(log_temperature: float) -> float:
        p = np.clip(heated(probability_MN, float(np.exp(log_temperature))).mean(axis=0), NEAR, 1 - NEAR)
        return float(-(target_N * np.log(p) + (1 - target_N) * np.log1p(-p)).mean())

    found = minimize_scalar(loss, bounds=(np.log(COLDEST), np.log(HOTTEST)), method="bounded", options={"xatol": 1e-6})
    return float(np.exp(found.x))
