"""Certain labels trusted more: ratings and comparisons alike, and no group less than another."""

from dataclasses import replace

import numpy as np
import pytest

from aggregation.rewards.data import within_rater_pairs
from aggregation.rewards.hierarchy import Scales
from aggregation.rewards.plan import LossPlan, Term
from aggregation.rewards.problem import Problem
from aggregation.rewards.training import train, trust_certain_labels
from aggregation.rewards.workshop import Workshop
from tests.aggregation.rewards.planted import QUICK, planted

PAIRS: tuple[tuple[Term, float], ...] = (("pairs", 1.0),)
BOTH: tuple[tuple[Term, float], ...] = (("points", 1.0), ("pairs", 0.3))


@pytest.fixture(scope="module")
def problem() -> Problem:
    found = planted(raters=30, texts=60, each=15).problem
    return replace(found, train_pairs=within_rater_pairs(found.train), val_pairs=within_rater_pairs(found.val))


def test_ratings_and_comparisons_are_weighed(problem: Problem) -> None:
    settings = replace(QUICK, plan=LossPlan(BOTH, certainty_beta=2.0))
    workshop = Workshop(problem, settings)
    before = workshop.rows
    scales = Scales.start(len(problem.vocabularies.attributes) + 2)
    effective = trust_certain_labels(workshop, 1.0, scales)
    for name, old, new, groups in (
        ("ratings", before.points, workshop.rows.points, problem.train.groups),
        ("comparisons", before.pairs, workshop.rows.pairs, problem.train_pairs.groups),
    ):
        factor = (new.weight / old.weight).numpy()
        assert factor.std() > 0.05
        assert effective[name] < len(factor)
        for column in groups.T:
            for level in np.unique(column):
                assert factor[column == level].mean() == pytest.approx(1.0)


def test_comparisons_alone_can_be_trusted_by_certainty(problem: Problem) -> None:
    plain, trusting = (train(problem, replace(QUICK, plan=LossPlan(PAIRS, certainty_beta=beta))) for beta in (0.0, 2.0))
    assert "certainty_effective_n" not in plain.choices
    assert trusting.choices["certainty_effective_n"].keys() == {"comparisons"}
    rows = problem.val_pairs
    said = [
        one.ensemble.predict_pairs(one.ensemble.read_texts(problem.embeddings), rows, "pooled").mean
        for one in (plain, trusting)
    ]
    assert not np.allclose(said[0], said[1])
