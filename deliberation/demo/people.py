"""Generated people: which of three planted groups they belong to, what they tell about themselves, how they vote."""

# Shapes: P people, S statements.

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accounts.actions.demographics import Given

SHARES = (0.45, 0.33, 0.22)
PASS = 0.12
DECLINED = 0.05

# A planted group leans towards some answers, weakly: who somebody is tells little about what they think.
AGES = ("18_24", "25_34", "35_44", "45_54", "55_64", "65_plus")
AGE_LEANS = ((1, 2, 3, 3, 4, 4), (4, 4, 3, 2, 2, 1), (2, 3, 3, 3, 2, 2))
GENDERS = ("female", "male", "non_binary")
GENDER_LEANS = ((55, 43, 2), (42, 54, 4), (50, 45, 5))
REGIONS = ("europe", "uk", "us", "africa", "asia", "latin_america")
REGION_LEANS = ((4, 3, 2, 1, 2, 1), (3, 2, 4, 1, 2, 1), (4, 2, 2, 2, 2, 2))


@dataclass(frozen=True, eq=False)
class Planted:
    """A generated electorate.

    Attributes
    ----------
    groups : array of shape (P,), 0, 1 or 2
    votes : array of shape (P, S), +1 agree, -1 disagree, 0 pass, nan unseen
    """

    groups: NDArray[np.intp]
    votes: NDArray[np.float64]


def planted_votes(
    leanings: NDArray[np.float64], *, n_people: int, per_person: int, rng: np.random.Generator
) -> Planted:
    """Draw people and their votes.

    Parameters
    ----------
    leanings : array of shape (S, 3), the chance that a person of each group agrees once they have an opinion
    n_people : number of people, divided into the groups by fixed shares
    per_person : mean number of statements each person votes on
    """
    n_statements = len(leanings)
    groups = rng.choice(len(SHARES), size=n_people, p=SHARES)
    # Some vote on a handful, some on everything, as in real conversations.
    wanted = np.clip(rng.gamma(4.0, per_person / 4.0, n_people).round(), 3, n_statements).astype(int)
    seen = rng.random((n_people, n_statements)).argsort(axis=1).argsort(axis=1) < wanted[:, None]
    agrees = rng.random((n_people, n_statements)) < leanings[:, groups].T
    votes = np.where(agrees, 1.0, -1.0)
    votes[rng.random((n_people, n_statements)) < PASS] = 0.0
    votes[~seen] = np.nan
    return Planted(groups, votes)


def demographics(group: int, rng: np.random.Generator) -> Mapping[str, Given]:
    """What a person of this group says to the short questionnaire; one in twenty prefers not to say."""
    drawn = {}
    for name, codes, leans in (
        ("age", AGES, AGE_LEANS),
        ("gender", GENDERS, GENDER_LEANS),
        ("region", REGIONS, REGION_LEANS),
    ):
        if rng.random() < DECLINED:
            drawn[name] = Given(declined=True)
            continue
        weights = np.array(leans[group], dtype=np.float64)
        drawn[name] = Given(codes=(str(rng.choice(codes, p=weights / weights.sum())),))
    return drawn
