"""Temperatures: one number per kind of answer and mode, learnt on answers that a fit did not see.

Shapes: M members, N rows, J temperatures tried.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from aggregation.rewards.data import Floats
from aggregation.rewards.measures import log_losses

NEAR = 1e-9
LOG_TEMPERATURES = np.linspace(np.log(0.2), np.log(5.0), 33)  # (J,)
LEAST_ROWS = 50


def heated(probability: Floats, temperature: float) -> Floats:
    """sigmoid(logit(p) / T); 1 leaves p as it is."""
    if temperature == 1.0:
        return probability
    return np.asarray(expit(logit(np.clip(probability, NEAR, 1 - NEAR)) / temperature))


@dataclass(frozen=True)
class LossByTemperature:
    """Summed log-loss of some rows at each temperature; rows that different fits left out can be added up."""

    rows: int
    yes: float  # how many of them are a yes; soft ones count in part
    losses: Floats  # (J,)

    @classmethod
    def of(cls, probability_MN: Floats, target_N: Floats) -> "LossByTemperature":
        """The log-losses of the mean of the members' heated probabilities."""
        score = logit(np.clip(probability_MN, NEAR, 1 - NEAR))
        losses = [
            log_losses(expit(score * np.exp(-log)).mean(axis=0), target_N).sum() for log in LOG_TEMPERATURES.tolist()
        ]
        return cls(len(target_N), float(target_N.sum()), np.array(losses))

    def __add__(self, other: "LossByTemperature") -> "LossByTemperature":
        return LossByTemperature(self.rows + other.rows, self.yes + other.yes, self.losses + other.losses)

    @property
    def best(self) -> float:
        """The temperature with the least loss; 1 with fewer than 50 rows, or rows of one kind only.

        References
        ----------
        Guo et al. (2017). On calibration of modern neural networks, section 4.2.
        """
        if self.rows < LEAST_ROWS or self.yes in (0.0, float(self.rows)):
            return 1.0
        place = int(self.losses.argmin())
        if place in (0, len(self.losses) - 1):
            return float(np.exp(LOG_TEMPERATURES[place]))
        before, here, after = self.losses[place - 1 : place + 2]  # the vertex of the parabola through three points
        curvature = before - 2 * here + after
        shift = 0.5 * (before - after) / curvature if curvature > 0 else 0.0
        return float(np.exp(LOG_TEMPERATURES[place] + shift * (LOG_TEMPERATURES[1] - LOG_TEMPERATURES[0])))
