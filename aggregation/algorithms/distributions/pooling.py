"""Partial pooling: small groups borrow from the others, as far as the groups resemble each other.

Shapes: G groups, K options, S strengths tried.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from aggregation.algorithms.distributions.posterior import LEVEL

_STRENGTHS = 2.0 ** np.arange(-1, 11, 0.5)
"""Tried as the weight, in answers, of what the other groups say."""
_HALVINGS = 40


@dataclass(frozen=True)
class Pooled:
    """Partially pooled shares of each group.

    Attributes
    ----------
    mean_GK, low_GK, high_GK : posterior mean and equal-tailed interval of each share
    strength : posterior mean (in logarithms) of the weight of the other groups' answers
    """

    mean_GK: NDArray[np.float64]
    low_GK: NDArray[np.float64]
    high_GK: NDArray[np.float64]
    strength: float


def pool_groups(counts_GK: ArrayLike, *, alpha0: float | None = None, level: float = LEVEL) -> Pooled | None:
    """Dirichlet–multinomial model of the groups of one question, averaged over how alike the groups may be.

    Group g's shares have a Dirichlet prior centred on the other groups' shares (smoothed by alpha0); its weight s is
    the same for all groups, has a uniform shrinkage prior, and is averaged over its posterior by the
    Dirichlet–multinomial likelihood. Where groups differ, s is small and each keeps its own shares;
    where they agree, small groups are drawn to the others. Since the centre is taken from the same answers, 95 %
    intervals of a handful of small groups hold the truth in about 92 %.

    Parameters
    ----------
    counts_GK : counts >= 0, effective ones where answers have weights; a group without answers gets the others' shares
    alpha0 : K / 2 without it

    Returns
    -------
    None where fewer than two groups have answers: there is nothing to pool

    Raises
    ------
    ValueError
        If counts are negative or not a table, or alpha0 is not > 0.

    References
    ----------
    Gelman, Carlin, Stern, Dunson, Vehtari and Rubin (2013), Bayesian data analysis, chapter 5. Daniels (1999), A
    prior for the variance in hierarchical models (uniform shrinkage).
    """
    counts = np.asarray(counts_GK, dtype=np.float64)
    if counts.ndim != 2 or not counts.size or not np.isfinite(counts).all() or (counts < 0).any():
        raise ValueError(f"counts of shape {counts.shape} should be groups by options, finite and >= 0")
    options = counts.shape[1]
    prior = options / 2 if alpha0 is None else alpha0
    if not prior > 0:
        raise ValueError(f"alpha0={prior:g} should be > 0")
    if (counts.sum(axis=1) > 0).sum() < 2:
        return None
    alpha_SGK = _priors(counts, prior)
    likelihood_S = _log_likelihood(alpha_SGK, counts) + _uniform_shrinkage(counts.sum(axis=1))
    weight_S = np.exp(likelihood_S - likelihood_S.max())
    weight_S /= weight_S.sum()
    alpha_SGK = alpha_SGK + counts
    total_SG1 = alpha_SGK.sum(axis=2, keepdims=True)
    mean_GK = np.einsum("s,sgk->gk", weight_S, alpha_SGK / total_SG1)
    low_GK, high_GK = (
        _quantile(share, weight_S, alpha_SGK, total_SG1 - alpha_SGK) for share in ((1 - level) / 2, (1 + level) / 2)
    )
    return Pooled(mean_GK, low_GK, high_GK, float(np.exp(weight_S @ np.log(_STRENGTHS))))


def _uniform_shrinkage(n_G: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithm of the prior of each strength, up to a constant: shrinkage s / (s + n) is uniform for a typical n."""
    some = n_G[n_G > 0]
    typical = len(some) / (1 / some).sum()
    return np.asarray(np.log(_STRENGTHS) - 2 * np.log(_STRENGTHS + typical))


def _priors(counts_GK: NDArray[np.float64], prior: float) -> NDArray[np.float64]:
    """The Dirichlet prior of each group at each strength, centred on the others' shares.

    In units of a share's m(1 − m), a group of n answers tells the centre with precision (s + 1) n / (n + s); the centre
    is the mean weighted by it, and its own variance widens the prior (by matching moments): few groups say little of
    the next one however many answers they have.
    """
    n_G = counts_GK.sum(axis=1)
    share_GK = np.divide(counts_GK, n_G[:, None], out=np.zeros_like(counts_GK), where=n_G[:, None] > 0)
    s_S1 = _STRENGTHS[:, None]
    precision_SG = (s_S1 + 1) * n_G / (n_G + s_S1)
    others_SG = precision_SG.sum(axis=1, keepdims=True) - precision_SG + prior
    total_SGK = np.einsum("sg,gk->sk", precision_SG, share_GK)[:, None] - precision_SG[..., None] * share_GK
    centre_SGK = (total_SGK + prior / counts_GK.shape[1]) / others_SG[..., None]
    weight_SG = 1 / (1 / (s_S1 + 1) + 1 / (others_SG + 1)) - 1
    return np.asarray(np.maximum(weight_SG, 0.05)[..., None] * centre_SGK)


def _log_likelihood(alpha_SGK: NDArray[np.float64], counts_GK: NDArray[np.float64]) -> NDArray[np.float64]:
    """Dirichlet–multinomial likelihood of all groups for each strength, up to a constant, shape (S,)."""
    total_SG, n_G = alpha_SGK.sum(axis=2), counts_GK.sum(axis=1)
    of_groups = special.gammaln(total_SG) - special.gammaln(total_SG + n_G)
    of_options = special.gammaln(alpha_SGK + counts_GK) - special.gammaln(alpha_SGK)
    found: NDArray[np.float64] = of_groups.sum(axis=1) + of_options.sum(axis=(1, 2))
    return found


def _quantile(
    share: float, weight_S: NDArray[np.float64], alpha_SGK: NDArray[np.float64], rest_SGK: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Quantile of a mixture of beta distributions by halving, shape (G, K)."""
    kept = weight_S > 1e-6
    weight_S, alpha_SGK, rest_SGK = weight_S[kept] / weight_S[kept].sum(), alpha_SGK[kept], rest_SGK[kept]
    low, high = np.zeros(alpha_SGK.shape[1:]), np.ones(alpha_SGK.shape[1:])
    if alpha_SGK.shape[2] == 1:
        return high
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        below = np.einsum("s,sgk->gk", weight_S, special.betainc(alpha_SGK, rest_SGK, middle)) < share
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2
