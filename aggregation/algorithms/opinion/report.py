"""An opinion map in plain lists and texts: what the command line writes and the web application stores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.opinion.consensus import ConsensusStatement
from aggregation.algorithms.opinion.continuity import group_letter
from aggregation.algorithms.opinion.dividing import DividingStatement
from aggregation.algorithms.opinion.opinion_map import OpinionMap
from aggregation.algorithms.opinion.representative import RepresentativeStatement


def map_report(
    found: OpinionMap, participants: Sequence[str], statements: Sequence[str], group_names: Sequence[str] | None = None
) -> dict[str, Any]:
    """Groups, points and statistics of a map in plain lists and texts, ready for JSON.

    Parameters
    ----------
    found : OpinionMap
    participants, statements : sequences of P and S ids
    group_names : ids of an imported grouping by label; the labels themselves without it
    """
    counts = found.statistics.counts
    ids = {label: str(label) if group_names is None else group_names[label] for label in counts.groups.tolist()}
    voted = np.asarray(~np.isnan(found.space.points).any(axis=1))
    points = np.round(found.space.points, 6)
    return {
        "groups": [
            {
                "id": ids[label],
                "label": group_letter(label),
                "size": size,
                "members": [participants[row] for row in np.flatnonzero(found.labels == label)],
            }
            for label, size in zip(counts.groups.tolist(), counts.sizes.tolist(), strict=True)
        ],
        "points": [
            {"participant": participants[row], "x": points[row, 0], "y": points[row, 1], "group": ids.get(label)}
            for row, label in enumerate(found.labels.tolist())
            if voted[row]
        ],
        "statement_places": dict(zip(statements, np.round(found.space.statement_points, 6).tolist(), strict=True)),
        "representative": {
            ids[label]: [_representative(one, statements) for one in chosen]
            for label, chosen in found.statistics.representative.items()
        },
        "consensus": {
            "agree": [_consensus(one, statements) for one in found.statistics.consensus.agree],
            "disagree": [_consensus(one, statements) for one in found.statistics.consensus.disagree],
        },
        "dividing": [_dividing(one, statements, ids) for one in found.statistics.dividing],
        "group_informed_consensus": _by_statement(statements, found.statistics.group_informed_consensus),
        "priorities": _by_statement(statements, found.statistics.priorities),
        "votes_by_group": {
            ids[label]: {
                statement: {"agree": agree, "disagree": disagree, "seen": seen}
                for statement, agree, disagree, seen in zip(
                    statements,
                    counts.agree[row].tolist(),
                    counts.disagree[row].tolist(),
                    counts.seen[row].tolist(),
                    strict=True,
                )
            }
            for row, label in enumerate(counts.groups.tolist())
        },
    }


def _representative(one: RepresentativeStatement, statements: Sequence[str]) -> dict[str, Any]:
    return {
        "statement": statements[one.statement],
        "direction": one.direction,
        "probability": one.probability,
        "ratio": one.ratio,
        "z": one.ratio_z,
        "probability_z": one.probability_z,
        "count": one.count,
        "seen": one.seen,
    }


def _consensus(one: ConsensusStatement, statements: Sequence[str]) -> dict[str, Any]:
    return {
        "statement": statements[one.statement],
        "probability": one.probability,
        "z": one.z,
        "count": one.count,
        "seen": one.seen,
    }


def _dividing(one: DividingStatement, statements: Sequence[str], ids: dict[int, str]) -> dict[str, Any]:
    return {
        "statement": statements[one.statement],
        "agreeing_group": ids[one.agreeing_group],
        "disagreeing_group": ids[one.disagreeing_group],
        "difference": one.difference,
        "interval": [one.low, one.high],
        "opposed": one.opposed,
    }


def _by_statement(statements: Sequence[str], values: NDArray[np.float64]) -> dict[str, float]:
    return dict(zip(statements, values.tolist(), strict=True))
