"""The second layout."""

import numpy as np

from aggregation.algorithms.opinion.layout import umap_layout
from tests.aggregation.algorithms.opinion.conversations import planted


def test_umap_keeps_planted_groups_together_and_is_deterministic() -> None:
    votes, groups = planted((25, 25), noise=0.05)
    inside = np.arange(50) != 7
    layout = umap_layout(votes, inside=inside, moderated_out=[2], seed=1)
    assert layout is not None
    assert np.isnan(layout[7]).all()
    assert np.isfinite(layout[inside]).all()
    gaps = np.linalg.norm(layout[inside][:, None] - layout[inside][None], axis=2)
    np.fill_diagonal(gaps, np.inf)
    assert (groups[inside] == groups[inside][gaps.argmin(axis=1)]).mean() > 0.95
    np.testing.assert_array_equal(layout, umap_layout(votes, inside=inside, moderated_out=[2], seed=1))


def test_too_few_participants_have_no_layout() -> None:
    votes, _ = planted((8, 7))
    assert umap_layout(votes) is None
