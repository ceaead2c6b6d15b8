"""Conversations to test with: planted ones, arbitrary ones, and the real ones of the data folder."""

from functools import cache
from pathlib import Path

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from deliberation.formats import PolisFolder, read_folder

Votes = NDArray[np.float64]


def planted(
    sizes: tuple[int, ...] = (30, 20), *, statements: int = 24, seen: float = 0.8, noise: float = 0.1, seed: int = 0
) -> tuple[Votes, NDArray[np.intp]]:
    """Votes of groups that hold opposite views, some cells unseen, and everybody's group."""
    rng = np.random.default_rng(seed)
    views = rng.choice([-1.0, 1.0], size=(len(sizes), statements))
    groups = np.repeat(np.arange(len(sizes)), sizes)
    votes = views[groups]
    votes = np.where(rng.random(votes.shape) < noise, rng.choice([-1.0, 0.0, 1.0], size=votes.shape), votes)
    votes[rng.random(votes.shape) >= seen] = np.nan
    order = rng.permutation(groups.size)
    return votes[order], groups[order]


def vote_tables(most_participants: int = 20, most_statements: int = 10) -> st.SearchStrategy[Votes]:
    """Any table of votes, empty ones and columns without a vote included."""
    shapes = st.tuples(st.integers(0, most_participants), st.integers(0, most_statements))
    cells = st.sampled_from([-1.0, 0.0, 1.0, np.nan])
    return shapes.flatmap(lambda shape: hnp.arrays(np.float64, shape, elements=cells, fill=st.nothing()))


@cache
def conversation(data: Path, name: str) -> PolisFolder:
    """A real conversation; read once in a test run."""
    return read_folder(data / "polis" / name)


def same_partition(first: NDArray[np.integer], second: NDArray[np.integer]) -> bool:
    """Whether two labellings make the same groups, whatever their names."""
    pairs = set(zip(first.tolist(), second.tolist(), strict=True))
    return len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs})
