"""Reductions on problems whose answer is known."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregation.rewards.reductions import GroupDro, cvar, effective_n, group_means, uncertainty_weights


def test_group_dro_equalises_two_groups_that_pull_apart() -> None:
    """min_x max((x - 0)^2, 4 (x - 3)^2) lies where both losses are equal: x = 2."""
    x = torch.zeros((), dtype=torch.float64, requires_grad=True)
    reduce = GroupDro(2, eta=0.05)
    optimiser = torch.optim.SGD([x], lr=0.01)
    tail = []
    for step in range(4000):
        optimiser.zero_grad()
        loss = reduce(torch.stack([x**2, 4 * (x - 3) ** 2]))
        loss.backward()
        optimiser.step()
        if step >= 3000:
            tail.append(x.item())
    assert np.mean(tail) == pytest.approx(2.0, abs=0.02)


def test_cvar_is_the_mean_of_the_worst_share() -> None:
    loss = torch.tensor([1.0, 4.0, 2.0, 3.0], dtype=torch.float64)
    share = torch.tensor([0.4, 0.1, 0.3, 0.2], dtype=torch.float64)
    # The worst half: all of 4 (.1) and of 3 (.2), and .2 of the .3 of 2.
    assert cvar(loss, share, 0.5).item() == pytest.approx((0.1 * 4 + 0.2 * 3 + 0.2 * 2) / 0.5)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 10), min_size=3, max_size=8), st.floats(0.35, 1.0))
def test_cvar_is_the_minimum_of_its_dual_form(values: list[float], alpha: float) -> None:
    loss = torch.tensor(values, dtype=torch.float64)
    share = torch.full((len(values),), 1 / len(values), dtype=torch.float64)
    grid = torch.cat([loss, torch.linspace(0, 10, 301, dtype=torch.float64)])
    dual = min((eta + (share * (loss - eta).clamp_min(0)).sum() / alpha).item() for eta in grid)
    assert cvar(loss, share, alpha).item() == pytest.approx(dual, abs=1e-9)


def test_a_tail_smaller_than_one_group_is_refused_with_both_numbers() -> None:
    four = torch.ones(4, dtype=torch.float64)
    with pytest.raises(ValueError, match=r"alpha=0.2 times groups=4 is 0.8"):
        cvar(four, four, 0.2)
    assert cvar(four, four, 0.25).item() == 1.0


def test_group_means_leave_out_withheld_rows() -> None:
    loss = torch.tensor([1.0, 3.0, 100.0, 5.0], dtype=torch.float64)
    mean, mass = group_means(loss, torch.tensor([0, 0, -1, 1]), 3)
    assert mean.tolist() == [2.0, 5.0, 0.0]
    assert mass.tolist() == [2.0, 1.0, 0.0]


def test_certain_labels_weigh_more_but_no_group_is_silenced() -> None:
    rng = np.random.default_rng(0)
    groups = np.stack([rng.integers(0, 2, 400), rng.integers(-1, 3, 400)], axis=1)
    uncertainty = rng.random(400) + 2.0 * (groups[:, 0] == 1)  # the second group disagrees throughout
    weight = uncertainty_weights(uncertainty, groups, beta=2.0)
    assert weight.mean() == pytest.approx(1.0)
    for column in groups.T:
        for level in np.unique(column):
            assert weight[column == level].mean() == pytest.approx(1.0, abs=1e-6)
    inside = (groups[:, 0] == 1) & (groups[:, 1] == 0)
    assert np.corrcoef(uncertainty[inside], np.log(weight[inside]))[0, 1] == pytest.approx(-1.0)
    assert effective_n(weight) < 400
    without = uncertainty_weights(uncertainty, beta=2.0)
    assert without[groups[:, 0] == 1].mean() < 0.1  # what the balance is for


def test_mgda_finds_the_common_descent_direction_of_least_norm() -> None:
    """Gradients (1, 0) and (0, 2): the least-norm point of their convex hull is (0.8, 0.4)."""
    from torchjd.aggregation import MGDA

    found = MGDA(epsilon=1e-9, max_iters=2000)(torch.tensor([[1.0, 0.0], [0.0, 2.0]], dtype=torch.float64))
    np.testing.assert_allclose(found.numpy(), [0.8, 0.4], atol=1e-3)
