"""From losses per row to one number: means, worst groups, tails, and weights that fall with uncertainty.

Shapes: N rows, G groups, A attributes.
"""

import numpy as np
import torch
from torch import Tensor

from aggregation.rewards.data import Floats, Ints


def group_means(loss_N: Tensor, group_N: Tensor, groups: int, weight_N: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Mean loss (G,) and total weight (G,) per group; rows of group -1 count in none, an empty group has mean 0."""
    weight = torch.ones_like(loss_N) if weight_N is None else weight_N
    known = group_N >= 0
    place, weight = group_N[known], weight[known]
    total = loss_N.new_zeros(groups).index_add(0, place, weight * loss_N[known])
    mass = loss_N.new_zeros(groups).index_add(0, place, weight)
    return total / mass.clamp_min(1e-12), mass


class GroupDro:
    """Distributionally robust optimisation over groups: q_g is multiplied by exp(eta L_g) at every step.

    The reduced loss is sum_g q_g L_g. Without a strong L2 penalty or early stopping an overparameterised model drives
    every L_g to zero and nothing is gained.

    References
    ----------
    Sagawa et al. (2020). Distributionally robust neural networks for group shifts, algorithm 1.
    """

    def __init__(self, groups: int, *, eta: float = 0.1) -> None:
        if groups < 1 or not eta > 0:
            raise ValueError(f"groups={groups} should be >= 1 and eta={eta} > 0")
        self.eta = eta
        self.q = torch.full((groups,), 1.0 / groups, dtype=torch.float64)

    def __call__(self, loss_G: Tensor, present_G: Tensor | None = None) -> Tensor:
        """Update q with the groups' losses (absent groups keep their share), then weigh the losses with it."""
        losses = loss_G.detach().to(self.q)
        if present_G is not None:
            losses = torch.where(present_G, losses, torch.zeros_like(losses))
        raised = self.q * torch.exp(self.eta * (losses - losses.max()))
        self.q = raised / raised.sum()
        return (self.q.to(loss_G) * loss_G).sum()


def cvar(loss_G: Tensor, share_G: Tensor, alpha: float) -> Tensor:
    """Conditional value at risk of group losses: the mean over the worst ``alpha`` of the population.

    CVaR = min_eta eta + E[(L - eta)_+] / alpha, whose minimum over a discrete distribution is reached at one of the
    losses; it is therefore computed exactly, and its gradient falls on the groups in the tail.

    Raises
    ------
    ValueError
        If alpha is outside (0, 1], or alpha * G < 1: the tail would be smaller than one group of average size and the
        figure would be the maximum under another name.

    References
    ----------
    Rockafellar and Uryasev (2000). Optimization of conditional value-at-risk, theorem 1.
    """
    check_tail(alpha, len(loss_G))
    share = share_G / share_G.sum()
    order = torch.argsort(loss_G.detach(), descending=True)
    before = torch.cumsum(share[order], 0) - share[order]
    taken = torch.minimum(share[order], (alpha - before).clamp_min(0.0)) / alpha
    return (taken * loss_G[order]).sum()


def check_tail(alpha: float, groups: int) -> None:
    """Refuse a tail smaller than one group of average size.

    Raises
    ------
    ValueError
        With both numbers.
    """
    if not 0 < alpha <= 1:
        raise ValueError(f"alpha={alpha} should lie in (0, 1]")
    if alpha * groups < 1 - 1e-12:
        raise ValueError(f"alpha={alpha} times groups={groups} is {alpha * groups:g}; it should be >= 1")


def uncertainty_weights(uncertainty: Floats, groups: Ints | None = None, *, beta: float = 2.0) -> Floats:
    """Weights exp(-beta u) that trust certain labels more, with mean 1 overall and in every level of each attribute.

    Without the second condition the weights would silence exactly the groups that disagree. Several attributes are
    balanced together by iterative proportional fitting; rows whose level is withheld (-1) form a level of their own.
    They are constants: no gradient flows through them.

    Parameters
    ----------
    uncertainty : array of shape (n_rows,), for example the entropy of the model's own probability in bits
    groups : array of shape (n_rows, n_attributes), optional

    References
    ----------
    Huang et al. (2025). Self-priority alignment, uncertainty-weighted preference loss.
    """
    if not beta >= 0:
        raise ValueError(f"beta={beta} should be >= 0")
    weight = np.exp(-beta * (uncertainty - uncertainty.min(initial=0.0)))
    columns = [] if groups is None else [column + 1 for column in groups.T]
    columns.append(np.zeros(len(weight), dtype=np.int64))
    for _ in range(200):
        worst = 0.0
        for column in columns:
            count = np.bincount(column)
            mean = np.bincount(column, weight) / np.maximum(count, 1)
            worst = max(worst, float(np.abs(mean[count > 0] - 1.0).max()))
            weight = weight / mean[column]
        if worst < 1e-10:
            break
    return np.asarray(weight)


def effective_n(weight: Floats) -> float:
    """Kish's effective number of rows, (sum w)^2 / sum w^2."""
    return float(weight.sum() ** 2 / (weight**2).sum())
