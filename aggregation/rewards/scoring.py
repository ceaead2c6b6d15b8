"""Any texts for anybody: everybody, a group, a blend of groups; one dimension or all; three uncertainties.

Shapes: T texts, D dimensions, M members, B parts of a blend.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from aggregation.rewards.data import Floats, Ints, points
from aggregation.rewards.ensemble import Prediction, RewardEnsemble
from aggregation.rewards.prediction import Mode, TextArrays
from aggregation.rewards.uncertainty import group_disagreement, split_entropy

Profile = Mapping[str, str]  # attribute -> level; an attribute that is not named is withheld


@dataclass(frozen=True)
class Scores:
    """What each text is worth in each dimension to whom it was asked for."""

    dimensions: tuple[str, ...]
    p: Floats  # (T, D) P(value reaches the threshold)
    reward: Floats  # (T, D) latent reward, higher is better also where low values are the better ones
    epistemic: Floats  # (T, D) nats: what the model does not know
    aleatoric: Floats  # (T, D) nats: where one person is of two minds
    group_disagreement: Floats  # (T, D) variance of the reward between groups: a conflict, not noise
    members: Floats  # (M, T, D) probability of each member of the ensemble

    def as_dict(self) -> list[dict[str, Any]]:
        """One dictionary per text, {dimension: {figure: number}}."""
        names = ("p", "reward", "epistemic", "aleatoric", "group_disagreement")
        return [
            {
                dimension: {name: float(getattr(self, name)[text, place]) for name in names}
                for place, dimension in enumerate(self.dimensions)
            }
            for text in range(len(self.p))
        ]


def score_texts(
    ensemble: RewardEnsemble,
    embeddings_TE: Floats,
    *,
    blend: Sequence[tuple[Profile, float]] = (),
    dimension: str | None = None,
    context: str | None = None,
    routes_TE: Floats | None = None,
) -> Scores:
    """Score texts for everybody (no ``blend``), for one group (one part), or for a blend of groups by weight.

    A blend mixes the probabilities of its groups, member by member, so it stands for a population composed as the
    weights say and not for a person between the groups.

    Parameters
    ----------
    embeddings_TE : from the encoder that the model was trained with, see ``encoder.embed``
    blend : pairs of a profile and a weight above zero; weights need not sum to one
    dimension : one dimension by name; all of them where it is not given
    context : a context learnt from; another one counts as none
    routes_TE : embeddings of the prompts, where the model mixes experts by them

    Raises
    ------
    ValueError
        At an unknown attribute, level or dimension, or a weight that is not above zero.
    """
    texts = ensemble.read_texts(embeddings_TE, routes_TE)
    return score_read_texts(ensemble, texts, blend=blend, dimension=dimension, context=context)


def score_read_texts(
    ensemble: RewardEnsemble,
    texts: list[TextArrays],
    *,
    blend: Sequence[tuple[Profile, float]] = (),
    dimension: str | None = None,
    context: str | None = None,
) -> Scores:
    """The same for texts that ``ensemble.read_texts`` has read: for many groups the trunk runs once."""
    named = ensemble.vocabularies
    count = len(texts[0].score)
    chosen = _dimensions(ensemble, dimension)
    mode: Mode = "group" if blend else "pooled"
    told = -1 if context is None else int(named.contexts.codes([context])[0])
    parts: list[Prediction] = []
    for codes in [_codes(ensemble, profile) for profile, _ in blend] or [_codes(ensemble, {})]:
        n = count * len(chosen)
        rows = points(
            np.repeat(np.arange(count), len(chosen)),
            np.full(n, -1),
            np.zeros(n),
            groups=np.tile(codes, (n, 1)),
            dimension=np.tile(chosen, count),
            context=np.full(n, told),
        )
        parts.append(ensemble.predict_points(texts, rows, mode))
    share = _shares(blend)
    members = np.einsum("b,bmn->mn", share, np.stack([part.members for part in parts]))
    entropies = split_entropy(members)
    sign = 1.0 if ensemble.prefer == "high" else -1.0
    reward_NB = sign * np.stack([part.mean for part in parts], axis=1)
    between = parts[0].group_disagreement if len(parts) == 1 else group_disagreement(reward_NB, share)

    def shaped(values: Floats) -> Floats:
        return values.reshape(*values.shape[:-1], count, len(chosen))

    return Scores(
        tuple(named.dimensions.levels[place] for place in chosen),
        shaped(entropies.mean),
        shaped(reward_NB @ share),
        shaped(entropies.epistemic),
        shaped(entropies.aleatoric),
        shaped(between),
        shaped(members),
    )


def rewards_by_group(
    ensemble: RewardEnsemble, texts: list[TextArrays], attribute: str, *, dimension: str | None = None
) -> tuple[tuple[str, ...], Floats]:
    """Levels of one attribute and the reward of each text to each, (T, L): what CVaR over groups chooses by.

    Raises
    ------
    ValueError
        If the attribute is not one of the model's, or several dimensions are left to choose from.
    """
    if len(_dimensions(ensemble, dimension)) != 1:
        raise ValueError(f"dimension should be one of {', '.join(ensemble.vocabularies.dimensions.levels)}")
    levels = dict(ensemble.vocabularies.attributes).get(attribute)
    if levels is None:
        raise ValueError(_not_one_of("attribute", attribute, [name for name, _ in ensemble.vocabularies.attributes]))
    columns = [
        score_read_texts(ensemble, texts, blend=[({attribute: level}, 1.0)], dimension=dimension).reward[:, 0]
        for level in levels.levels
    ]
    return levels.levels, np.stack(columns, axis=1) if columns else np.zeros((len(texts[0].score), 0))


def _dimensions(ensemble: RewardEnsemble, dimension: str | None) -> Ints:
    levels = ensemble.vocabularies.dimensions.levels
    if dimension is None:
        return np.arange(len(levels))
    if dimension not in levels:
        raise ValueError(_not_one_of("dimension", dimension, levels))
    return np.array([levels.index(dimension)])


def _codes(ensemble: RewardEnsemble, profile: Profile) -> Ints:
    attributes = ensemble.vocabularies.attributes
    known = {name: levels.levels for name, levels in attributes}
    for name, level in profile.items():
        if name not in known:
            raise ValueError(_not_one_of("attribute", name, known))
        if level not in known[name]:
            raise ValueError(_not_one_of(name, level, known[name]))
    codes = [levels.levels.index(profile[name]) if name in profile else -1 for name, levels in attributes]
    return np.array(codes, dtype=np.int64)


def _shares(blend: Sequence[tuple[Profile, float]]) -> Floats:
    weights = np.array([weight for _, weight in blend] or [1.0], dtype=np.float64)
    if not (np.isfinite(weights).all() and (weights > 0).all()):
        raise ValueError(f"weights of a blend {weights.tolist()} should be > 0")
    return np.asarray(weights / weights.sum())


def _not_one_of(what: str, found: str, allowed: Any) -> str:
    return f"{what} {found!r} is not one of {', '.join(allowed) or 'none'}"
