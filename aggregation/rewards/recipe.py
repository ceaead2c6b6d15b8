"""From tables of answers and comparisons to a trained model with its report, for callers that have no files.

The tables are frames of strings as :mod:`aggregation.rewards.tables` reads them.
"""

from collections.abc import MutableMapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aggregation.rewards.artifacts import Artifact
from aggregation.rewards.card import count_groups, model_card
from aggregation.rewards.data import Floats, Pairs, Points, within_rater_pairs
from aggregation.rewards.encoder import DEFAULT_ENCODER, encoder_sha256
from aggregation.rewards.ensemble import Prefer, Vocabularies
from aggregation.rewards.evaluation import evaluate_modes, few_shot_curve, rater_groups
from aggregation.rewards.inspection import divided_texts, gain_from_groups, reliability, risk_by_coverage
from aggregation.rewards.peers import measure_peers
from aggregation.rewards.plan import LossPlan, Reduction, parse_terms
from aggregation.rewards.problem import Problem
from aggregation.rewards.split import train_and_val
from aggregation.rewards.tables import Columns, Texts, read_pairs, read_points, vocabularies
from aggregation.rewards.training import Listen, train
from aggregation.rewards.workshop import Settings

LEAST_HELD_OUT = 20
BOOTSTRAP_DRAWS = 300


class Embed(Protocol):
    """Gives unit-length embeddings (T, E) of texts in their order."""

    def __call__(self, texts: list[str]) -> Floats: ...


@dataclass(frozen=True)
class Recipe:
    """What a person chooses before a training.

    Attributes
    ----------
    threshold : values from here on count as a yes; None takes the value that splits the answers most evenly
    val_share : percent of texts held out, chosen by the hash of their ids
    least_raters : groups of fewer people are suppressed in every table
    """

    losses: str = "points,pairs:0.3"
    reduction: Reduction = "mean"
    reduction_group: str = ""
    threshold: float | None = None
    prefer: Prefer = "high"
    members: int = 5
    val_share: int = 20
    seed: int = 0
    least_raters: int = 5
    encoder: str = DEFAULT_ENCODER


@dataclass(frozen=True)
class Tables:
    """What there is to learn from; either may have no rows.

    Attributes
    ----------
    ratings : columns item, rater, value, text, prompt, dimension and one per group
    comparisons : columns item_a, item_b, text_a, text_b, prompt, rater, preferred, dimension and one per group
    groups : names of the columns of groups
    """

    ratings: pd.DataFrame
    comparisons: pd.DataFrame
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finished:
    """The model as it is written to a folder, and the report that pages show."""

    artifact: Artifact
    report: dict[str, Any] = field(default_factory=dict)


def columns_of(tables: Tables) -> Columns:
    """The names that the tables use; prompts and dimensions only where there are any."""
    both = [tables.ratings, tables.comparisons]
    prompts = any((table["prompt"] != "").any() for table in both)
    dimensions = len(pd.unique(pd.concat([table["dimension"] for table in both]))) > 1
    return Columns(
        text="" if prompts else "text",
        prompt="prompt" if prompts else "",
        response="text" if prompts else "",
        groups=tables.groups,
        dimension="dimension" if dimensions else "",
    )


