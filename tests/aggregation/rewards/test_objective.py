"""What is minimised when several objectives count: the common descent direction, and no head forgotten."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from aggregation.rewards.data import Vocabulary, points
from aggregation.rewards.ensemble import Vocabularies
from aggregation.rewards.fit import Design, _pareto_gradient, fit
from aggregation.rewards.hierarchy import Scales
from aggregation.rewards.model import RewardModel, Spec
from aggregation.rewards.objective import Objective
from aggregation.rewards.plan import LossPlan
from aggregation.rewards.problem import Problem
from aggregation.rewards.rows import Rows
from aggregation.rewards.settings import Settings
from aggregation.rewards.trunk import MlpTrunk
from aggregation.rewards.workshop import Workshop
from tests.aggregation.rewards.planted import planted

SCALES = Scales((0.5, 1.5), (0.0, 0.0), (0.0, 0.0))
TERMS = (("points", 1.0), ("safety", 1.0), ("centering", 0.01))


@pytest.fixture
def two() -> tuple[RewardModel, Rows, Design]:
    """Two dimensions that want opposite things of one trunk, and safety labels along a third direction."""
    rng = np.random.default_rng(0)
    e = rng.standard_normal((40, 6))
    item, dimension = np.tile(np.arange(40), 2), np.repeat([0, 1], 40)
    value = np.concatenate([e[:, 0] > 0, e[:, 0] + 2 * e[:, 1] < 0]).astype(np.float64)
    answers = points(item, np.zeros(80, dtype=np.int64), value, dimension=dimension)
    none = planted(raters=10, texts=20, each=5).problem.train_pairs
    named = Vocabularies((), Vocabulary(("r",)), Vocabulary(()), Vocabulary(("kind", "short")))
    problem = Problem(
        e,
        named,
        1.0,
        answers,
        answers.take(np.arange(0)),
        replace(none, groups=np.zeros((0, 0), dtype=np.int64)),
        replace(none, groups=np.zeros((0, 0), dtype=np.int64)),
        safe_item=np.arange(40),
        safe=(e[:, 2] > 0).astype(np.float64),
    )
    workshop = Workshop(problem, Settings(trunk="mlp", hidden=8, dropout=0.0, plan=LossPlan(TERMS, "mgda")))
    base = workshop.start(1.0, 0)
    return base.model, workshop.rows, base.design


def gradients(losses: list[torch.Tensor], parameters: list[torch.nn.Parameter]) -> torch.Tensor:
    found = []
    for loss in losses:
        each = torch.autograd.grad(loss, parameters, retain_graph=True, allow_unused=True)
        zeros = [torch.zeros_like(one) for one in parameters]
        found.append(torch.cat([(g if g is not None else z).flatten() for g, z in zip(each, zeros, strict=True)]))
    return torch.stack(found)


def test_the_step_is_the_shortest_in_the_hull_of_the_scaled_gradients(
    two: tuple[RewardModel, Rows, Design],
) -> None:
    model, rows, design = two
    objective = Objective(model, rows, LossPlan((("points", 1.0),), "mgda"), SCALES)
    assert isinstance(design.trunk, MlpTrunk)
    parameters = [*model.parameters(), *design.trunk.parameters()]
    parameters = [one for one in parameters if one.numel()]
    texts = design.scores(model)
    losses = list(objective.by_objective(texts).values())
    g = gradients([loss / loss.detach() for loss in losses], parameters)
    penalty = gradients([objective.prior() / torch.stack(losses).sum().detach()], parameters)[0]
    _pareto_gradient(objective, design.scores(model), parameters)
    step = torch.cat([(p.grad if p.grad is not None else torch.zeros_like(p)).flatten() for p in parameters]) - penalty
    # Two points: the nearest to the origin on the line between them (Desideri 2012, eq. 4).
    share = float(torch.clamp(((g[1] - g[0]) @ g[1]) / ((g[1] - g[0]) @ (g[1] - g[0])), 0, 1))
    torch.testing.assert_close(step, share * g[0] + (1 - share) * g[1], atol=1e-6, rtol=1e-3)
    assert (g @ step >= step @ step * (1 - 1e-3)).all()  # a descent for both


def test_every_dimension_and_the_safety_head_learn_under_mgda(two: tuple[RewardModel, Rows, Design]) -> None:
    model, rows, design = two
    plan = LossPlan(TERMS, "mgda")
    objective = Objective(model, rows, plan, SCALES)
    before = {name: float(loss.detach()) for name, loss in objective.by_objective(design.scores(model)).items()}
    assert list(before) == ["dimension kind", "dimension short", "safety"]
    fit(model, design, rows, plan, SCALES, steps=200)
    after = {name: float(loss.detach()) for name, loss in objective.by_objective(design.scores(model)).items()}
    assert all(after[name] < 0.7 * before[name] for name in before)


def test_a_dimension_without_rows_does_not_stop_the_others(two: tuple[RewardModel, Rows, Design]) -> None:
    model, rows, design = two
    wider = RewardModel(Spec(("kind", "short", "unasked"), model.spec.factors, 6, 8))
    objective = Objective(wider, rows, LossPlan((("points", 1.0),), "mgda"), SCALES)
    assert list(objective.by_objective(design.scores(wider))) == ["dimension kind", "dimension short"]
    alone = replace(rows, points=replace(rows.points, dimension=torch.zeros(80, dtype=torch.int64)))
    with pytest.raises(ValueError, match="at least 2 dimensions"):
        fit(wider, design, alone, LossPlan((("points", 1.0),), "mgda"), SCALES, steps=1)
