"""Built-in peers: simple models on the same frozen embeddings, fitted in the same run, that a reward model should beat.

Shapes: N answers, P pairs, T texts, E embedding.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from aggregation.rewards.adaptation import adapt
from aggregation.rewards.data import Floats, Pairs, Points
from aggregation.rewards.intervals import TwoWayWeights
from aggregation.rewards.measures import calibration_error, log_losses, right
from aggregation.rewards.problem import Problem

PEER_C = 1.0
PAIR_C = 0.1


@dataclass(frozen=True)
class Peers:
    """Probabilities of the peers for held-out answers and pairs, by name."""

    points: dict[str, Floats]
    pairs: dict[str, Floats]


def fit_peers(problem: Problem, answers: Points, comparisons: Pairs, *, seed: int = 0) -> Peers:
    """Fit every peer that the training rows allow and predict ``answers`` and ``comparisons``.

    * base rate
    * logistic regression on the embedding (pooled)
    * the same with one-hot attributes (+ demographics)
    * pooled with a maximum a posteriori intercept per rater, N(0, 1)
    * linear Bradley-Terry on differences of embeddings
    """
    points: dict[str, Floats] = {}
    pairs: dict[str, Floats] = {}
    if len(problem.train) and len(answers):
        target = (problem.train.value >= problem.threshold).astype(np.float64)
        points["base rate"] = np.full(len(answers), target.mean())
        seen, asked = problem.embeddings[problem.train.item], problem.embeddings[answers.item]
        pooled = LogisticRegression(C=PEER_C, max_iter=1000).fit(seen, target)
        points["logistic pooled"] = pooled.predict_proba(asked)[:, 1]
        if problem.train.groups.shape[1]:
            hot, asked_hot = _one_hot(problem, problem.train), _one_hot(problem, answers)
            grouped = LogisticRegression(C=PEER_C, max_iter=1000).fit(np.hstack([seen, hot]), target)
            points["logistic + demographics"] = grouped.predict_proba(np.hstack([asked, asked_hot]))[:, 1]
        known = problem.train.rater >= 0
        if known.any():
            raters = adapt(
                pooled.decision_function(seen[known]),
                np.ones((int(known.sum()), 1)),
                target[known],
                problem.train.rater[known],
                np.ones(1),
                persons=len(problem.vocabularies.raters),
            )
            intercept = np.append(raters.mean[:, 0], 0.0)[answers.rater]
            points["logistic + rater intercept"] = expit(pooled.decision_function(asked) + intercept)
    if len(problem.train_pairs) and len(comparisons):
        pairs["linear Bradley-Terry"] = _linear_bradley_terry(problem, comparisons, np.random.default_rng(seed))
    return Peers(points, pairs)


def measure_peers(problem: Problem, *, seed: int) -> dict[str, Any]:
    """Log-loss with its 95 % interval, accuracy and calibration error of every peer on the held-out rows."""
    decided = problem.val_pairs.take(~problem.val_pairs.tie)
    peers = fit_peers(problem, problem.val, decided, seed=seed)
    target = (problem.val.value >= problem.threshold).astype(np.float64)
    found: dict[str, Any] = {"points": {}, "pairs": {}}
    for kind, rows, said, item in (
        (peers.points, problem.val, target, problem.val.item),
        (peers.pairs, decided, decided.preferred, decided.item_a),
    ):
        if not len(rows):
            continue
        rng = np.random.default_rng(seed)
        weights = TwoWayWeights.draw(item, rows.rater, draws=200, rng=rng)
        name = "points" if kind is peers.points else "pairs"
        turned = (np.arange(len(rows)) % 2 == 1) & (kind is peers.pairs)  # both orders, as for the model
        said = np.where(turned, 1.0 - said, said)
        for peer, given in kind.items():
            p = np.where(turned, 1.0 - given, given)
            loss = log_losses(p, said)
            found[name][peer] = {
                "log_loss": float(loss.mean()),
                "log_loss_interval": weights.mean_interval(loss),
                "accuracy": float(right(p, said).mean()),
                "ece": calibration_error(p, said),
            }
    return found


def _linear_bradley_terry(problem: Problem, comparisons: Pairs, rng: np.random.Generator) -> Floats:
    decided = problem.train_pairs.take(~problem.train_pairs.tie)
    gap = problem.embeddings[decided.item_a] - problem.embeddings[decided.item_b]
    won = decided.preferred >= 0.5
    turned = rng.random(len(decided)) < 0.5  # both orders, so that there are two classes
    gap, won = np.where(turned[:, None], -gap, gap), won ^ turned
    if len(np.unique(won)) < 2:
        return np.full(len(comparisons), 0.5)
    model = LogisticRegression(C=PAIR_C, max_iter=1000, fit_intercept=False).fit(gap, won)
    asked = problem.embeddings[comparisons.item_a] - problem.embeddings[comparisons.item_b]
    return np.asarray(model.predict_proba(asked)[:, 1])


def _one_hot(problem: Problem, rows: Points) -> Floats:
    columns = []
    for place, (_, vocabulary) in enumerate(problem.vocabularies.attributes):
        columns.append((rows.groups[:, place, None] == np.arange(len(vocabulary))).astype(np.float64))
    return np.hstack(columns)