def train_from_tables(
    tables: Tables,
    recipe: Recipe,
    embed: Embed,
    *,
    listen: Listen | None = None,
    checkpoint: MutableMapping[str, bytes] | None = None,
    input_sha256: str = "",
    device: str = "cpu",
) -> Finished:
    """Train, and measure beside the built-in peers on the texts held out.

    Raises
    ------
    ValueError
        If there is too little to learn from or to measure on, or the losses do not fit what there is.
    """
    plan = _plan(tables, recipe)
    columns, texts = columns_of(tables), Texts()
    problem = _problem(tables, columns, texts, recipe, embed)
    settings = Settings(
        plan=plan,
        members=recipe.members,
        steps=60 if plan.reduction == "mean" else 300,
        seed=recipe.seed,
        device=device,
    )
    trained = train(problem, settings, listen=listen, checkpoint=checkpoint)
    ensemble = trained.ensemble
    read = ensemble.read_texts(problem.embeddings)
    rng = np.random.default_rng(recipe.seed)
    metrics = evaluate_modes(ensemble, read, problem.val, problem.val_pairs, rng=rng, draws=BOOTSTRAP_DRAWS)
    metrics["peers"] = measure_peers(problem, seed=recipe.seed)
    rows = {
        "train": len(problem.train),
        "val": len(problem.val),
        "train_pairs": len(problem.train_pairs),
        "val_pairs": len(problem.val_pairs),
        "raters": len(problem.vocabularies.raters),
        "items": len(texts.items),
    }
    about = {
        "encoder": {
            "id": recipe.encoder,
            "sha256": encoder_sha256(recipe.encoder),
            "dimensions": problem.embeddings.shape[1],
            "embeddings_file_sha256": None,
        },
        "columns": asdict(columns),
        "seed": recipe.seed,
        "settings": {"losses": recipe.losses, "reduction": recipe.reduction, "members": recipe.members},
        "choices": trained.choices,
        "input_sha256": input_sha256,
        "landmark_items": [],
        "rows": rows,
    }
    groups = count_groups(problem.vocabularies, problem.train, problem.train_pairs, k=recipe.least_raters)
    card = model_card(ensemble, about, metrics, groups)
    split = {
        "rule": f"val where int(sha1('item:' + item), 16) mod 100 < {recipe.val_share}, else train",
        "train_rows": rows["train"],
        "val_rows": rows["val"],
        "left_out_rows": 0,
        "input_sha256": input_sha256,
    }
    report = {
        "rows": rows,
        "threshold": ensemble.threshold,
        "dimensions": list(ensemble.spec.dimensions),
        "groups": groups,
        "metrics": metrics,
        "gain_from_groups": gain_from_groups(ensemble, read, problem.val, problem.val_pairs, seed=recipe.seed),
        "interactions": trained.choices["interactions"],
        "few_shot": few_shot_curve(ensemble, read, problem.val, rng=rng) if len(problem.val) else [],
        "calibration": reliability(ensemble, read, problem.val, problem.val_pairs),
        "abstention": risk_by_coverage(ensemble, read, problem.val, problem.val_pairs),
        "divided": divided_texts(ensemble, read, problem, texts.items, least_raters=recipe.least_raters),
        "card": card,
    }
    return Finished(Artifact(ensemble, about, groups, {"fitted_on": rows["val"]}, metrics, split, card), report)


def _plan(tables: Tables, recipe: Recipe) -> LossPlan:
    attribute = recipe.reduction_group or (tables.groups[0] if tables.groups else "")
    if recipe.reduction in ("group-dro", "cvar") and attribute not in tables.groups:
        raise ValueError(f"reduction {recipe.reduction} balances groups, and no grouping was chosen")
    place = tables.groups.index(attribute) if attribute in tables.groups else 0
    return LossPlan(parse_terms(recipe.losses), recipe.reduction, place)


def _problem(tables: Tables, columns: Columns, texts: Texts, recipe: Recipe, embed: Embed) -> Problem:
    named = _named(tables, columns)
    answers = read_points(tables.ratings, columns, named, texts)
    compared = read_pairs(tables.comparisons, columns, named, texts)
    if not texts.items:
        raise ValueError("there are no answers to learn from yet")
    teaches = train_and_val(texts.items, val_share=recipe.val_share)
    points = [answers.take(teaches[answers.item]), answers.take(~teaches[answers.item])]
    if len(tables.comparisons):
        compared = rater_groups(answers, compared, len(named.raters)) if len(answers) else compared
        held = ~teaches[compared.item_a] | ~teaches[compared.item_b]
        pairs = [compared.take(~held), compared.take(held)]
    else:
        pairs = [within_rater_pairs(rows, prefer=recipe.prefer) for rows in points]
    _enough(points[1], pairs[1])
    return Problem(
        embed(texts.texts),
        named,
        _threshold(points[0], recipe.threshold),
        points[0],
        points[1],
        pairs[0],
        pairs[1],
        recipe.prefer,
    )


def _named(tables: Tables, columns: Columns) -> Vocabularies:
    shared = [name for name in (columns.rater, columns.dimension, *columns.groups) if name]
    both = pd.concat([tables.ratings[shared], tables.comparisons[shared]])
    return vocabularies(both, columns)


def _enough(val: Points, val_pairs: Pairs) -> None:
    if len(val) < LEAST_HELD_OUT and len(val_pairs) < LEAST_HELD_OUT:
        raise ValueError(
            f"only {len(val)} answers and {len(val_pairs)} comparisons are about the texts held out for measuring; "
            f"at least {LEAST_HELD_OUT} of either are needed. Collect answers about more texts first"
        )


def _threshold(answers: Points, asked: float | None) -> float:
    if asked is not None:
        return asked
    levels: NDArray[np.float64] = np.unique(answers.value)
    if len(levels) < 2:
        return float(levels[0]) if len(levels) else 0.5
    return float(min(levels[1:], key=lambda level: abs(float((answers.value >= level).mean()) - 0.5)))
