"""Golden figures of real conversations: counts, agreement with the groups that Polis found, silhouettes.

Polis reached its groups by a chain of warm starts, so that nobody reaches an adjusted Rand index of 1 from cold.
"""

import numpy as np
import pytest

from aggregation.algorithms.opinion import OpinionMap, adjusted_rand_index, map_opinions
from aggregation.algorithms.opinion.grouping import least_group_size
from aggregation.algorithms.opinion.membership import listing_order
from aggregation.algorithms.opinion.votes import VoteMatrix
from tests.aggregation.algorithms.opinion.conversations import conversation
from tests.deliberation.formats.conversations import REAL_FOLDERS

# participants, statements, votes, in the conversation, rejected or meta statements
COUNTS = {
    "london.youth.policing": (26, 36, 638, 24, 0),
    "brexit-consensus": (204, 50, 5303, 189, 0),
    "15-per-hour-seattle": (339, 54, 2872, 138, 23),
    "scoop-hivemind.biodiversity": (536, 314, 29719, 441, 160),
    "football-concussions": (1487, 298, 14328, 592, 137),
    "austria-climate.7z7ejpbmv5.2022-08-08": (1503, 611, 79315, 1261, 296),
    "vtaiwan.uberx": (1921, 197, 49443, 1218, 78),
    "american-assembly.bowling-green": (2031, 896, 225524, 1579, 289),
}
AGREEMENT_AT_TWO = {
    "brexit-consensus": 0.857,
    "15-per-hour-seattle": 0.884,
    "scoop-hivemind.biodiversity": 0.989,
    "austria-climate.7z7ejpbmv5.2022-08-08": 0.818,
    "vtaiwan.uberx": 0.700,
}


def mapped(data, name: str, **options) -> OpinionMap:
    folder = conversation(data, name)
    moderated = np.isin(folder.statements, folder.moderated_out)
    return map_opinions(folder.votes, moderated_out=moderated, **({"stability_resamples": 0} | options))


@pytest.mark.parametrize("name", REAL_FOLDERS)
def test_counts_and_sizes_of_groups(shared_data, name: str) -> None:
    found = mapped(shared_data, name)
    inside = int(np.count_nonzero(found.inside))
    rejected = len(conversation(shared_data, name).moderated_out)
    assert (found.n_participants, found.n_statements, found.n_votes, inside, rejected) == COUNTS[name]
    assert found.statistics.counts.sizes.sum() == inside
    assert found.statistics.counts.sizes.min() >= least_group_size(inside)


@pytest.mark.parametrize(("name", "expected"), AGREEMENT_AT_TWO.items())
def test_two_groups_are_close_to_those_of_polis(shared_data, name: str, expected: float) -> None:
    official = np.array([int(group) if group else -1 for group in conversation(shared_data, name).group_ids])
    for seed in (0, 1):
        found = mapped(shared_data, name, k=2, seed=seed)
        both = (official >= 0) & (found.labels >= 0)
        assert adjusted_rand_index(found.labels[both], official[both]) == pytest.approx(expected, abs=5e-4)


def test_the_number_of_groups_in_brexit_consensus_is_a_close_call(shared_data) -> None:
    found = mapped(shared_data, "brexit-consensus")
    expected = {2: 0.389, 3: 0.392, 4: 0.392, 5: 0.432}
    assert {k: round(silhouette, 3) for k, silhouette in found.silhouettes.items()} == expected


def test_the_rows_of_a_matrix_file_stand_in_the_listing_order(shared_data) -> None:
    """So base clusters start where they started in Polis, although the file tells no time."""
    folder = conversation(shared_data, "scoop-hivemind.biodiversity")
    by_id = np.argsort(np.array(folder.participants, dtype=int))
    listed = by_id[listing_order(VoteMatrix.from_dense(folder.votes[by_id]))]
    np.testing.assert_array_equal(listed, np.arange(len(by_id)))


def test_the_stability_of_a_clear_conversation(shared_data) -> None:
    found = mapped(shared_data, "austria-climate.7z7ejpbmv5.2022-08-08", stability_resamples=20)
    assert found.stable
    assert set(found.stability) == set(found.silhouettes)
    assert all(-0.5 <= value <= 1 for value in found.stability.values())
