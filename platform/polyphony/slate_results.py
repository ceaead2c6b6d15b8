"""Slates and certificates as the command line writes them: positions become ids."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.slates.ballots import Ballots
from aggregation.algorithms.slates.certificates import Finding
from aggregation.algorithms.slates.certify import CHECKED, Certificate
from polyphony.ballot_files import BallotTable, for_voters, read_numbers_by_id
from polyphony.errors import BadInput

_DIGITS = 9


def asked_axioms(text: str | None, option: str) -> list[str]:
    """The axioms of an option, separated by commas, in the order asked.

    Raises
    ------
    BadInput
        If one is not known.
    """
    asked = [name.strip().lower() for name in (text or "").split(",") if name.strip()]
    for name in asked:
        if name not in CHECKED:
            raise BadInput(f"{option}: {name!r} is not one of {', '.join(CHECKED)}.")
    return list(dict.fromkeys(asked))


def ballots_of(
    table: BallotTable,
    *,
    weights: Path | None = None,
    costs: Path | None = None,
    budget: float | None = None,
    n: int | None = None,
) -> Ballots:
    """The table with its side files; candidates without a cost get nan."""
    weights_V = None
    if weights is not None:
        weights_V = for_voters(table, read_numbers_by_id(weights, "voter", "weight"), weights, "weight")
        if (weights_V < 0).any() or weights_V.sum() <= 0:
            raise BadInput(f"{weights}: weights should be 0 or more, and not all 0.")
    costs_C = None
    if costs is not None:
        known = read_numbers_by_id(costs, "candidate", "cost", blank=np.nan)
        if not set(known) & set(table.candidates):
            raise BadInput(f"{costs}: none of its candidates is a column of {table.path}.")
        for candidate, cost in known.items():
            if cost <= 0:
                raise BadInput(f"{costs}: the cost of {candidate!r} is {cost:g}; a cost is more than 0.")
        costs_C = np.array([known.get(candidate, np.nan) for candidate in table.candidates])
    if budget is not None and not budget > 0:
        raise BadInput(f"--budget {budget:g}: a budget is more than 0.")
    return Ballots(table.values_VC, weights_V, costs_C, budget, n)


def require_costs(ballots: Ballots, what: str) -> None:
    """Refuse to go on without costs and a budget."""
    if ballots.costs_C is None or ballots.budget is None:
        raise BadInput(f"{what} needs --costs FILE and --budget B.")


def certificate_json(certificate: Certificate, table: BallotTable) -> dict[str, Any]:
    """A certificate with ids; what does not apply is left out."""
    found = certificate.finding
    told = {
        "axiom": certificate.axiom,
        "scope": certificate.scope,
        "holds": certificate.holds,
        "witness": _witness(found, table),
        "violations": _violations(found, table),
        "assignment": certificate.assignment,
        "reason": certificate.reason,
        "share": certificate.share,
        "own_share": certificate.own_share,
        "draws": certificate.draws,
    }
    always = ("axiom", "scope", "holds", "witness", "violations")
    return {key: value for key, value in told.items() if key in always or value is not None}


def _witness(found: Finding | None, table: BallotTable) -> dict[str, Any] | None:
    if found is None or not found.violations:
        return None
    first = found.violations[0]
    return {
        "candidate": table.candidates[first.candidate],
        "level": round(first.level, _DIGITS),
        "supporters": round(first.supporters, _DIGITS),
        "needed": round(first.needed, _DIGITS),
        # A voter who stands in no row approves nothing and so is in no group.
        "voters": [table.voters[voter] for voter in found.voters],
    }


def _violations(found: Finding | None, table: BallotTable) -> list[dict[str, Any]]:
    return [
        {
            "candidate": table.candidates[violation.candidate],
            "level": round(violation.level, _DIGITS),
            "supporters": round(violation.supporters, _DIGITS),
        }
        for violation in (found.violations if found else ())
    ]


def seats_of(slate: Sequence[int], table: BallotTable, assigned: dict[str, str], path: Path) -> NDArray[np.intp]:
    """Positions in the slate from an assignment file: the table's voters in their order, then voters in no row.

    Where a candidate has several seats they are filled in turn.

    Raises
    ------
    BadInput
        If a voter of the table is not assigned, or to a candidate outside the slate.
    """
    seats: dict[str, list[int]] = {}
    for seat, position in enumerate(slate):
        seats.setdefault(table.candidates[position], []).append(seat)
    filled = dict.fromkeys(seats, 0)
    rows = set(table.voters)
    elsewhere = [voter for voter in assigned if voter not in rows]
    taken: list[int] = []
    for voter in [*table.voters, *elsewhere]:
        if voter not in assigned:
            raise BadInput(f"{path}: voter {voter!r} of {table.path} is assigned to nothing.")
        candidate = assigned[voter]
        if candidate not in seats:
            raise BadInput(f"{path}: voter {voter!r} is assigned to {candidate!r}, which is not in the slate.")
        taken.append(seats[candidate][filled[candidate] % len(seats[candidate])])
        filled[candidate] += 1
    return np.array(taken, dtype=np.intp)
