"""Generated conversations with planted rings."""

import numpy as np
from numpy.typing import NDArray


def honest(
    rng: np.random.Generator, people: int = 300, statements: int = 60, seen: float = 0.5, camps: int = 3
) -> NDArray[np.float64]:
    """Camps with opinions of their own; everybody votes alone, on a random part of the statements."""
    camp = rng.integers(camps, size=people)
    agree = rng.beta(0.6, 0.6, size=(camps, statements)) * 0.85
    votes = np.where(rng.random((people, statements)) < agree[camp], 1.0, -1.0)
    votes[rng.random(votes.shape) < 0.12] = 0.0
    votes[rng.random(votes.shape) > seen] = np.nan
    return votes


def plant(
    rng: np.random.Generator, votes: NDArray[np.float64], *, rings: int, share: float = 0.1, noise: float = 0.1
) -> tuple[NDArray[np.float64], list[set[int]]]:
    """Turn a share of the accounts into rings: copies of one member's votes, each with up to so much noise."""
    votes = votes.copy()
    accounts = rng.choice(len(votes), round(share * len(votes)), replace=False)
    parts = [part.tolist() for part in np.array_split(accounts, rings)]
    for leader, *copies in parts:
        for copy in copies:
            ballot = votes[leader].copy()
            changed = np.flatnonzero(~np.isnan(ballot) & (rng.random(len(ballot)) < rng.uniform(0, noise)))
            ballot[changed] = rng.choice([1.0, -1.0, 0.0], len(changed))
            votes[copy] = ballot
    return votes, [set(part) for part in parts]


def arriving(rng: np.random.Generator, people: int = 300, statements: int = 80) -> NDArray[np.float64]:
    """Statements are written while people come and go; the newest are shown first, and three in ten vote on all."""
    votes = honest(rng, people, statements, seen=1.0)
    written = np.sort(np.where(np.arange(statements) < 10, 0.0, 0.7 * rng.random(statements)))
    share = np.where(rng.random(people) < 0.3, 1.0, rng.beta(2, 3, people))
    for person, comes in enumerate(rng.random(people)):
        there = np.flatnonzero(written <= comes)
        first = np.argsort(comes - written[there] + rng.normal(0, 0.3, len(there)), kind="stable")
        unseen = np.ones(statements, dtype=np.bool_)
        unseen[there[first[: max(3, round(share[person] * len(there)))]]] = False
        votes[person, unseen] = np.nan
    return votes
