"""Group-informed consensus, least group agreement, factorisation."""

import numpy as np
import pytest

from aggregation.algorithms.bridging.agreement import measure_bridging
from aggregation.algorithms.bridging.factorisation import Factorisation, factorise


def test_a_divided_majority_is_no_consensus() -> None:
    group = np.repeat([0, 1], [8, 2])
    votes = np.column_stack([np.where(group == 0, 1.0, -1.0), np.where(np.arange(10) % 4 == 0, -1.0, 1.0)])
    found = measure_bridging(votes, group)
    np.testing.assert_allclose(found.share_GS, [[9 / 10, 7 / 10], [1 / 4, 2 / 4]])
    np.testing.assert_allclose(found.consensus_S, found.share_GS.prod(axis=0))
    assert found.least_group_S.tolist() == [1, 1]
    assert found.consensus_S[1] > found.consensus_S[0]


def planted() -> np.ndarray:  # type: ignore[type-arg]  # votes
    """Statements 0..9 divide two camps, 10..13 all agree with, 14..17 all disagree with."""
    rng = np.random.default_rng(0)
    camp = np.repeat([1.0, -1.0], 40)
    votes = np.concatenate([np.outer(camp, np.tile([1.0, -1.0], 5)), np.ones((80, 4)), -np.ones((80, 4))], axis=1)
    votes[rng.random(votes.shape) < 0.1] *= -1
    votes[rng.random(votes.shape) < 0.4] = np.nan
    return votes


def test_intercepts_are_high_where_both_sides_agree_and_factors_tell_the_sides() -> None:
    found = factorise(planted())
    assert found.converged
    assert found.statement_S[10:14].min() > found.statement_S[:10].max() > found.statement_S[14:].max()
    assert np.abs(found.statement_factor_S[:10]).min() > 2 * np.abs(found.statement_factor_S[10:]).max()
    assert len(set(np.sign(found.participant_factor_P[:40]))) == 1
    assert np.sign(found.participant_factor_P[0]) == -np.sign(found.participant_factor_P[-1])


def loss(found: Factorisation, votes: np.ndarray, change: dict[str, np.ndarray]) -> float:  # type: ignore[type-arg]  # arrays
    parts = {name: getattr(found, name) + change.get(name, 0) for name in found.__dataclass_fields__ if "_" in name}
    fit = (
        found.mean
        + parts["participant_P"][:, None]
        + parts["statement_S"]
        + np.outer(parts["participant_factor_P"], parts["statement_factor_S"])
    )
    error = np.nansum(((votes + 1) / 2 - fit) ** 2)
    penalty = 0.15 * (found.mean**2 + sum((parts[name] ** 2).sum() for name in ("participant_P", "statement_S")))
    return float(error + penalty + 0.03 * sum((v**2).sum() for name, v in parts.items() if "factor" in name))


def test_the_fit_is_where_the_penalised_loss_is_least() -> None:
    votes = planted()
    found = factorise(votes)
    assert loss(found, votes, {}) == pytest.approx(found.loss)
    rng = np.random.default_rng(1)
    for name in ("participant_P", "statement_S", "participant_factor_P", "statement_factor_S"):
        step = rng.normal(scale=1e-2, size=getattr(found, name).shape)
        assert loss(found, votes, {name: step}) > found.loss
        assert loss(found, votes, {name: -step}) > found.loss


def test_order_of_participants_changes_nothing() -> None:
    votes = planted()
    order = np.random.default_rng(2).permutation(80)
    np.testing.assert_allclose(factorise(votes).statement_S, factorise(votes[order]).statement_S, atol=1e-4)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody is in a group"):
        measure_bridging(np.ones((2, 2)), [-1, -1])
    with pytest.raises(ValueError, match=r"votes should be \+1"):
        measure_bridging(np.full((2, 2), 2.0), [0, 0])
    with pytest.raises(ValueError, match="there is no vote"):
        factorise(np.full((2, 2), np.nan))
