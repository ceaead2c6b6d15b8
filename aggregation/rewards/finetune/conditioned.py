"""Who prefers: the factorised head of frozen embeddings (see ``aggregation.rewards.model``) on a backbone that trains.

    r(x | g) = s(x) + q(x) . sum_f c_{f, g_f},   q(x) = (s(x), R learnt directions of the last hidden state)

Severities cancel in comparisons by one person and are left out. A withheld level adds zero.

Shapes: B texts of a batch, F factors, C coordinates (1 + R).
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

PEOPLE = "people"
HEAD = "score"


class People(nn.Module):
    """Coordinates of every level of every factor, and the width of ties."""

    def __init__(self, levels: Sequence[int], coordinates: int) -> None:
        super().__init__()
        self.levels = tuple(int(count) for count in levels)
        self.table = nn.Embedding(sum(self.levels) + 1, coordinates, padding_idx=0)
        nn.init.zeros_(self.table.weight)
        self.tie = nn.Parameter(torch.zeros(1))

    def forward(self, codes_BF: Tensor) -> tuple[Tensor, Tensor]:
        """Summed coordinates (B, C) of codes where -1 is withheld, and log nu, (1,)."""
        starts = torch.tensor([1 + sum(self.levels[:place]) for place in range(len(self.levels))])
        rows = torch.where(codes_BF >= 0, codes_BF + starts.to(codes_BF), torch.zeros_like(codes_BF))
        return self.table(rows).sum(1), self.tie


class Conditioned:
    """Mixed into a model for sequence classification: its logits become (B, 2), the reward and log nu of ties."""

    def forward(self, *arguments: Any, codes: Tensor | None = None, **named: Any) -> Any:
        """As the model's own, with ``codes`` (B, F) of the people's levels; everybody where they are left out."""
        found = super().forward(*arguments, **named)  # type: ignore[misc]  # the model's forward
        people, head = getattr(self, PEOPLE), found.logits
        if codes is None:
            codes = head.new_full((len(head), 1), -1, dtype=torch.long)
        coordinates, tie = people(codes)
        reward = head[:, 0] + (head * coordinates.to(head)).sum(1)
        found.logits = torch.stack([reward, tie.to(head).expand_as(reward)], dim=1)
        return found


def condition(model: PreTrainedModel, levels: Sequence[int], *, rank: int = 2, seed: int = 0) -> PreTrainedModel:
    """Give a model of one reward the factorised head, in place; ``levels`` counts those of each factor.

    Raises
    ------
    ValueError
        If the model has no head named ``score``.
    """
    old = getattr(model, HEAD, None)
    if not isinstance(old, nn.Linear):
        raise ValueError(f"{type(model).__name__} has no linear head named {HEAD!r}")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        head = nn.Linear(old.in_features, 1 + rank, bias=False)
        nn.init.normal_(head.weight, std=old.in_features**-0.5 / 10)
    setattr(model, HEAD, head.to(old.weight))
    setattr(model, PEOPLE, People(levels, 1 + rank).to(old.weight.device))
    kind = type(model)
    model.__class__ = type(f"Conditioned{kind.__name__}", (Conditioned, kind), {})
    return model
