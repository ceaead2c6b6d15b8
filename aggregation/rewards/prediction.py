"""From latents to probabilities: for everybody, for a group, for one person, with what is not known averaged over.

Each member of an ensemble gives a normal distribution of the latent reward: its mean, and the spread of the people whom
the mode does not tell apart. Probabilities average the link over that spread, so that they are neither too sure about
strangers nor too timid about those who have answered.

Shapes: N rows, T texts, D dimensions, C coordinates, K experts, Q = D + C person coefficients.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit, ndtr
from torch import Tensor

from aggregation.rewards.adaptation import Posterior
from aggregation.rewards.data import Floats, Ints, Pairs, Points
from aggregation.rewards.model import RewardModel, TextScores
from aggregation.rewards.rows import factor_codes

Mode = Literal["pooled", "group", "rater"]
MODES: tuple[Mode, ...] = ("pooled", "group", "rater")
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True)
class TextArrays:
    """:class:`~aggregation.rewards.model.TextScores` as arrays."""

    score: Floats  # (T, D, K)
    turn: Floats  # (T, D, C)
    gate: Floats  # (T, K)
    sigma: Floats | None  # (T, D)
    safety: Floats | None  # (T,)

    @classmethod
    def of(cls, texts: TextScores) -> "TextArrays":
        """Copy from the device."""

        def array(tensor: Tensor) -> Floats:
            return np.asarray(tensor.detach().cpu().numpy())

        return cls(
            array(texts.score),
            array(texts.turn),
            np.exp(array(texts.log_gate)),
            None if texts.sigma is None else array(texts.sigma),
            None if texts.safety is None else array(texts.safety),
        )


@dataclass(frozen=True)
class Population:
    """How people differ: moments of the group part over the raters learnt from, and the spread within a group."""

    mean: Floats  # (Q,)
    between_groups: Floats  # (Q, Q)
    within_groups: Floats  # (Q,) variances of a person around the group mean


@dataclass(frozen=True)
class Latent:
    """Normal distribution of each row's latent reward (or difference of rewards)."""

    mean: Floats  # (N, K)
    variance: Floats  # (N,)
    gate: Floats  # (N, K)
    group_variance: Floats  # (N,) variance of the reward between groups, weighted by population share
    sigma: Floats | None  # (N,)


def point_latent(
    model: RewardModel, texts: TextArrays, people: Population, rows: Points, mode: Mode, posterior: Posterior | None
) -> Latent:
    """Latent rewards of answers; ``posterior`` holds one entry per rater code and is only read in rater mode."""
    q = texts.turn[rows.item, rows.dimension]
    severity = np.zeros((len(rows), texts.score.shape[1]))
    severity[np.arange(len(rows)), rows.dimension] = 1.0
    return _latent(
        model,
        people,
        np.concatenate([severity, q], axis=1),
        texts.score[rows.item, rows.dimension],
        texts.gate[rows.item],
        None if texts.sigma is None else texts.sigma[rows.item, rows.dimension],
        factor_codes(rows),
        mode,
        posterior,
    )


def pair_latent(
    model: RewardModel, texts: TextArrays, people: Population, rows: Pairs, mode: Mode, posterior: Posterior | None
) -> Latent:
    """Latent differences of comparisons; severities cancel."""
    a, b, d = rows.item_a, rows.item_b, rows.dimension
    sigma = None if texts.sigma is None else np.sqrt(texts.sigma[a, d] ** 2 + texts.sigma[b, d] ** 2)
    return _latent(
        model,
        people,
        np.concatenate([np.zeros((len(rows), texts.score.shape[1])), texts.turn[a, d] - texts.turn[b, d]], axis=1),
        texts.score[a, d] - texts.score[b, d],
        texts.gate[a],
        sigma,
        factor_codes(rows),
        mode,
        posterior,
    )


def level_effects(model: RewardModel, codes_NL: Ints) -> Floats:
    """Summed coefficients (N, Q) of each row's attributes and context (the rater, the last factor, left out)."""
    total = np.zeros((len(codes_NL), len(model.spec.dimensions) + model.spec.coordinates))
    for place, (_, levels) in enumerate(model.spec.factors[:-1]):
        if levels:
            table = np.concatenate(
                [model.severity[place].detach().cpu().numpy(), model.coordinate[place].detach().cpu().numpy()], axis=1
            )
            total += np.concatenate([table, np.zeros((1, table.shape[1]))])[codes_NL[:, place]]
    return total


def _latent(
    model: RewardModel,
    people: Population,
    design: Floats,
    score: Floats,
    gate: Floats,
    sigma: Floats | None,
    codes: Ints,
    mode: Mode,
    posterior: Posterior | None,
) -> Latent:
    within = (design**2) @ people.within_groups
    between = np.einsum("nq,qr,nr->n", design, people.between_groups, design)
    if mode == "pooled":
        shift, variance = design @ people.mean, within + between
    else:
        shift, variance = (design * level_effects(model, codes)).sum(1), within.copy()
        if mode == "rater" and posterior is not None:
            known = codes[:, -1] >= 0
            who, known_design = codes[known, -1], design[known]
            shift[known] += (known_design * posterior.mean[who]).sum(1)
            variance[known] = np.einsum("nq,nqr,nr->n", known_design, posterior.covariance[who], known_design)
    return Latent(score + shift[:, None], variance, gate, between, sigma)


def threshold_probability(latent: Latent, *, cut: float = 0.0) -> Floats:
    """P(value reaches the threshold), (N,), averaged over the people the mode does not tell apart."""
    return _averaged(latent, lambda f: expit(f - cut))


def preference_probability(latent: Latent, *, link: str = "logit", tie: float | None = None) -> Floats:
    """P(a preferred, given that one is), (N,); ``tie`` is Rao and Kupper's log theta."""
    if link == "probit" and latent.sigma is not None:
        spread = np.sqrt(latent.sigma**2 + latent.variance)[:, None]
        return np.asarray((latent.gate * ndtr(latent.mean / spread)).sum(1))
    if tie is None:
        return _averaged(latent, expit)

    def decided(f: Floats) -> Floats:
        wins, loses = expit(f - tie), expit(-f - tie)
        return np.asarray(wins / (wins + loses))

    return _averaged(latent, decided)


def _averaged(latent: Latent, link: Callable[[Floats], Floats]) -> Floats:
    spread = np.sqrt(np.maximum(latent.variance, 0.0))[:, None, None]
    at_nodes = link(latent.mean[:, :, None] + spread * _NODES)
    return np.asarray((latent.gate * (at_nodes @ _WEIGHTS)).sum(1))
