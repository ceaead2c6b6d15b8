"""Choices made on held-out answers: the text model, and the interactions worth having.

Without held-out answers the middle of each range is taken and no interaction is kept.
"""

from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from aggregation.rewards.checkpoint import Checkpoint
from aggregation.rewards.cost import FACTOR, TEXT_FIT
from aggregation.rewards.data import Floats, Ints
from aggregation.rewards.ensemble import RewardEnsemble
from aggregation.rewards.hierarchy import Scales
from aggregation.rewards.measures import log_losses
from aggregation.rewards.prediction import Mode, TextArrays
from aggregation.rewards.problem import Problem
from aggregation.rewards.workshop import Base, Workshop

STANDARD_ERRORS = 3.0  # several strengths of each factor are tried


@dataclass(frozen=True)
class HeldOut:
    """Log-losses of held-out rows and who gave them."""

    loss: Floats  # (n,)
    rater: Ints  # (n,)

    @property
    def mean(self) -> float:
        """Mean log-loss; infinite without rows."""
        return float(self.loss.mean()) if len(self.loss) else float("inf")


def held_out(ensemble: RewardEnsemble, texts: list[TextArrays], problem: Problem, mode: Mode) -> HeldOut:
    """Losses of the held-out answers and, scaled to weigh as much as the answers do, of the held-out pairs."""
    losses: list[Floats] = []
    raters: list[Ints] = []
    if len(problem.val) and len(problem.train):
        target = (problem.val.value >= problem.threshold).astype(np.float64)
        losses.append(log_losses(ensemble.predict_points(texts, problem.val, mode).p, target))
        raters.append(problem.val.rater)
    if len(problem.val_pairs) and (len(problem.train_pairs) or not losses):
        preferred = np.where(problem.val_pairs.tie, 0.5, problem.val_pairs.preferred)
        paired = log_losses(ensemble.predict_pairs(texts, problem.val_pairs, mode).p, preferred)
        losses.append(paired)
        raters.append(problem.val_pairs.rater)
    if not losses:
        return HeldOut(np.zeros(0), np.zeros(0, dtype=np.int64))
    rows = sum(len(part) for part in losses)
    scaled = [part * (rows / (len(losses) * len(part))) for part in losses]
    return HeldOut(np.concatenate(scaled), np.concatenate(raters))


