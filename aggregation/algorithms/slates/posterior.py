"""What the votes that were not cast would probably have been.

Shapes: V voters, C candidates, G groups.  Votes: 1 approved, 0 not approved, nan not seen.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from aggregation.algorithms.slates.exposure import check_votes

_STRENGTHS = 2.0 ** np.arange(-1, 9.5, 0.5)
"""Tried as the weight, in votes, of what is known before a group's own votes."""
_LEANING_VARIANCE = 1.0
_ROWS_AT_ONCE = 4096
_EDGE = 1e-6


@dataclass(frozen=True)
class VotePosterior:
    """P(agree | person's group, votes) for every vote that was not cast, as a distribution to draw from.

    In a draw, group g's rate of approval for candidate c is Beta(alpha, beta), and voter i's logit leans from it by a
    normal amount common to all candidates. Votes that were cast stay as they are.

    Attributes
    ----------
    votes_VC : the votes
    group_V : each voter's group, 0..G-1
    alpha_GC, beta_GC : the groups' rates
    leaning_V, leaning_sd_V : each voter's leaning towards approval, in logits
    strength : weight, in votes, of the prior of a group's rate
    """

    votes_VC: NDArray[np.float64]
    group_V: NDArray[np.intp]
    alpha_GC: NDArray[np.float64]
    beta_GC: NDArray[np.float64]
    leaning_V: NDArray[np.float64]
    leaning_sd_V: NDArray[np.float64]
    strength: float

    def probabilities(self) -> NDArray[np.float64]:
        """P(agree) at the centre of the posterior, shape (V, C); 1 or 0 where the vote was cast."""
        logit_GC = _logit(self.alpha_GC / (self.alpha_GC + self.beta_GC))
        chance = self._chances(logit_GC, self.leaning_V)
        return np.asarray(np.where(np.isnan(self.votes_VC), chance, self.votes_VC))

    def draw_utilities(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """One draw of what every statement is worth to everybody, between 0 and 1, shape (V, C).

        P(agree) where the vote was not cast, and the middle between that and the vote where it was: a vote counts as
        one answer beside what is expected of the person. Were it the whole utility, a statement would gain a high
        utility by being asked about often.
        """
        logit_GC, leaning_V = self._draw(rng)
        chance = self._chances(logit_GC, leaning_V)
        return np.asarray(np.where(np.isnan(self.votes_VC), chance, (chance + self.votes_VC) / 2))

    def draw_approvals(self, rng: np.random.Generator) -> NDArray[np.bool_]:
        """One draw of a complete table of approvals, shape (V, C)."""
        logit_GC, leaning_V = self._draw(rng)
        approved = np.empty(self.votes_VC.shape, dtype=np.bool_)
        for start in range(0, len(approved), _ROWS_AT_ONCE):
            rows = slice(start, start + _ROWS_AT_ONCE)
            votes = self.votes_VC[rows]
            chance = special.expit(logit_GC[self.group_V[rows]] + leaning_V[rows, None])
            approved[rows] = np.where(np.isnan(votes), rng.random(votes.shape) < chance, votes == 1)
        return approved

    def _draw(self, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return _logit(rng.beta(self.alpha_GC, self.beta_GC)), rng.normal(self.leaning_V, self.leaning_sd_V)

    def _chances(self, logit_GC: NDArray[np.float64], leaning_V: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(special.expit(logit_GC[self.group_V] + leaning_V[:, None]))


def fit_posterior(votes_VC: ArrayLike, group_V: ArrayLike | None = None) -> VotePosterior:
    """Fit P(agree | group, votes) by empirical Bayes.

    A group's rate for a candidate has a beta prior centred on the other groups' rate for it, which itself is drawn
    towards the overall rate of all candidates. How many votes each of the two priors is worth is chosen, between a half
    and 362, by the greatest beta-binomial likelihood. A voter's leaning has a standard normal prior in logits and is
    approximated at its mode (Laplace).

    Parameters
    ----------
    votes_VC : votes of shape (V, C): 1, 0 or nan
    group_V : each voter's group as integers 0..G-1; one group for all where none is given

    Raises
    ------
    ValueError
        If a vote is not 1, 0 or nan, no vote was cast at all, or the groups do not fit the voters.

    References
    ----------
    Gelman, Carlin, Stern, Dunson, Vehtari and Rubin (2013), Bayesian data analysis, chapter 5 (beta-binomial), 13
    (Laplace approximation); the leaning is the person parameter of Rasch (1960).
    """
    votes = check_votes(votes_VC)
    groups = np.zeros(len(votes), dtype=np.intp) if group_V is None else np.asarray(group_V, dtype=np.intp)
    if groups.shape != (len(votes),) or groups.min() < 0:
        raise ValueError(f"groups of shape {groups.shape} should be {len(votes)} integers >= 0, one per voter")
    voters, candidates = np.nonzero(~np.isnan(votes))
    if not len(voters):
        raise ValueError(f"none of the {len(votes)} voters answered anything; there is nothing to impute from")
    cast = votes[voters, candidates]
    cells = groups[voters] * votes.shape[1] + candidates
    shape = (int(groups.max()) + 1, votes.shape[1])
    agreed_GC = np.bincount(cells, weights=cast, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)
    seen_GC = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)
    centre_GC = _others_rate(agreed_GC, seen_GC)
    strength = _most_likely(centre_GC, agreed_GC, seen_GC)
    alpha_GC = strength * centre_GC + agreed_GC
    beta_GC = strength * (1 - centre_GC) + seen_GC - agreed_GC
    logit_GC = _logit(alpha_GC / (alpha_GC + beta_GC))
    leaning_V, sd_V = _leanings(voters, cast, logit_GC[groups[voters], candidates], len(votes))
    return VotePosterior(votes, groups, alpha_GC, beta_GC, leaning_V, sd_V, strength)


def _others_rate(agreed_GC: NDArray[np.float64], seen_GC: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rate of approval outside each group, drawn towards the overall rate as far as candidates resemble another."""
    overall_C = np.full(agreed_GC.shape[1], (agreed_GC.sum() + 1) / (seen_GC.sum() + 2))
    agreed_C, seen_C = agreed_GC.sum(axis=0), seen_GC.sum(axis=0)
    strength = _most_likely(overall_C, agreed_C, seen_C)
    return np.asarray((agreed_C - agreed_GC + strength * overall_C) / (seen_C - seen_GC + strength))


def _most_likely(centre: NDArray[np.float64], agreed: NDArray[np.float64], seen: NDArray[np.float64]) -> float:
    """The weight of a beta prior with that centre under which the counts are most likely (beta-binomial)."""

    def likelihood(strength: float) -> float:
        alpha, beta = strength * centre, strength * (1 - centre)
        return float((special.betaln(alpha + agreed, beta + seen - agreed) - special.betaln(alpha, beta)).sum())

    candidates: list[float] = _STRENGTHS.tolist()
    return max(candidates, key=likelihood)


def _leanings(
    voters: NDArray[np.intp], cast: NDArray[np.float64], logit: NDArray[np.float64], n_voters: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mode and standard deviation of each voter's leaning; Newton's method, one unknown per voter, all at once."""
    leaning_V = np.zeros(n_voters)
    curvature_V = np.full(n_voters, 1 / _LEANING_VARIANCE)
    for _ in range(50):
        chance = special.expit(logit + leaning_V[voters])
        gradient_V = np.bincount(voters, weights=cast - chance, minlength=n_voters) - leaning_V / _LEANING_VARIANCE
        curvature_V = np.bincount(voters, weights=chance * (1 - chance), minlength=n_voters) + 1 / _LEANING_VARIANCE
        step_V = np.clip(gradient_V / curvature_V, -1, 1)
        leaning_V += step_V
        if np.abs(step_V).max() < 1e-10:
            break
    return leaning_V, 1 / np.sqrt(curvature_V)


def _logit(rate: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(special.logit(np.clip(rate, _EDGE, 1 - _EDGE)))
