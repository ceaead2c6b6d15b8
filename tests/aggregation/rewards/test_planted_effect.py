"""Where groups differ the model must find it; where labels mean nothing it must not pretend."""

from dataclasses import replace

import pytest

from aggregation.rewards.data import Floats
from aggregation.rewards.measures import log_losses
from aggregation.rewards.training import train
from tests.aggregation.rewards.planted import QUICK, Planted, oracle_problem, planted, shuffled


@pytest.fixture(scope="module")
def case() -> Planted:
    return planted()


def pooled_and_group(case: Planted) -> tuple[Floats, Floats]:
    """Losses of the test answers in both modes."""
    ensemble = train(case.problem, QUICK).ensemble
    texts = ensemble.read_texts(case.problem.embeddings)
    pooled = log_losses(ensemble.predict_points(texts, case.test, "pooled").p, case.test.value)
    return pooled, log_losses(ensemble.predict_points(texts, case.test, "group").p, case.test.value)


def test_a_planted_group_effect_is_recovered(case: Planted) -> None:
    pooled, group = pooled_and_group(case)
    # The oracle is the same model told in advance which answers are mirrored.
    told = oracle_problem(case)
    oracle = train(told, QUICK).ensemble
    asked = replace(case.test, item=case.test.item + len(case.mirror) * case.minority)
    best = log_losses(oracle.predict_points(oracle.read_texts(told.embeddings), asked, "pooled").p, case.test.value)

    few = case.minority
    recovered = (pooled[few].mean() - group[few].mean()) / (pooled[few].mean() - best[few].mean())
    assert pooled[few].mean() - best[few].mean() > 0.2  # there is something to recover
    assert recovered >= 0.9
    assert group[~few].mean() - pooled[~few].mean() <= 0.005


def test_shuffled_labels_gain_nothing(case: Planted) -> None:
    dealt = shuffled(case, seed=1)
    pooled, group = pooled_and_group(dealt)
    assert abs(pooled.mean() - group.mean()) <= 0.005
    assert pooled[dealt.minority].mean() - group[dealt.minority].mean() <= 0.005
