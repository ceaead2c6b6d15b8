"""Training an ensemble: choose the kernel's width and the penalties on held-out answers, learn the scales of the
hierarchy, keep an interaction only where held-out answers ask for it, refit without each fifth of the texts to learn
how sure to be, then refit on bootstraps over people.
"""

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from aggregation.rewards.checkpoint import Checkpoint
from aggregation.rewards.cost import SCALES, cross_fits, planned_fits
from aggregation.rewards.cross_fitting import calibrations, cross_fitted
from aggregation.rewards.data import Floats, Ints
from aggregation.rewards.ensemble import Member, RewardEnsemble
from aggregation.rewards.hierarchy import Scales
from aggregation.rewards.problem import Problem
from aggregation.rewards.progress import Event, Listen, Reporter, Stopped
from aggregation.rewards.reductions import effective_n, uncertainty_weights
from aggregation.rewards.settings import Settings
from aggregation.rewards.tuning import choose_interactions, choose_text_model
from aggregation.rewards.uncertainty import binary_entropy
from aggregation.rewards.workshop import Workshop

__all__ = ["Event", "Listen", "Stopped", "Trained", "train"]


@dataclass(frozen=True)
class Trained:
    """The ensemble, and what was chosen on the way."""

    ensemble: RewardEnsemble
    choices: dict[str, Any]


def train(
    problem: Problem,
    settings: Settings | None = None,
    *,
    listen: Listen | None = None,
    checkpoint: MutableMapping[str, bytes] | None = None,
) -> Trained:
    """Train an ensemble; the same problem, settings and seed give the same numbers.

    Parameters
    ----------
    listen : called with an :class:`Event` after each step; it may raise :class:`Stopped` to stop the training
    checkpoint : keeps what is finished (each candidate tried, each member fitted); the same problem and settings with
        the same mapping go on from there and end with the same numbers

    Raises
    ------
    ValueError
        If there is nothing to learn from, or the plan does not fit the data.
    Stopped
        If the listener raised it.
    """
    settings = settings or Settings()
    with one_thread():
        return _train(problem, settings, listen or (lambda _: None), {} if checkpoint is None else checkpoint)


def _train(problem: Problem, settings: Settings, listen: Listen, checkpoint: MutableMapping[str, bytes]) -> Trained:
    reporter = Reporter(listen, planned_fits(problem.sizes, settings))
    workshop = Workshop(problem, settings, reporter)
    saved = Checkpoint(checkpoint, problem, settings)
    chosen = saved.once("choices", lambda: _choose(workshop, saved))
    reporter.spent = reporter.planned - settings.members - cross_fits(problem.sizes, settings)
    bandwidth, scales = float(chosen["bandwidth"]), Scales.read(chosen["scales"])
    certainty = trust_certain_labels(workshop, bandwidth, scales) if settings.plan.certainty_beta > 0 else None

    cross = cross_fitted(workshop, bandwidth, scales, saved) if cross_fits(problem.sizes, settings) else {}
    reporter.spent = reporter.planned - settings.members
    rng = np.random.default_rng(settings.seed)
    members: list[Member] = []
    for place in range(settings.members):
        reporter.name = f"member {place + 1}"
        weight = bootstrap_over_raters(len(problem.vocabularies.raters), rng) if settings.members > 1 else None
        member = saved.member(place, workshop, bandwidth)
        if member is None:
            member = workshop.fitted(bandwidth, scales, weight, seed=settings.seed + place)
            saved.keep_member(place, member)
        members.append(member)
        reporter.finished("member", place + 1, settings.members, member.loss, cost=1.0)
    ensemble = workshop.ensemble(members, scales)
    ensemble = replace(ensemble, calibrations=calibrations(ensemble, workshop.read(ensemble), problem, cross))
    if certainty is not None:
        chosen["certainty_effective_n"] = certainty
    return Trained(ensemble, chosen)


def _choose(workshop: Workshop, saved: Checkpoint) -> dict[str, Any]:
    workshop.think_with_fewer_pairs()
    start = Scales.start(len(workshop.problem.vocabularies.attributes) + 2)
    bandwidth, scales, tried = choose_text_model(workshop, start, saved)
    workshop.reporter.name = "scales"
    scales = Scales.read(saved.once("scales", lambda: asdict(workshop.learnt_scales(bandwidth, scales))))
    workshop.reporter.finished("scales", 1, 1, float("nan"), cost=SCALES)
    scales, asked = choose_interactions(workshop, bandwidth, scales, saved)
    workshop.learn_from_all_pairs()
    return {
        "trunk": workshop.settings.trunk,
        "bandwidth": bandwidth,
        "scales": asdict(scales),
        "text_model": tried,
        "interactions": asked,
    }


def trust_certain_labels(workshop: Workshop, bandwidth: float, scales: Scales) -> dict[str, float]:
    """Weigh ratings and comparisons by how certain a first fit is of each; return the effective number of both."""
    problem, rows, plan = workshop.problem, workshop.rows, workshop.settings.plan
    first = workshop.ensemble([workshop.fitted(bandwidth, scales)], scales)
    texts = workshop.read(first)
    effective = {}

    def trusted(name: str, p: Floats, groups: Ints, before: torch.Tensor) -> torch.Tensor:
        weight = uncertainty_weights(binary_entropy(p) / np.log(2), groups, beta=plan.certainty_beta)
        effective[name] = effective_n(weight)
        return before * torch.as_tensor(weight, device=before.device)

    if len(problem.train) and (plan.has("points") or plan.has("ordinal")):
        p = first.predict_points(texts, problem.train, "pooled").p
        weight = trusted("ratings", p, problem.train.groups, rows.points.weight)
        rows = replace(rows, points=replace(rows.points, weight=weight))
    if len(problem.train_pairs) and plan.comparison:
        p = first.predict_pairs(texts, problem.train_pairs, "pooled").p
        weight = trusted("comparisons", p, problem.train_pairs.groups, rows.pairs.weight)
        rows = replace(rows, pairs=replace(rows.pairs, weight=weight))
    workshop.rows = rows
    return effective


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute on one thread: sums then have one order on every machine, and tensors this small gain nothing by more."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(1):
            yield
    finally:
        torch.set_num_threads(before)


def bootstrap_over_raters(raters: int, rng: np.random.Generator) -> Floats:
    """Bayesian bootstrap: exponential weights with mean 1, so that no small group drops out of a member altogether.

    References
    ----------
    Rubin (1981). The Bayesian bootstrap.
    """
    drawn = rng.standard_exponential(raters)
    return np.asarray(drawn / drawn.mean()) if raters else drawn
