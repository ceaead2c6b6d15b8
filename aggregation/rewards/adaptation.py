"""A person from a few answers: closed-form maximum a posteriori and Laplace posterior of severities and coordinates.

The text side stays fixed, so what is left per person is a logistic regression with an offset, a handful of
coefficients and a Gaussian prior centred on the person's group: concave, a few Newton steps, all persons at once.

Shapes: N rows, U persons, Q coefficients (D severities, then C coordinates).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from aggregation.rewards.data import Floats, Ints

STEPS = 50
TOLERANCE = 1e-10


@dataclass(frozen=True)
class Posterior:
    """Normal approximations, one per person."""

    mean: Floats  # (U, Q)
    covariance: Floats  # (U, Q, Q)

    def __len__(self) -> int:
        return len(self.mean)


def prior_posterior(prior_variance_Q: Floats, persons: int = 1) -> Posterior:
    """What is known of a person who has answered nothing: the group mean, with the prior's spread."""
    q = len(prior_variance_Q)
    return Posterior(np.zeros((persons, q)), np.broadcast_to(np.diag(prior_variance_Q), (persons, q, q)).copy())


def adapt(
    offset_N: Floats,
    design_NQ: Floats,
    target_N: Floats,
    person_N: Ints,
    prior_variance_Q: Floats,
    *,
    persons: int,
    weight_N: Floats | None = None,
) -> Posterior:
    """Posterior of theta_u in P(target) = sigmoid(offset + design . theta_u), theta_u ~ N(0, diag(prior_variance)).

    Coefficients whose prior variance is zero stay exactly zero.

    Raises
    ------
    ValueError
        If a variance is negative, or a person's number lies outside 0..persons-1.

    References
    ----------
    MacKay (1992). The evidence framework applied to classification networks, section 3.
    """
    if (prior_variance_Q < 0).any():
        raise ValueError(f"prior variances should be >= 0, the least is {prior_variance_Q.min()}")
    if len(person_N) and not (person_N.min() >= 0 and person_N.max() < persons):
        raise ValueError(f"persons={persons} should exceed every person's number, found {person_N.max()}")
    free = prior_variance_Q > 0
    q = int(free.sum())
    result = prior_posterior(prior_variance_Q, persons)
    if q == 0 or len(offset_N) == 0:
        return result
    design = design_NQ[:, free]
    precision = np.diag(1.0 / prior_variance_Q[free])
    weight = np.ones(len(offset_N)) if weight_N is None else weight_N
    theta = np.zeros((persons, q))
    hessian = np.broadcast_to(precision, (persons, q, q)).copy()

    def derivatives(theta: Floats) -> tuple[Floats, Floats]:
        p = expit(offset_N + (design * theta[person_N]).sum(1))
        gradient = theta @ precision
        np.add.at(gradient, person_N, (weight * (p - target_N))[:, None] * design)
        curvature = np.broadcast_to(precision, (persons, q, q)).copy()
        np.add.at(curvature, person_N, (weight * p * (1 - p))[:, None, None] * design[:, :, None] * design[:, None, :])
        return gradient, curvature

    def negative_log(theta: Floats) -> Floats:
        f = offset_N + (design * theta[person_N]).sum(1)
        likelihood = np.bincount(person_N, weight * (np.logaddexp(0.0, f) - target_N * f), persons)
        return np.asarray(likelihood + 0.5 * np.einsum("uq,qr,ur->u", theta, precision, theta))

    value = negative_log(theta)
    for _ in range(STEPS):
        gradient, hessian = derivatives(theta)
        step = np.linalg.solve(hessian, gradient[:, :, None])[:, :, 0]
        trial = theta - step
        ahead = negative_log(trial)
        for _ in range(30):  # halve only the steps of those whose objective rose
            worse = ahead > value + 1e-12
            if not worse.any():
                break
            step[worse] *= 0.5
            trial = theta - step
            ahead = negative_log(trial)
        theta, value = trial, ahead
        if np.abs(step).max() < TOLERANCE:
            break
    _, hessian = derivatives(theta)
    result.mean[:, free] = theta
    result.covariance[np.ix_(np.arange(persons), free, free)] = np.linalg.inv(hessian)
    return result
