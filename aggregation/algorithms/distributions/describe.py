"""Counts, weighted shares, posteriors and pooled estimates of every item and group.

Shapes: N answers, R raters, I items, G groups, K options.  The last group of arrays over G + 1 is everybody.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aggregation.algorithms.distributions.pooling import pool_groups
from aggregation.algorithms.distributions.posterior import Posterior, dirichlet_posterior

REFUSED = -1
"""The option code of an answer that was refused."""


@dataclass(frozen=True)
class CodedAnswers:
    """One entry per answer.

    Attributes
    ----------
    item_N, rater_N : codes 0..I-1 and 0..R-1
    option_N : codes 0..K-1, or -1 for a refusal
    group_R : each rater's group 0..G-1, or -1 for none
    weight_R : weights of raters, at least 0
    offered_IK : which options an item has
    """

    item_N: NDArray[np.int64]
    rater_N: NDArray[np.int64]
    option_N: NDArray[np.int64]
    group_R: NDArray[np.int64]
    weight_R: NDArray[np.float64]
    offered_IK: NDArray[np.bool_]
    n_groups: int

    @property
    def n_items(self) -> int:
        return int(self.offered_IK.shape[0])

    @property
    def n_options(self) -> int:
        return int(self.offered_IK.shape[1])

    @property
    def n_raters(self) -> int:
        return len(self.group_R)


@dataclass(frozen=True)
class Distributions:
    """What is known of each item's answers in each group; axis 1 is the groups, then everybody.

    Attributes
    ----------
    counts_IGK : answers
    refusals_IG : answers refused, which are in nothing else
    n_IG, n_eff_IG : answers, and how many equal ones they are worth
    raw_IGK, share_IGK : shares without and with weights; nan without answers
    posterior : Dirichlet posterior from weighted shares times n_eff
    pooled_mean_IGK, pooled_low_IGK, pooled_high_IGK : partially pooled over groups; nan where there is one group only,
        and for everybody
    strength_I : weight, in answers, of the other groups; nan where nothing was pooled
    """

    counts_IGK: NDArray[np.int64]
    refusals_IG: NDArray[np.int64]
    n_IG: NDArray[np.int64]
    n_eff_IG: NDArray[np.float64]
    raw_IGK: NDArray[np.float64]
    share_IGK: NDArray[np.float64]
    posterior: Posterior
    pooled_mean_IGK: NDArray[np.float64]
    pooled_low_IGK: NDArray[np.float64]
    pooled_high_IGK: NDArray[np.float64]
    strength_I: NDArray[np.float64]


def code_answers(
    item_N: ArrayLike,
    rater_N: ArrayLike,
    option_N: ArrayLike,
    group_R: ArrayLike,
    *,
    n_groups: int,
    offered_IK: ArrayLike,
    weight_R: ArrayLike | None = None,
) -> CodedAnswers:
    """Check the columns and put them together; without weights all raters weigh the same.

    Raises
    ------
    ValueError
        If columns differ in length, a code is out of range, an answer is an option that its item has not, or weights
        are negative or all 0.
    """
    items, raters, options = (np.asarray(column, dtype=np.int64) for column in (item_N, rater_N, option_N))
    groups, offered = np.asarray(group_R, dtype=np.int64), np.asarray(offered_IK, dtype=np.bool_)
    weights = np.ones(len(groups)) if weight_R is None else np.asarray(weight_R, dtype=np.float64)
    if not len(items) == len(raters) == len(options) or not len(items):
        raise ValueError(
            f"columns of {len(items)}, {len(raters)} and {len(options)} should be equally long, at least 1"
        )
    if offered.ndim != 2 or not offered.any(axis=1).all():
        raise ValueError("every item should have at least one option")
    for name, codes, least, bound in (
        ("item", items, 0, len(offered)),
        ("rater", raters, 0, len(groups)),
        ("option", options, REFUSED, offered.shape[1]),
        ("group", groups, -1, n_groups),
    ):
        if codes.min() < least or codes.max() >= bound:
            raise ValueError(f"{name} codes {codes.min()}..{codes.max()} should lie within {least}..{bound - 1}")
    if weights.shape != groups.shape or not np.isfinite(weights).all() or (weights < 0).any() or not weights.sum() > 0:
        raise ValueError(f"weights should be {len(groups)} finite numbers >= 0, not all 0")
    given = options != REFUSED
    if not offered[items[given], options[given]].all():
        raise ValueError("an answer is an option that its item does not have")
    return CodedAnswers(items, raters, options, groups, weights, offered, n_groups)


def describe_answers(answers: CodedAnswers, *, alpha0: float | None = None) -> Distributions:
    """Describe every item and group.

    Weighted counts are normalised within each cell (weights of mean 1 there), so that only ratios of weights matter.

    Parameters
    ----------
    alpha0 : total weight of the prior in answers; K / 2 (Jeffreys) without it, K being the item's options

    Raises
    ------
    ValueError
        If alpha0 is not > 0.
    """
    counts = sums(answers, np.ones(answers.n_raters)).round().astype(np.int64)
    weighted = sums(answers, answers.weight_R)
    squares = sums(answers, answers.weight_R**2).sum(axis=2)
    total = weighted.sum(axis=2)
    n_eff = np.divide(total**2, squares, out=np.zeros_like(total), where=squares > 0)
    share = shares(weighted)
    effective = np.nan_to_num(share) * n_eff[..., None]
    offered = np.broadcast_to(answers.offered_IK[:, None, :], effective.shape)
    posterior = dirichlet_posterior(effective, alpha0=alpha0, offered=offered)
    mean, low, high, strength = _pooled(effective[:, :-1], answers.offered_IK, alpha0)
    return Distributions(
        counts_IGK=counts,
        refusals_IG=_refusals(answers),
        n_IG=counts.sum(axis=2),
        n_eff_IG=n_eff,
        raw_IGK=shares(counts.astype(np.float64)),
        share_IGK=share,
        posterior=posterior,
        pooled_mean_IGK=mean,
        pooled_low_IGK=low,
        pooled_high_IGK=high,
        strength_I=strength,
    )


def sums(answers: CodedAnswers, weight_R: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of raters' weights per item, group (the last one everybody) and option; refusals left out."""
    given = answers.option_N != REFUSED
    item, rater, option = answers.item_N[given], answers.rater_N[given], answers.option_N[given]
    return _tally(answers, item, rater, option, weight_R, answers.n_options)


