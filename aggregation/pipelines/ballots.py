"""The table that slate rules work on, made from votes or utilities.  Shapes: P people, C candidates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.slates.ballots import Ballots
from aggregation.algorithms.slates.posterior import VotePosterior, fit_posterior
from aggregation.pipelines.people import Selection, groups_of, in_stratum, weights_of
from aggregation.snapshots import of_people
from aggregation.sources import People, Utilities, Votes


@dataclass(frozen=True, eq=False)
class Table:
    """Everybody who counts and what they said of every candidate.

    Attributes
    ----------
    people, candidates, texts : as in the arrays, without people who said nothing
    ballots : approvals (1, 0, nan) or utilities with weights, costs and budget
    groups, group_P : the grouping that the result is told by
    said_PC : votes as cast (1, 0, -1, nan) where there are votes, else None
    warnings : about weights
    """

    people: People
    candidates: tuple[str, ...]
    texts: tuple[str, ...]
    ballots: Ballots
    groups: tuple[str, ...]
    group_P: NDArray[np.intp]
    said_PC: NDArray[np.float64] | None
    warnings: tuple[str, ...]

    def posterior(self) -> VotePosterior | None:
        """P(agree) for votes that were not cast, by group; None for utilities and complete votes."""
        if self.ballots.complete or not self.ballots.are_approvals:
            return None
        return fit_posterior(self.ballots.values_VC, self.group_P)

    def value_PC(self) -> NDArray[np.float64]:
        """What each candidate is worth to everybody: the utility, the vote, or P(agree) where no vote was cast."""
        posterior = self.posterior()
        return self.ballots.filled().values_VC if posterior is None else posterior.probabilities()


def table_of(
    arrays: Votes | Utilities,
    selection: Selection,
    *,
    grouping: str,
    budget: float | None = None,
    without: tuple[str, ...] = (),
) -> Table:
    """Take the people who count.

    Parameters
    ----------
    grouping : key of the grouping to tell the result by; "" for none
    budget : in words, for rules with costs; a statement costs its words
    without : numbers of people to leave out

    Raises
    ------
    ValueError
        If nobody is left, or the selection does not fit the people.
    """
    gone = set(without)
    kept = in_stratum(arrays.people, selection)
    kept &= np.array([name not in gone for name in arrays.people.ids], dtype=np.bool_)
    if isinstance(arrays, Votes):
        answered = np.zeros(len(arrays.people), dtype=np.bool_)
        answered[arrays.person_R] = True
        votes = of_people(arrays, kept & answered)
        people, said = votes.people, votes.votes_PC()
        values = votes.approvals_PC()
    else:
        kept &= ~np.isnan(arrays.utility_PC).all(axis=1)
        said, values = None, arrays.utility_PC[kept]
        people = _people(arrays.people, kept)
    if not len(people) or not values.shape[1]:
        raise ValueError(
            f"{len(people)} people and {values.shape[1]} statements are left; there should be some of both"
        )
    weights, warnings = weights_of(people, selection)
    names, group_P = groups_of(people, grouping)
    costs = np.array([max(len(text.split()), 1) for text in arrays.texts], dtype=np.float64) if budget else None
    ballots = Ballots(values, weights, costs, budget)
    return Table(people, arrays.candidates, arrays.texts, ballots, names, group_P, said, warnings)


def _people(people: People, kept: NDArray[np.bool_]) -> People:
    empty = np.empty(0, dtype=np.intp)
    votes = Votes(people, (), (), empty, empty, np.empty(0, dtype=np.int8))
    return of_people(votes, kept).people
