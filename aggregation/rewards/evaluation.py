"""The table of measures: for all rows and per group, worst group and tail, with intervals, and the few-shot curve."""

from dataclasses import replace
from typing import Any

import numpy as np

from aggregation.rewards.adaptation import Posterior
from aggregation.rewards.data import Floats, Ints, Pairs, Points
from aggregation.rewards.ensemble import Prediction, RewardEnsemble
from aggregation.rewards.intervals import TwoWayWeights
from aggregation.rewards.measures import calibration_error, log_losses, measure, right
from aggregation.rewards.prediction import MODES, TextArrays
from aggregation.rewards.tables import groups_of_raters, with_groups_of

LEAST_ROWS = 100  # a group with fewer rows does not count for the worst group or the tail
LEAST_RATERS = 5
TAIL = 0.2
MEMORY = 10_000_000  # weights of a bootstrap held at once
SHOTS = (0, 1, 3, 5, 10, 20)


def table_of_measures(
    prediction: Prediction,
    target: Floats,
    rows: Points | Pairs,
    attributes: tuple[tuple[str, tuple[str, ...]], ...],
    *,
    rng: np.random.Generator,
    draws: int = 500,
    k: int = LEAST_RATERS,
) -> dict[str, Any]:
    """Measures of one mode: overall with 95 % intervals, per group, worst group, CVaR20, micro and macro.

    Groups of fewer than ``k`` raters are suppressed.
    """
    item = rows.item if isinstance(rows, Points) else rows.item_a
    if isinstance(rows, Pairs):
        prediction, target = both_orders(prediction, target)
    weights = TwoWayWeights.draw(item, rows.rater, draws=affordable_draws(len(item), draws), rng=rng)
    loss, correct = log_losses(prediction.p, target), right(prediction.p, target)
    overall = measure(prediction.p, target, item=item, rater=rows.rater, doubt=doubt_of(prediction))
    overall_intervals = {
        "log_loss": weights.mean_interval(loss),
        "accuracy": weights.mean_interval(correct),
        "brier": weights.mean_interval((prediction.p - target) ** 2),
        "ece": weights.raised_by_chance(lambda weight: calibration_error(prediction.p, target, weight=weight)),
    }
    groups: dict[str, dict[str, Any]] = {}
    counted: list[tuple[float, int, str]] = []
    for place, (name, levels) in enumerate(attributes):
        groups[name] = {}
        for code, level in enumerate(levels):
            here = np.flatnonzero(rows.groups[:, place] == code)
            people = len(np.unique(rows.rater[here]))
            if not len(here):
                continue
            if people < k:
                groups[name][level] = {"suppressed": True}
                continue
            found = measure(prediction.p[here], target[here], item=item[here], rater=rows.rater[here])
            groups[name][level] = {
                "suppressed": False,
                **found.as_dict(),
                "log_loss_interval": weights.mean_interval(loss, rows=here),
            }
            if len(here) >= LEAST_ROWS:
                counted.append((found.log_loss, len(here), f"{name}: {level}"))
    losses = np.array([one[0] for one in counted])
    sizes = np.array([one[1] for one in counted], dtype=np.float64)
    worst = max(counted, default=None)
    return {
        "overall": overall.as_dict() | {"intervals": overall_intervals},
        "groups": groups,
        "worst_group": None if worst is None else {"group": worst[2], "log_loss": worst[0], "n": worst[1]},
        "cvar20": tail_mean(losses, sizes, TAIL) if len(losses) and len(losses) * TAIL >= 1 else None,
        "micro": overall.log_loss,
        "macro": float(losses.mean()) if len(losses) else None,
    }


def both_orders(prediction: Prediction, target: Floats) -> tuple[Prediction, Floats]:
    """Every second pair the other way round: with the preferred text always first, calibration would mean nothing."""
    turned = np.arange(len(target)) % 2 == 1
    p = np.where(turned, 1.0 - prediction.p, prediction.p)
    return replace(prediction, p=p), np.where(turned, 1.0 - target, target)


