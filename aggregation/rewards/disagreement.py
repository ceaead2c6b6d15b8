"""Where groups answer differently: texts, or pairs of texts, ordered by how far apart their groups are, as observed
and as modelled.

Shapes: N answers, C cases (texts or pairs of them), L levels of one attribute.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from aggregation.rewards.data import Floats, Ints, Pairs, Points, pairs, points
from aggregation.rewards.ensemble import RewardEnsemble
from aggregation.rewards.prediction import TextArrays

PRIOR_ANSWERS = 4.0  # what the pooled prediction counts for beside the answers of one group
Predict = Callable[[Ints], Floats]  # from one row of codes per case, (C, A), to a probability per case


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
    asked = np.unique(answers.item)

    def predict(groups_CA: Ints) -> Floats:
        rows = points(asked, np.full(len(asked), -1), np.zeros(len(asked)), groups=groups_CA)
        return ensemble.predict_points(texts, rows, "group" if (groups_CA >= 0).any() else "pooled").p

    target = (answers.value >= ensemble.threshold).astype(np.float64)
    named = [{"item": int(place) if items is None else items[int(place)]} for place in asked]
    return _apart(
        ensemble, np.searchsorted(asked, answers.item), target, answers.rater, answers.groups, predict, named, k, most
    )


def dividing_pairs(
    ensemble: RewardEnsemble,
    texts: list[TextArrays],
    compared: Pairs,
    *,
    items: list[str] | None = None,
    k: int = 5,
    most: int = 20,
) -> list[dict[str, Any]]:
    """The same for comparisons: ``share`` and ``predicted`` are of preferring ``item_a``, a tie counts one half."""
    swapped = compared.item_a > compared.item_b
    first, second = np.minimum(compared.item_a, compared.item_b), np.maximum(compared.item_a, compared.item_b)
    asked, place = np.unique(np.stack([first, second], axis=1), axis=0, return_inverse=True)

    def predict(groups_CA: Ints) -> Floats:
        rows = pairs(asked[:, 0], asked[:, 1], np.full(len(asked), -1), np.full(len(asked), 0.5), groups=groups_CA)
        return ensemble.predict_pairs(texts, rows, "group" if (groups_CA >= 0).any() else "pooled").p

    share = np.where(compared.tie, 0.5, compared.preferred)
    named = [
        {"item_a": int(a) if items is None else items[int(a)], "item_b": int(b) if items is None else items[int(b)]}
        for a, b in asked
    ]
    target = np.where(swapped, 1.0 - share, share)
    return _apart(ensemble, place.reshape(-1), target, compared.rater, compared.groups, predict, named, k, most)


def _apart(
    ensemble: RewardEnsemble,
    place: Ints,
    target: Floats,
    rater: Ints,
    groups: Ints,
    predict: Predict,
    named: list[dict[str, Any]],
    k: int,
    most: int,
) -> list[dict[str, Any]]:
    """The cases whose levels stand furthest apart, over all attributes."""
    found: list[dict[str, Any]] = []
    if not len(place):
        return found
    cases, attributes = len(named), ensemble.vocabularies.attributes
    withheld = np.full((cases, len(attributes)), -1, dtype=np.int64)
    pooled = predict(withheld)
    for attribute, (name, vocabulary) in enumerate(attributes):
        levels = len(vocabulary)
        code = groups[:, attribute]
        told = code >= 0
        cell = place[told] * levels + code[told]
        n = np.bincount(cell, minlength=cases * levels).reshape(-1, levels)
        reached = np.bincount(cell, target[told], cases * levels).reshape(-1, levels)
        persons = np.unique(np.stack([cell, rater[told]], axis=1), axis=0)[:, 0]
        raters = np.bincount(persons, minlength=cases * levels).reshape(-1, levels)
        shown = raters >= k
        shrunk = (reached + PRIOR_ANSWERS * pooled[:, None]) / (n + PRIOR_ANSWERS)
        spread = _variance(shrunk, np.where(shown, n, 0))
        spread[shown.sum(axis=1) < 2] = -1.0
        modelled = np.stack([predict(_told(withheld, attribute, code)) for code in range(levels)], axis=1)
        for case in np.argsort(-spread, kind="stable")[:most]:
            if spread[case] <= 0:
                break
            found.append(
                {
                    "attribute": name,
                    **named[case],
                    "disagreement": float(spread[case]),
                    "pooled": float(pooled[case]),
                    "levels": {
                        level: {
                            "n": int(n[case, code]),
                            "raters": int(raters[case, code]),
                            "share": float(reached[case, code] / n[case, code]),
                            "predicted": float(modelled[case, code]),
                        }
                        for code, level in enumerate(vocabulary.levels)
                        if shown[case, code]
                    },
                }
            )
    return sorted(found, key=lambda one: (-one["disagreement"], one["attribute"], str(one.get("item", ""))))


def _told(withheld_CA: Ints, attribute: int, code: int) -> Ints:
    """Codes that tell one level, all other attributes withheld."""
    groups = withheld_CA.copy()
    groups[:, attribute] = code
    return groups


def _variance(value_CL: Floats, weight_CL: Floats) -> Floats:
    total = np.maximum(weight_CL.sum(axis=1, keepdims=True), 1e-12)
    share = weight_CL / total
    centre = (share * value_CL).sum(axis=1, keepdims=True)
    return np.asarray((share * (value_CL - centre) ** 2).sum(axis=1))
