"""What people said about the candidates, with all that a rule or a checker may ask for beside it.

Shapes: V voters, C candidates.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.slates.approvals import Approvals


@dataclass(frozen=True)
class Ballots:
    """A table of approvals or utilities.

    Attributes
    ----------
    values_VC : 1 or 0 for approvals, any numbers for utilities, nan where the voter did not answer
    weights_V : weights of the voters; all equal where None
    costs_C : costs of the candidates, nan where unknown
    budget : what a slate may cost
    n : number of voters, those included who are in no row; the number of rows where None
    """

    values_VC: NDArray[np.float64]
    weights_V: NDArray[np.float64] | None = None
    costs_C: NDArray[np.float64] | None = None
    budget: float | None = None
    n: int | None = None

    @property
    def n_voters(self) -> int:
        return len(self.values_VC) if self.n is None else self.n

    @property
    def n_candidates(self) -> int:
        return int(self.values_VC.shape[1])

    @property
    def complete(self) -> bool:
        """Whether everybody answered on every candidate."""
        return self.n_voters == len(self.values_VC) and not bool(np.isnan(self.values_VC).any())

    @property
    def are_approvals(self) -> bool:
        """Whether every answer is 1 or 0."""
        return bool((np.isnan(self.values_VC) | (self.values_VC == 0) | (self.values_VC == 1)).all())

    @property
    def effective_n(self) -> float:
        """(Σ w)² / Σ w², the number of equal voters that would be worth as much (Kish 1965)."""
        if self.weights_V is None:
            return float(self.n_voters)
        return float(self.weights_V.sum() ** 2 / (self.weights_V**2).sum())

    def filled(self, value: float = 0.0) -> "Ballots":
        """The same with answers that are missing set to a value."""
        return self.with_values(np.where(np.isnan(self.values_VC), value, self.values_VC))

    def with_values(self, values_VC: NDArray[np.float64]) -> "Ballots":
        """The same voters and candidates with other answers."""
        return replace(self, values_VC=values_VC)

    def of_candidates(self, columns: NDArray[np.intp]) -> "Ballots":
        """The same voters with some of the candidates only."""
        costs_C = None if self.costs_C is None else self.costs_C[columns]
        return replace(self, values_VC=self.values_VC[:, columns], costs_C=costs_C)

    def approvals(self) -> Approvals:
        """Who approves what; who did not answer does not approve.

        Raises
        ------
        ValueError
            If an answer is neither 1 nor 0, fewer voters are claimed than there are rows, or weights are given while
            some voters are in no row.
        """
        if not self.are_approvals:
            voter, candidate = np.argwhere(~(np.isnan(self.values_VC) | np.isin(self.values_VC, (0, 1))))[0]
            found = self.values_VC[voter, candidate]
            raise ValueError(f"voter {voter}, candidate {candidate}: {found:g} should be 1 or 0")
        if self.n_voters < len(self.values_VC):
            raise ValueError(f"n={self.n_voters} should be >= voters={len(self.values_VC)}")
        if self.weights_V is not None and self.n_voters > len(self.values_VC):
            raise ValueError(f"n={self.n_voters} should be voters={len(self.values_VC)} where voters have weights")
        voters, candidates = np.nonzero(self.values_VC == 1)
        return Approvals.from_pairs(voters, candidates, self.n_voters, self.n_candidates, self.weights_V)
