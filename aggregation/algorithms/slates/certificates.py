"""What a checker says of a slate."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Violation:
    """A candidate around which a group could gather that the slate leaves short.

    Attributes
    ----------
    candidate : position of the candidate (column)
    level : what the group lacks: the number of approved members (JR, EJR+) or the utility t (BJR, cBJR)
    supporters : the group's size in voters (weights of mean 1)
    needed : the size at which such a group has a claim
    """

    candidate: int
    level: float
    supporters: float
    needed: float


@dataclass(frozen=True)
class Finding:
    """Whether an axiom holds, every candidate that breaks it, and the group behind the first of them.

    Attributes
    ----------
    axiom : short name, as in :data:`aggregation.algorithms.axioms.AXIOMS`
    holds : whether the axiom holds
    violations : one per candidate, in column order
    voters : positions of the voters in the group of ``violations[0]``; empty where the axiom holds
    """

    axiom: str
    holds: bool
    violations: tuple[Violation, ...]
    voters: NDArray[np.intp]


def finding(axiom: str, violations: list[Violation], voters: NDArray[np.intp] | None) -> Finding:
    """A finding that holds exactly where nothing violates it."""
    group = np.empty(0, dtype=np.intp) if voters is None else voters
    return Finding(axiom, not violations, tuple(violations), group)
