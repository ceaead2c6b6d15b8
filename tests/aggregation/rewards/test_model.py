"""The factorised model against its formula, written out plainly; what is withheld adds nothing."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from aggregation.rewards.data import Vocabulary, within_rater_pairs
from aggregation.rewards.hierarchy import Scales
from aggregation.rewards.model import RewardModel, Spec, Who
from aggregation.rewards.problem import Problem
from aggregation.rewards.workshop import Workshop
from tests.aggregation.rewards.planted import QUICK, planted

FACTORS = (("region", 3), ("age", 2), ("context", 2), ("rater", 4))
SPEC = Spec(("kind", "safe"), FACTORS, embedding=5, features=5, rank=2, sigma=True)


def filled(seed: int) -> tuple[RewardModel, torch.Tensor]:
    """A model with random tables, and six texts."""
    generator = torch.Generator().manual_seed(seed)
    model = RewardModel(SPEC)
    with torch.no_grad():
        for table in model.parameters():
            table.copy_(torch.randn(table.shape, generator=generator, dtype=torch.float64))
    return model, torch.randn(6, 5, generator=generator, dtype=torch.float64)


def plainly(model: RewardModel, e: torch.Tensor, text: int, codes: list[int], dimension: int) -> float:
    """mu of one row, term by term."""
    s = float(e[text] @ model.weight[:, dimension, 0] + model.bias[dimension, 0])
    q = [s - float(model.bias[dimension, 0]), *(e[text] @ model.direction[:, dimension, :]).tolist()]
    total = s
    for place, code in enumerate(codes):
        if code >= 0:
            total += float(model.severity[place][code, dimension])
            total += sum(a * float(b) for a, b in zip(q, model.coordinate[place][code], strict=True))
    return total


codes = st.tuples(*(st.integers(-1, levels - 1) for _, levels in FACTORS))


@given(st.integers(0, 50), codes, st.integers(0, 1), st.tuples(st.integers(0, 5), st.integers(0, 5)))
def test_rewards_are_the_formula_and_severities_cancel_in_differences(
    seed: int, who: tuple[int, ...], dimension: int, pair: tuple[int, int]
) -> None:
    model, e = filled(seed)
    with torch.no_grad():
        texts = model.texts(e, e)
        people = Who.of(torch.tensor([who]))
        asked = [torch.tensor([place]) for place in pair]
        at = torch.tensor([dimension])
        a, b = (float(model.latent(texts, item, people, at)) for item in asked)
        gap = float(model.difference(texts, *asked, people, at))
        assert a == pytest.approx(plainly(model, e, pair[0], list(who), dimension), abs=1e-9)
        assert gap == pytest.approx(a - b, abs=1e-9)
        for table in model.severity:
            table.add_(7.0)
        assert float(model.difference(texts, *asked, people, at)) == pytest.approx(gap, abs=1e-9)
    assert texts.sigma is not None
    assert float(texts.sigma.min()) >= 0.05


def test_all_withheld_is_the_common_score_alone() -> None:
    model, e = filled(0)
    with torch.no_grad():
        texts = model.texts(e, e)
        nobody = Who.of(torch.full((6, 4), -1))
        found = model.latent(texts, torch.arange(6), nobody, torch.zeros(6, dtype=torch.int64))
        torch.testing.assert_close(found[:, 0], e @ model.weight[:, 0, 0] + model.bias[0, 0])


@pytest.fixture(scope="module")
def rare() -> Problem:
    """The planted answers, where the first two people alone are of a third region."""
    problem = planted(raters=40, texts=60, each=20, width=6).problem
    named = replace(problem.vocabularies, attributes=(("region", Vocabulary(("west", "zeast", "zz"))),))

    def of_two(rows):  # type: ignore[no-untyped-def]  # answers or pairs
        region = np.where(rows.rater < 2, 2, rows.groups[:, 0])
        return replace(rows, groups=region[:, None])

    train_pairs = within_rater_pairs(of_two(problem.train))
    return replace(
        problem,
        vocabularies=named,
        train=of_two(problem.train),
        val=of_two(problem.val),
        train_pairs=train_pairs,
        val_pairs=train_pairs.take(np.arange(0)),
    )


def test_nothing_is_learnt_of_a_level_with_too_few_people(rare: Problem) -> None:
    kept = rare.without_small_levels(3)
    for rows in (kept.train, kept.val, kept.train_pairs):
        assert set(np.unique(rows.groups[rows.rater < 2])) == {-1}
        assert set(np.unique(rows.groups[rows.rater >= 2])) == {0, 1}
    assert rare.without_small_levels(2) is rare
    assert (rare.train.groups[rare.train.rater < 2] == 2).all()  # the given problem stays as it was
    scales = replace(Scales.start(3), slope=(1.0, 0.0, 0.0), turn=(0.4, 0.0, 0.0))
    model = Workshop(kept, QUICK).fitted(1.0, scales).model
    for table in (model.severity[0], model.coordinate[0]):
        assert float(table[:2].detach().abs().max()) > 0.0
        assert float(table[2].detach().abs().max()) == 0.0
