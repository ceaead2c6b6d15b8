"""Votes with planted opinions, for tests of pipelines."""

import numpy as np

from aggregation.sources import Grouping, People, Votes

LEVELS = ("A", "B", "C")


def planted(*, people=60, candidates=12, seed=0, seen=(0.9, 0.15)):
    """Votes of three groups; later statements were seen by fewer people, and ``truth`` tells who agrees with what."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(3), [people // 2, people // 3, people - people // 2 - people // 3])
    chance = np.full((3, candidates), 0.25)
    for level in range(3):
        chance[level, level::4] = 0.9
    chance[:, 3::4] = 0.55
    truth = rng.random((people, candidates)) < chance[group]
    shown = rng.random((people, candidates)) < np.linspace(*seen, candidates)
    person, candidate = np.nonzero(shown)
    value = np.where(truth[person, candidate], 1, -1).astype(np.int8)
    whole = People(
        tuple(str(number) for number in range(people)),
        np.arange(people, dtype=np.int64),
        {"opinion": Grouping("opinion", "Opinion group", LEVELS, group.astype(np.intp), "opinion")},
    )
    texts = tuple(f"Statement {number} says so." for number in range(candidates))
    votes = Votes(whole, tuple(str(n) for n in range(candidates)), texts, person, candidate, value)
    return votes, truth, group
