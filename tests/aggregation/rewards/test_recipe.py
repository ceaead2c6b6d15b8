"""From tables to a model as the web application trains it: groups balanced, unlike scales, ratings with comparisons."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from aggregation.rewards.data import Floats, points
from aggregation.rewards.hierarchy import Scales
from aggregation.rewards.objective import Objective
from aggregation.rewards.recipe import Finished, Recipe, Tables, loss_plan, posed, train_from_tables
from aggregation.rewards.settings import Settings
from aggregation.rewards.tables import Texts
from aggregation.rewards.thresholds import choose_thresholds
from aggregation.rewards.workshop import Workshop

QUICK = Recipe(losses="points", members=1, val_share=30)
TEXTS, WIDTH = 40, 6
E = np.random.default_rng(5).standard_normal((TEXTS, WIDTH))
E /= np.linalg.norm(E, axis=1, keepdims=True)


def embedded(texts: list[str]) -> Floats:
    return E[[int(text.split()[1]) for text in texts]]


def rated(scales: dict[str, tuple[float, float]], *, raters: int = 24, each: int = 12) -> Tables:
    """Each dimension likes another direction, on its own scale; a third of the people are north, south and west."""
    rng, rows = np.random.default_rng(6), []
    for who in range(raters):
        for text in rng.choice(TEXTS, each, replace=False):
            for place, (dimension, (low, high)) in enumerate(scales.items()):
                liked = E[text, place] * 3 + rng.normal(0, 0.4) > 0
                value = high if liked else low
                region = ("north", "south", "west")[who % 3]
                rows.append((f"{text}", f"p{who}", f"{value:g}", f"text {text}", "", dimension, region))
    names = ["item", "rater", "value", "text", "prompt", "dimension", "region"]
    pairs = ["item_a", "item_b", "text_a", "text_b", "prompt", "rater", "preferred", "dimension", "region"]
    return Tables(pd.DataFrame(rows, columns=names), pd.DataFrame(columns=pairs, dtype=str), ("region",))


def trained(tables: Tables, **changed: object) -> Finished:
    return train_from_tables(tables, replace(QUICK, **changed), embedded)  # type: ignore[arg-type]  # its own fields


def accuracy(finished: Finished, kind: str = "points") -> float:
    return float(finished.artifact.metrics[kind]["pooled"]["overall"]["accuracy"])


def test_cvar_works_with_fewer_groups_than_five() -> None:
    tables, recipe = rated({"kind": (0, 1)}), replace(QUICK, reduction="cvar", reduction_group="region")
    _, _, problem, _ = posed(tables, tables.columns, Texts(), recipe, embedded)
    plan = loss_plan(tables, recipe, problem)
    assert (plan.reduction, plan.alpha) == ("cvar", pytest.approx(1 / 3))
    workshop = Workshop(problem, Settings(plan=plan, members=1, steps=60))
    start, fitted = workshop.start(0.5, 0), workshop.base(0.5, Scales.start(3))
    losses = [
        float(
            Objective(one.model, workshop.rows, plan, Scales.start(3))
            .terms(one.design.scores(one.model))["points"]
            .detach()
        )
        for one in (start, fitted)
    ]
    assert losses[1] < 0.8 * losses[0]
    with pytest.raises(ValueError, match=r"alpha=0.2 times groups=3 is 0.6"):
        loss_plan(tables, replace(recipe, alpha=0.2), problem)


def test_groups_that_are_too_small_are_not_balanced() -> None:
    with pytest.raises(ValueError, match="0 of region have 9 or more people"):
        trained(rated({"kind": (0, 1)}), reduction="group-dro", least_raters=9)


def test_questions_on_different_scales_each_have_their_own_threshold() -> None:
    finished = trained(rated({"kind": (1, 5), "safe": (10, 90)}))
    assert finished.artifact.about["thresholds"] == {"kind": 5.0, "safe": 90.0}
    assert finished.artifact.ensemble.threshold == 1.0
    assert accuracy(finished) > 0.7


@pytest.mark.parametrize(
    ("asked", "whole_scale", "told"), [(3.0, False, "choose another"), (None, True, "one scale for all")]
)
def test_one_threshold_that_parts_only_some_is_refused(asked: float | None, whole_scale: bool, told: str) -> None:
    answers = points([0, 1, 0, 1], [0, 0, 0, 0], [1, 5, 10, 90], dimension=np.array([0, 0, 1, 1]))
    with pytest.raises(ValueError, match=rf"safe lie on one side of it; .*{told}"):
        choose_thresholds(answers, ("kind", "safe"), asked=asked, whole_scale=whole_scale)
    alike = replace(answers, value=np.array([1.0, 5.0, 9.0, 9.0]))
    with pytest.raises(ValueError, match="same answer in safe"):
        choose_thresholds(alike, ("kind", "safe"))


def test_ratings_of_one_question_and_comparisons_of_another_teach_together() -> None:
    tables = rated({"kind": (0, 1)})
    rng = np.random.default_rng(7)
    a, b = rng.integers(0, TEXTS, 900), rng.integers(0, TEXTS, 900)
    said = np.where(E[a, 1] > E[b, 1], "a", "b")
    compared = pd.DataFrame(
        {
            "item_a": a.astype(str),
            "item_b": b.astype(str),
            "text_a": [f"text {place}" for place in a],
            "text_b": [f"text {place}" for place in b],
            "prompt": "",
            "rater": [f"p{who}" for who in rng.integers(0, 24, 900)],
            "preferred": said,
            "dimension": "better",
            "region": "",
        }
    )
    finished = trained(replace(tables, comparisons=compared), losses="points,pairs:0.3")
    assert finished.artifact.ensemble.spec.dimensions == ("better", "kind")
    assert accuracy(finished) > 0.7
    assert accuracy(finished, "pairs") > 0.8
