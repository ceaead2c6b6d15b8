"""Looking at a trained model on answers it did not learn from: calibration, abstention, and where groups part ways.

Shapes: N rows, T texts, G levels of one attribute.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from aggregation.rewards.data import Floats, Ints, Pairs, Points, joined, points
from aggregation.rewards.disagreement import dividing_items
from aggregation.rewards.ensemble import Prediction, RewardEnsemble
from aggregation.rewards.intervals import TwoWayWeights
from aggregation.rewards.measures import log_losses, right
from aggregation.rewards.prediction import TextArrays
from aggregation.rewards.problem import Problem

BINS = 10
STEPS = 20
DRAWS = 300
MOST_DIVIDED = 12


def reliability(
    ensemble: RewardEnsemble, read: list[TextArrays], answers: Points, comparisons: Pairs
) -> list[dict[str, float]]:
    """Bins of predicted probability: the mean prediction, what happened, and how many rows; empty bins left out."""
    predicted, target = _held_out(ensemble, read, answers, comparisons)
    place = np.minimum((predicted.p * BINS).astype(np.int64), BINS - 1)
    found = []
    for bin_ in range(BINS):
        here = place == bin_
        n = int(here.sum())
        if not n:
            continue
        happened = float(target[here].mean())
        margin = 1.96 * float(np.sqrt(max(happened * (1 - happened), 0.25 / n) / n))
        found.append(
            {
                "predicted": float(predicted.p[here].mean()),
                "happened": happened,
                "low": max(happened - margin, 0.0),
                "high": min(happened + margin, 1.0),
                "n": n,
            }
        )
    return found


def risk_by_coverage(
    ensemble: RewardEnsemble, read: list[TextArrays], answers: Points, comparisons: Pairs
) -> list[dict[str, float]]:
    """The share of wrong answers when only the rows with the least predictive entropy are answered.

    References
    ----------
    Geifman, Uziel and El-Yaniv (2019). Bias-reduced uncertainty estimation for deep neural classifiers.
    """
    predicted, target = _held_out(ensemble, read, answers, comparisons)
    wrong = 1.0 - right(predicted.p, target)
    order = np.argsort(predicted.epistemic + predicted.aleatoric, kind="stable")
    risk = np.cumsum(wrong[order]) / np.arange(1, len(wrong) + 1)
    ends = np.unique(np.ceil(np.linspace(0, 1, STEPS + 1)[1:] * len(wrong)).astype(np.int64))
    return [{"coverage": float(end / len(wrong)), "risk": float(risk[end - 1])} for end in ends.tolist()]


def gain_from_groups(
    ensemble: RewardEnsemble, read: list[TextArrays], answers: Points, comparisons: Pairs, *, seed: int
) -> dict[str, Any] | None:
    """How much lower the log-loss is when the groups are told, with its interval; None without groups.

    Only an interval above zero says that the model is better with the groups than without.
    """
    if not ensemble.vocabularies.attributes:
        return None
    rows: Points | Pairs = answers
    if len(answers):
        target = (answers.value >= ensemble.threshold).astype(np.float64)
        found = [ensemble.predict_points(read, answers, mode) for mode in ("pooled", "group")]
        item = answers.item
    else:
        rows = decided = comparisons.take(~comparisons.tie)
        target, item = decided.preferred, decided.item_a
        found = [ensemble.predict_pairs(read, decided, mode) for mode in ("pooled", "group")]
    gain = log_losses(found[0].p, target) - log_losses(found[1].p, target)
    weights = TwoWayWeights.draw(item, rows.rater, draws=DRAWS, rng=np.random.default_rng(seed))
    low, high = weights.mean_interval(gain)
    return {"value": float(gain.mean()), "low": low, "high": high, "is_better": bool(low > 0)}


def divided_texts(
    ensemble: RewardEnsemble, read: list[TextArrays], problem: Problem, items: list[str], *, least_raters: int
) -> list[dict[str, Any]]:
    """Texts over which the people of one attribute's levels part most, with what each level said and is predicted.

    Levels of fewer than ``least_raters`` people about a text are left out. See ``disagreement.dividing_items``.
    """
    everything = joined(problem.train, problem.val)
    found = dividing_items(ensemble, read, everything, items=items, k=least_raters, most=MOST_DIVIDED)
    return [
        {
            "attribute": one["attribute"],
            "item": one["item"],
            "variance": one["disagreement"],
            "levels": [
                {"level": level, "predicted": cell["predicted"], "said": cell["share"], "n": cell["raters"]}
                for level, cell in one["levels"].items()
            ],
        }
        for one in found
    ]


@dataclass(frozen=True)
class LevelScores:
    """Scores of each text for each level: probability and latent reward, shape (T, G)."""

    p: Floats
    mean: Floats


def level_scores(
    ensemble: RewardEnsemble,
    read: list[TextArrays],
    attribute: int,
    levels: Ints,
    *,
    n_texts: int,
    dimension: int = 0,
) -> LevelScores:
    """Score every text as the people of each level see it, all other attributes withheld."""
    rows = level_rows(ensemble, attribute, levels, n_texts=n_texts, dimension=dimension)
    scored = ensemble.predict_points(read, rows, "group")
    shape = (n_texts, len(levels))
    return LevelScores(scored.p.reshape(shape), scored.mean.reshape(shape))


def level_rows(ensemble: RewardEnsemble, attribute: int, levels: Ints, *, n_texts: int, dimension: int = 0) -> Points:
    """Rows that ask for every text as each level sees it, text by text."""
    groups = np.full((n_texts * len(levels), len(ensemble.vocabularies.attributes)), -1, dtype=np.int64)
    groups[:, attribute] = np.tile(levels, n_texts)
    n = len(groups)
    return points(
        np.repeat(np.arange(n_texts), len(levels)),
        np.full(n, -1),
        np.zeros(n),
        groups=groups,
        dimension=np.full(n, dimension),
    )


def _held_out(
    ensemble: RewardEnsemble, read: list[TextArrays], answers: Points, comparisons: Pairs
) -> tuple[Prediction, Floats]:
    """Predictions and what was said, of the answers, or of the comparisons where there are no answers."""
    grouped = bool(ensemble.vocabularies.attributes)
    if len(answers):
        target = (answers.value >= ensemble.threshold).astype(np.float64)
        return ensemble.predict_points(read, answers, "group" if grouped else "pooled"), target
    decided = comparisons.take(~comparisons.tie)
    return ensemble.predict_pairs(read, decided, "group" if grouped else "pooled"), decided.preferred
