"""Base clusters, groups, silhouettes and the choice of their number."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.metrics import adjusted_rand_score, silhouette_score

from aggregation.algorithms.opinion import GroupNumber, adjusted_rand_index
from aggregation.algorithms.opinion.grouping import base_clusters, candidate_groupings, least_group_size, most_groups
from aggregation.algorithms.opinion.kmeans import lloyd, nearest, restarted_kmeans
from aggregation.algorithms.opinion.number_of_groups import choose_number_of_groups
from aggregation.algorithms.opinion.silhouette import distance_matrix, mean_silhouette

labellings = st.integers(2, 30).flatmap(
    lambda n: st.tuples(*(hnp.arrays(np.intp, n, elements=st.integers(0, 4)) for _ in range(2)))
)


def clouds(*sizes: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.vstack([rng.normal([10 * place, 0], 1, size=(size, 2)) for place, size in enumerate(sizes)])


@given(labellings)
def test_the_adjusted_rand_index_is_that_of_scikit_learn(pair) -> None:
    assert adjusted_rand_index(*pair) == pytest.approx(adjusted_rand_score(*pair))


def test_groupings_of_other_people_are_refused() -> None:
    with pytest.raises(ValueError, match="groupings of 2 and 3 people"):
        adjusted_rand_index(np.array([0, 1]), np.array([0, 1, 1]))


@given(
    hnp.arrays(np.float64, (12, 2), elements=st.integers(-5, 5)), hnp.arrays(np.intp, 12, elements=st.integers(0, 3))
)
def test_the_silhouette_is_that_of_scikit_learn(points, labels) -> None:
    clusters = np.unique(labels).size
    if clusters < 2:
        with pytest.raises(ValueError, match=r"clusters=1 should be >= 2"):
            mean_silhouette(distance_matrix(points), labels)
    else:
        assert mean_silhouette(distance_matrix(points), labels) == pytest.approx(silhouette_score(points, labels))


@given(hnp.arrays(np.float64, (30, 2), elements=st.floats(-50, 50, width=16)), st.integers(1, 5), st.integers(0, 9))
def test_every_restart_ends_where_nothing_moves(points, n_clusters: int, seed: int) -> None:
    weights = np.arange(1.0, 31.0)
    runs = restarted_kmeans(points, weights, n_clusters, restarts=4, rng=np.random.default_rng(seed))
    for labels, centres, sizes, inertia in zip(runs.labels, runs.centres, runs.sizes, runs.inertia, strict=True):
        assert sizes.sum() == pytest.approx(weights.sum())
        gaps = ((points[:, None] - centres[None]) ** 2).sum(axis=2)
        np.testing.assert_allclose(gaps[np.arange(30), labels], gaps.min(axis=1), atol=1e-9)
        assert inertia == pytest.approx(gaps.min(axis=1) @ weights)
        for cluster in np.unique(labels):
            mean = np.average(points[labels == cluster], axis=0, weights=weights[labels == cluster])
            np.testing.assert_allclose(centres[cluster], mean, atol=1e-9)


def test_nearest_centres_beyond_one_block_of_rows() -> None:
    rng = np.random.default_rng(0)
    points, centres = rng.normal(size=(2500, 2)), rng.normal(size=(7, 2))
    expected = ((points[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
    np.testing.assert_array_equal(nearest(points, centres), expected)


def test_a_centre_without_points_is_dropped() -> None:
    points = np.array([[0.0, 0], [1, 0], [10, 0]])
    found = lloyd(points, np.ones(3), np.array([[0.0, 0], [10, 0], [500, 500]]))
    assert found.labels.tolist() == [0, 0, 1]
    np.testing.assert_allclose(found.centres, [[0.5, 0], [10, 0]])


def test_up_to_a_hundred_distinct_points_are_their_own_base_clusters() -> None:
    points = np.repeat(np.arange(50.0), 3)[:, None] * [1.0, 0.5]
    base = base_clusters(points, np.ones(150))
    assert base.sizes.tolist() == [3.0] * 50
    np.testing.assert_allclose(base.centres[base.labels], points)
    assert base_clusters(clouds(300, 200), np.ones(500)).sizes.size <= 100


def test_the_least_size_is_two_people_or_two_in_a_hundred_rounded_up() -> None:
    assert [least_group_size(n) for n in (1, 15, 100, 101, 592, 1000)] == [2, 2, 2, 3, 12, 20]


def test_the_most_groups_grow_with_the_base_clusters() -> None:
    assert [most_groups(n) for n in (1, 11, 12, 24, 36, 100)] == [2, 2, 3, 4, 5, 5]


@given(
    st.integers(2, 40).flatmap(lambda n: hnp.arrays(np.float64, (n, 2), elements=st.integers(-9, 9))), st.integers(0, 5)
)
def test_no_group_is_smaller_than_the_least(points, seed: int) -> None:
    base = base_clusters(points, np.ones(len(points)))
    found = candidate_groupings(base, ks=range(2, 6), least_size=3, seed=seed, restarts=10)
    for k, grouping in found.items():
        sizes = np.bincount(grouping.labels, minlength=k)
        assert sizes.size == k
        assert sizes.min() >= 3
        np.testing.assert_array_equal(sizes, grouping.sizes)
        assert (np.diff(sizes) <= 0).all()


def test_the_grouping_of_one_k_does_not_depend_on_the_others() -> None:
    base = base_clusters(clouds(40, 30, 20), np.ones(90))
    together = candidate_groupings(base, ks=range(2, 6), least_size=2, seed=3)
    for k, grouping in together.items():
        alone = candidate_groupings(base, ks=[k], least_size=2, seed=3)[k]
        np.testing.assert_array_equal(grouping.labels, alone.labels)


def test_one_far_off_voter_does_not_hide_the_groups_of_the_others() -> None:
    points = np.vstack([clouds(20, 15), [[5.0, 5000.0]]])
    found = candidate_groupings(base_clusters(points, np.ones(36)), ks=[2], least_size=2, seed=0)
    assert adjusted_rand_index(found[2].labels[:35], np.repeat([0, 1], [20, 15])) == 1
    assert found[2].sizes.sum() == 36


def test_the_best_silhouette_gives_the_number_of_planted_groups() -> None:
    for sizes in ((30, 25), (30, 25, 20), (30, 25, 20, 18)):
        points = clouds(*sizes)
        base = base_clusters(points, np.ones(len(points)))
        found = candidate_groupings(base, ks=range(2, 6), least_size=2, seed=0)
        number = choose_number_of_groups({k: one.silhouette for k, one in found.items()})
        assert number.shown == len(sizes)
        assert adjusted_rand_index(found[number.shown].labels, np.repeat(np.arange(len(sizes)), sizes)) == 1


def test_another_number_of_groups_must_be_best_four_times_in_a_row() -> None:
    two, three = {2: 0.5, 3: 0.4}, {2: 0.4, 3: 0.5}
    number = choose_number_of_groups(two)
    assert number == GroupNumber(2, 2, 1)
    shown = []
    for silhouettes in (three, three, two, three, three, three, three, three):
        number = choose_number_of_groups(silhouettes, number)
        shown.append(number.shown)
    assert shown == [2, 2, 2, 2, 2, 2, 3, 3]


def test_a_number_that_is_no_longer_possible_is_left_at_once() -> None:
    assert choose_number_of_groups({2: 0.3}, GroupNumber(4, 4, 9)).shown == 2
    assert choose_number_of_groups({}, GroupNumber(4, 4, 9)) == GroupNumber(1, 1, 1)


def test_equal_silhouettes_give_the_smaller_number() -> None:
    assert choose_number_of_groups({3: 0.5, 2: 0.5}).shown == 2
