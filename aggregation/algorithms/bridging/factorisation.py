"""Matrix factorisation as in Community Notes: what of a statement's agreement no common divide explains.

A diagnostic only: the published thresholds on intercepts belong to another population and another question.

Shapes: P participants, S statements, V votes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FACTOR_PENALTY = 0.03
INTERCEPT_PENALTY = 0.15
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Factorisation:
    """vote ≈ mean + participant's intercept + statement's intercept + participant's factor · statement's factor.

    Attributes
    ----------
    mean : the common intercept
    participant_P, statement_S : intercepts; that of a statement is high where people on both sides agree
    participant_factor_P, statement_factor_S : places on the one divide that explains most
    loss : squared error plus penalties
    rounds : of alternating least squares
    converged : whether the loss changed by less than 1e-9 of itself in the last round
    """

    mean: float
    participant_P: Floats
    statement_S: Floats
    participant_factor_P: Floats
    statement_factor_S: Floats
    loss: float
    rounds: int
    converged: bool


def factorise(
    votes_PS: ArrayLike,
    *,
    factor_penalty: float = FACTOR_PENALTY,
    intercept_penalty: float = INTERCEPT_PENALTY,
    seed: int = 0,
    rounds: int = 1000,
) -> Factorisation:
    """Fit by alternating ridge regressions, with one factor; agree counts 1, pass 0.5, disagree 0.

    Minimises Σ (vote − fit)² + 0.15 (mean² + Σ intercepts²) + 0.03 Σ factors². Whoever has no vote gets 0. The sign of
    the factors is such that the statement farthest out is positive.

    Raises
    ------
    ValueError
        If there is no vote or a vote is none of +1, -1, 0 and nan, or a penalty is not > 0.

    References
    ----------
    Wojcik et al. (2022), Birdwatch: Crowd wisdom and bridging algorithms can inform understanding and reduce the spread
    of misinformation, equations 1 and 2.
    """
    votes = np.asarray(votes_PS, dtype=np.float64)
    if votes.ndim != 2 or not (np.isnan(votes) | np.isin(votes, (-1, 0, 1))).all():
        raise ValueError("votes should be a table of +1, -1, 0 or nan")
    if not factor_penalty > 0 or not intercept_penalty > 0:
        raise ValueError(f"penalties {factor_penalty:g} and {intercept_penalty:g} should be > 0")
    row, column = np.nonzero(~np.isnan(votes))
    if not len(row):
        raise ValueError("there is no vote")
    value = (votes[row, column] + 1) / 2
    people, statements = votes.shape
    factor_P: NDArray[np.float64] = np.zeros(people)
    factor_S: NDArray[np.float64] = np.asarray(np.random.default_rng(seed).normal(scale=0.1, size=statements))
    intercept_P, intercept_S = np.zeros(people), np.zeros(statements)
    mean, before, loss = 0.0, float("inf"), float("inf")
    done, converged = 0, False
    while done < rounds and not converged:
        done += 1
        left = value - intercept_P[row] - intercept_S[column] - factor_P[row] * factor_S[column]
        mean = float(left.sum() / (len(value) + intercept_penalty))
        intercept_P, factor_P = _regress(
            row, value - mean - intercept_S[column], factor_S[column], people, intercept_penalty, factor_penalty
        )
        intercept_S, factor_S = _regress(
            column, value - mean - intercept_P[row], factor_P[row], statements, intercept_penalty, factor_penalty
        )
        error = value - mean - intercept_P[row] - intercept_S[column] - factor_P[row] * factor_S[column]
        loss = float(
            error @ error
            + intercept_penalty * (mean**2 + intercept_P @ intercept_P + intercept_S @ intercept_S)
            + factor_penalty * (factor_P @ factor_P + factor_S @ factor_S)
        )
        converged = before - loss < 1e-9 * loss
        before = loss
    sign = -1.0 if factor_S[np.abs(factor_S).argmax()] < 0 else 1.0
    return Factorisation(mean, intercept_P, intercept_S, sign * factor_P, sign * factor_S, loss, done, converged)


def _regress(
    unit_V: NDArray[np.intp],
    left_V: Floats,
    other_V: Floats,
    units: int,
    intercept_penalty: float,
    factor_penalty: float,
) -> tuple[Floats, Floats]:
    """For each unit the intercept and factor with the least squares of left − intercept − factor · other, penalised."""
    count = np.bincount(unit_V, minlength=units) + intercept_penalty
    sum_other = np.bincount(unit_V, other_V, minlength=units)
    squares = np.bincount(unit_V, other_V**2, minlength=units) + factor_penalty
    sum_left = np.bincount(unit_V, left_V, minlength=units)
    product = np.bincount(unit_V, left_V * other_V, minlength=units)
    determinant = count * squares - sum_other**2
    return (
        np.asarray((squares * sum_left - sum_other * product) / determinant),
        np.asarray((count * product - sum_other * sum_left) / determinant),
    )
