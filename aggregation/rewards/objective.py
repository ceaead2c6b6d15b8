"""The objective of one fit: losses of all rows, reduced over groups, plus the hierarchical priors."""

import torch
from torch import Tensor

from aggregation.rewards import losses
from aggregation.rewards.hierarchy import Scales
from aggregation.rewards.model import RewardModel, TextScores
from aggregation.rewards.plan import LossPlan
from aggregation.rewards.reductions import GroupDro, cvar, group_means
from aggregation.rewards.rows import PairRows, PointRows, Rows

MIN_SCALE = 1e-3


def point_losses(model: RewardModel, texts: TextScores, rows: PointRows, *, ordinal: bool) -> Tensor:
    """Loss of every answer, (N,)."""
    latent = model.latent(texts, rows.item, rows.who, rows.dimension)
    gate = texts.log_gate[rows.item]
    if ordinal:
        return losses.cumulative_logit(latent, rows.level, model.cut, gate)
    return losses.binary(latent, rows.target, gate)


def pair_losses(model: RewardModel, texts: TextScores, rows: PairRows) -> Tensor:
    """Loss of every comparison, (P,), by the model's link and model of ties."""
    gap = model.difference(texts, rows.item_a, rows.item_b, rows.who, rows.dimension)
    gate = texts.log_gate[rows.item_a]
    if model.spec.link == "probit" and texts.sigma is not None:
        sigma_a, sigma_b = texts.sigma[rows.item_a, rows.dimension], texts.sigma[rows.item_b, rows.dimension]
        return losses.distributional(gap, sigma_a, sigma_b, torch.where(rows.tie, 0.5, rows.preferred), gate)
    if model.spec.ties == "rao-kupper":
        return losses.rao_kupper(gap, rows.preferred, rows.tie, model.tie, gate)
    if model.spec.ties == "davidson":
        return losses.davidson(gap, rows.preferred, rows.tie, model.tie, gate)
    return losses.bradley_terry(gap, torch.where(rows.tie, 0.5, rows.preferred), gate)


def prior(model: RewardModel, scales: Scales) -> Tensor:
    """Negative log density of the hierarchical Gaussian priors, up to a constant."""
    penalty = scales.weight_l2 * (model.weight**2).sum() + scales.direction_l2 * (model.direction**2).sum()
    penalty = penalty + scales.weight_l2 * ((model.sigma_weight**2).sum() + (model.safety_weight**2).sum())
    penalty = penalty + (model.gate**2).sum() + (model.sigma_bias**2).sum() + (model.tie**2).sum()
    for place, (severity, coordinate) in enumerate(zip(model.severity, model.coordinate, strict=True)):
        penalty = penalty + (severity**2).sum() / max(scales.severity[place], MIN_SCALE) ** 2
        if model.spec.slope:
            penalty = penalty + (coordinate[:, :1] ** 2).sum() / max(scales.slope[place], MIN_SCALE) ** 2
        if model.spec.rank:
            free = coordinate[:, int(model.spec.slope) :]
            penalty = penalty + (free**2).sum() / max(scales.turn[place], MIN_SCALE) ** 2
    return 0.5 * penalty


class Objective:
    """Sums of losses by term for one model and one set of rows, and their reduction."""

    def __init__(self, model: RewardModel, rows: Rows, plan: LossPlan, scales: Scales) -> None:
        self.model, self.rows, self.plan, self.scales = model, rows, plan, scales
        takes_points = plan.has("points") or plan.has("ordinal")
        self.balanced = rows.points if takes_points and len(rows.points.item) else rows.pairs
        self.levels = model.spec.factors[plan.attribute][1] if model.spec.factors else 0
        if plan.reduction in ("group-dro", "cvar") and self.levels < 2:
            raise ValueError(f"reduction {plan.reduction!r} needs an attribute of 2 or more levels: {self.levels}")
        self.dro = GroupDro(self.levels, eta=plan.eta) if plan.reduction == "group-dro" else None

    def prior(self) -> Tensor:
        """The priors' part."""
        return prior(self.model, self.scales)

    def terms(self, texts: TextScores) -> dict[str, Tensor]:
        """Each term's summed (or, balanced over groups, rescaled) loss, times its weight."""
        found: dict[str, Tensor] = {}
        for name, weight in self.plan.terms:
            if name == "centering":
                found[name] = self.centering(texts)
            elif name == "safety":
                if (loss := self._safety(texts)) is not None:
                    found[name] = weight * loss
            elif name in ("points", "ordinal"):
                if len(self.rows.points.item):
                    rows = self.rows.points
                    loss = point_losses(self.model, texts, rows, ordinal=name == "ordinal")
                    found[name] = weight * self._reduced(loss, rows)
            elif len(self.rows.pairs.item_a):
                found[name] = weight * self._reduced(pair_losses(self.model, texts, self.rows.pairs), self.rows.pairs)
        return found

    def centering(self, texts: TextScores) -> Tensor:
        """The penalty on mean scores, times its weight; zero where it takes no part."""
        weight = dict(self.plan.terms).get("centering", 0.0)
        count = len(self.rows.points.item) + len(self.rows.pairs.item_a)
        return weight * count * losses.centering(texts.mean_score)

    def by_objective(self, texts: TextScores) -> dict[str, Tensor]:
        """One loss per dimension that has rows, all terms together, and the safety head's: among these a Pareto step
        is sought."""
        totals: dict[str, Tensor] = {}
        for name, weight in self.plan.terms:
            if name == "safety":
                if (loss := self._safety(texts)) is not None:
                    totals[name] = weight * loss
                continue
            if name in ("points", "ordinal") and len(self.rows.points.item):
                rows: PointRows | PairRows = self.rows.points
                loss = point_losses(self.model, texts, self.rows.points, ordinal=name == "ordinal")
            elif name not in ("points", "ordinal", "centering") and len(self.rows.pairs.item_a):
                rows, loss = self.rows.pairs, pair_losses(self.model, texts, self.rows.pairs)
            else:
                continue
            for place, dimension in enumerate(self.model.spec.dimensions):
                here = rows.dimension == place
                if not bool(here.any()):
                    continue  # a loss that is zero everywhere would be Pareto stationary at once
                part = weight * (rows.weight * loss)[here].sum()
                key = f"dimension {dimension}"
                totals[key] = totals[key] + part if key in totals else part
        return totals

    def _safety(self, texts: TextScores) -> Tensor | None:
        if texts.safety is None or not len(self.rows.safe):
            return None
        bce = torch.nn.functional.binary_cross_entropy_with_logits
        return bce(texts.safety[self.rows.safe_item], self.rows.safe, reduction="sum")

    def _reduced(self, loss: Tensor, rows: PointRows | PairRows) -> Tensor:
        if self.plan.reduction in ("mean", "mgda") or rows is not self.balanced:
            return (rows.weight * loss).sum()
        mean, mass = group_means(loss, rows.codes[:, self.plan.attribute], self.levels, rows.weight)
        present = mass > 0
        total = rows.weight.sum()
        if self.dro is not None:
            return total * self.dro(mean, present)
        return total * cvar(mean, mass, self.plan.alpha)  # an empty group has no share
