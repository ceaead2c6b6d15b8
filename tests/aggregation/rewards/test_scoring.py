"""Any text for everybody, a group or a blend; and where groups part."""

from dataclasses import replace

import numpy as np
import pytest

from aggregation.rewards.data import pairs
from aggregation.rewards.disagreement import dividing_items, dividing_pairs
from aggregation.rewards.ensemble import RewardEnsemble
from aggregation.rewards.scoring import rewards_by_group, score_texts
from aggregation.rewards.training import train
from tests.aggregation.rewards.planted import QUICK, Planted, planted


@pytest.fixture(scope="module")
def case() -> Planted:
    return planted()


@pytest.fixture(scope="module")
def ensemble(case: Planted) -> RewardEnsemble:
    return train(case.problem, replace(QUICK, members=2)).ensemble


def test_a_blend_lies_between_its_groups_and_one_part_is_the_group(case: Planted, ensemble: RewardEnsemble) -> None:
    e = case.problem.embeddings
    west = score_texts(ensemble, e, blend=[({"region": "west"}, 1.0)])
    east = score_texts(ensemble, e, blend=[({"region": "zeast"}, 7.0)])
    both = score_texts(ensemble, e, blend=[({"region": "west"}, 3.0), ({"region": "zeast"}, 1.0)])
    np.testing.assert_allclose(both.p, 0.75 * west.p + 0.25 * east.p)
    np.testing.assert_allclose(both.reward, 0.75 * west.reward + 0.25 * east.reward)
    gap = west.reward - east.reward
    np.testing.assert_allclose(both.group_disagreement, 0.75 * 0.25 * gap**2, atol=1e-12)
    assert np.corrcoef(west.reward[:, 0], east.reward[:, 0])[0, 1] < 0.5  # the planted direction is turned round


def test_the_uncertainties_add_up_to_the_entropy_of_the_probability(case: Planted, ensemble: RewardEnsemble) -> None:
    found = score_texts(ensemble, case.problem.embeddings)
    entropy = -(found.p * np.log(found.p) + (1 - found.p) * np.log(1 - found.p))
    np.testing.assert_allclose(found.epistemic + found.aleatoric, entropy, atol=1e-9)
    assert list(found.as_dict()[0]["reward"]) == ["p", "reward", "epistemic", "aleatoric", "group_disagreement"]


def test_low_values_that_are_better_give_high_rewards(case: Planted, ensemble: RewardEnsemble) -> None:
    low = replace(ensemble, prefer="low")
    e = case.problem.embeddings
    np.testing.assert_allclose(score_texts(low, e).reward, -score_texts(ensemble, e).reward)
    np.testing.assert_allclose(score_texts(low, e).p, score_texts(ensemble, e).p)


def test_rewards_of_all_levels_stand_side_by_side(case: Planted, ensemble: RewardEnsemble) -> None:
    texts = ensemble.read_texts(case.problem.embeddings)
    levels, table = rewards_by_group(ensemble, texts, "region")
    assert levels == ("west", "zeast")
    east = score_texts(ensemble, case.problem.embeddings, blend=[({"region": "zeast"}, 1.0)])
    np.testing.assert_allclose(table[:, 1], east.reward[:, 0])


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"blend": [({"planet": "mars"}, 1.0)]}, "attribute 'planet' is not one of region, colour"),
        ({"blend": [({"region": "mars"}, 1.0)]}, "region 'mars' is not one of west, zeast"),
        ({"blend": [({"region": "west"}, 0.0)]}, "should be > 0"),
        ({"dimension": "wit"}, "dimension 'wit' is not one of reward"),
    ],
)
def test_unknown_names_and_weights_are_refused(
    case: Planted, ensemble: RewardEnsemble, wish: dict[str, object], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        score_texts(ensemble, case.problem.embeddings, **wish)  # type: ignore[arg-type]  # wrong on purpose


def test_dividing_texts_lie_far_along_the_planted_direction(case: Planted, ensemble: RewardEnsemble) -> None:
    texts = ensemble.read_texts(case.problem.embeddings)
    found = [one for one in dividing_items(ensemble, texts, case.test, k=3, most=8) if one["attribute"] == "region"]
    normal = case.problem.embeddings - case.mirror  # along the direction
    far = np.linalg.norm(normal, axis=1)
    asked = np.unique(case.test.item)
    assert np.mean([far[one["item"]] for one in found]) > far[asked].mean()
    assert all(cell["n"] >= 3 for one in found for cell in one["levels"].values())
    assert dividing_items(ensemble, texts, case.test, k=10_000) == []


def test_dividing_pairs_tell_the_same_whichever_text_stands_first(case: Planted, ensemble: RewardEnsemble) -> None:
    texts = ensemble.read_texts(case.problem.embeddings)
    rng = np.random.default_rng(0)
    region = rng.integers(0, 2, 400)
    a, b = np.repeat([[3, 9]], 400, axis=0).T
    a[::2], b[::2] = 9, 3  # half of them see the second first
    west_prefers_three = np.where(rng.random(400) < 0.9, region == 0, region == 1)
    share = np.where(a == 3, west_prefers_three, ~west_prefers_three).astype(np.float64)
    groups = np.stack([region, np.full(400, -1)], axis=1)
    compared = pairs(a, b, np.arange(400), share, groups=groups)
    (found,) = dividing_pairs(ensemble, texts, compared, items=[f"t{place}" for place in range(200)], k=5)
    assert (found["attribute"], found["item_a"], found["item_b"]) == ("region", "t3", "t9")
    assert found["levels"]["west"]["share"] == pytest.approx(0.9, abs=0.06)
    assert found["levels"]["zeast"]["share"] == pytest.approx(0.1, abs=0.06)
    assert found["levels"]["west"]["n"] == (region == 0).sum()
    turned = dividing_pairs(ensemble, texts, pairs(b, a, np.arange(400), 1 - share, groups=groups), k=5)
    assert turned[0]["levels"] == found["levels"]
    assert dividing_pairs(ensemble, texts, compared.take(np.zeros(0, dtype=np.int64))) == []
