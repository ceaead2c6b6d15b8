"""What groups that otherwise disagree agree on.  Shapes: P people, S statements, G groups."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.stats import beta

from aggregation.algorithms.bridging.agreement import measure_bridging
from aggregation.algorithms.bridging.factorisation import factorise
from aggregation.pipelines.outcome import Outcome, Tell, cleaned
from aggregation.pipelines.people import UNKNOWN, groups_of, in_stratum
from aggregation.pipelines.selection import selection_from
from aggregation.snapshots import of_people
from aggregation.sources import Votes

TAILS = (0.025, 0.975)


def compute(arrays: Votes, parameters: Mapping[str, Any], *, seed: int, tell: Tell) -> Outcome:
    """Group-informed consensus and least group agreement of every statement, with the factorisation beside them.

    People whose group is not known count in the factorisation alone.

    Raises
    ------
    ValueError
        If there are fewer than two groups with votes.
    """
    selection = selection_from(parameters)
    gone = set(selection.excluded)
    kept = in_stratum(arrays.people, selection)
    kept &= np.array([name not in gone for name in arrays.people.ids], dtype=np.bool_)
    answered = np.zeros(len(arrays.people), dtype=np.bool_)
    answered[arrays.person_R] = True
    votes = of_people(arrays, kept & answered)
    names, group_P = groups_of(votes.people, parameters["grouping"])
    groups = tuple(name for name in names if name != UNKNOWN)
    if len(groups) < 2:
        raise ValueError(f"Bridging is between groups, and {len(groups)} with votes is left; there should be two.")
    group_P = np.where(group_P < len(groups), group_P, -1)
    table_PS = votes.votes_PC()
    tell(0.1, "Counting agreement in every group")
    found = measure_bridging(table_PS, group_P)
    low_GS, high_GS = (
        np.asarray(beta.ppf(tail, found.agree_GS + 1, found.seen_GS - found.agree_GS + 1)) for tail in TAILS
    )
    tell(0.3, "Looking for the one divide that explains most")
    fitted = factorise(table_PS, seed=seed)
    rows = [
        {
            "candidate": votes.candidates[s],
            "text": votes.texts[s],
            "bridging": {
                # The fewest votes that any group's share rests on: the products below tell of that group.
                "seen": int(found.seen_GS[:, s].min()),
                "consensus": float(found.consensus_S[s]),
                "least": float(found.least_S[s]),
                "least_group": groups[int(found.least_group_S[s])],
            },
            "groups": [
                {
                    "group": name,
                    "seen": int(found.seen_GS[g, s]),
                    "agree": int(found.agree_GS[g, s]),
                    "share": float(found.share_GS[g, s]),
                    "low": float(low_GS[g, s]),
                    "high": float(high_GS[g, s]),
                }
                for g, name in enumerate(groups)
            ],
            "intercept": float(fitted.statement_S[s]),
            "factor": float(fitted.statement_factor_S[s]),
        }
        for s in np.lexsort((np.arange(len(votes.candidates)), -found.consensus_S)).tolist()
    ]
    result = {
        "people": len(votes.people),
        "votes": len(votes.value_R),
        "groups": [{"group": name, "people": int((group_P == g).sum())} for g, name in enumerate(groups)],
        "statements": rows,
        "factorisation": {"rounds": fitted.rounds, "converged": fitted.converged, "loss": fitted.loss},
    }
    return Outcome(cleaned(result), _warnings(group_P, found.seen_GS, fitted.converged))


def _warnings(group_P: Any, seen_GS: Any, converged: bool) -> tuple[str, ...]:
    told = []
    unknown, unseen = int((group_P < 0).sum()), int((seen_GS == 0).any(axis=0).sum())
    if unknown:
        told.append("the group of some people is not known; they count in no group")
    if unseen:
        told.append(f"{unseen} statements were seen by nobody of some group, which then counts as one half")
    if not converged:
        told.append("the factorisation had not settled when it was stopped")
    return tuple(told)
