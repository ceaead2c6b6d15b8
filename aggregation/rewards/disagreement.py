"""Where groups answer differently: texts ordered by how far apart their groups are, as observed and as modelled.

Shapes: N answers, T texts, L levels of one attribute.
"""

from typing import Any

import numpy as np

from aggregation.rewards.data import Floats, Points, points
from aggregation.rewards.ensemble import RewardEnsemble
from aggregation.rewards.prediction import TextArrays

PRIOR_ANSWERS = 4.0  # what the pooled prediction counts for beside the answers of one group


def dividing_items(
    ensemble: RewardEnsemble,
    texts: list[TextArrays],
    answers: Points,
    *,
    items: list[str] | None = None,
    k: int = 5,
    most: int = 20,
) -> list[dict[str, Any]]:
    """For each attribute, the texts whose groups stand furthest apart.

    A level's share of answers that reach the threshold is drawn towards the pooled prediction by a prior worth
    ``PRIOR_ANSWERS`` answers, so that two answers are no conflict; texts are ordered by the variance of these shares
    over the answers. Levels with fewer than ``k`` raters of the text are left out, and so are texts with fewer than two
    levels left. What the model predicts for each level stands beside.

    Parameters
    ----------
    items : names of the texts, by their places; the place itself where they are not given
    """
    found: list[dict[str, Any]] = []
    if not len(answers):
        return found
    target = (answers.value >= ensemble.threshold).astype(np.float64)
    asked = np.unique(answers.item)
    place = np.searchsorted(asked, answers.item)
    pooled = _predicted(ensemble, texts, asked, -1, -1)
    for attribute, (name, vocabulary) in enumerate(ensemble.vocabularies.attributes):
        levels = len(vocabulary)
        code = answers.groups[:, attribute]
        named = code >= 0
        cell = place[named] * levels + code[named]
        n = np.bincount(cell, minlength=len(asked) * levels).reshape(-1, levels)
        reached = np.bincount(cell, target[named], len(asked) * levels).reshape(-1, levels)
        persons = np.unique(np.stack([cell, answers.rater[named]], axis=1), axis=0)[:, 0]
        raters = np.bincount(persons, minlength=len(asked) * levels).reshape(-1, levels)
        shown = raters >= k
        shrunk = (reached + PRIOR_ANSWERS * pooled[:, None]) / (n + PRIOR_ANSWERS)
        modelled = np.stack([_predicted(ensemble, texts, asked, attribute, code) for code in range(levels)], axis=1)
        spread = _variance(shrunk, np.where(shown, n, 0))
        spread[shown.sum(axis=1) < 2] = -1.0
        for text in np.argsort(-spread, kind="stable")[:most]:
            if spread[text] <= 0:
                break
            found.append(
                {
                    "attribute": name,
                    "item": int(asked[text]) if items is None else items[int(asked[text])],
                    "disagreement": float(spread[text]),
                    "pooled": float(pooled[text]),
                    "levels": {
                        level: {
                            "n": int(n[text, code]),
                            "raters": int(raters[text, code]),
                            "share": float(reached[text, code] / n[text, code]),
                            "predicted": float(modelled[text, code]),
                        }
                        for code, level in enumerate(vocabulary.levels)
                        if shown[text, code]
                    },
                }
            )
    return sorted(found, key=lambda one: (-one["disagreement"], one["attribute"], str(one["item"])))


def _predicted(
    ensemble: RewardEnsemble, texts: list[TextArrays], asked: np.ndarray[Any, Any], attribute: int, code: int
) -> Floats:
    """P(value >= threshold) of each text for one level, all other attributes withheld; for everybody at -1."""
    groups = np.full((len(asked), len(ensemble.vocabularies.attributes)), -1, dtype=np.int64)
    if attribute >= 0:
        groups[:, attribute] = code
    rows = points(asked, np.full(len(asked), -1), np.zeros(len(asked)), groups=groups)
    return ensemble.predict_points(texts, rows, "pooled" if attribute < 0 else "group").p


def _variance(value_TL: Floats, weight_TL: Floats) -> Floats:
    total = np.maximum(weight_TL.sum(axis=1, keepdims=True), 1e-12)
    share = weight_TL / total
    centre = (share * value_TL).sum(axis=1, keepdims=True)
    return np.asarray((share * (value_TL - centre) ** 2).sum(axis=1))
