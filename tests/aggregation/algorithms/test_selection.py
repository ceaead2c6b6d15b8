"""Selection rules on problems whose answer is known."""

import numpy as np
import pytest

from aggregation.algorithms import selection

# A concave front: the middle candidate is Pareto optimal, and under the line between the two ends.
CONCAVE = np.array([[1.0, 0.0], [0.4, 0.4], [0.0, 1.0]])


def test_chebyshev_reaches_the_middle_of_a_concave_front_and_no_weighted_sum_does() -> None:
    reached = {selection.weighted_sum(CONCAVE, np.array([w, 1 - w])).chosen for w in np.linspace(0, 1, 1001)}
    assert reached == {0, 2}
    assert selection.pareto_set(CONCAVE).all()
    assert selection.chebyshev(CONCAVE).chosen == 1
    every = {selection.chebyshev(CONCAVE, np.array([w, 1 - w])).chosen for w in np.linspace(0.01, 0.99, 99)}
    assert every == {0, 1, 2}


def test_chebyshev_prefers_the_dominating_of_two_with_equal_worst_regret() -> None:
    reward = np.array([[0.0, 0.5], [0.0, 0.9], [1.0, 0.0]])
    weight = np.array([0.9, 0.1])
    only = selection.chebyshev(reward[:2], weight)
    assert only.chosen == 1


def test_dominated_candidates_leave_the_pareto_set_and_equals_stay() -> None:
    reward = np.array([[1.0, 1.0], [1.0, 1.0], [0.5, 1.0], [2.0, 0.0]])
    assert selection.pareto_set(reward).tolist() == [True, True, False, True]


def test_lexicographic_puts_the_first_dimension_before_everything() -> None:
    reward = np.array([[0.9, 0.0], [1.0, 0.1], [0.98, 9.0]])
    assert selection.lexicographic(reward).chosen == 1
    assert selection.lexicographic(reward, tolerance=0.05).chosen == 2


def test_lexicographic_trusts_only_the_pessimistic_cost_and_abstains_when_none_is_safe() -> None:
    reward = np.array([[1.0], [0.5]])
    cost, sigma = np.array([-0.1, -0.5]), np.array([0.2, 0.2])
    assert selection.lexicographic(reward, cost_Y=cost).chosen == 0
    assert selection.lexicographic(reward, cost_Y=cost, cost_sigma_Y=sigma, kappa=1.0).chosen == 1
    none = selection.lexicographic(reward, cost_Y=cost, cost_sigma_Y=sigma, kappa=5.0)
    assert none.chosen is None
    assert "0.5" in none.reason


def test_the_worst_off_decide_and_too_small_a_tail_is_refused() -> None:
    reward = np.array([[1.0, 1.0, 1.0, -3.0], [0.2, 0.2, 0.2, 0.2]])
    assert selection.weighted_sum(reward[:, :3]).chosen == 0
    assert selection.best_for_the_worst_off(reward, alpha=0.25).chosen == 1
    with pytest.raises(ValueError, match=r"alpha=0.1 times groups=4"):
        selection.best_for_the_worst_off(reward, alpha=0.1)


def test_risk_adjusted_score_is_mean_less_lambda_times_tail_loss() -> None:
    reward = np.array([[4.0, 0.0, 2.0, 2.0]])
    assert selection.risk_adjusted(reward, lam=0.5, alpha=0.5)[0] == pytest.approx(2.0 - 0.5 * -(0.0 + 2.0) / 2)


def test_fear_of_the_tail_turns_the_choice_from_the_best_mean() -> None:
    reward = np.array([[5.0, 5.0, 5.0, -3.0], [2.0, 2.0, 2.0, 2.0]])  # means 3 and 2, worst quarters -3 and 2
    assert selection.best_risk_adjusted(reward, lam=0.1, alpha=0.25).chosen == 0
    timid = selection.best_risk_adjusted(reward, lam=0.5, alpha=0.25)
    assert (timid.chosen, timid.score.tolist()) == (1, [1.5, 3.0])


def test_floors_abstain_when_nothing_clears_them() -> None:
    assert selection.above_floors(CONCAVE, np.array([0.3, 0.3])).chosen == 1
    assert selection.above_floors(CONCAVE, np.array([0.5, 0.5])).chosen is None


def test_doubt_abstains_and_disagreement_goes_to_deliberation() -> None:
    choice = selection.weighted_sum(CONCAVE)
    calm, loud = np.zeros(3), np.ones(3)
    assert selection.abstain(choice, calm, calm, unsure=0.5, divided=0.5) == choice
    assert selection.abstain(choice, loud, calm, unsure=0.5, divided=0.5).reason.startswith("abstained")
    assert selection.abstain(choice, calm, loud, unsure=0.5, divided=0.5).reason.startswith("to deliberation")
