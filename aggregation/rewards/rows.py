"""Answers and comparisons as tensors, ready to be scored.

Shapes: N points, P pairs, A attributes, L = A + 2 factors (attributes, context, rater).
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from aggregation.rewards.data import Floats, Ints, Pairs, Points
from aggregation.rewards.model import Who


@dataclass(frozen=True)
class PointRows:
    """Answers."""

    item: Tensor
    codes: Tensor  # (N, L)
    who: Who
    dimension: Tensor
    target: Tensor  # (N,) whether the value reaches the threshold
    level: Tensor  # (N,) ordinal level from 0
    weight: Tensor


@dataclass(frozen=True)
class PairRows:
    """Comparisons."""

    item_a: Tensor
    item_b: Tensor
    codes: Tensor  # (P, L)
    who: Who
    dimension: Tensor
    preferred: Tensor
    tie: Tensor
    weight: Tensor


@dataclass(frozen=True)
class Rows:
    """All that one fit learns from; ``safe`` are absolute labels (1 safe, 0 not) of the texts ``safe_item``."""

    points: PointRows
    pairs: PairRows
    safe_item: Tensor
    safe: Tensor

    def weighted(self, rater_weight_U: Floats) -> "Rows":
        """The same rows with each person's weight multiplied in (a bootstrap over people)."""
        everyone = np.append(rater_weight_U, 1.0)  # an unnamed rater, -1, keeps weight 1
        factor = torch.as_tensor(everyone, dtype=torch.float64, device=self.points.weight.device)

        def times(rows: PointRows | PairRows) -> Tensor:
            return rows.weight * factor[rows.codes[:, -1]]

        return replace(
            self,
            points=replace(self.points, weight=times(self.points)),
            pairs=replace(self.pairs, weight=times(self.pairs)),
        )


def fewer_pairs(rows: PairRows, *, per_answer: float = 2.0, seed: int = 0) -> PairRows:
    """About ``per_answer`` pairs for each answer that a person's pairs are made of, weighted to stand for all.

    Twenty answers give up to 190 pairs that say little more than forty of them do.
    """
    n = len(rows.item_a)
    share = (per_answer * rows.weight).clamp(max=1.0)
    drawn = np.random.default_rng(seed).random(n)
    kept = torch.as_tensor(drawn, device=share.device) < share
    codes = rows.codes[kept]
    return PairRows(
        rows.item_a[kept],
        rows.item_b[kept],
        codes,
        Who.of(codes),
        rows.dimension[kept],
        rows.preferred[kept],
        rows.tie[kept],
        rows.weight[kept] / share[kept],
    )


def factor_codes(rows: Points | Pairs) -> Ints:
    """Codes of all factors side by side, (n, A + 2)."""
    return np.concatenate([rows.groups, rows.context[:, None], rows.rater[:, None]], axis=1)


def point_rows(
    answers: Points, *, threshold: float, levels: Floats, weight: Floats | None = None, device: str = "cpu"
) -> PointRows:
    """Tensors of answers; ``levels`` are the distinct values in order, for the ordinal loss."""
    codes = torch.as_tensor(factor_codes(answers), device=device)
    return PointRows(
        torch.as_tensor(answers.item, device=device),
        codes,
        Who.of(codes),
        torch.as_tensor(answers.dimension, device=device),
        torch.as_tensor((answers.value >= threshold).astype(np.float64), device=device),
        torch.as_tensor(np.clip(np.searchsorted(levels, answers.value), 0, max(len(levels) - 1, 0)), device=device),
        torch.as_tensor(np.ones(len(answers)) if weight is None else weight, device=device),
    )


def pair_rows(comparisons: Pairs, *, prefer: str = "high", device: str = "cpu") -> PairRows:
    """Tensors of comparisons, in terms of the higher value, also where the lower is preferred.

    Each is weighted so that a person's pairs count no more than the answers they are made of.
    Twenty answers give 190 pairs but no more than twenty answers' worth of knowledge: pairs of one person together
    weigh what the distinct texts in them do, and never more than one each.
    """
    n = len(comparisons)
    weight = np.ones(n)
    if n:
        rater = comparisons.rater - comparisons.rater.min()
        texts = np.unique(
            np.stack([np.tile(rater, 2), np.concatenate([comparisons.item_a, comparisons.item_b])], axis=1), axis=0
        )
        answers, made = np.bincount(texts[:, 0]), np.bincount(rater)
        weight = np.minimum(answers[rater] / made[rater], 1.0)
    codes = torch.as_tensor(factor_codes(comparisons), device=device)
    return PairRows(
        torch.as_tensor(comparisons.item_a, device=device),
        torch.as_tensor(comparisons.item_b, device=device),
        codes,
        Who.of(codes),
        torch.as_tensor(comparisons.dimension, device=device),
        torch.as_tensor(comparisons.preferred if prefer == "high" else 1.0 - comparisons.preferred, device=device),
        torch.as_tensor(comparisons.tie, device=device),
        torch.as_tensor(weight, device=device),
    )
