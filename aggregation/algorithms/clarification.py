"""Whether a clarifying question was worth asking: how much its answer tells of what people want, in bits."""

# Shapes: A answers to the clarifying question, I stated intents.

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class ClarificationValue:
    """Uncertainty about the intent before and after the answer, in bits; all None where nothing was stated.

    Attributes
    ----------
    before : entropy of the intents
    after : expected entropy of the intents once the answer is known
    gained : ``before - after``, never below 0
    share : of ``before`` that the answer takes away, 0 to 1; None where there was nothing to find out
    n : statements counted
    gained_by_chance : what answers dealt at random would appear to gain, to first order: (A - 1)(I - 1) / (2 n ln 2)
    """

    before: float | None
    after: float | None
    gained: float | None
    share: float | None
    n: int
    gained_by_chance: float | None


def clarification_value(counts_AI: ArrayLike) -> ClarificationValue:
    """The expected information that the answer to a clarifying question gives about the intent.

    This is the mutual information of answer and intent under the counts' shares: the entropy of the intents minus the
    mean entropy of the intents among those who answer alike, weighted by how many they are.

    Parameters
    ----------
    counts_AI : how many people gave each answer (rows) and stated each intent (columns); not negative

    Raises
    ------
    ValueError
        If the table has not two axes, or holds something negative or not finite.

    References
    ----------
    Lindley, D. V. (1956). On a measure of the information provided by an experiment.
    Miller, G. (1955). Note on the bias of information estimates: the first-order bias of plug-in estimates.
    """
    table = np.asarray(counts_AI, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError(f"counts of shape {table.shape} should have two axes, answers and intents")
    if not np.isfinite(table).all() or (table < 0).any():
        raise ValueError("counts should be finite and at least 0")
    n = float(table.sum())
    if not n:
        return ClarificationValue(None, None, None, None, 0, None)
    before = entropy_bits(table.sum(axis=0))
    of_answer_A = table.sum(axis=1)
    after = sum(float(size) / n * entropy_bits(row) for row, size in zip(table, of_answer_A, strict=True) if size)
    gained = max(before - after, 0.0)
    free = (int((of_answer_A > 0).sum()) - 1) * (int((table.sum(axis=0) > 0).sum()) - 1)
    return ClarificationValue(
        before=before,
        after=after,
        gained=gained,
        share=min(gained / before, 1.0) if before > 0 else None,
        n=round(n),
        gained_by_chance=free / (2 * n * np.log(2)),
    )


def entropy_bits(counts_I: ArrayLike) -> float:
    """Shannon entropy of counts, in bits; 0 without any."""
    counts = np.asarray(counts_I, dtype=np.float64)
    present = counts[counts > 0]
    if len(present) < 2:
        return 0.0
    shares = present / present.sum()
    return float(-(shares * np.log2(shares)).sum())
