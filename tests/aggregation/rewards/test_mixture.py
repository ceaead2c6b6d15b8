"""A mixture routed by the prompt learns what one reward cannot: the same trait liked here and disliked there."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from aggregation.rewards.artifacts import Artifact, read_artifact, write_artifact
from aggregation.rewards.data import Points, Vocabulary, pairs, points
from aggregation.rewards.ensemble import RewardEnsemble, Vocabularies
from aggregation.rewards.hierarchy import Scales
from aggregation.rewards.measures import log_losses
from aggregation.rewards.problem import Problem
from aggregation.rewards.settings import Settings
from aggregation.rewards.workshop import Workshop

TEXTS = 300


@pytest.fixture(scope="module")
def case() -> tuple[Problem, Points, np.ndarray]:
    """Prompts of two kinds; along one direction texts are liked for the first kind and disliked for the second."""
    rng = np.random.default_rng(0)
    e = rng.standard_normal((TEXTS, 6))
    e /= np.linalg.norm(e, axis=1, keepdims=True)
    kind = np.arange(TEXTS) % 2
    routes = np.eye(4)[kind] + 0.1 * rng.standard_normal((TEXTS, 4))
    routes = np.hstack([routes, np.zeros((TEXTS, 2))])  # as wide as the texts
    item = np.repeat(np.arange(TEXTS), 8)
    value = (rng.random(len(item)) < expit(10 * np.where(kind == 0, 1, -1)[item] * e[item, 0])).astype(np.float64)
    every = points(item, np.arange(len(item)) % 30, value)
    none = pairs([], [], [], [])
    people = Vocabulary(tuple(str(one) for one in range(30)))
    named = Vocabularies((), people, Vocabulary(()), Vocabulary(("reward",)))
    test = item >= 200
    problem = Problem(e, named, 1.0, every.take(~test), every.take(np.arange(0)), none, none, routes=routes)
    return problem, every.take(test), kind


def fitted(problem: Problem, experts: int) -> RewardEnsemble:
    scales = replace(Scales.start(2), weight_l2=0.2)
    workshop = Workshop(problem, Settings(trunk="linear", experts=experts, members=1, rank=0, steps=200))
    return workshop.ensemble([workshop.fitted(1.0, scales)], scales)


def test_two_experts_find_the_two_kinds_of_prompts(
    case: tuple[Problem, Points, np.ndarray], tmp_path_factory: pytest.TempPathFactory
) -> None:
    problem, test, kind = case
    lost = {}
    for experts in (1, 2):
        model = fitted(problem, experts)
        texts = model.read_texts(problem.embeddings, problem.routes)
        lost[experts] = log_losses(model.predict_points(texts, test, "pooled").p, test.value).mean()
    assert lost[1] > 0.65  # one reward sees nothing but noise
    assert lost[2] < 0.45  # of .36 at best
    gate = texts[0].gate
    np.testing.assert_allclose(gate.sum(axis=1), 1.0)
    first = gate[:, int(gate[kind == 0].mean(axis=0).argmax())]
    assert first[kind == 0].min() > 0.6
    assert first[kind == 1].max() < 0.4
    folder = tmp_path_factory.mktemp("mixture")
    write_artifact(Artifact(model), folder)
    again = read_artifact(folder).ensemble
    found = again.predict_points(again.read_texts(problem.embeddings, problem.routes), test, "pooled").p
    np.testing.assert_allclose(found, model.predict_points(texts, test, "pooled").p, atol=1e-9)
