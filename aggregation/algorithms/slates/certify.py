"""Certificates: an axiom, the slate it was checked for, and the votes it speaks of.

Shapes: V voters, C candidates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.slates.balanced import check_bjr, check_cbjr, is_balanced
from aggregation.algorithms.slates.ballots import Ballots
from aggregation.algorithms.slates.certificates import Finding
from aggregation.algorithms.slates.justified import check_ejr_plus, check_jr
from aggregation.algorithms.slates.matching import balanced_matching, capped_matching
from aggregation.algorithms.slates.prose import supporters_needed

Scope = Literal["observed", "imputed", "dense"]
CHECKED = ("jr", "ejr+", "bjr", "cbjr")
"""The axioms that a slate can be checked for."""


@dataclass(frozen=True)
class Certificate:
    """What can be said of a slate, and of which votes.

    Attributes
    ----------
    scope : "dense" where everybody answered on every candidate, "observed" where only the votes cast are known and
        others count as not approved, "imputed" where missing votes were drawn
    holds : whether the axiom holds (when imputed: in at least 95 % of the draws)
    finding : the violations and the witness; of the first failing draw when imputed
    assignment : where the assignment came from, for axioms that speak of one
    reason : why it does not hold although no group objects: an assignment out of balance, a slate over budget
    share, own_share, draws : when imputed, the share of draws in which the slate satisfies the axiom, in which the
        slate drawn there does, and the number of draws
    """

    axiom: str
    scope: Scope
    holds: bool
    finding: Finding | None
    assignment: str | None = None
    reason: str | None = None
    share: float | None = None
    own_share: float | None = None
    draws: int | None = None


def certify(
    axiom: str,
    ballots: Ballots,
    slate: Sequence[int],
    *,
    seat_V: NDArray[np.intp] | None = None,
    given_V: NDArray[np.float64] | None = None,
    scope: Scope | None = None,
) -> Certificate:
    """Check one axiom of one slate.

    Parameters
    ----------
    axiom : "jr", "ejr+", "bjr" or "cbjr"
    ballots : approvals for JR and EJR+, utilities (or approvals) for BJR and cBJR, which also needs costs and budget
    slate : positions of the candidates; one that stands twice counts twice. May be empty for cBJR.
    seat_V : each voter's position in the slate, for BJR and cBJR; after those of the rows may follow those of voters
        who are in no row. Without it voters are matched so that the sum of
        utilities is greatest: with equal numbers for BJR, with up to ceil(c·n/B) per statement for cBJR.
    given_V : what each voter gets from the slate, nan where unknown, in place of ``seat_V``
    scope : which votes the certificate speaks of; told from the ballots where none is given

    Raises
    ------
    ValueError
        If the axiom is not known or something it needs is missing or does not fit.
    """
    scope = scope or ("dense" if ballots.complete else "observed")
    if axiom in ("jr", "ejr+"):
        found = (check_jr if axiom == "jr" else check_ejr_plus)(ballots.approvals(), slate)
        return Certificate(axiom, scope, found.holds, found)
    if axiom not in CHECKED:
        raise ValueError(f"axiom={axiom!r} should be one of {', '.join(CHECKED)}")
    if ballots.weights_V is not None:
        raise ValueError(f"{axiom} counts people and takes no weights")
    source = "given"
    if given_V is None and not slate and axiom == "cbjr":
        given_V, source = np.full(len(ballots.values_VC), np.nanmin(ballots.values_VC) - 1), "nobody gets anything"
    elif given_V is None:
        if seat_V is None:
            seat_V, source = _optimal_seats(axiom, ballots, slate)
        given_V = _gained(ballots, slate, seat_V)
    if axiom == "bjr":
        found = check_bjr(ballots.values_VC, given_V, len(slate), ballots.n_voters)
        reason = None if seat_V is None else _imbalance(seat_V, len(slate), ballots.n_voters)
    else:
        costs_C, budget = _costs(ballots)
        found = check_cbjr(ballots.values_VC, given_V, costs_C, budget, ballots.n_voters)
        reason = _overspent(slate, costs_C, budget)
    return Certificate(axiom, scope, found.holds and reason is None, found, source, reason)


def _optimal_seats(axiom: str, ballots: Ballots, slate: Sequence[int]) -> tuple[NDArray[np.intp], str]:
    if not slate:
        raise ValueError(f"{axiom} needs a slate, or what each voter gets from it")
    utility_VK = ballots.values_VC[:, list(slate)]
    if axiom == "bjr":
        return balanced_matching(utility_VK).seat_V, "optimal balanced matching"
    costs_C, budget = _costs(ballots)
    unknown = [candidate for candidate in slate if np.isnan(costs_C[candidate])]
    if unknown:
        raise ValueError(f"candidate {unknown[0]} of the slate has no cost")
    caps = [supporters_needed(float(costs_C[candidate]), ballots.n_voters / budget) for candidate in slate]
    return capped_matching(utility_VK, caps).seat_V, "optimal matching by cost"


def _gained(ballots: Ballots, slate: Sequence[int], seat_V: NDArray[np.intp]) -> NDArray[np.float64]:
    if not slate or seat_V.min() < 0 or seat_V.max() >= len(slate):
        raise ValueError(f"every voter should be assigned to one of the {len(slate)} members of the slate")
    rows = np.arange(len(ballots.values_VC))
    if len(seat_V) < len(rows):
        raise ValueError(f"{len(seat_V)} voters are assigned and should be >= voters={len(rows)}")
    return np.asarray(ballots.values_VC[rows, np.asarray(slate, dtype=np.intp)[seat_V[: len(rows)]]])


def _costs(ballots: Ballots) -> tuple[NDArray[np.float64], float]:
    if ballots.costs_C is None or ballots.budget is None:
        raise ValueError("cbjr needs costs and a budget")
    return ballots.costs_C, ballots.budget


def _imbalance(seat_V: NDArray[np.intp], k: int, n: int) -> str | None:
    if is_balanced(seat_V, k, n):
        return None
    sizes = np.bincount(seat_V, minlength=k)
    return f"the assignment is not balanced: {sizes.min()} to {sizes.max()} of {n} voters per statement"


def _overspent(slate: Sequence[int], costs_C: NDArray[np.float64], budget: float) -> str | None:
    spent = float(np.nansum(costs_C[list(slate)])) if slate else 0.0
    return f"the slate costs {spent:g}, more than the budget of {budget:g}" if spent > budget * (1 + 1e-12) else None
