"""One fit of a reward model: quasi-Newton where the objective is smooth and the trunk frozen, Adam elsewhere."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from aggregation.rewards.data import Ints
from aggregation.rewards.hierarchy import Scales, learnt_severity_scales, supported_scales
from aggregation.rewards.model import RewardModel, TextScores
from aggregation.rewards.objective import Objective
from aggregation.rewards.plan import LossPlan
from aggregation.rewards.rows import Rows
from aggregation.rewards.trunk import MlpTrunk

Progress = Callable[[int, float], None]


@dataclass(frozen=True)
class Design:
    """The texts of a fit: features of a frozen trunk (or the trunk that is trained), embeddings and prompts' routes."""

    features: Tensor  # (T, F)
    embeddings: Tensor  # (T, E)
    routes: Tensor | None = None  # (T, E)
    trunk: MlpTrunk | None = None

    def scores(self, model: RewardModel) -> TextScores:
        """Score all texts once."""
        features = self.features if self.trunk is None else self.trunk(self.embeddings)
        return model.texts(features, self.embeddings, self.routes, turned=bool(model.turning()))


def fit(
    model: RewardModel,
    design: Design,
    rows: Rows,
    plan: LossPlan,
    scales: Scales,
    *,
    steps: int = 60,
    learning_rate: float = 0.02,
    progress: Progress | None = None,
) -> float:
    """Minimise the objective in place and return its value per row."""
    objective = Objective(model, rows, plan, scales)
    model.turns = [slope > 0 or turn > 0 for slope, turn in zip(scales.slope, scales.turn, strict=True)]
    model.shares = _shares(model, rows)
    hooks = _hold_switched_off(model, scales)
    parameters = [p for p in model.parameters() if p.numel()]
    count = max(len(rows.points.item) + len(rows.pairs.item_a), 1)
    if plan.reduction == "mean" and design.trunk is None:
        value = _quasi_newton(model, design, objective, parameters, steps, count, progress)
    else:
        trained = parameters + (list(design.trunk.parameters()) if design.trunk is not None else [])
        value = _adam(model, design, objective, trained, steps, learning_rate, count, progress)
    for hook in hooks:
        hook.remove()
    model.settle()
    return value


def learn_scales(
    model: RewardModel,
    design: Design,
    rows: Rows,
    plan: LossPlan,
    scales: Scales,
    profiles_UL: Ints,
    *,
    rounds: int = 4,
) -> Scales:
    """Alternate short fits and evidence steps, then drop the attributes that the evidence does not support."""
    codes = rows.points.codes.cpu().numpy()
    for step in range(rounds):
        fit(model, design, rows, plan, scales, steps=30)
        with torch.no_grad():
            latent = model.latent(design.scores(model), rows.points.item, rows.points.who, rows.points.dimension)
            probability = torch.sigmoid(latent.mean(1))
            information = (rows.points.weight * probability * (1 - probability)).cpu().numpy()
            tables = [table.detach().cpu().numpy() for table in model.severity]
        if step < rounds - 1:
            scales = scales.with_severity(learnt_severity_scales(scales, tables, codes, information))
    return scales.with_severity(supported_scales(scales, tables, codes, information, profiles_UL))


@torch.no_grad()
def start_interactions(model: RewardModel, design: Design, rows: Rows, scales: Scales) -> None:
    """Start the learnt directions where the residuals of levels point: the leading singular vectors of their gradient.

    A bilinear model that starts at zero stays there; from a random start it finds other optima with other seeds.
    """
    rank, skip = model.spec.rank, int(model.spec.slope)
    if rank == 0 or not any(scales.turn) or not len(rows.points.item):
        return
    points = rows.points
    latent = model.latent(design.scores(model), points.item, points.who, points.dimension).mean(1)
    residual = points.weight * (points.target - torch.sigmoid(latent))
    for dimension in range(len(model.spec.dimensions)):
        here = points.dimension == dimension
        pulled = residual[here, None] * design.embeddings[points.item[here]]
        blocks = []
        for place, (_, levels) in enumerate(model.spec.factors):
            block = pulled.new_zeros(levels + 1, pulled.shape[1])
            if scales.turn[place] and levels:
                block.index_add_(0, points.codes[here, place] + 1, pulled)
            blocks.append(block[1:])
        left, size, right = torch.linalg.svd(torch.cat(blocks), full_matrices=False)
        kept = min(rank, len(size))
        model.direction[:, dimension, :kept] = 0.3 * right[:kept].T
        starts = np.cumsum([0] + [levels for _, levels in model.spec.factors])
        if dimension == 0:
            coordinates = 0.3 * left[:, :kept] * size[:kept] / size[0].clamp_min(1e-12)
            for place, (first, last) in enumerate(itertools.pairwise(starts)):
                if scales.turn[place]:
                    model.coordinate[place][:, skip : skip + kept] = coordinates[first:last]


