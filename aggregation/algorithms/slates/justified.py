"""Checkers of justified representation for approval slates: JR and EJR+.

Both look for a group that is large enough to deserve l members, agrees on a candidate outside the slate, and in which
everybody has fewer than l approved members. A slate's size k is that of the slate as given.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.slates.approvals import Approvals
from aggregation.algorithms.slates.certificates import Finding, Violation, finding
from aggregation.algorithms.slates.slate import TOLERANCE


def check_jr(approvals: Approvals, slate: Sequence[int]) -> Finding:
    """Justified representation: no n/k voters agree on a candidate while none of them approves any member.

    References
    ----------
    Aziz, Brill, Conitzer, Elkind, Freeman and Walsh (2017), Justified representation in approval-based committee
    voting.
    """
    return _check("jr", approvals, slate, levels=1)


def check_ejr_plus(approvals: Approvals, slate: Sequence[int]) -> Finding:
    """EJR+: for l = 1..k, no l·n/k voters agree on a candidate outside while each approves fewer than l members.

    Violated exactly when for some l and some c outside W, |{i ∈ N_c : |A_i ∩ W| < l}| >= l·n/k. The violation named
    for a candidate is the one with the least l.

    References
    ----------
    Brill and Peters (2023), Robust and verifiable proportionality axioms for multiwinner voting.
    """
    return _check("ejr+", approvals, slate, levels=len(slate))


def _check(axiom: str, approvals: Approvals, slate: Sequence[int], levels: int) -> Finding:
    k = len(slate)
    if k < 1 or min(slate) < 0 or max(slate) >= approvals.n_candidates:
        raise ValueError(f"slate={list(slate)} should be positions in 0..{approvals.n_candidates - 1}, at least one")
    approved_V = approvals.approved_in(slate)
    outside = np.setdiff1d(np.arange(approvals.n_candidates), np.asarray(slate))
    poor_LC = _share_with_fewer(approvals, approved_V, levels)[:, outside]
    claims_LC = poor_LC >= (np.arange(1, levels + 1) / k)[:, None] - TOLERANCE
    n = approvals.n_voters
    violations = []
    for column in np.flatnonzero(claims_LC.any(axis=0)):
        level = int(claims_LC[:, column].argmax()) + 1
        size = float(poor_LC[level - 1, column]) * n
        violations.append(Violation(int(outside[column]), level, size, level * n / k))
    if not violations:
        return finding(axiom, [], None)
    supporters = approvals.supporters(violations[0].candidate)
    group = supporters[approved_V[supporters] < violations[0].level].astype(np.intp)
    return finding(axiom, violations, group)


def _share_with_fewer(approvals: Approvals, approved_V: NDArray[np.int64], levels: int) -> NDArray[np.float64]:
    """Share of the weight that approves c and fewer than l members, shape (levels, C)."""
    share_LC = np.empty((levels, approvals.n_candidates))
    for level in range(1, levels + 1):
        share_LC[level - 1] = approvals.sums(np.where(approved_V < level, approvals.share_V, 0.0))
    return share_LC
