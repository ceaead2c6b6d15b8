"""Cases whose outcome is known by hand or from the literature."""

import numpy as np
import pytest

from aggregation.algorithms.rules import find_rule
from aggregation.algorithms.slates.balanced import check_bjr
from aggregation.algorithms.slates.justified import check_ejr_plus, check_jr
from aggregation.algorithms.slates.pav import approval_voting
from aggregation.algorithms.slates.phragmen import seq_phragmen
from tests.aggregation.algorithms.slates.profiles import approvals

TWO_GROUPS = approvals(4 * [{0, 1, 2}] + 2 * [{3}], 4)
FOUR_TO_ONE = approvals(8 * [set(range(6))] + 2 * [set(range(6, 12))], 12)
PROPORTIONAL = ["phragmen", "mes", "seqpav"]


def test_approval_voting_leaves_the_smaller_group_with_nothing() -> None:
    slate = approval_voting(TWO_GROUPS, 3).chosen
    assert slate == (0, 1, 2)
    jr, ejr = check_jr(TWO_GROUPS, slate), check_ejr_plus(TWO_GROUPS, slate)
    assert (jr.holds, ejr.holds) == (False, False)
    assert [(v.candidate, v.level, v.supporters, v.needed) for v in jr.violations] == [(3, 1, pytest.approx(2), 2)]
    assert jr.voters.tolist() == [4, 5]


@pytest.mark.parametrize("rule", PROPORTIONAL)
def test_proportional_rules_give_the_smaller_group_its_seat(rule: str) -> None:
    slate = find_rule(rule).load()(TWO_GROUPS, 3).chosen
    assert set(slate) == {0, 1, 3}
    assert check_jr(TWO_GROUPS, slate).holds
    assert check_ejr_plus(TWO_GROUPS, slate).holds


@pytest.mark.parametrize("rule", PROPORTIONAL)
def test_four_fifths_get_four_of_five_seats(rule: str) -> None:
    assert set(find_rule(rule).load()(FOUR_TO_ONE, 5).chosen) == {0, 1, 2, 3, 6}


def test_approval_voting_gives_four_fifths_everything() -> None:
    assert set(approval_voting(FOUR_TO_ONE, 5).chosen) == {0, 1, 2, 3, 4}


def test_ejr_plus_is_stricter_than_jr() -> None:
    ballots = approvals([{1}, {1, 2, 3}, {1, 2, 3}, {0, 1, 3}], 4)
    assert check_jr(ballots, (0, 2)).holds
    found = check_ejr_plus(ballots, (0, 2))
    assert not found.holds
    assert [(v.candidate, v.level) for v in found.violations] == [(1, 2)]
    assert found.voters.tolist() == [0, 1, 2, 3]


def test_phragmen_loads() -> None:
    slate = seq_phragmen(approvals(3 * [{0}] + 2 * [{1, 2}], 3), 2)
    assert slate.chosen == (0, 1)
    assert slate.scores == pytest.approx((1 / 3, 1 / 2))


@pytest.mark.parametrize(
    ("assignment", "violation"), [((0, 0, 1, 1), None), ((0, 0, 2, 2), None), ((1, 1, 2, 2), (0, 4.0, [0, 1]))]
)
def test_balanced_justified_representation(
    assignment: tuple[int, ...], violation: tuple[int, float, list[int]] | None
) -> None:
    utilities = np.array([[4, 1, 0], [4, 1, 3], [0, 3, 3], [0, 3, 4]], dtype=float)
    found = check_bjr(utilities, utilities[np.arange(4), assignment], 2)
    assert found.holds == (violation is None)
    if violation:
        candidate, level, voters = violation
        assert [(v.candidate, v.level) for v in found.violations] == [(candidate, level)]
        assert found.voters.tolist() == voters
