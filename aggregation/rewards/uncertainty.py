"""Three quantities that are not one: what we do not know, where a person is of two minds, and where groups differ.

Entropies are in nats.  Shapes: M members, N rows, G groups.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import xlogy

from aggregation.rewards.data import Floats


def binary_entropy(probability: Floats) -> Floats:
    """H[p] in nats."""
    return np.asarray(-(xlogy(probability, probability) + xlogy(1 - probability, 1 - probability)))


@dataclass(frozen=True)
class Entropies:
    """H of the mean is the sum of the two parts."""

    mean: Floats  # (N,) averaged probability
    aleatoric: Floats  # (N,) mean_m H[p_m]
    epistemic: Floats  # (N,) H[mean p] - mean_m H[p_m], the mutual information with the member


def split_entropy(probability_MN: Floats) -> Entropies:
    """Decompose an ensemble's predictive entropy.

    References
    ----------
    Depeweg et al. (2018). Decomposition of uncertainty in Bayesian deep learning, eq. 6.
    """
    mean = probability_MN.mean(axis=0)
    aleatoric = binary_entropy(probability_MN).mean(axis=0)
    return Entropies(mean, aleatoric, np.maximum(binary_entropy(mean) - aleatoric, 0.0))


def group_disagreement(reward_NG: Floats, share_G: Floats) -> Floats:
    """Var_g[r(x | g)] weighted by population share, (N,): a conflict between groups, never noise."""
    share = share_G / share_G.sum()
    centre = reward_NG @ share
    return np.asarray(((reward_NG - centre[:, None]) ** 2) @ share)


def semantic_entropy(embeddings: Floats, *, similarity: float = 0.85) -> float:
    """Discrete entropy (nats) over cosine clusters of sampled answers: a *proxy* for clusters of meaning.

    An answer joins the first cluster whose first member is at least as similar as ``similarity``; the original uses
    mutual entailment, for which cosine similarity only stands in.

    References
    ----------
    Farquhar et al. (2024). Detecting hallucinations in large language models using semantic entropy.
    """
    if len(embeddings) == 0:
        raise ValueError("answers=0 should be >= 1")
    unit = embeddings / np.maximum(np.linalg.norm(embeddings, axis=1, keepdims=True), 1e-12)
    leaders: list[int] = []
    sizes: list[int] = []
    for row in range(len(unit)):
        near = [place for place, leader in enumerate(leaders) if float(unit[leader] @ unit[row]) >= similarity]
        if near:
            sizes[near[0]] += 1
        else:
            leaders.append(row)
            sizes.append(1)
    share = np.array(sizes) / len(unit)
    return float(-(share * np.log(share)).sum())


@dataclass(frozen=True)
class Stability:
    """How judgments hold when the same thing is asked otherwise."""

    same_choice: float  # share of originals whose choice no variant changes
    mean_shift: float  # mean absolute change of the probability


def stability(original_N: Floats, variants_NV: Floats) -> Stability:
    """Stability of probabilities under paraphrases, or under swapping the options (give 1 - p of the swapped order)."""
    if variants_NV.ndim != 2 or len(variants_NV) != len(original_N):
        raise ValueError(f"variants of shape {variants_NV.shape} should have {len(original_N)} rows")
    same = ((variants_NV >= 0.5) == (original_N >= 0.5)[:, None]).all(axis=1)
    return Stability(float(same.mean()), float(np.abs(variants_NV - original_N[:, None]).mean()))


@dataclass(frozen=True)
class ProcessQuality:
    """Q = alpha C + beta A + gamma O, with its parts, which say more than their sum."""

    conflict: float
    arbitration: float
    outcome: float
    quality: float


def process_quality(
    conflict: float, arbitration: float, outcome: float, *, weights: tuple[float, float, float] = (1 / 3, 1 / 3, 1 / 3)
) -> ProcessQuality:
    """Credit recognising a conflict (C), arbitrating it (A) and the outcome (O), each in [0, 1].

    References
    ----------
    Bao et al. (2026). General alignment has hit a ceiling; edge alignment must be taken seriously.
    """
    parts = np.array([conflict, arbitration, outcome])
    share = np.array(weights)
    if (parts < 0).any() or (parts > 1).any():
        raise ValueError(f"the parts {parts.tolist()} should lie in [0, 1]")
    if (share < 0).any() or abs(share.sum() - 1) > 1e-9:
        raise ValueError(f"the weights {share.tolist()} should be >= 0 and sum to 1, they sum to {share.sum():g}")
    return ProcessQuality(conflict, arbitration, outcome, float(parts @ share))
