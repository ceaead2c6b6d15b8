"""Viewpoints and Overton scores in plain lists and texts, as the command line writes them and the web stores them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from aggregation.algorithms.overton.adjusted import AdjustedScores
from aggregation.algorithms.overton.scores import Floats, OvertonScores, Ratings
from aggregation.algorithms.overton.viewpoints import OvertonWindow


def scores_report(
    ratings: Ratings,
    found: OvertonScores,
    adjusted: AdjustedScores | None,
    *,
    questions: Sequence[str],
    responses: Sequence[str],
    viewpoints: Sequence[str],
) -> dict[str, Any]:
    """Scores of each response with the viewpoints it covers.

    Parameters
    ----------
    questions, responses, viewpoints : names behind the codes; a viewpoint's name need only be unique in its question
    """
    told: dict[str, Any] = {"responses": {}}
    for m, response in enumerate(responses):
        one: dict[str, Any] = {
            "score": found.coverage.score_M[m],
            "weighted_score": found.coverage.weighted_M[m],
            "interval": _ends(found.interval_2M, m),
            "weighted_interval": _ends(found.weighted_interval_2M, m),
            "adjusted": None if adjusted is None else _adjusted(adjusted, m),
            "questions": {},
        }
        for q, question in enumerate(questions):
            places = np.flatnonzero(ratings.question_P == q)
            if np.isnan(found.coverage.mean_PM[places, m]).all():
                continue
            one["questions"][question] = {
                "coverage": found.coverage.coverage_QM[q, m],
                "weighted_coverage": found.coverage.weighted_QM[q, m],
                "viewpoints": {viewpoints[p]: _viewpoint(found, p, m) for p in places.tolist()},
            }
        told["responses"][response] = one
    if len(responses) == 1:
        told |= told["responses"][responses[0]]
    return told


def window_report(
    window: OvertonWindow, participants: Sequence[str], statements: Sequence[str]
) -> list[dict[str, Any]]:
    """The viewpoints in ids, greatest first; the statements of each tell it, and its text is for a person to write."""
    return [
        {
            "id": str(one.label),
            "size": one.size,
            "weight": one.weight,
            "interval": list(one.interval),
            "reasonable": one.reasonable,
            "rule": one.rule,
            "evidence": [statements[s] for s in one.evidence],
            "against": [statements[s] for s in one.against],
            "group_mix": one.group_mix,
            "members": [participants[p] for p in one.members],
        }
        for one in window.viewpoints
    ]


def _viewpoint(found: OvertonScores, p: int, m: int) -> dict[str, Any]:
    covered = found.coverage.covered_PM[p, m]
    return {
        "size": float(found.coverage.size_P[p]),
        "mean": float(found.coverage.mean_PM[p, m]),
        "covered": None if np.isnan(covered) else bool(covered),
    }


def _adjusted(adjusted: AdjustedScores, m: int) -> dict[str, Any]:
    return {
        "score": adjusted.score_M[m],
        "standard_error": adjusted.error_M[m],
        "interval": [adjusted.low_M[m], adjusted.high_M[m]],
        "p_against_mean": adjusted.against_mean_p_M[m],
    }


def _ends(interval_2M: Floats | None, m: int) -> list[float] | None:
    return None if interval_2M is None else [float(interval_2M[0, m]), float(interval_2M[1, m])]
