"""Ballots that several tests use."""

from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from aggregation.algorithms.slates.approvals import Approvals


def table(ballots: list[set[int]], n_candidates: int) -> NDArray[np.bool_]:
    """Approval sets as a table of shape (V, C)."""
    return np.array([[candidate in ballot for candidate in range(n_candidates)] for ballot in ballots])


def approvals(ballots: list[set[int]], n_candidates: int, weights: Any = None) -> Approvals:
    return Approvals.from_dense(table(ballots, n_candidates), weights)


def random_tables(count: int, seed: int, *, voters: int = 9, candidates: int = 7) -> list[NDArray[np.bool_]]:
    """Small random approval tables of all densities."""
    rng = np.random.default_rng(seed)
    return [
        rng.random((int(rng.integers(1, voters)), int(rng.integers(2, candidates)))) < rng.choice([0.2, 0.4, 0.6])
        for _ in range(count)
    ]


@st.composite
def elections(draw: Any, voters: int = 9, candidates: int = 6) -> tuple[NDArray[np.bool_], int]:
    """A small approval table and a slate size that fits it."""
    n, m = draw(st.integers(1, voters)), draw(st.integers(1, candidates))
    cells = draw(st.lists(st.booleans(), min_size=n * m, max_size=n * m))
    return np.array(cells, dtype=np.bool_).reshape(n, m), draw(st.integers(1, m))
