"""The Overton set of a conversation: viewpoints people hold, with the evidence for each.  Shapes: P people."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from aggregation.algorithms.opinion.votes import VoteMatrix
from aggregation.algorithms.overton.report import window_report
from aggregation.algorithms.overton.viewpoints import find_viewpoints
from aggregation.pipelines.outcome import Outcome, Tell, cleaned
from aggregation.pipelines.people import in_stratum, weights_of
from aggregation.pipelines.selection import selection_from
from aggregation.snapshots import of_people
from aggregation.sources import Votes


def compute(arrays: Votes, parameters: Mapping[str, Any], *, seed: int, tell: Tell) -> Outcome:
    """Find the viewpoints, and say what made each of them reasonable.

    Raises
    ------
    ValueError
        If nobody is left.
    """
    selection = selection_from(parameters)
    gone = set(selection.excluded)
    kept = in_stratum(arrays.people, selection) & np.array([n not in gone for n in arrays.people.ids], dtype=np.bool_)
    votes = of_people(arrays, kept)
    if not len(votes.people) or not len(votes.value_R):
        raise ValueError("Nobody who is counted has voted.")
    weights, warnings = weights_of(votes.people, selection)
    mix = votes.people.groupings[parameters["grouping"]].labels() if parameters["grouping"] else None
    tell(0.2, "Finding viewpoints")
    matrix = VoteMatrix.from_triples(
        votes.person_R, votes.candidate_R, votes.value_R, shape=(len(votes.people), len(votes.candidates))
    )
    window = find_viewpoints(
        matrix,
        k=parameters.get("k") or None,
        least_support=float(parameters["least_support"]),
        weight_P=weights,
        group_P=None if mix is None else [label or None for label in mix],
        seed=seed,
    )
    text = dict(zip(votes.candidates, votes.texts, strict=True))
    rows = window_report(window, votes.people.ids, votes.candidates)
    result = {
        "people": len(votes.people),
        "viewpoints": [
            {
                **{name: row[name] for name in ("id", "weight", "interval", "reasonable", "rule", "group_mix")},
                "people": row["size"],
                "evidence": [{"candidate": one, "text": text[one]} for one in row["evidence"]],
                "against": [{"candidate": one, "text": text[one]} for one in row["against"]],
            }
            for row in rows
        ],
    }
    return Outcome(cleaned(result), warnings)