def choose_text_model(
    workshop: Workshop, scales: Scales, saved: Checkpoint
) -> tuple[float, Scales, list[dict[str, float]]]:
    """The bandwidth and penalty with the least held-out loss, pooled and per rater together."""
    settings, problem = workshop.settings, workshop.problem
    widths = settings.bandwidths if settings.trunk == "kernel" else (1.0,)
    middle = settings.penalties[len(settings.penalties) // 2]
    if not len(problem.val) and not len(problem.val_pairs):
        return widths[len(widths) // 2], replace(scales, weight_l2=middle), []
    tried: list[dict[str, float]] = []
    grid = [(width, middle) for width in widths]
    grid += [(0.0, penalty) for penalty in settings.penalties if penalty != middle]  # at the best width so far
    for place, (width, penalty) in enumerate(grid):
        if width == 0.0:
            width = min(tried, key=lambda one: one["held_out_loss"])["bandwidth"]
        name = f"width {width:g}, penalty {penalty:g}"
        loss = saved.once(f"text {name}", partial(_loss_of_text_model, workshop, width, scales, penalty, name))
        tried.append({"bandwidth": width, "weight_l2": penalty, "held_out_loss": loss})
        workshop.reporter.finished("text", place + 1, len(grid), loss, cost=TEXT_FIT, name=name)
    best = min(tried, key=lambda one: one["held_out_loss"])
    return best["bandwidth"], replace(scales, weight_l2=best["weight_l2"]), tried


def _loss_of_text_model(workshop: Workshop, width: float, scales: Scales, penalty: float, name: str) -> float:
    candidate, problem = replace(scales, weight_l2=penalty), workshop.problem
    workshop.reporter.name = name
    ensemble = workshop.ensemble([workshop.fitted(width, candidate)], candidate)
    texts = workshop.read(ensemble)
    modes: tuple[Mode, ...] = ("pooled", "rater")
    return sum(held_out(ensemble, texts, problem, mode).mean for mode in modes) / len(modes)


def choose_interactions(
    workshop: Workshop, bandwidth: float, scales: Scales, saved: Checkpoint
) -> tuple[Scales, list[dict[str, Any]]]:
    """Let a factor turn the reward only where held-out answers gain more than three standard errors by it.

    Each attribute (and the context, and the single rater) is tried alone against the model without interactions; the
    gains are compared row by row and their standard error is taken over raters. So a factor without an effect costs
    nothing, and a real one is kept.
    """
    problem, settings = workshop.problem, workshop.settings
    factors = workshop.spec(0).factors
    asked = [place for place, (_, levels) in enumerate(factors) if levels >= 2] if settings.rank else []
    kept, reports = scales, list[dict[str, Any]]()
    if not asked or not (len(problem.val) or len(problem.val_pairs)):
        return kept, reports
    plain = _Plain(workshop, bandwidth, scales)
    for number, place in enumerate(asked):
        name = factors[place][0]
        report = saved.once(f"groups {name}", partial(plain.gain_of, place, name))
        reports.append(report)
        if report["kept"]:
            slopes, turns = list(kept.slope), list(kept.turn)
            slopes[place], turns[place] = report["slope"], report["turn"]
            kept = replace(kept, slope=tuple(slopes), turn=tuple(turns))
        workshop.reporter.finished("groups", number + 1, len(asked), report["held_out_loss"], cost=FACTOR, name=name)
    return kept, reports


class _Plain:
    """The model without interactions, against which each factor is tried; fitted when it is first needed."""

    def __init__(self, workshop: Workshop, bandwidth: float, scales: Scales) -> None:
        self.workshop, self.bandwidth, self.scales = workshop, bandwidth, scales

    @cached_property
    def base(self) -> Base:
        """The fitted model."""
        self.workshop.reporter.name = "no interactions"
        return self.workshop.base(self.bandwidth, self.scales)

    @cached_property
    def ensemble(self) -> RewardEnsemble:
        """The same, ready to score."""
        fitted = self.workshop.fitted(self.bandwidth, self.scales, base=self.base)
        return self.workshop.ensemble([fitted], self.scales)

    @cached_property
    def texts(self) -> list[TextArrays]:
        """Its scores of the texts."""
        return self.workshop.read(self.ensemble)

    def gain_of(self, place: int, name: str) -> dict[str, Any]:
        """The best of the strengths for one factor, tried from the strongest prior to the weakest while they gain."""
        workshop, problem = self.workshop, self.workshop.problem
        factors = workshop.spec(0).factors
        mode: Mode = "rater" if place == len(factors) - 1 else "group"
        before = held_out(self.ensemble, self.texts, problem, mode)
        found: list[tuple[float, float, float, float]] = []
        for slope, turn in workshop.settings.strengths:
            if turn and any(one[3] for one in found) and found[-1][0] <= 0:
                continue  # a weaker prior cannot mend what a stronger one already overfits
            workshop.reporter.name = f"{name}, slope {slope:g}, turn {turn:g}"
            candidate = replace(self.scales, slope=_only(factors, place, slope), turn=_only(factors, place, turn))
            ensemble = workshop.ensemble([workshop.fitted(self.bandwidth, candidate, base=self.base)], candidate)
            after = held_out(ensemble, workshop.read(ensemble), problem, mode)
            found.append((*gain(before, after), slope, turn))
        best, error, slope, turn = max(found)
        return {
            "factor": name,
            "gain": best,
            "standard_error": error if np.isfinite(error) else None,
            "slope": slope,
            "turn": turn,
            "kept": bool(best > STANDARD_ERRORS * error),
            "held_out_loss": before.mean - max(best, 0.0),
        }


def gain(before: HeldOut, after: HeldOut) -> tuple[float, float]:
    """Mean gain of the second over the first on the same rows, and its standard error clustered by rater."""
    difference = before.loss - after.loss
    _, who = np.unique(before.rater, return_inverse=True)
    total = np.bincount(who, difference - difference.mean())
    clusters = len(total)
    if clusters < 2:
        return float(difference.mean()), float("inf")
    error = np.sqrt((total**2).sum() * clusters / (clusters - 1)) / len(difference)
    return float(difference.mean()), float(error)


def _only(factors: tuple[tuple[str, int], ...], place: int, value: float) -> tuple[float, ...]:
    return tuple(value if other == place else 0.0 for other in range(len(factors)))
