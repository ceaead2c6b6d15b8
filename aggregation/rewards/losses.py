"""Losses of answers and comparisons: one value per row; how they are averaged is the business of ``reductions``.

Every loss takes latents per expert, shape (N, K), and log mixing probabilities of the same shape: experts mix
*probabilities*, not rewards (Shen et al. 2025, MiCRo). With one expert the log gate is zero and nothing changes.
"""

import torch
from torch import Tensor
from torch.nn import functional

SMALL = 1e-12


def _mix(log_probability_NK: Tensor, log_gate_NK: Tensor) -> Tensor:
    return torch.logsumexp(log_probability_NK + log_gate_NK, dim=1)


def binary(latent_NK: Tensor, target_N: Tensor, log_gate_NK: Tensor) -> Tensor:
    """Cross entropy of "the value reaches the threshold"; soft targets in [0, 1] allowed."""
    if latent_NK.shape[1] == 1:
        return functional.softplus(latent_NK[:, 0]) - target_N * latent_NK[:, 0]
    yes = _mix(functional.logsigmoid(latent_NK), log_gate_NK)
    no = _mix(functional.logsigmoid(-latent_NK), log_gate_NK)
    return -(target_N * yes + (1.0 - target_N) * no)


def cumulative_logit(latent_NK: Tensor, level_N: Tensor, cuts_J: Tensor, log_gate_NK: Tensor) -> Tensor:
    """Ordinal cumulative logit: P(level >= j) = sigmoid(latent - cut_j), j = 1..J, level in 0..J.

    ``cuts`` are sorted before use, so that every level keeps a probability.

    References
    ----------
    McCullagh (1980). Regression models for ordinal data.
    """
    cuts = torch.sort(cuts_J).values
    at_least = torch.sigmoid(latent_NK[:, :, None] - cuts)
    one, zero = torch.ones_like(at_least[:, :, :1]), torch.zeros_like(at_least[:, :, :1])
    chain = torch.cat([one, at_least, zero], dim=2)
    mass = (chain[:, :, :-1] - chain[:, :, 1:]).clamp_min(SMALL)
    chosen = mass.gather(2, level_N[:, None, None].expand(-1, mass.shape[1], 1))[:, :, 0]
    return -_mix(torch.log(chosen), log_gate_NK)


def bradley_terry(gap_NK: Tensor, preferred_N: Tensor, log_gate_NK: Tensor) -> Tensor:
    """-log sigmoid(mu_a - mu_b), with soft labels (a tie without a model of ties counts one half)."""
    return binary(gap_NK, preferred_N, log_gate_NK)


def rao_kupper(gap_NK: Tensor, preferred_N: Tensor, tie_N: Tensor, log_nu: Tensor, log_gate_NK: Tensor) -> Tensor:
    """Bradley-Terry with a threshold for ties: P(a) = e^a / (e^a + theta e^b), theta = 1 + exp(log_nu) > 1.

    References
    ----------
    Rao and Kupper (1967). Ties in paired-comparison experiments, eq. 3.1-3.2.
    """
    log_theta = functional.softplus(log_nu)
    wins, loses = functional.logsigmoid(gap_NK - log_theta), functional.logsigmoid(-gap_NK - log_theta)
    ties = wins + loses + torch.log(torch.expm1(2.0 * log_theta).clamp_min(SMALL))
    return _three_way(wins, loses, ties, preferred_N, tie_N, log_gate_NK)


def davidson(gap_NK: Tensor, preferred_N: Tensor, tie_N: Tensor, log_nu: Tensor, log_gate_NK: Tensor) -> Tensor:
    """Bradley-Terry with ties in proportion to the geometric mean: P(tie) prop. nu e^((a+b)/2).

    References
    ----------
    Davidson (1970). On extending the Bradley-Terry model to accommodate ties, eq. 2.4.
    """
    half = 0.5 * gap_NK
    scores = torch.stack([half, -half, log_nu.expand_as(half)], dim=0)
    wins, loses, ties = torch.log_softmax(scores, dim=0)
    return _three_way(wins, loses, ties, preferred_N, tie_N, log_gate_NK)


def _three_way(wins: Tensor, loses: Tensor, ties: Tensor, preferred: Tensor, tie: Tensor, log_gate: Tensor) -> Tensor:
    decided = preferred * _mix(wins, log_gate) + (1.0 - preferred) * _mix(loses, log_gate)
    return -torch.where(tie, _mix(ties, log_gate), decided)


def distributional(
    gap_NK: Tensor, sigma_a_N: Tensor, sigma_b_N: Tensor, preferred_N: Tensor, log_gate_NK: Tensor
) -> Tensor:
    """-log Phi((mu_a - mu_b) / sqrt(sigma_a^2 + sigma_b^2)): the rewards are normal, not points.

    ``log_ndtr`` stays finite where log(Phi) has long become minus infinity.

    References
    ----------
    Siththaranjan, Laidlaw and Hadfield-Menell (2024). Distributional preference learning.
    """
    z = gap_NK / torch.sqrt(sigma_a_N**2 + sigma_b_N**2)[:, None]
    wins, loses = _mix(torch.special.log_ndtr(z), log_gate_NK), _mix(torch.special.log_ndtr(-z), log_gate_NK)
    return -(preferred_N * wins + (1.0 - preferred_N) * loses)


def centering(score_TD: Tensor) -> Tensor:
    """Squared mean score per dimension: comparisons leave the zero of a reward free, this pins it.

    References
    ----------
    Eisenstein et al. (2023). Helping or herding? Reward model ensembles, section 3.
    """
    return (score_TD.mean(0) ** 2).sum()
