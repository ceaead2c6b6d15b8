"""The Fish and PROSE processes, with statements from a pool and with statements that are made up on the way."""

import numpy as np
import pytest
from numpy.typing import NDArray

from aggregation.algorithms.slates.fish import fish_rounds
from aggregation.algorithms.slates.pool import Pool, balanced_slate, prose_slate
from aggregation.algorithms.slates.prose import supporters_needed

UTILITIES = np.array([[4, 1, 0], [4, 1, 3], [0, 3, 3], [0, 3, 4]], dtype=float)


def test_each_round_takes_the_statement_with_the_highest_rth_utility() -> None:
    slate = balanced_slate(UTILITIES, 2)
    assert slate.chosen == (0, 1)  # in round two statements 1 and 2 tie at 3, and the earlier column takes the seat
    assert slate.seat_V.tolist() == [0, 0, 1, 1]
    assert [r.level for r in slate.rounds] == [4, 3]
    assert slate.rounds[1].proposed == ((1, 3.0), (2, 3.0))


def test_rounds_match_the_larger_shares_first() -> None:
    rng = np.random.default_rng(0)
    slate = balanced_slate(rng.random((11, 5)), 4)
    assert [len(r.matched) for r in slate.rounds] == [3, 3, 3, 2]


def test_a_statement_takes_several_seats_only_where_nothing_else_is_as_good() -> None:
    loved = np.array([[5.0, 1.0]] * 4)
    assert balanced_slate(loved, 2).chosen == (0, 0)
    assert balanced_slate(np.ones((4, 3)), 3).chosen == (0, 1, 2)


def texts(n_voters: int, seed: int) -> "tuple[list[str], dict[str, NDArray[np.float64]]]":
    rng = np.random.default_rng(seed)
    names = [f"statement {i}" for i in range(8)]
    return names, {name: rng.integers(1, 6, n_voters).astype(float) for name in names}


def test_the_process_goes_on_where_it_was_stopped() -> None:
    names, worth = texts(10, seed=4)
    calls: list[int] = []

    def write(unmatched: NDArray[np.intp], r: int) -> list[str]:
        """A stand-in writer: proposes what the first of the unmatched likes best, and nothing twice in a call."""
        calls.append(len(unmatched))
        return sorted(names, key=lambda name: -worth[name][unmatched[0]])[:3]

    whole = list(fish_rounds(worth.__getitem__, write, 10, 4))
    rounds = fish_rounds(worth.__getitem__, write, 10, 4)
    begun = [next(rounds), next(rounds)]
    calls.clear()
    rest = list(fish_rounds(worth.__getitem__, write, 10, 4, done=begun))
    assert calls == [4, 2]  # the rounds already made are not asked for again
    assert [r.chosen for r in [*begun, *rest]] == [r.chosen for r in whole]
    assert sorted(np.concatenate([r.matched for r in [*begun, *rest]])) == list(range(10))
    assert all(len(r.proposed) == 3 for r in whole)


def test_fixed_statements_stand_in_every_round() -> None:
    names, worth = texts(6, seed=1)
    worth["fixed"] = np.full(6, 9.0)
    rounds = list(fish_rounds(worth.__getitem__, lambda unmatched, r: names[:1], 6, 3, fixed=["fixed"]))
    assert [r.chosen for r in rounds] == ["fixed"] * 3
    assert [name for name, _ in rounds[0].proposed] == [names[0], "fixed"]
    alone = list(fish_rounds(worth.__getitem__, lambda unmatched, r: [], 6, 1, fixed=["fixed"]))
    assert [r.chosen for r in alone] == ["fixed"]


def test_a_process_without_proposals_or_people_is_refused() -> None:
    with pytest.raises(ValueError, match="round 1: nothing was proposed"):
        list(fish_rounds(lambda name: np.ones(2), lambda unmatched, r: [], 2, 1))
    with pytest.raises(ValueError, match="n_voters=1 should be >= k=3"):
        balanced_slate(np.ones((1, 4)), 3)


def test_one_person_gets_the_statement_liked_best() -> None:
    assert balanced_slate([[1.0, 3.0, 2.0]], 1).chosen == (1,)


def test_prose_gives_each_side_the_words_it_can_pay_for() -> None:
    # Six people like the long statement, two the short one; a budget of 8 words is one word per person.
    utilities = np.array([[5.0, 1.0]] * 6 + [[1.0, 5.0]] * 2)
    slate = prose_slate(utilities, [6.0, 2.0], 8)
    assert slate.chosen == (0, 1)
    assert slate.seat_V.tolist() == [0] * 6 + [1] * 2
    assert not len(slate.unmatched)
    dear = prose_slate(utilities, [6.0, 3.0], 8)
    assert dear.chosen == (0,)
    assert dear.unmatched.tolist() == [6, 7]
    assert dear.seat_V.tolist() == [0] * 8  # left over, they stand at the best there is
    nothing = prose_slate(utilities, [60.0, 30.0], 8)
    assert (nothing.chosen, nothing.seat_V.tolist()) == ((), [-1] * 8)


def test_supporters_needed_rounds_up_but_not_for_rounding() -> None:
    assert [supporters_needed(cost, 80 / 160) for cost in (10, 11, 1)] == [5, 6, 1]
    assert supporters_needed(0.1 * 3, 10) == 3  # 0.30000000000000004
    with pytest.raises(ValueError, match="cost=0 should be > 0"):
        supporters_needed(0, 1)


def test_a_pool_needs_costs_for_statements_within_a_cost() -> None:
    with pytest.raises(ValueError, match="without costs"):
        Pool(UTILITIES).generate_within(np.arange(4), 1.0, 2.0)
    with pytest.raises(ValueError, match="3 finite numbers > 0"):
        prose_slate(UTILITIES, [1.0, 2.0, 0.0], 5)
    with pytest.raises(ValueError, match="budget=0"):
        prose_slate(UTILITIES, [1.0, 2.0, 3.0], 0)
