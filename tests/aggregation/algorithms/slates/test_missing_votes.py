"""Votes that were not cast: exposure, the posterior, slates over draws."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from aggregation.algorithms.rules import find_rule
from aggregation.algorithms.slates.ballots import Ballots
from aggregation.algorithms.slates.choose import answers_needed, choose_slate
from aggregation.algorithms.slates.exposure import measure_exposure
from aggregation.algorithms.slates.posterior import fit_posterior

MES = find_rule("mes")


def conversation(
    seed: int, n: int = 500, m: int = 80
) -> "tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.intp]]":
    """Votes of a made-up conversation whose old statements were seen by many and whose late ones by few.

    Returns the votes as cast, what everybody would have voted, and the groups.
    """
    rng = np.random.default_rng(seed)
    groups = rng.choice(3, n, p=[0.5, 0.3, 0.2])
    rate = rng.normal(0, 1, m) + rng.normal(0, 1.2, (3, m))[groups] + rng.normal(0, 0.7, (n, 1))
    would = rng.random((n, m)) < 1 / (1 + np.exp(-rate))
    seen = rng.random((n, m)) < np.exp(-3.5 * np.arange(m) / m)
    return np.where(seen, would, np.nan), would, groups


def test_exposure_is_counted_and_correlated() -> None:
    found = measure_exposure([[1, np.nan, 0, np.nan], [1, 0, np.nan, np.nan], [0, np.nan, 1, np.nan]])
    assert found.seen_C.tolist() == [3, 1, 2, 0]
    assert found.approved_C.tolist() == [2, 0, 1, 0]
    assert found.agreement_C[:3].tolist() == [2 / 3, 0, 1 / 2]
    assert np.isnan(found.agreement_C[3])
    assert found.correlation == pytest.approx(np.corrcoef([2, 0, 1, 0], [3, 1, 2, 0])[0, 1])
    assert found.decides
    assert measure_exposure([[1, 0], [1, 1]]).correlation is None


def test_counting_unseen_as_not_approved_picks_what_was_seen_most() -> None:
    votes, _, _ = conversation(0)
    ballots = Ballots(votes)
    with pytest.raises(ValueError, match=r"of 40000 answers are missing and missing='refuse'"):
        choose_slate(MES, ballots, 6, rng=np.random.default_rng(0))
    zero = choose_slate(MES, ballots, 6, missing="zero", axioms=["jr", "ejr+"], rng=np.random.default_rng(0))
    assert zero.exposure is not None
    assert zero.exposure.correlation is not None
    assert zero.exposure.correlation > 0.8
    assert any("approvals follow exposure" in warning for warning in zero.warnings)
    assert [(c.scope, c.holds) for c in zero.certificates] == [("observed", True), ("observed", True)]
    assert max(zero.chosen) < 40  # the certificate holds although the late half never stood a chance


def test_imputed_slates_are_agreed_with_more_by_those_who_were_never_asked() -> None:
    gains = []
    for seed in range(3):
        votes, would, groups = conversation(seed)
        zero = choose_slate(MES, Ballots(votes), 6, missing="zero", rng=np.random.default_rng(0))
        result = choose_slate(
            MES,
            Ballots(votes),
            6,
            missing="impute",
            group_V=groups,
            axioms=["jr", "ejr+"],
            rng=np.random.default_rng(0),
        )
        assert result.imputed is not None
        inclusion = result.imputed.inclusion_C
        assert inclusion.sum() == pytest.approx(6)
        assert inclusion[list(result.chosen)].sum() <= inclusion[list(result.imputed.top)].sum() + 1e-12
        assert [(c.scope, c.draws) for c in result.certificates] == [("imputed", 100)] * 2
        assert all(0.95 <= (c.share or 0) <= 1 and c.holds for c in result.certificates)
        gains.append(would[:, list(result.chosen)].mean() - would[:, list(zero.chosen)].mean())
    assert min(gains) > 0.05


def test_the_same_seed_gives_the_same_slate_and_another_seed_other_draws() -> None:
    votes, _, groups = conversation(1, n=200, m=40)

    def run(seed: int) -> list[float]:
        result = choose_slate(MES, Ballots(votes), 4, missing="impute", group_V=groups, rng=np.random.default_rng(seed))
        assert result.imputed is not None
        return result.imputed.inclusion_C.tolist()

    assert run(3) == run(3)
    assert run(3) != run(4)


def test_statements_that_few_have_seen_stay_out_and_that_is_said() -> None:
    votes, _, groups = conversation(2)
    votes[:, 70:] = np.nan
    votes[:2, 70:] = 1.0  # liked by the only two who were asked
    result = choose_slate(MES, Ballots(votes), 6, missing="impute", group_V=groups, rng=np.random.default_rng(0))
    assert result.imputed is not None
    assert max(result.chosen) < 70
    assert (result.imputed.inclusion_C[70:] == 0).all()
    assert any("fewer than 20 answers" in warning for warning in result.warnings)
    told = choose_slate(
        MES, Ballots(votes), 6, missing="impute", group_V=groups, rng=np.random.default_rng(0), least_seen=0
    )
    assert told.imputed is not None
    assert told.imputed.inclusion_C[70:].sum() > 0


@pytest.mark.parametrize(
    ("seen", "k", "n", "least", "needed"),
    [
        ([50, 30, 10], 2, 100, None, 20),
        ([50, 10, 5], 2, 100, None, 10),
        ([5, 4, 1], 1, 10, None, 3),
        ([9, 9], 1, 9, 0, 0),
    ],
)
def test_answers_needed(seen: list[int], k: int, n: int, least: int | None, needed: int) -> None:
    assert answers_needed(np.array(seen), k, n, least) == needed


def test_the_posterior_keeps_votes_and_leans_with_group_and_person() -> None:
    votes, _, groups = conversation(5)
    posterior = fit_posterior(votes, groups)
    chance = posterior.probabilities()
    cast = ~np.isnan(votes)
    assert (chance[cast] == votes[cast]).all()
    assert ((chance[~cast] > 0) & (chance[~cast] < 1)).all()
    drawn = posterior.draw_approvals(np.random.default_rng(0))
    assert (drawn[cast] == votes[cast]).all()
    approving = np.nanmean(votes, axis=1) > np.nanmedian(np.nanmean(votes, axis=1))
    assert posterior.leaning_V[approving].mean() > posterior.leaning_V[~approving].mean() + 0.3
    utilities = posterior.draw_utilities(np.random.default_rng(0))
    assert ((utilities >= 0) & (utilities <= 1)).all()


def test_draws_average_to_the_probabilities() -> None:
    votes, _, groups = conversation(6, n=60, m=12)
    posterior = fit_posterior(votes, groups)
    rng = np.random.default_rng(0)
    mean = np.mean([posterior.draw_approvals(rng) for _ in range(2000)], axis=0)
    assert np.abs(mean - posterior.probabilities()).max() < 0.12
    assert np.abs(mean - posterior.probabilities()).mean() < 0.02


def test_held_out_votes_are_predicted_better_than_by_rates_alone(shared_data: Path) -> None:
    table = pd.read_csv(shared_data / "polis" / "vtaiwan.uberx" / "participants-votes.csv")
    votes = table[[name for name in table.columns if name.isdigit()]].to_numpy(dtype=float)
    votes = np.where(np.isnan(votes), np.nan, votes == 1)
    groups = np.unique(table["group-id"].fillna(-1), return_inverse=True)[1]
    cast = np.argwhere(~np.isnan(votes))
    held = cast[np.random.default_rng(0).random(len(cast)) < 0.2]
    kept = votes.copy()
    kept[tuple(held.T)] = np.nan
    truth = votes[tuple(held.T)]

    def log_loss(chance: NDArray[np.float64]) -> float:
        clipped = np.clip(chance, 1e-4, 1 - 1e-4)
        return float(-np.mean(truth * np.log(clipped) + (1 - truth) * np.log(1 - clipped)))

    seen = np.isfinite(kept).sum(axis=0)
    rate = (np.nansum(kept, axis=0) + 1) / (seen + 2)
    by_posterior = log_loss(fit_posterior(kept, groups).probabilities()[tuple(held.T)])
    assert by_posterior < 0.8 * log_loss(rate[held[:, 1]])


def test_edges_of_imputation() -> None:
    rng = np.random.default_rng(0)
    one = choose_slate(MES, Ballots(np.array([[1.0, np.nan, 0.0]])), 1, missing="impute", rng=rng)
    assert one.chosen == (0,)
    unseen = np.array([[1.0, np.nan, 0.0]] * 5)
    result = choose_slate(MES, Ballots(unseen), 2, missing="impute", rng=rng)
    assert set(result.chosen) <= {0, 2}  # the statement that nobody was asked about cannot enter
    with pytest.raises(ValueError, match="none of the 2 voters answered anything"):
        choose_slate(MES, Ballots(np.full((2, 2), np.nan)), 1, missing="impute", rng=rng)
    with pytest.raises(ValueError, match="draws=10 should be >= 100"):
        choose_slate(MES, Ballots(unseen), 1, missing="impute", rng=rng, draws=10)
    with pytest.raises(ValueError, match="k=4 should be <= candidates"):
        choose_slate(MES, Ballots(unseen), 4, missing="impute", rng=rng)
    with pytest.raises(ValueError, match="only approvals"):
        choose_slate(find_rule("bjr"), Ballots(np.array([[3.0, np.nan]])), 1, missing="impute", rng=rng)


def test_matching_rules_are_imputed_as_utilities() -> None:
    votes, would, groups = conversation(7, n=200, m=30)
    result = choose_slate(
        find_rule("bjr"),
        Ballots(votes),
        4,
        missing="impute",
        group_V=groups,
        axioms=["bjr"],
        rng=np.random.default_rng(0),
    )
    assert result.seat_V is not None
    assert np.bincount(result.seat_V, minlength=4).tolist() == [50] * 4
    represented = would[np.arange(200), np.array(result.chosen)[result.seat_V]].mean()
    assert represented > would.mean() + 0.15
