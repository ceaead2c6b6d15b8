"""Balanced matching of people to the statements of a slate.  Shapes: V voters, K seats of the slate."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize


@dataclass(frozen=True)
class Matching:
    """Who is represented by which seat of the slate.

    Attributes
    ----------
    seat_V : for each voter the position in the slate
    utility_V : what the voter gets from that statement
    total : sum of the utilities
    """

    seat_V: NDArray[np.intp]
    utility_V: NDArray[np.float64]
    total: float


def balanced_matching(utility_VK: ArrayLike) -> Matching:
    """Match voters to seats so that the sum of utilities is greatest and every seat has n/k voters.

    Where k does not divide n, each seat has floor(n/k) or ceil(n/k) voters; which of them have one more is part of
    the optimisation. Memory grows with the square of the number of voters (10,000 voters: 0.8 GB).

    Raises
    ------
    ValueError
        If a utility is missing or infinite, or the table is empty.

    References
    ----------
    Fish, Gölz, Parkes, Procaccia, Rusak, Shapira and Wüthrich (2023), Generative social choice, section 5.
    """
    utilities = finite_utilities(utility_VK)
    n = len(utilities)
    seat_V = _by_assignment(utilities)
    gained = utilities[np.arange(n), seat_V]
    return Matching(seat_V, gained, float(gained.sum()))


def capped_matching(utility_VK: ArrayLike, caps_K: ArrayLike) -> Matching:
    """Match voters to seats with room for so many each, so that the sum of utilities of those with room is greatest.

    Where there is not room for all, the others stand at the seat they like best (the earlier of equals), as in PROSE.

    Raises
    ------
    ValueError
        If a utility is missing or infinite, or the caps are not one whole number >= 0 per seat.
    """
    utilities = finite_utilities(utility_VK)
    n, k = utilities.shape
    caps = np.minimum(np.asarray(caps_K, dtype=np.int64), n)
    if caps.shape != (k,) or (caps < 0).any():
        raise ValueError(f"caps of shape {caps.shape} should be {k} whole numbers >= 0, one per seat")
    seat_of_slot = np.repeat(np.arange(k), caps)
    seat_V = utilities.argmax(axis=1)
    voters, slots = optimize.linear_sum_assignment(utilities[:, seat_of_slot], maximize=True)
    seat_V[voters] = seat_of_slot[slots]
    gained = utilities[np.arange(n), seat_V]
    return Matching(seat_V, gained, float(gained.sum()))


def finite_utilities(utility_VC: ArrayLike) -> NDArray[np.float64]:
    """The table as floats.

    Raises
    ------
    ValueError
        Unless it has two dimensions, at least one voter and one candidate, and only finite numbers.
    """
    utilities = np.asarray(utility_VC, dtype=np.float64)
    if utilities.ndim != 2 or 0 in utilities.shape:
        raise ValueError(
            f"utilities of shape {utilities.shape} should have voters and candidates, at least one of each"
        )
    wrong = np.argwhere(~np.isfinite(utilities))
    if len(wrong):
        voter, candidate = (int(x) for x in wrong[0])
        raise ValueError(f"the utility of voter {voter} for candidate {candidate} should be a finite number")
    return utilities


def _by_assignment(utilities: NDArray[np.float64]) -> NDArray[np.intp]:
    """Hungarian method on slots: floor(n/k) per seat that must be filled and one more per seat that may be.

    Dummy voters take the spare slots that stay empty; the price of a dummy on a slot that must be filled exceeds any
    gain, so they never stand there.
    """
    n, k = utilities.shape
    least, spare = n // k, (-n) % k
    seat_of_slot = np.concatenate(
        [np.repeat(np.arange(k), least), np.arange(k) if n % k else np.empty(0, dtype=np.intp)]
    )
    gain = utilities[:, seat_of_slot]
    dummies = np.zeros((spare, len(seat_of_slot)))
    dummies[:, : k * least] = -2 * n * (1 + np.ptp(utilities))
    _, slot = optimize.linear_sum_assignment(np.vstack([gain, dummies]), maximize=True)
    return np.asarray(seat_of_slot[slot[:n]], dtype=np.intp)
