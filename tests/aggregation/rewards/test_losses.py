"""Losses against closed forms."""

import numpy as np
import pytest
import torch
from scipy.stats import norm

from aggregation.rewards import losses
from aggregation.rewards.plan import parse_terms


def column(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)[:, None]


def flat(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


GATE = torch.zeros(3, 1, dtype=torch.float64)
GAP = column(-1.3, 0.2, 2.0)
NO, YES = torch.tensor([False] * 3), torch.tensor([True] * 3)
NU = flat(0.4)


@pytest.mark.parametrize("loss", [losses.rao_kupper, losses.davidson])
def test_with_ties_the_three_outcomes_sum_to_one(loss: object) -> None:
    wins = torch.exp(-loss(GAP, flat(1, 1, 1), NO, NU, GATE))  # type: ignore[operator]  # a tensor
    loses = torch.exp(-loss(GAP, flat(0, 0, 0), NO, NU, GATE))  # type: ignore[operator]  # a tensor
    ties = torch.exp(-loss(GAP, flat(0.5, 0.5, 0.5), YES, NU, GATE))  # type: ignore[operator]  # a tensor
    torch.testing.assert_close(wins + loses + ties, torch.ones(3, dtype=torch.float64))


def test_rao_kupper_is_its_published_formula() -> None:
    theta = 1 + np.exp(0.4)
    a = np.exp(GAP[:, 0].numpy())
    wins = torch.exp(-losses.rao_kupper(GAP, flat(1, 1, 1), NO, NU, GATE)).numpy()
    np.testing.assert_allclose(wins, a / (a + theta))


def test_davidson_is_its_published_formula() -> None:
    a, nu = np.exp(GAP[:, 0].numpy()), np.exp(0.4)
    ties = torch.exp(-losses.davidson(GAP, flat(0.5, 0.5, 0.5), YES, NU, GATE)).numpy()
    np.testing.assert_allclose(ties, nu * np.sqrt(a) / (a + 1 + nu * np.sqrt(a)))


def test_ordinal_probabilities_of_all_levels_sum_to_one() -> None:
    cuts = flat(-1.0, 0.5, 1.5)
    mass = sum(torch.exp(-losses.cumulative_logit(GAP, torch.full((3,), level), cuts, GATE)) for level in range(4))
    torch.testing.assert_close(mass, torch.ones(3, dtype=torch.float64))


def test_distributional_loss_is_a_normal_tail_and_stays_finite_far_out() -> None:
    sigma = flat(0.5, 1.0, 2.0)
    found = losses.distributional(GAP, sigma, sigma, flat(1, 1, 1), GATE).numpy()
    np.testing.assert_allclose(found, -norm.logcdf(GAP[:, 0].numpy() / (np.sqrt(2) * sigma.numpy())))
    far = losses.distributional(column(-1000.0), flat(1), flat(1), flat(1), GATE[:1])
    assert torch.isfinite(far).all()


def test_experts_mix_probabilities_and_not_rewards() -> None:
    latent = torch.tensor([[3.0, -3.0]], dtype=torch.float64)
    gate = torch.log(torch.tensor([[0.25, 0.75]], dtype=torch.float64))
    found = torch.exp(-losses.binary(latent, flat(1), gate)).item()
    sigmoid = torch.sigmoid(latent)[0]
    assert found == pytest.approx(0.25 * sigmoid[0].item() + 0.75 * sigmoid[1].item())


def test_soft_labels_interpolate_between_the_two_outcomes() -> None:
    both = [losses.bradley_terry(GAP, flat(x, x, x), GATE) for x in (0.0, 1.0)]
    torch.testing.assert_close(losses.bradley_terry(GAP, flat(0.3, 0.3, 0.3), GATE), 0.7 * both[0] + 0.3 * both[1])


@pytest.mark.parametrize(
    ("text", "problem"),
    [("points,love", "love"), ("points:-1", "above 0"), ("pairs,davidson", "choose one"), ("centering", "no loss")],
)
def test_impossible_losses_are_refused_by_name(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        parse_terms(text)
