"""A trained reward model: members, vocabularies, calibrations; scoring in three modes with three uncertainties."""

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import torch
from scipy.special import expit

from aggregation.rewards.adaptation import Posterior, adapt
from aggregation.rewards.calibration import Calibration
from aggregation.rewards.data import Floats, Ints, Pairs, Points, Vocabulary
from aggregation.rewards.hierarchy import Scales
from aggregation.rewards.model import RewardModel, Spec
from aggregation.rewards.prediction import (
    Latent,
    Mode,
    Population,
    TextArrays,
    level_effects,
    pair_latent,
    point_latent,
    preference_probability,
    threshold_probability,
)
from aggregation.rewards.rows import factor_codes
from aggregation.rewards.trunk import Trunk, unit_rows
from aggregation.rewards.uncertainty import split_entropy

Prefer = Literal["high", "low"]


@dataclass(frozen=True)
class Member:
    """One model of the ensemble with the people it was learnt from."""

    model: RewardModel
    trunk: Trunk
    people: Population
    raters: Posterior  # one entry per rater learnt from; empty where they were left out
    loss: float = float("nan")  # the objective per row where the fit stopped


@dataclass(frozen=True)
class Vocabularies:
    """The levels of everything a row can name."""

    attributes: tuple[tuple[str, Vocabulary], ...]
    raters: Vocabulary
    contexts: Vocabulary
    dimensions: Vocabulary


@dataclass(frozen=True)
class Prediction:
    """Scores of N rows."""

    p: Floats  # P(value reaches the threshold), or P(a preferred)
    mean: Floats  # latent reward (or difference), mean over members
    epistemic: Floats  # nats
    aleatoric: Floats  # nats
    group_disagreement: Floats  # variance of the latent between groups
    reward_variance: Floats  # variance of the latent between members
    sigma: Floats | None  # mean spread of the reward itself, where the sigma head was trained
    members: Floats  # (M, N) calibrated probability of each member


