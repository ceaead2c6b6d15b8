"""Everything that is told of a model after measuring it on held-out answers, as plain JSON values.

points, pairs   per mode: overall with intervals, per group, worst group, tail (see ``evaluation``)
calibration     per kind and mode: the reliability curve
abstention      per kind and mode: error and loss as the rows in doubt are set aside
gains           per kind: what groups, and knowing the person, gain over everybody alike, with intervals
few_shot        log-loss on a person's other answers after K of them, with intervals over persons
"""

import time
from typing import Any

import numpy as np

from aggregation.rewards.adaptation import Posterior
from aggregation.rewards.curves import abstention_curve, gain_over, reliability_curve
from aggregation.rewards.data import Floats, Pairs, Points
from aggregation.rewards.ensemble import Prediction, RewardEnsemble
from aggregation.rewards.evaluation import (
    LEAST_RATERS,
    affordable_draws,
    both_orders,
    doubt_of,
    few_shot_curve,
    predictions_by_mode,
    table_of_measures,
)
from aggregation.rewards.measures import log_losses
from aggregation.rewards.prediction import TextArrays

CONDITIONED = ("group", "rater")


def full_report(
    ensemble: RewardEnsemble,
    texts: list[TextArrays],
    answers: Points,
    comparisons: Pairs,
    *,
    rng: np.random.Generator,
    draws: int = 500,
    k: int = LEAST_RATERS,
    posteriors: list[Posterior] | None = None,
) -> dict[str, Any]:
    """Measure a model on answers and comparisons that it was not trained on.

    Parameters
    ----------
    texts : what ``ensemble.read_texts`` gave for the texts that the rows name
    k : groups of fewer raters are suppressed
    posteriors : one entry per rater code, where the rows name raters that the model did not learn from
    """
    attributes = tuple((name, vocabulary.levels) for name, vocabulary in ensemble.vocabularies.attributes)
    decided = comparisons.take(~comparisons.tie)
    report: dict[str, Any] = {name: {"points": {}, "pairs": {}} for name in ("calibration", "abstention", "gains")}
    target = (answers.value >= ensemble.threshold).astype(np.float64)
    kinds: tuple[tuple[str, Points | Pairs, Floats], ...] = (
        ("points", answers, target),
        ("pairs", decided, decided.preferred),
    )
    for kind, rows, said in kinds:
        found = predictions_by_mode(ensemble, texts, rows, posteriors)
        report[kind] = {
            mode: table_of_measures(one, said, rows, attributes, rng=rng, draws=draws, k=k)
            for mode, one in found.items()
        }
        for mode, one in found.items():
            p, y = one.p, said
            if isinstance(rows, Pairs):
                turned, y = both_orders(one, said)
                p = turned.p
            report["calibration"][kind][mode] = reliability_curve(p, y)
            report["abstention"][kind][mode] = abstention_curve(p, y, doubt_of(one))
        report["gains"][kind] = _gains(found, said, rows, rng, draws)
    report["few_shot"] = few_shot_curve(ensemble, texts, answers, rng=rng)
    return report


def scored_per_second(ensemble: RewardEnsemble, texts: list[TextArrays], comparisons: Pairs) -> float | None:
    """Pairs that the ensemble scores in a second, for everybody alike, once its trunk has read the texts."""
    if not len(comparisons):
        return None
    started = time.perf_counter()
    ensemble.predict_pairs(texts, comparisons, "pooled")
    return len(comparisons) / max(time.perf_counter() - started, 1e-9)


def _gains(
    found: dict[str, Prediction], said: Floats, rows: Points | Pairs, rng: np.random.Generator, draws: int
) -> dict[str, Any]:
    if "pooled" not in found:
        return {}
    item = rows.item if isinstance(rows, Points) else rows.item_a
    base = log_losses(found["pooled"].p, said)
    return {
        mode: gain_over(
            log_losses(found[mode].p, said), base, item, rows.rater, rng=rng, draws=affordable_draws(len(rows), draws)
        )
        for mode in CONDITIONED
        if mode in found
    }
