"""Scores of a few texts for everybody and for every group, ready to be blended, steered and chosen from.

Shapes: T texts, D dimensions, G levels.
"""

from typing import Any

import numpy as np

from aggregation.rewards.data import Floats, points
from aggregation.rewards.ensemble import Prediction, RewardEnsemble
from aggregation.rewards.inspection import level_rows


def score_texts(
    ensemble: RewardEnsemble, embeddings_TE: Floats, *, levels: dict[str, tuple[str, ...]]
) -> dict[str, Any]:
    """Score texts in every dimension, pooled and as the people of each level see them.

    Parameters
    ----------
    embeddings_TE : unit-length embeddings by the encoder the model was trained with
    levels : by attribute, the levels that may be shown (those with enough people)

    Returns
    -------
    ``dimensions`` (names) and ``scores``: for each dimension ``everybody`` and ``groups`` {attribute: {level: …}}, each
    a list per text of ``p`` (probability that a person's value reaches the threshold), ``mean`` (latent reward),
    ``epistemic``, ``aleatoric`` (nats), ``group_disagreement`` (variance of the reward between groups) and
    ``reward_variance`` (between the ensemble's members).
    """
    read = ensemble.read_texts(embeddings_TE)
    n_texts = len(embeddings_TE)
    scores = []
    for place, dimension in enumerate(ensemble.spec.dimensions):
        width = len(ensemble.vocabularies.attributes)
        rows = points(
            np.arange(n_texts),
            np.full(n_texts, -1),
            np.zeros(n_texts),
            groups=np.full((n_texts, width), -1),
            dimension=np.full(n_texts, place),
        )
        groups: dict[str, dict[str, list[dict[str, float]]]] = {}
        for attribute, (name, vocabulary) in enumerate(ensemble.vocabularies.attributes):
            groups[name] = {}
            for level in levels.get(name, ()):
                code = vocabulary.codes([level])
                asked = level_rows(ensemble, attribute, code, n_texts=n_texts, dimension=place)
                groups[name][level] = _plain(ensemble.predict_points(read, asked, "group"))
        everybody = _plain(ensemble.predict_points(read, rows, "pooled"))
        scores.append({"dimension": dimension, "everybody": everybody, "groups": groups})
    return {"dimensions": list(ensemble.spec.dimensions), "threshold": ensemble.threshold, "scores": scores}


def _plain(found: Prediction) -> list[dict[str, float]]:
    columns = {
        "p": found.p,
        "mean": found.mean,
        "epistemic": found.epistemic,
        "aleatoric": found.aleatoric,
        "group_disagreement": found.group_disagreement,
        "reward_variance": found.reward_variance,
    }
    return [{name: round(float(values[row]), 6) for name, values in columns.items()} for row in range(len(found.p))]
