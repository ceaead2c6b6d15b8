"""A ranking in ids and words, as the command line writes it and the web stores it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from aggregation.algorithms.axioms import AXIOMS
from aggregation.algorithms.rankings.axiom_report import AxiomOutcome
from aggregation.algorithms.rankings.profile import Profile, Ranking


def ranking_report(
    profile: Profile,
    ranking: Ranking,
    outcomes: Sequence[AxiomOutcome],
    *,
    options: Sequence[str],
    groups: Sequence[str] = (),
) -> dict[str, Any]:
    """Order, scores, group means and axioms.

    Parameters
    ----------
    options, groups : names behind the positions; without names of groups their means are left out
    """
    told: dict[str, Any] = {
        "order": [[options[option] for option in tied] for tied in ranking.order],
        "scores": None if ranking.score_C is None else dict(zip(options, ranking.score_C.tolist(), strict=True)),
        "axioms": {outcome.axiom: _outcome(outcome, options) for outcome in outcomes},
        "details": _details(ranking, options, groups),
    }
    if groups:
        weights, held = profile.group_weights(), profile.group_weights() > 0
        names = [name for name, has_weight in zip(groups, held, strict=True) if has_weight]
        told["groups"] = {
            name: {"weight": float(weight), "mean_utilities": dict(zip(options, means.tolist(), strict=True))}
            for name, weight, means in zip(names, weights[held], profile.group_means(), strict=True)
        }
    return told


def _outcome(outcome: AxiomOutcome, options: Sequence[str]) -> dict[str, Any]:
    axiom = AXIOMS[outcome.axiom]
    return {
        "name": axiom.name,
        "meaning": axiom.meaning,
        "holds": outcome.holds,
        "applies": outcome.applies,
        # A clone of the last probe stands behind the options and has no name of its own.
        "witness": [options[option] for option in outcome.witness if option < len(options)],
        "probe": outcome.tried,
    }


def _details(ranking: Ranking, options: Sequence[str], groups: Sequence[str]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for key, value in ranking.details.items():
        if key == "strength_GC":
            names = list(groups) or ["all"]
            told["strengths"] = {
                name: dict(zip(options, row.tolist(), strict=True)) for name, row in zip(names, value, strict=True)
            }
        elif key == "pooled_C":
            told["pooled_strengths"] = dict(zip(options, value.tolist(), strict=True))
        elif key == "share_G":
            told["group_shares"] = dict(zip(list(groups) or ["all"], np.asarray(value).tolist(), strict=True))
        elif key == "strongest_paths":
            told[key] = {name: dict(zip(options, row, strict=True)) for name, row in zip(options, value, strict=True)}
        elif key == "under_floor":
            told[key] = [options[option] for option in value]
        else:
            told[key] = value
    return told
