"""What held of one ranking: Condorcet winner, majority, Pareto; and what two probes found: clones, monotonicity.

Shapes: V voters, C options.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aggregation.algorithms.rankings.pairwise import preferred
from aggregation.algorithms.rankings.profile import TOLERANCE, Profile, Ranking

RankingRule = Callable[[Profile], Ranking]


@dataclass(frozen=True)
class AxiomOutcome:
    """Whether an axiom held of a ranking.

    Attributes
    ----------
    axiom : short name
    holds : whether it held; True where it asks for nothing here
    applies : whether it asked for anything
    witness : options that show it: the Condorcet or majority winner, the pair, or the option that was cloned or raised
    tried : how many changed profiles a probe looked at
    """

    axiom: str
    holds: bool
    applies: bool
    witness: tuple[int, ...] = ()
    tried: int | None = None


def report_axioms(
    profile: Profile, ranking: Ranking, rule: RankingRule, *, rng: np.random.Generator, probes: int = 20
) -> tuple[AxiomOutcome, ...]:
    """Check a ranking, and the rule around this profile: a probe that finds nothing proves nothing.

    Parameters
    ----------
    rule : the same rule with the same settings
    probes : changed profiles to try for monotonicity, and the most options to clone; 0 for no probes
    """
    outcomes = [_condorcet(profile, ranking), _majority(profile, ranking), _pareto(profile, ranking)]
    if probes:
        outcomes += [_clones(profile, ranking, rule, probes), _monotonicity(profile, ranking, rule, rng, probes)]
    return tuple(outcomes)


def _condorcet(profile: Profile, ranking: Ranking) -> AxiomOutcome:
    above = preferred(profile.values_VC, profile.weight_V)
    wins = (above > above.T + TOLERANCE).sum(axis=1) == profile.n_options - 1
    if not wins.any() or profile.n_options == 1:
        return AxiomOutcome("condorcet", True, False)
    winner = int(np.flatnonzero(wins)[0])
    return AxiomOutcome("condorcet", ranking.order[0] == (winner,), True, (winner,))


def _majority(profile: Profile, ranking: Ranking) -> AxiomOutcome:
    filled = np.where(np.isnan(profile.values_VC), -np.inf, profile.values_VC)
    best = filled == filled.max(axis=1, keepdims=True)
    alone = best & (best.sum(axis=1) == 1)[:, None]
    support = profile.weight_V @ alone
    if support.max() <= 0.5 + TOLERANCE or profile.n_options == 1:
        return AxiomOutcome("majority", True, False)
    winner = int(support.argmax())
    return AxiomOutcome("majority", ranking.order[0] == (winner,), True, (winner,))


def _pareto(profile: Profile, ranking: Ranking) -> AxiomOutcome:
    counted = profile.weight_V > 0
    values, rank = profile.values_VC[counted], ranking.rank_C()
    applies = False
    for a in range(profile.n_options):
        for b in np.flatnonzero((values[:, [a]] > values).all(axis=0)).tolist():
            applies = True
            if rank[a] >= rank[b]:
                return AxiomOutcome("pareto", False, True, (a, b))
    return AxiomOutcome("pareto", True, applies)


def _clones(profile: Profile, ranking: Ranking, rule: RankingRule, probes: int) -> AxiomOutcome:
    """Add a copy of an option that everybody likes just a little less; who wins should stay, clones being one."""
    before = set(ranking.order[0])
    gaps = np.diff(np.unique(profile.values_VC[~np.isnan(profile.values_VC)]))
    little = float(gaps.min()) / 1e3 if len(gaps) else 1e-3
    options = range(min(profile.n_options, probes))
    for option in options:
        copy = profile.values_VC[:, [option]]
        try:
            found = rule(profile.with_values(np.concatenate([profile.values_VC, copy - little], axis=1)))
        except ValueError:  # a rule that needs utilities above a zero: liked exactly as much
            found = rule(profile.with_values(np.concatenate([profile.values_VC, copy], axis=1)))
        after = {option if winner == profile.n_options else winner for winner in found.order[0]}
        if after != before:
            return AxiomOutcome("clones", False, True, (option,), len(options))
    return AxiomOutcome("clones", True, True, (), len(options))


def _monotonicity(
    profile: Profile, ranking: Ranking, rule: RankingRule, rng: np.random.Generator, probes: int
) -> AxiomOutcome:
    """Let some voters raise a winner above the next option; it should still win."""
    if profile.n_options == 1:
        return AxiomOutcome("monotone", True, False, (), 0)
    for _ in range(probes):
        winner = int(rng.choice(ranking.order[0]))
        values = profile.values_VC.copy()
        for voter in np.flatnonzero(rng.random(len(values)) < rng.choice([0.1, 0.3, 0.6])):
            row = values[voter]
            better = row[row > row[winner]]
            if len(better):
                # Just above the next better one, and under whatever stands above that.
                further = row[row > better.min()]
                row[winner] = (better.min() + further.min()) / 2 if len(further) else better.min() + 1.0
        if winner not in rule(profile.with_values(values)).order[0]:
            return AxiomOutcome("monotone", False, True, (winner,), probes)
    return AxiomOutcome("monotone", True, True, (), probes)