def shares(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each row over its sum; nan where the sum is 0."""
    total = weight.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(weight, total, out=np.full_like(weight, np.nan), where=total > 0))


def _refusals(answers: CodedAnswers) -> NDArray[np.int64]:
    refused = answers.option_N == REFUSED
    item, rater = answers.item_N[refused], answers.rater_N[refused]
    found = _tally(answers, item, rater, np.zeros(len(item), dtype=np.int64), np.ones(answers.n_raters), 1)
    return found[..., 0].round().astype(np.int64)


def _tally(
    answers: CodedAnswers,
    item: NDArray[np.int64],
    rater: NDArray[np.int64],
    option: NDArray[np.int64],
    weight_R: NDArray[np.float64],
    n_options: int,
) -> NDArray[np.float64]:
    shape = (answers.n_items, answers.n_groups + 1, n_options)
    weight, group = weight_R[rater], answers.group_R[rater]
    everybody = np.bincount(item * n_options + option, weight, minlength=shape[0] * n_options)
    known = group >= 0
    cells = (item[known] * answers.n_groups + group[known]) * n_options + option[known]
    grouped = np.bincount(cells, weight[known], minlength=shape[0] * answers.n_groups * n_options)
    found = np.empty(shape)
    found[:, :-1] = grouped.reshape(shape[0], answers.n_groups, n_options)
    found[:, -1] = everybody.reshape(shape[0], n_options)
    return found


def _pooled(
    effective_IGK: NDArray[np.float64], offered_IK: NDArray[np.bool_], alpha0: float | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    items, groups, options = effective_IGK.shape
    mean, low, high = (np.full((items, groups + 1, options), np.nan) for _ in range(3))
    strength = np.full(items, np.nan)
    for item in range(items if groups > 1 else 0):
        columns = np.flatnonzero(offered_IK[item])
        pooled = pool_groups(effective_IGK[item][:, columns], alpha0=alpha0)
        if pooled is not None:
            mean[item, :-1, columns] = pooled.mean_GK.T
            low[item, :-1, columns] = pooled.low_GK.T
            high[item, :-1, columns] = pooled.high_GK.T
            strength[item] = pooled.strength
    return mean, low, high, strength
