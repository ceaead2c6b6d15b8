"""Whose votes look coordinated or careless, and what changes without them.  Shapes: P people, R votes."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from aggregation.algorithms.integrity.inspection import Events, inspect_conversation, with_and_without
from aggregation.algorithms.integrity.report import comparison_report, inspection_report
from aggregation.algorithms.opinion.votes import VoteMatrix
from aggregation.pipelines.outcome import Outcome, Tell, cleaned, portion
from aggregation.pipelines.people import in_stratum
from aggregation.pipelines.selection import selection_from
from aggregation.snapshots import of_people
from aggregation.sources import Votes


def compute(arrays: Votes, parameters: Mapping[str, Any], *, seed: int, tell: Tell) -> Outcome:
    """Look for every signal that the votes allow. It flags; a person decides.

    Raises
    ------
    ValueError
        If nobody is left.
    """
    votes = of_people(arrays, in_stratum(arrays.people, selection_from(parameters)))
    if not len(votes.people) or not len(votes.value_R):
        raise ValueError("Nobody who is counted has voted.")
    matrix = VoteMatrix.from_triples(
        votes.person_R, votes.candidate_R, votes.value_R, shape=(len(votes.people), len(votes.candidates))
    )
    events = None if votes.seconds_R is None else Events(votes.seconds_R, votes.person_R)
    found = inspect_conversation(matrix, events=events, progress=portion(tell, 0.05, 0.7, "Comparing ballots"))
    told = inspection_report(found, votes.people.ids, votes.candidates)
    tell(0.75, "Mapping the conversation with and without them")
    compared = with_and_without(matrix, found.flagged, seed=seed)
    changes = comparison_report(compared, votes.candidates) if found.flagged.any() else None
    number = np.bincount(votes.person_R, minlength=len(votes.people))
    cast = dict(zip(votes.people.ids, number.tolist(), strict=True))
    result = {
        "people": len(votes.people),
        "flagged_share": told["flagged_share"],
        "timed": told["timed"],
        "flagged": [row | {"votes": cast[row["participant"]]} for row in told["flagged"]],
        "noticed": len(told["noticed"]),
        "rings": told["rings"],
        "bursts": [{name: row[name] for name in ("start", "end", "newcomers", "expected")} for row in told["bursts"]],
        "texts": dict(zip(votes.candidates, votes.texts, strict=True)),
        "changes": changes,
    }
    return Outcome(cleaned(result))
