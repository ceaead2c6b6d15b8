"""Choices made on held-out answers: the text model, the interactions worth having, and the temperatures.

Without held-out answers the middle of each range is taken, no interaction is kept and temperatures stay 1.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from aggregation.rewards.calibration import best_temperature
from aggregation.rewards.data import Floats, Ints
from aggregation.rewards.ensemble import RewardEnsemble
from aggregation.rewards.hierarchy import Scales
from aggregation.rewards.measures import log_losses
from aggregation.rewards.prediction import MODES, Mode, TextArrays
from aggregation.rewards.problem import Problem
from aggregation.rewards.workshop import Workshop

Tell = Callable[[int, int, float], None]
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


def choose_text_model(workshop: Workshop, scales: Scales, tell: Tell) -> tuple[float, Scales, list[dict[str, float]]]:
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
        candidate = replace(scales, weight_l2=penalty)
        ensemble = workshop.ensemble([workshop.fitted(width, candidate)], candidate)
        texts = ensemble.read_texts(problem.embeddings, problem.routes)
        loss = sum(held_out(ensemble, texts, problem, mode).mean for mode in ("pooled", "rater")) / 2
        tried.append({"bandwidth": width, "weight_l2": penalty, "held_out_loss": loss})
        tell(place + 1, len(grid), loss)
    best = min(tried, key=lambda one: one["held_out_loss"])
    return best["bandwidth"], replace(scales, weight_l2=best["weight_l2"]), tried


def choose_interactions(
    workshop: Workshop, bandwidth: float, scales: Scales, tell: Tell
) -> tuple[Scales, list[dict[str, Any]]]:
    """Let a factor turn the reward only where held-out answers gain more than three standard errors by it.

    Each attribute (and the context, and the single rater) is tried alone against the model without interactions; the
    gains are compared row by row and their standard error is taken over raters. So a factor without an effect costs
    nothing, and a real one is kept.
    """
    problem = workshop.problem
    base = workshop.base(bandwidth, scales)
    plain = workshop.ensemble([workshop.fitted(bandwidth, scales, base=base)], scales)
    texts = plain.read_texts(problem.embeddings, problem.routes)
    kept, reports = scales, list[dict[str, Any]]()
    factors = base.model.spec.factors
    for place, (name, levels) in enumerate(factors):
        mode: Mode = "rater" if place == len(factors) - 1 else "group"
        before = held_out(plain, texts, problem, mode)
        if levels < 2 or not len(before.loss) or not workshop.settings.rank:
            continue
        found = []
        for slope, turn in workshop.settings.strengths:
            candidate = replace(scales, slope=_only(factors, place, slope), turn=_only(factors, place, turn))
            ensemble = workshop.ensemble([workshop.fitted(bandwidth, candidate, base=base)], candidate)
            after = held_out(ensemble, ensemble.read_texts(problem.embeddings, problem.routes), problem, mode)
            found.append((*gain(before, after), slope, turn))
        best, error, slope, turn = max(found)
        keep = best > STANDARD_ERRORS * error
        reports.append(
            {"factor": name, "gain": best, "standard_error": error, "slope": slope, "turn": turn, "kept": keep}
        )
        if keep:
            slopes, turns = list(kept.slope), list(kept.turn)
            slopes[place], turns[place] = slope, turn
            kept = replace(kept, slope=tuple(slopes), turn=tuple(turns))
        tell(place + 1, len(factors), before.mean - max(best, 0.0))
    return kept, reports


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


def temperatures(ensemble: RewardEnsemble, texts: list[TextArrays], problem: Problem) -> dict[str, float]:
    """One temperature per kind of row and mode."""
    found = {}
    for mode in MODES:
        if len(problem.val) and len(problem.train):
            target = (problem.val.value >= problem.threshold).astype(np.float64)
            found[f"points.{mode}"] = best_temperature(
                ensemble.predict_points(texts, problem.val, mode).members, target
            )
        if len(problem.val_pairs):
            decided = problem.val_pairs.take(~problem.val_pairs.tie)
            if len(decided):
                members = ensemble.predict_pairs(texts, decided, mode).members
                found[f"pairs.{mode}"] = best_temperature(members, decided.preferred)
    return found


def _only(factors: tuple[tuple[str, int], ...], place: int, value: float) -> tuple[float, ...]:
    return tuple(value if other == place else 0.0 for other in range(len(factors)))