@dataclass(frozen=True)
class RewardEnsemble:
    """Everything that scoring needs."""

    spec: Spec
    scales: Scales
    members: tuple[Member, ...]
    vocabularies: Vocabularies
    threshold: float
    levels: Floats  # distinct values, in order
    prefer: Prefer = "high"  # whether the higher or the lower value is the better one, in pairs
    profiles: Ints | None = None  # (U, A) attributes of the raters learnt from, kept and left out with them
    calibrations: dict[str, Calibration] = field(default_factory=dict)  # "points.pooled" and so on

    @property
    def cut(self) -> int | None:
        """The ordinal cut point that stands for the threshold; None for a yes/no model."""
        if self.spec.cuts == 1:
            return None
        return int(np.clip(np.searchsorted(self.levels, self.threshold) - 1, 0, self.spec.cuts - 1))

    @torch.no_grad()
    def read_texts(self, embeddings_TE: Floats, routes_TE: Floats | None = None) -> list[TextArrays]:
        """Run every member's trunk once per text.

        Raises
        ------
        ValueError
            If the embeddings have another width than those learnt from.
        """
        if embeddings_TE.shape[1] != self.spec.embedding:
            raise ValueError(
                f"embeddings have {embeddings_TE.shape[1]} columns, the model was trained with {self.spec.embedding}"
            )
        device = self.members[0].model.bias.device
        unit = unit_rows(torch.as_tensor(embeddings_TE, dtype=torch.float64, device=device))
        routes = (
            None if routes_TE is None else unit_rows(torch.as_tensor(routes_TE, dtype=torch.float64, device=device))
        )
        features: dict[int, torch.Tensor] = {}
        for one in self.members:  # members may share a trunk
            if id(one.trunk) not in features:
                features[id(one.trunk)] = one.trunk(unit)
        return [TextArrays.of(one.model.texts(features[id(one.trunk)], unit, routes)) for one in self.members]

    def predict_points(
        self, texts: list[TextArrays], rows: Points, mode: Mode, posteriors: list[Posterior] | None = None
    ) -> Prediction:
        """P(value >= threshold) for each row; ``posteriors`` (see :meth:`meet`) replace the trained raters."""
        latents = [
            point_latent(one.model, text, one.people, rows, mode, self._posterior(one, m, posteriors))
            for m, (one, text) in enumerate(zip(self.members, texts, strict=True))
        ]
        probability = np.stack(
            [threshold_probability(latent, cut=self._cut_value(m)) for m, latent in enumerate(latents)]
        )
        return self._summary(probability, latents, f"points.{mode}")

    def predict_pairs(
        self, texts: list[TextArrays], rows: Pairs, mode: Mode, posteriors: list[Posterior] | None = None
    ) -> Prediction:
        """P(a preferred, given that one is) for each comparison; where low is better, the lower reward is preferred."""
        latents = [
            pair_latent(one.model, text, one.people, rows, mode, self._posterior(one, m, posteriors))
            for m, (one, text) in enumerate(zip(self.members, texts, strict=True))
        ]
        probability = np.stack(
            [preference_probability(latent, link=self.spec.link, tie=self._tie(m)) for m, latent in enumerate(latents)]
        )
        found = self._summary(probability if self.prefer == "high" else 1.0 - probability, latents, f"pairs.{mode}")
        return found if self.prefer == "high" else replace(found, mean=-found.mean)

    def safety(self, texts: list[TextArrays]) -> Floats | None:
        """P(safe) of each text, (T,): absolute, not beside another text; None without a safety head."""
        heads = [text.safety for text in texts if text.safety is not None]
        return np.asarray(expit(np.stack(heads)).mean(axis=0)) if heads else None

    def meet(self, texts: list[TextArrays], answers: Points, *, persons: int) -> list[Posterior]:
        """Learn new persons (numbered 0..persons-1 in ``answers.rater``) from a few answers, for each member."""
        return [self.meet_member(place, text, answers, persons=persons) for place, text in enumerate(texts)]

    def meet_member(self, place: int, texts: TextArrays, answers: Points, *, persons: int) -> Posterior:
        """The same for one member."""
        one = self.members[place]
        cut = self._cut_value(place)
        return meet_raters(one.model, texts, one.people, answers, persons, self.threshold, cut)

    def _cut_value(self, member: int) -> float:
        if self.cut is None:
            return 0.0
        return float(np.sort(self.members[member].model.cut.detach().cpu().numpy())[self.cut])

    def _tie(self, member: int) -> float | None:
        if self.spec.ties != "rao-kupper":
            return None
        return float(np.logaddexp(0.0, self.members[member].model.tie.detach().cpu().numpy()[0]))

    def _posterior(self, member: Member, place: int, given: list[Posterior] | None) -> Posterior | None:
        posterior = member.raters if given is None else given[place]
        return posterior if len(posterior) else None

    def _summary(self, probability_MN: Floats, latents: list[Latent], kind: str) -> Prediction:
        calibrated = self.calibrations.get(kind, Calibration())(probability_MN)
        parts = split_entropy(calibrated)
        reward = np.stack([(latent.gate * latent.mean).sum(1) for latent in latents])
        sigma = None
        if latents[0].sigma is not None:
            sigma = np.sqrt(np.mean([latent.sigma**2 for latent in latents if latent.sigma is not None], axis=0))
        return Prediction(
            p=parts.mean,
            mean=reward.mean(axis=0),
            epistemic=parts.epistemic,
            aleatoric=parts.aleatoric,
            group_disagreement=np.mean([latent.group_variance for latent in latents], axis=0),
            reward_variance=reward.var(axis=0),
            sigma=sigma,
            members=calibrated,
        )


def meet_raters(
    model: RewardModel,
    texts: TextArrays,
    people: Population,
    answers: Points,
    persons: int,
    threshold: float,
    cut: float = 0.0,
) -> Posterior:
    """Posterior of each person's severities and coordinates around the group mean, from that person's answers."""
    n, d = len(answers), texts.score.shape[1]
    score = (texts.score[answers.item, answers.dimension] * texts.gate[answers.item]).sum(1)
    severity = np.zeros((n, d))
    severity[np.arange(n), answers.dimension] = 1.0
    design = np.concatenate([severity, texts.turn[answers.item, answers.dimension]], axis=1)
    offset = score + (design * level_effects(model, factor_codes(answers))).sum(1) - cut
    target = (answers.value >= threshold).astype(np.float64)
    return adapt(offset, design, target, answers.rater, people.within_groups, persons=persons)


def population(model: RewardModel, scales: Scales, profiles_UL: Ints) -> Population:
    """Moments of the group part over the people in ``profiles`` (one row of factor codes each)."""
    effects = level_effects(model, profiles_UL) if len(profiles_UL) else np.zeros((1, 1))
    d, c = len(model.spec.dimensions), model.spec.coordinates
    if not len(profiles_UL):
        effects = np.zeros((1, d + c))
    mean = effects.mean(axis=0)
    slope = [scales.slope[-1] ** 2] * int(model.spec.slope)
    within = [scales.severity[-1] ** 2] * d + slope + [scales.turn[-1] ** 2] * model.spec.rank
    return Population(mean, (effects - mean).T @ (effects - mean) / len(effects), np.array(within))
