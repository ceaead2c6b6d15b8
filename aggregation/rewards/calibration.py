"""How sure to be and which way to lean: two numbers per kind of answer and mode, from answers a fit did not see.

Shapes: N rows, B bins of the score.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit

from aggregation.rewards.data import Floats

NEAR = 1e-9
WIDTH = 0.02  # of a bin, in log-odds; far below what any answer tells apart
HALF = 1050  # bins on either side of even odds; they reach beyond NEAR
SCORES = WIDTH * np.arange(-HALF, HALF + 1)  # (B,)
LOG_TEMPERATURE = (np.log(0.2), np.log(5.0))
SHIFT = (-2.0, 2.0)
LEAST_ROWS = 50


@dataclass(frozen=True)
class Calibration:
    """p becomes sigmoid(logit(p) / temperature + shift), in log-odds; the default leaves p as it is.

    References
    ----------
    Platt (1999). Probabilistic outputs for support vector machines, equation 1.
    Guo et al. (2017). On calibration of modern neural networks, section 4.2.
    """

    temperature: float = 1.0
    shift: float = 0.0

    def __call__(self, probability: Floats) -> Floats:
        """Probabilities of any shape."""
        if self == Calibration():
            return probability
        return np.asarray(expit(_log_odds(probability) / self.temperature + self.shift))


@dataclass(frozen=True)
class AnswersByScore:
    """Answers counted by what was predicted of them; those that different fits left out can be added up."""

    rows: Floats  # (B,)
    yes: Floats  # (B,) how many of them are a yes; soft ones count in part

    @classmethod
    def of(cls, probability_N: Floats, target_N: Floats) -> "AnswersByScore":
        """Count rows by the log-odds of their predictions."""
        place = np.rint(_log_odds(probability_N) / WIDTH).astype(np.int64) + HALF
        rows = np.bincount(place, minlength=len(SCORES)).astype(np.float64)
        return cls(rows, np.asarray(np.bincount(place, target_N, minlength=len(SCORES)), dtype=np.float64))

    def __add__(self, other: "AnswersByScore") -> "AnswersByScore":
        return AnswersByScore(self.rows + other.rows, self.yes + other.yes)

    def calibration(self, *, shifted: bool) -> Calibration:
        """The most probable temperature, and shift where asked; nothing changes under 50 rows or with rows of one kind.

        The log-loss is weighed against a standard normal prior of the log-temperature and of the shift, which tells
        only where answers are few. Comparisons are never shifted: either order of two texts has to say the same.
        """
        rows, yes = self.rows.sum(), self.yes.sum()
        if rows < LEAST_ROWS or yes in (0.0, rows):
            return Calibration()
        held = np.flatnonzero(self.rows)
        score, n, happened = SCORES[held], self.rows[held], self.yes[held]

        def loss(place: Floats) -> tuple[float, Floats]:
            slope = np.exp(-place[0])
            log_odds = slope * score + place[1]
            value = (n * np.logaddexp(0.0, log_odds) - happened * log_odds).sum() + 0.5 * (place**2).sum()
            wrong = n * expit(log_odds) - happened
            return float(value), np.array([-(wrong * slope * score).sum(), wrong.sum()]) + place

        bounds = [LOG_TEMPERATURE, SHIFT if shifted else (0.0, 0.0)]
        found = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-12}).x
        return Calibration(float(np.exp(found[0])), float(found[1]))


def _log_odds(probability: Floats) -> Floats:
    return np.asarray(logit(np.clip(probability, NEAR, 1 - NEAR)))
