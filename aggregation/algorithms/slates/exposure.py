"""How often each candidate was seen, and whether that alone decides what looks approved.

Shapes: V voters, C candidates.  Votes: 1 approved, 0 not approved, nan not seen.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

WARN_ABOVE = 0.5
"""Correlation of approvals with exposure above which raw votes should not be read as approvals."""


@dataclass(frozen=True)
class Exposure:
    """The exposure table.

    Attributes
    ----------
    seen_C : number of voters who answered on each candidate
    approved_C : number of voters who approve it
    agreement_C : approved / seen, nan where nobody answered
    correlation : Pearson correlation of approved_C with seen_C over candidates; None where either does not vary
    agreement_correlation : the same of approved_C with agreement_C, over candidates that were seen
    """

    seen_C: NDArray[np.int64]
    approved_C: NDArray[np.int64]
    agreement_C: NDArray[np.float64]
    correlation: float | None
    agreement_correlation: float | None

    @property
    def decides(self) -> bool:
        """Whether being seen, more than being agreed with, makes a candidate look approved."""
        return self.correlation is not None and self.correlation > WARN_ABOVE


def measure_exposure(votes_VC: ArrayLike) -> Exposure:
    """Count answers and approvals and correlate them.

    Where some candidates were seen by far more people than others, counting "not seen" as "not approved" makes every
    approval rule pick what was seen most.

    Raises
    ------
    ValueError
        If a vote is not 1, 0 or nan.
    """
    votes = check_votes(votes_VC)
    seen_C = (~np.isnan(votes)).sum(axis=0)
    approved_C = (votes == 1).sum(axis=0)
    agreement_C = np.full(votes.shape[1], np.nan)
    np.divide(approved_C, seen_C, out=agreement_C, where=seen_C > 0)
    known = seen_C > 0
    return Exposure(
        seen_C.astype(np.int64),
        approved_C.astype(np.int64),
        agreement_C,
        _pearson(approved_C, seen_C),
        _pearson(approved_C[known], agreement_C[known]),
    )


def check_votes(votes_VC: ArrayLike) -> NDArray[np.float64]:
    """The table as floats.

    Raises
    ------
    ValueError
        Unless it has voters and candidates and every cell is 1, 0 or nan.
    """
    votes = np.asarray(votes_VC, dtype=np.float64)
    if votes.ndim != 2 or 0 in votes.shape:
        raise ValueError(f"votes of shape {votes.shape} should have voters and candidates, at least one of each")
    wrong = np.argwhere(~(np.isnan(votes) | (votes == 0) | (votes == 1)))
    if len(wrong):
        voter, candidate = (int(x) for x in wrong[0])
        raise ValueError(f"voter {voter}, candidate {candidate}: {votes[voter, candidate]:g} should be 1, 0 or nan")
    return votes


def _pearson(x: NDArray[np.generic], y: NDArray[np.generic]) -> float | None:
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    return float(np.corrcoef(x.astype(np.float64), y.astype(np.float64))[0, 1])
