"""Checkers of balanced justified representation for slates with an assignment: BJR and, with costs, cBJR.

Shapes: V voters, C candidates.  Utilities may be of any scale; nan means unknown and supports nothing.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aggregation.algorithms.slates.certificates import Finding, Violation, finding
from aggregation.algorithms.slates.slate import TOLERANCE

_ULPS = 4 * np.finfo(np.float64).eps


def check_bjr(utility_VC: ArrayLike, assigned_V: ArrayLike, k: int, n: int | None = None) -> Finding:
    """Balanced justified representation of a slate of k statements under a given assignment.

    Fails when for some candidate a and level t at least n/k voters have u_i(a) >= t and get less than t from the
    statement they are assigned to. Levels are the utilities that voters have for a; the violation named for a
    candidate is the one with the least t. Whether the assignment is balanced is for :func:`is_balanced` to say.

    Parameters
    ----------
    utility_VC : utilities of shape (V, C)
    assigned_V : for each voter what the assigned statement is worth to the voter, nan where unknown
    k : size of the slate
    n : number of voters; more than V where some voters are in no row

    References
    ----------
    Fish, Gölz, Parkes, Procaccia, Rusak, Shapira and Wüthrich (2023), Generative social choice, section 2.
    """
    utilities, assigned = _tables(utility_VC, assigned_V)
    if k < 1:
        raise ValueError(f"k={k} should be >= 1")
    needed = np.full(utilities.shape[1], _voters(n, len(utilities)) / k)
    return _check("bjr", utilities, assigned, needed, _attained)


def check_cbjr(
    utility_VC: ArrayLike, slate_utility_V: ArrayLike, costs_C: ArrayLike, budget: float, n: int | None = None
) -> Finding:
    """Cost-balanced justified representation of a slate within a budget.

    Violated by (a, t) when |{i : u_i(a) >= t and u_i(ω(i)) < t}| >= c(a)·n/B. Levels t are the midpoints between
    neighbouring utilities that occur, utilities are cut down to two decimals (floored, not rounded), and the violation
    named for a candidate is the one with the least t.

    Parameters
    ----------
    utility_VC : utilities of shape (V, C)
    slate_utility_V : for each voter what the slate gives, nan where unknown
    costs_C : cost of each candidate; candidates whose cost is nan are skipped
    budget : the slate's budget B
    n : number of voters; more than V where some voters are in no row

    References
    ----------
    Boehmer, Fish and Procaccia (2025), Generative social choice: the next generation, section 2.
    """
    utilities, given = _tables(utility_VC, slate_utility_V)
    costs = np.asarray(costs_C, dtype=np.float64)
    voters = _voters(n, len(utilities))
    if costs.shape != (utilities.shape[1],):
        raise ValueError(f"costs of shape {costs.shape} should have one cost per candidate ({utilities.shape[1]})")
    if not budget > 0 or (costs <= 0).any():
        raise ValueError(f"budget={budget:g} and every cost should be > 0")
    return _check(
        "cbjr", floor_to_hundredths(utilities), floor_to_hundredths(given), costs * voters / budget, _midpoints
    )


def floor_to_hundredths(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cut to two decimals downwards; 1.99 stays 1.99 although its binary form lies a hair below."""
    return np.asarray(np.floor(values * 100 + np.abs(values * 100) * _ULPS) / 100)


def is_balanced(seat_V: ArrayLike, k: int, n: int | None = None) -> bool:
    """Whether every seat of the slate has floor(n/k) or ceil(n/k) of the n voters and everybody has a seat (>= 0).

    Where only some of the n voters are given, whether the others can still make it so.
    """
    seats = np.asarray(seat_V, dtype=np.int64)
    voters = _voters(n, len(seats))
    if (seats < 0).any() or (seats >= k).any():
        return False
    sizes = np.bincount(seats, minlength=k)
    least, most = voters // k, -(-voters // k)
    lacking = int(np.maximum(least - sizes, 0).sum())
    fuller = int((sizes > least).sum())
    return bool(sizes.max() <= most and fuller <= voters % k and lacking <= voters - len(seats))


_Levels = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]


def _attained(wanted_V: NDArray[np.float64], given_V: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.unique(wanted_V)


def _midpoints(wanted_V: NDArray[np.float64], given_V: NDArray[np.float64]) -> NDArray[np.float64]:
    values = np.unique(np.concatenate([wanted_V, given_V]))
    return np.asarray((values[1:] + values[:-1]) / 2)


def _check(
    axiom: str,
    utilities: NDArray[np.float64],
    given_V: NDArray[np.float64],
    needed_C: NDArray[np.float64],
    levels: _Levels,
) -> Finding:
    violations: list[Violation] = []
    group: NDArray[np.intp] | None = None
    for candidate in np.flatnonzero(~np.isnan(needed_C)):
        wanted_V = utilities[:, candidate]
        # A group may form at any level; only those who would gain from the candidate can be in one.
        gaining = np.flatnonzero(wanted_V > given_V)
        wanted, given, needed = wanted_V[gaining], given_V[gaining], float(needed_C[candidate])
        if len(gaining) < needed - TOLERANCE:
            continue
        known = ~(np.isnan(wanted_V) | np.isnan(given_V))
        steps = levels(wanted_V[known], given_V[known])
        # Those for whom given < t <= wanted, for all t at once: given < t less wanted < t, for given < wanted.
        sizes = np.searchsorted(np.sort(given), steps) - np.searchsorted(np.sort(wanted), steps)
        claims = np.flatnonzero((sizes >= needed - TOLERANCE) & (sizes > 0))
        if not len(claims):
            continue
        level = float(steps[claims[0]])
        if group is None:
            group = gaining[(wanted >= level) & (given < level)]
        violations.append(Violation(int(candidate), level, float(sizes[claims[0]]), needed))
    return finding(axiom, violations, group)


def _voters(n: int | None, rows: int) -> int:
    if n is not None and n < rows:
        raise ValueError(f"n={n} should be >= voters={rows}")
    return rows if n is None else n


def _tables(utility_VC: ArrayLike, given_V: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    utilities, given = np.asarray(utility_VC, dtype=np.float64), np.asarray(given_V, dtype=np.float64)
    if utilities.ndim != 2 or 0 in utilities.shape:
        raise ValueError(
            f"utilities of shape {utilities.shape} should have voters and candidates, at least one of each"
        )
    if given.shape != (len(utilities),):
        raise ValueError(
            f"the slate's utilities have shape {given.shape} and should have one per voter ({len(utilities)})"
        )
    return utilities, given