def _shares(model: RewardModel, rows: Rows) -> list[Tensor | None]:
    """Each level's share of the answers (of the comparisons where there are no answers)."""
    codes = rows.points.codes if len(rows.points.codes) else rows.pairs.codes
    shares: list[Tensor | None] = []
    for place, (_, levels) in enumerate(model.spec.factors):
        named = codes[:, place][codes[:, place] >= 0]
        count = torch.bincount(named, minlength=levels).to(torch.float64)
        shares.append(count / count.sum().clamp_min(1.0) if levels else None)
    return shares


def _hold_switched_off(model: RewardModel, scales: Scales) -> list[torch.utils.hooks.RemovableHandle]:
    """Coordinates whose scale is zero receive no gradient and stay at zero."""
    hooks = []
    for place, table in enumerate(model.coordinate):
        mask = torch.zeros(table.shape[1], dtype=torch.float64, device=table.device)
        skip = int(model.spec.slope)
        mask[:skip] = float(scales.slope[place] > 0)
        mask[skip:] = float(scales.turn[place] > 0)
        if table.numel():
            hooks.append(table.register_hook(lambda gradient, mask=mask: gradient * mask))
    return hooks


def _quasi_newton(
    model: RewardModel,
    design: Design,
    objective: Objective,
    parameters: list[nn.Parameter],
    steps: int,
    count: int,
    progress: Progress | None,
) -> float:
    optimiser = torch.optim.LBFGS(
        parameters, max_iter=steps, history_size=20, line_search_fn="strong_wolfe", tolerance_grad=1e-6 * count
    )
    calls = 0

    def closure() -> float:
        nonlocal calls
        optimiser.zero_grad()
        total = torch.stack([*objective.terms(design.scores(model)).values(), objective.prior()]).sum()
        total.backward()  # type: ignore[no-untyped-call]  # torch leaves Tensor.backward unannotated
        calls += 1
        value = float(total.detach())
        if progress is not None:
            progress(calls, value / count)
        return value

    optimiser.step(closure)  # type: ignore[no-untyped-call]  # torch leaves LBFGS.step unannotated
    return closure() / count


def _adam(
    model: RewardModel,
    design: Design,
    objective: Objective,
    parameters: list[nn.Parameter],
    steps: int,
    learning_rate: float,
    count: int,
    progress: Progress | None,
) -> float:
    optimiser = torch.optim.Adam(parameters, lr=learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    total = torch.zeros(())
    for step in range(steps):
        optimiser.zero_grad()
        texts = design.scores(model)
        if objective.plan.reduction == "mgda":
            total = _pareto_gradient(objective, texts, parameters)
        else:
            total = torch.stack([*objective.terms(texts).values(), objective.prior()]).sum()
            (total / count).backward()  # type: ignore[no-untyped-call]  # torch leaves Tensor.backward unannotated
        optimiser.step()
        schedule.step()
        if progress is not None:
            progress(step + 1, float(total.detach()) / count)
    if design.trunk is not None:
        design.trunk.eval()
    return float(total.detach()) / count


def _pareto_gradient(objective: Objective, texts: TextScores, parameters: list[nn.Parameter]) -> Tensor:
    """Gradients of the objectives, each scaled by its loss, joined to the least-norm common descent direction.

    References
    ----------
    Desideri (2012). Multiple-gradient descent algorithm (MGDA) for multiobjective optimization.
    """
    from torchjd.aggregation import MGDA
    from torchjd.autojac import backward, jac_to_grad

    parts = objective.by_objective(texts)
    if len(parts) < 2:
        raise ValueError(f"reduction 'mgda' needs at least 2 dimensions (or one and safety), found {len(parts)}")
    losses = list(parts.values())
    scaled = [loss / loss.detach().clamp_min(1e-9) for loss in losses]
    penalty = objective.prior() + objective.centering(texts)
    backward(scaled, inputs=[p for p in parameters if p.requires_grad], retain_graph=True)
    jac_to_grad([p for p in parameters if hasattr(p, "jac")], MGDA())
    total = torch.stack(losses).sum().detach()
    (penalty / total).backward()  # type: ignore[no-untyped-call]  # torch leaves Tensor.backward unannotated
    return total + penalty.detach()
