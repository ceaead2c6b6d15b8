"""What a slate hangs on: who would object, whose absence changes it, what it costs to change it.

Shapes: P people, C candidates.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.rules import Rule
from aggregation.algorithms.slates.approvals import Approvals
from aggregation.algorithms.slates.attack import clone_test, least_added_ballots
from aggregation.algorithms.slates.influence import drop_each_cluster, drop_each_voter, drop_most_aligned
from aggregation.pipelines.ballots import Table
from aggregation.pipelines.outcome import number

AGREES_FROM = 0.5
"""P(agree) from which somebody who has not voted on a statement is counted as approving it here."""
MOST_PEOPLE = 300
MOST_CANDIDATES = 40
LISTED = 10
Done = Callable[[int, int], None]


def likely_approvals(table: Table, value_PC: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Who approves what: the vote where it was cast, else whether agreement is likelier than not, shape (P, C)."""
    cast = table.ballots.values_VC
    return np.asarray(np.where(np.isnan(cast), value_PC >= AGREES_FROM, cast > 0))


def objectors(table: Table, value_PC: NDArray[np.float64], slate: Sequence[int]) -> list[dict[str, Any]]:
    """For each statement left out, those who like it more than everything in the slate; the largest crowds first.

    A crowd has a claim to a place of its own when it is as large as the people divided by the places.
    """
    if not slate:
        return []
    weight_P = table.ballots.weights_V
    share_P = np.full(len(table.people), 1.0) if weight_P is None else weight_P
    best_P = value_PC[:, list(slate)].max(axis=1)
    # The middle between two chances is no reason to object: it takes a clear difference.
    objecting_PC = (value_PC > best_P[:, None] + 0.1) & (value_PC >= AGREES_FROM)
    size_C = (objecting_PC * share_P[:, None]).sum(axis=0)
    size_C[list(slate)] = 0
    needed = float(share_P.sum()) / len(slate)
    rows = []
    for candidate in np.argsort(-size_C, kind="stable")[:LISTED].tolist():
        if size_C[candidate] <= 0:
            break
        mine = objecting_PC[:, candidate]
        rows.append(
            {
                "candidate": table.candidates[candidate],
                "text": table.texts[candidate],
                "people": int(mine.sum()),
                "size": number(size_C[candidate]),
                "needed": number(needed),
                "groups": [
                    {"group": name, "people": int((mine & (table.group_P == place)).sum())}
                    for place, name in enumerate(table.groups)
                ],
            }
        )
    return rows


def influence(rule: Rule, table: Table, value_PC: NDArray[np.float64], k: int, done: Done) -> dict[str, Any]:
    """The slate on the likeliest votes without any one person, without each group, without its closest supporters."""
    approvals, columns = _approvals(table, value_PC, rule, k)
    function = rule.load()
    tried = min(len(table.people), MOST_PEOPLE)
    part = _of_people(approvals, tried) if tried < len(table.people) else approvals
    single = drop_each_voter(part, k, function, done)
    moved = [one for one in single if one.changed]
    told: dict[str, Any] = {
        "on": "the likeliest votes" if not table.ballots.complete else "the votes",
        "slate": [table.candidates[columns[c]] for c in function(approvals, k).chosen],
        "persons": {"tried": tried, "of": len(table.people), "decisive": len(moved)},
        "most_changed": max((len(one.gained) for one in moved), default=0),
        "aligned": [],
        "groups": [],
    }
    for percent, found in drop_most_aligned(approvals, k, function).items():
        told["aligned"].append({"percent": percent, "people": len(found.dropped)} | _moved(found, table, columns))
    if len(table.groups) > 1:
        for place, found in drop_each_cluster(approvals, k, function, table.group_P).items():
            told["groups"].append({"group": table.groups[int(place)]} | _moved(found, table, columns))
    return told


def attack(rule: Rule, table: Table, value_PC: NDArray[np.float64], k: int, done: Done) -> dict[str, Any]:
    """How many added ballots change the slate, and whether a copied statement takes a place from another."""
    approvals, columns = _approvals(table, value_PC, rule, k)
    function = rule.load()
    if approvals.n_candidates <= k:
        return {"cheapest": None, "added": [], "clones": []}
    found = least_added_ballots(approvals, k, function, progress=done)
    clones = [one for one in clone_test(approvals, k, function) if one.lost]
    return {
        "cheapest": next((one.ballots for one in found if one.ballots), None),
        "people": len(table.people),
        "tried": len(found),
        "added": [
            {
                "candidate": table.candidates[columns[one.target]],
                "text": table.texts[columns[one.target]],
                "ballots": one.ballots,
            }
            for one in found[:LISTED]
        ],
        "clones": [
            {
                "candidate": table.candidates[columns[one.candidate]],
                "text": table.texts[columns[one.candidate]],
                "seats": one.seats,
                "lost": [table.candidates[columns[c]] for c in one.lost],
            }
            for one in clones[:LISTED]
        ],
    }


def _approvals(table: Table, value_PC: NDArray[np.float64], rule: Rule, k: int) -> tuple[Approvals, NDArray[np.intp]]:
    """The likely approvals of the most supported candidates, those of the slate on all of them included."""
    approved_PC = likely_approvals(table, value_PC)
    whole = Approvals.from_dense(approved_PC, table.ballots.weights_V)
    if approved_PC.shape[1] <= MOST_CANDIDATES:
        return whole, np.arange(approved_PC.shape[1], dtype=np.intp)
    support = whole.sums(whole.share_V)
    wanted = set(rule.load()(whole, k).chosen) | set(np.argsort(-support, kind="stable")[:MOST_CANDIDATES].tolist())
    columns = np.array(sorted(wanted), dtype=np.intp)
    return Approvals(whole.by_candidate[columns], whole.share_V), columns


def _of_people(approvals: Approvals, n: int) -> Approvals:
    """Every so-manieth voter, n in all."""
    rows = np.linspace(0, approvals.n_voters - 1, n).round().astype(np.intp)
    share = approvals.share_V[rows]
    return Approvals(approvals.by_candidate[:, rows], share / share.sum())


def _moved(found: Any, table: Table, columns: NDArray[np.intp]) -> dict[str, Any]:
    return {
        "lost": [table.candidates[columns[c]] for c in found.lost],
        "gained": [table.candidates[columns[c]] for c in found.gained],
    }
