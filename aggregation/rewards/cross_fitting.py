"""How sure to be: calibrations from answers about every text, each predicted by a fit that did not learn from it.

The texts held out for choosing are few, and what is fitted to them alone fits their chance as well. So the
chosen model is also fitted five times without a fifth of the texts it learns from, and what those fits say about the
fifth counts beside what the ensemble says about the held-out texts.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from aggregation.rewards.calibration import AnswersByScore, Calibration
from aggregation.rewards.checkpoint import Checkpoint
from aggregation.rewards.cost import PARTS, TEXT_FIT
from aggregation.rewards.data import Ints
from aggregation.rewards.ensemble import RewardEnsemble
from aggregation.rewards.hierarchy import Scales
from aggregation.rewards.prediction import MODES, TextArrays
from aggregation.rewards.problem import Problem
from aggregation.rewards.workshop import Workshop

Counts = dict[str, AnswersByScore]  # by kind of row and mode, such as "points.pooled"
LEAST_TEXTS = 20


def cross_fitted(workshop: Workshop, bandwidth: float, scales: Scales, saved: Checkpoint) -> Counts:
    """The answers that teach, counted by score, each predicted by a fit without its text."""
    total: Counts = {}
    for number, left_out in enumerate(parts_of_texts(workshop)):
        name = f"without part {number + 1}"
        workshop.reporter.name = name
        found = saved.once(f"counted {name}", partial(_counts_without, workshop, left_out, bandwidth, scales))
        for kind, plain in found.items():
            count = AnswersByScore(np.array(plain["rows"]), np.array(plain["yes"]))
            total[kind] = total[kind] + count if kind in total else count
        workshop.reporter.finished("calibration", number + 1, PARTS, float("nan"), cost=TEXT_FIT, name=name)
    return total


def calibrations(
    ensemble: RewardEnsemble, texts: list[TextArrays], problem: Problem, cross: Counts
) -> dict[str, Calibration]:
    """One calibration per kind of row and mode, from the held-out rows and those that were cross-fitted."""
    found = _counts(ensemble, texts, problem)
    for kind, count in cross.items():
        found[kind] = found[kind] + count if kind in found else count
    return {kind: count.calibration(shifted=kind.startswith("points")) for kind, count in found.items()}


def parts_of_texts(workshop: Workshop) -> list[Ints]:
    """The texts that teach, shuffled into five parts; none where there are too few."""
    taught = workshop.taught.cpu().numpy()
    if len(taught) < LEAST_TEXTS:
        return []
    return np.array_split(np.random.default_rng(workshop.settings.seed).permutation(taught), PARTS)


def without_texts(problem: Problem, left_out: Ints) -> Problem:
    """The training rows alone: those about these texts are held out, and comparisons with only one of them dropped."""
    answers, compared = problem.train, problem.train_pairs
    out = np.isin(answers.item, left_out)
    first, second = np.isin(compared.item_a, left_out), np.isin(compared.item_b, left_out)
    made = replace(
        problem,
        train=answers.take(~out),
        val=answers.take(out),
        train_pairs=compared.take(~first & ~second),
        val_pairs=compared.take(first & second),
    )
    if problem.safe_item is None or problem.safe is None:
        return made
    known = ~np.isin(problem.safe_item, left_out)
    return replace(made, safe_item=problem.safe_item[known], safe=problem.safe[known])


def _counts_without(workshop: Workshop, left_out: Ints, bandwidth: float, scales: Scales) -> dict[str, dict[str, Any]]:
    """The same as plain values; empty where what is left cannot be learnt from."""
    problem = without_texts(workshop.problem, left_out)
    try:
        inner = Workshop(problem, workshop.settings, workshop.reporter)
    except ValueError:
        return {}
    inner.think_with_fewer_pairs()
    ensemble = inner.ensemble([inner.fitted(bandwidth, scales)], scales)
    return {
        kind: {"rows": count.rows.tolist(), "yes": count.yes.tolist()}
        for kind, count in _counts(ensemble, inner.read(ensemble), problem).items()
    }


def _counts(ensemble: RewardEnsemble, texts: list[TextArrays], problem: Problem) -> Counts:
    return dict(_each_count(ensemble, texts, problem))


def _each_count(
    ensemble: RewardEnsemble, texts: list[TextArrays], problem: Problem
) -> Iterator[tuple[str, AnswersByScore]]:
    """The problem's held-out rows, counted by score in each mode."""
    decided = problem.val_pairs.take(~problem.val_pairs.tie)
    turned = np.arange(len(decided)) % 2 == 1  # both orders, for often the preferred text is always the first
    preferred = np.where(turned, 1.0 - decided.preferred, decided.preferred)
    for mode in MODES:
        if len(problem.val) and len(problem.train):
            target = (problem.val.value >= problem.threshold).astype(np.float64)
            yield f"points.{mode}", AnswersByScore.of(ensemble.predict_points(texts, problem.val, mode).p, target)
        if len(decided):
            said = ensemble.predict_pairs(texts, decided, mode).p
            yield f"pairs.{mode}", AnswersByScore.of(np.where(turned, 1.0 - said, said), preferred)