def affordable_draws(rows: int, draws: int) -> int:
    """Fewer resamples where there are so many rows that their weights would fill the memory; never under 50."""
    return min(draws, max(MEMORY // max(rows, 1), 50))


def tail_mean(loss: Floats, share: Floats, alpha: float) -> float:
    """Mean loss of the worst ``alpha`` of the population."""
    order = np.argsort(-loss)
    part = share[order] / share.sum()
    taken = np.clip(alpha - (np.cumsum(part) - part), 0.0, part)
    return float((taken * loss[order]).sum() / taken.sum())


def predictions_by_mode(
    ensemble: RewardEnsemble,
    texts: list[TextArrays],
    rows: Points | Pairs,
    posteriors: list[Posterior] | None = None,
) -> dict[str, Prediction]:
    """Predictions of the rows in every mode that the model can serve; none where there are no rows."""
    served: dict[str, Prediction] = {}
    for mode in MODES if len(rows) else ():
        if mode == "group" and not ensemble.vocabularies.attributes:
            continue
        if mode == "rater" and not len(ensemble.vocabularies.raters):
            continue
        if isinstance(rows, Points):
            served[mode] = ensemble.predict_points(texts, rows, mode, posteriors)
        else:
            served[mode] = ensemble.predict_pairs(texts, rows, mode, posteriors)
    return served


def few_shot_curve(
    ensemble: RewardEnsemble,
    texts: list[TextArrays],
    answers: Points,
    *,
    rng: np.random.Generator,
    shots: tuple[int, ...] = SHOTS,
    repeats: int = 5,
) -> list[dict[str, Any]]:
    """Log-loss on a person's other answers after K of them, as if the person were new; half are kept for testing.

    ``answers`` should come from texts, and better from people too, that the model was not trained on. A person
    with fewer than 2 K answers gives what there is: ``given`` is how many a person gave on average.
    """
    persons, place = np.unique(answers.rater[answers.rater >= 0], return_inverse=True)
    if not len(persons):
        return []
    named = replace(answers.take(answers.rater >= 0), rater=place.astype(np.int64))
    target = (named.value >= ensemble.threshold).astype(np.float64)
    size = np.bincount(named.rater)[named.rater]
    lost = np.zeros((len(shots), len(persons)))  # summed over repeats
    hit, count = np.zeros((len(shots), len(persons))), np.zeros(len(persons))
    given = np.zeros(len(shots))
    for _ in range(repeats):
        rank = _rank_within(named.rater, rng.permutation(len(named)))
        kept = rank >= size - np.maximum(size // 2, 1)
        asked = named.take(kept)
        count += np.bincount(asked.rater, minlength=len(persons))
        for number, shot in enumerate(shots):
            known = (rank < shot) & ~kept
            given[number] += known.sum() / len(persons) / repeats
            met = ensemble.meet(texts, named.take(known), persons=len(persons))
            p = ensemble.predict_points(texts, asked, "rater", met).p
            lost[number] += np.bincount(asked.rater, log_losses(p, target[kept]), len(persons))
            hit[number] += np.bincount(asked.rater, right(p, target[kept]), len(persons))
    drawn = rng.multinomial(len(persons), np.full(len(persons), 1.0 / len(persons)), size=300).astype(np.float64)
    return [
        {
            "k": shot,
            "given": float(given[number]),
            "log_loss": float(lost[number].sum() / count.sum()),
            "log_loss_interval": np.quantile((drawn @ lost[number]) / (drawn @ count), [0.025, 0.975]).tolist(),
            "accuracy": float(hit[number].sum() / count.sum()),
        }
        for number, shot in enumerate(shots)
    ]


def rater_groups(answers: Points, comparisons: Pairs, persons: int) -> Pairs:
    """Comparisons with the attributes that the answers tell of their raters."""
    return with_groups_of(comparisons, groups_of_raters(answers, persons))


def doubt_of(prediction: Prediction) -> Floats:
    """Total predictive entropy: what orders rows for abstention."""
    return prediction.epistemic + prediction.aleatoric


def _rank_within(person: Ints, order: Ints) -> Ints:
    """The place of each row among its person's rows in a shuffled order."""
    sorted_rows = order[np.argsort(person[order], kind="stable")]
    first = np.searchsorted(person[sorted_rows], np.arange(person.max() + 1))
    rank = np.empty(len(person), dtype=np.int64)
    rank[sorted_rows] = np.arange(len(person)) - first[person[sorted_rows]]
    return rank
