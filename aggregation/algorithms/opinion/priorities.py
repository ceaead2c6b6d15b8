"""Which statement is asked next.

References
----------
Small et al. (2021). Polis: Scaling deliberation by mapping high dimensional opinion spaces. Section "Comment routing".
"""

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.opinion.counts import VoteCounts
from aggregation.algorithms.opinion.proportions import smoothed_share
from aggregation.algorithms.opinion.votes import Mask

Floats = NDArray[np.float64]

META_PRIORITY = 7.0**2
UNKNOWN_PRIORITY = 1.0
"""Priority of a statement that the latest map does not know yet."""


def statement_priorities(counts: VoteCounts, extremity: Floats, *, meta: Mask) -> Floats:
    """Weight of each statement in the draw of the next one, of shape (S,).

    ``((1 - p) (E + 1) a (1 + 8 * 2 ** (-n / 5))) ** 2`` where a and p are the smoothed shares of agreement and passing
    among grouped participants, E the extremity and n the number of their votes: statements that many understand,
    that spread people out and that are new come first. Statements about the conversation itself have 49.

    Parameters
    ----------
    counts : VoteCounts
    extremity : array of shape (S,)
    meta : mask of shape (S,)
    """
    agree, seen = counts.agree.sum(axis=0), counts.seen.sum(axis=0)
    passed = seen - agree - counts.disagree.sum(axis=0)
    importance = (1 - smoothed_share(passed, seen)) * (extremity + 1) * smoothed_share(agree, seen)
    novelty = 1 + 8 * 2.0 ** (-seen / 5)
    return np.where(meta, META_PRIORITY, (importance * novelty) ** 2)


def draw_next_statement(priorities: Floats, open_to_participant: Mask, rng: np.random.Generator) -> int | None:
    """Draw a statement with chances in proportion to the priorities; None where nothing is left.

    Parameters
    ----------
    priorities : array of shape (S,)
        Nan where the latest map does not know the statement: it counts as 1.
    open_to_participant : mask of shape (S,)
        Statements that are shown and that the participant has not voted on.
    rng : numpy Generator

    Raises
    ------
    ValueError
        If a priority is negative.
    """
    weights = np.where(np.isnan(priorities), UNKNOWN_PRIORITY, priorities)
    if weights.size and weights.min() < 0:
        raise ValueError(f"priority {weights.min()} should be >= 0")
    choices = np.flatnonzero(open_to_participant)
    if choices.size == 0:
        return None
    cumulated = np.cumsum(weights[choices])
    if cumulated[-1] <= 0:
        return int(rng.choice(choices))
    place = np.searchsorted(cumulated, rng.random() * cumulated[-1], side="right")
    return int(choices[min(int(place), choices.size - 1)])
