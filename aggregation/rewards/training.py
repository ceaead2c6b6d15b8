"""Training an ensemble: choose the kernel's width and the penalties on held-out answers, learn the scales of the
hierarchy, keep an interaction only where held-out answers ask for it, then refit on bootstraps over people.
"""

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from aggregation.rewards.checkpoint import Checkpoint
from aggregation.rewards.data import Floats
from aggregation.rewards.ensemble import Member, RewardEnsemble
from aggregation.rewards.hierarchy import Scales
from aggregation.rewards.problem import Problem
from aggregation.rewards.reductions import effective_n, uncertainty_weights
from aggregation.rewards.tuning import choose_interactions, choose_text_model, temperatures
from aggregation.rewards.uncertainty import binary_entropy
from aggregation.rewards.workshop import Settings, Workshop


@dataclass(frozen=True)
class Event:
    """One thing to tell whoever waits: the stage, how far it is, and the loss."""

    stage: str
    done: int
    of: int
    loss: float


Listen = Callable[[Event], None]


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
    listen : called with an :class:`Event` after each step; it may raise to stop the training
    checkpoint : keeps what is finished; the same problem and settings with the same mapping go on from there

    Raises
    ------
    ValueError
        If there is nothing to learn from, or the plan does not fit the data.
    """
    settings = settings or Settings()
    with one_thread():
        return _train(problem, settings, listen or (lambda _: None), {} if checkpoint is None else checkpoint)


def _train(problem: Problem, settings: Settings, tell: Listen, checkpoint: MutableMapping[str, bytes]) -> Trained:
    workshop = Workshop(problem, settings)
    saved = Checkpoint(checkpoint, problem, settings)
    chosen = saved.choices() or _choose(workshop, tell)
    saved.keep_choices(chosen)
    bandwidth, scales = float(chosen["bandwidth"]), Scales.read(chosen["scales"])
    certainty = _trust_certain_labels(workshop, bandwidth, scales) if settings.plan.certainty_beta > 0 else None

    rng = np.random.default_rng(settings.seed)
    members: list[Member] = []
    for place in range(settings.members):
        weight = bootstrap_over_raters(len(problem.vocabularies.raters), rng) if settings.members > 1 else None
        member = saved.member(place, workshop, bandwidth)
        if member is None:
            member = workshop.fitted(bandwidth, scales, weight, seed=settings.seed + place)
            saved.keep_member(place, member)
        members.append(member)
        tell(Event("member", place + 1, settings.members, member.loss))
    ensemble = workshop.ensemble(members, scales)
    texts = ensemble.read_texts(problem.embeddings, problem.routes)
    ensemble = replace(ensemble, temperatures=temperatures(ensemble, texts, problem))
    if certainty is not None:
        chosen["certainty_effective_n"] = certainty
    return Trained(ensemble, chosen)


def _choose(workshop: Workshop, tell: Listen) -> dict[str, Any]:
    start = Scales.start(len(workshop.problem.vocabularies.attributes) + 2)
    bandwidth, scales, tried = choose_text_model(workshop, start, lambda n, of, loss: tell(Event("text", n, of, loss)))
    scales = workshop.learnt_scales(bandwidth, scales)
    scales, asked = choose_interactions(
        workshop, bandwidth, scales, lambda n, of, loss: tell(Event("groups", n, of, loss))
    )
    return {
        "trunk": workshop.settings.trunk,
        "bandwidth": bandwidth,
        "scales": asdict(scales),
        "text_model": tried,
        "interactions": asked,
    }


def _trust_certain_labels(workshop: Workshop, bandwidth: float, scales: Scales) -> float:
    """Weigh the training answers by how certain a first fit is of them, and return the effective number of answers."""
    problem = workshop.problem
    first = workshop.ensemble([workshop.fitted(bandwidth, scales)], scales)
    p = first.predict_points(first.read_texts(problem.embeddings, problem.routes), problem.train, "pooled").p
    weight = uncertainty_weights(
        binary_entropy(p) / np.log(2), problem.train.groups, beta=workshop.settings.plan.certainty_beta
    )
    points = replace(workshop.rows.points, weight=torch.as_tensor(weight, device=workshop.settings.device))
    workshop.rows = replace(workshop.rows, points=points)
    return effective_n(weight)


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
