"""From tables of answers and comparisons to a trained model, for callers that have no files.

The tables are frames of strings as :mod:`aggregation.rewards.tables` reads them.
"""

import time
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from aggregation.rewards.artifacts import Artifact
from aggregation.rewards.assembly import Origin, assemble
from aggregation.rewards.data import Floats, Pairs, Points, within_rater_pairs
from aggregation.rewards.disagreement import dividing_items, dividing_pairs
from aggregation.rewards.encoder import DEFAULT_ENCODER
from aggregation.rewards.ensemble import Prefer, Vocabularies
from aggregation.rewards.evaluation import rater_groups
from aggregation.rewards.plan import LossPlan, Reduction, parse_terms
from aggregation.rewards.problem import Problem
from aggregation.rewards.progress import Listen
from aggregation.rewards.reductions import check_tail
from aggregation.rewards.report import scored_per_second
from aggregation.rewards.split import split_with_texts, train_and_val
from aggregation.rewards.tables import Columns, Texts, read_pairs, read_points, vocabularies
from aggregation.rewards.thresholds import Thresholds, choose_thresholds
from aggregation.rewards.training import train
from aggregation.rewards.workshop import Settings

LEAST_HELD_OUT = 20
TAIL = 0.2  # of the people, whose losses count under the reduction cvar, but always one group


class Embed(Protocol):
    """Gives unit-length embeddings (T, E) of texts in their order."""

    def __call__(self, texts: list[str]) -> Floats: ...


@dataclass(frozen=True)
class Recipe:
    """What a person chooses before a training.

    Attributes
    ----------
    threshold : values from here on count as a yes; None takes the value that splits the answers most evenly, or one
        for each dimension where their scales differ
    alpha : share of the people whose losses count under cvar; None takes a fifth, or one group where that is more
    val_share : percent of texts held out, chosen by the hash of their ids
    least_raters : groups of fewer people are suppressed in every table
    """

    losses: str = "points,pairs:0.3"
    reduction: Reduction = "mean"
    reduction_group: str = ""
    alpha: float | None = None
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

    @property
    def columns(self) -> Columns:
        """The names that the tables use; prompts and dimensions only where there are any."""
        both = [self.ratings, self.comparisons]
        prompts = any((table["prompt"] != "").any() for table in both)
        dimensions = len(pd.unique(pd.concat([table["dimension"] for table in both]))) > 1
        return Columns(
            text="" if prompts else "text",
            prompt="prompt" if prompts else "",
            response="text" if prompts else "",
            groups=self.groups,
            dimension="dimension" if dimensions else "",
        )


@dataclass(frozen=True)
class Finished:
    """The model as it is written to a folder, and the texts (or pairs of them) whose groups stand furthest apart.

    How long it took stands beside the artifact, whose bytes must not depend on it.
    """

    artifact: Artifact
    divided: list[dict[str, object]]
    seconds: dict[str, float | None]


def train_from_tables(
    tables: Tables,
    recipe: Recipe,
    embed: Embed,
    *,
    listen: Listen | None = None,
    checkpoint: MutableMapping[str, bytes] | None = None,
    input_sha256: str = "",
    source: str = "",
    device: str = "cpu",
) -> Finished:
    """Train, and measure beside the built-in peers on the texts held out.

    Parameters
    ----------
    listen : called after each step; it may raise to stop the training
    checkpoint : keeps what is finished; the same tables and recipe go on from there
    source : what was asked of whom, in a sentence for the model card

    Raises
    ------
    ValueError
        If there is too little to learn from or to measure on, or the losses do not fit what there is.
    """
    columns, texts = tables.columns, Texts()
    answers, compared, problem, thresholds = posed(tables, columns, texts, recipe, embed)
    plan = loss_plan(tables, recipe, problem)
    steps = 60 if plan.reduction == "mean" else 300
    settings = Settings(plan=plan, members=recipe.members, steps=steps, seed=recipe.seed, device=device)
    started = time.perf_counter()
    trained = train(problem, settings, listen=listen, checkpoint=checkpoint)
    seconds = time.perf_counter() - started
    split = {
        "rule": f"val where int(sha1('item:' + item), 16) mod 100 < {recipe.val_share}, else train",
        "train_rows": len(problem.train),
        "val_rows": len(problem.val),
        "left_out_rows": 0,
        "input_sha256": input_sha256,
    }
    origin = Origin(
        recipe.encoder,
        texts.items,
        input_sha256,
        columns,
        recipe.losses,
        split,
        source=source,
        thresholds=thresholds.by_dimension,
    )
    artifact = assemble(trained, problem, settings, origin, k=recipe.least_raters)
    read = trained.ensemble.read_texts(problem.embeddings)
    divided = (
        dividing_items(trained.ensemble, read, answers, items=texts.items, k=recipe.least_raters)
        if len(answers)
        else dividing_pairs(trained.ensemble, read, compared, items=texts.items, k=recipe.least_raters)
    )
    speed = scored_per_second(trained.ensemble, read, problem.train_pairs)
    return Finished(artifact, divided, {"training": round(seconds, 3), "pairs_per_second": speed})


def loss_plan(tables: Tables, recipe: Recipe, problem: Problem) -> LossPlan:
    """What to minimise; refuses a reduction over groups that the answers do not have."""
    attribute = recipe.reduction_group or (tables.groups[0] if tables.groups else "")
    balances = recipe.reduction in ("group-dro", "cvar")
    if balances and attribute not in tables.groups:
        raise ValueError(f"reduction {recipe.reduction} balances groups, and no grouping was chosen")
    place = tables.groups.index(attribute) if attribute in tables.groups else 0
    levels = problem.levels_taught(place) if balances else 0
    if balances and levels < 2:
        raise ValueError(
            f"reduction {recipe.reduction} balances groups, and {levels} of {attribute} have {recipe.least_raters} or"
            " more people; at least 2 are needed"
        )
    alpha = recipe.alpha if recipe.alpha is not None else max(TAIL, 1.0 / max(levels, 1))
    if recipe.reduction == "cvar":
        check_tail(alpha, levels)
    return LossPlan(parse_terms(recipe.losses), recipe.reduction, place, alpha)


def posed(
    tables: Tables, columns: Columns, texts: Texts, recipe: Recipe, embed: Embed
) -> tuple[Points, Pairs, Problem, Thresholds]:
    """All answers and comparisons, the problem that is made of them, and from where on an answer is a yes."""
    named = _named(tables, columns)
    answers = read_points(tables.ratings, columns, named, texts)
    compared = read_pairs(tables.comparisons, columns, named, texts)
    if not texts.items:
        raise ValueError("there are no answers to learn from yet")
    teaches = train_and_val(texts.items, val_share=recipe.val_share)
    points = [answers.take(teaches[answers.item]), answers.take(~teaches[answers.item])]
    if len(compared):
        compared = rater_groups(answers, compared, len(named.raters)) if len(answers) else compared
        pairs = list(split_with_texts(compared, np.flatnonzero(~teaches)))
    else:
        pairs = [within_rater_pairs(rows, prefer=recipe.prefer) for rows in points]
    _enough(points[1], pairs[1])
    dimensions = named.dimensions.levels
    whole_scale = any(name == "ordinal" for name, _ in parse_terms(recipe.losses))
    thresholds = choose_thresholds(points[0], dimensions, asked=recipe.threshold, whole_scale=whole_scale)
    train_points, val_points = (thresholds.applied(rows, dimensions) for rows in points)
    problem = Problem(
        embed(texts.texts), named, thresholds.common, train_points, val_points, pairs[0], pairs[1], recipe.prefer
    ).without_small_levels(recipe.least_raters)
    return thresholds.applied(answers, dimensions), compared, problem, thresholds


def _named(tables: Tables, columns: Columns) -> Vocabularies:
    shared = [name for name in (columns.rater, columns.dimension, *columns.groups) if name]
    return vocabularies(pd.concat([tables.ratings[shared], tables.comparisons[shared]]), columns)


def _enough(val: Points, val_pairs: Pairs) -> None:
    if len(val) < LEAST_HELD_OUT and len(val_pairs) < LEAST_HELD_OUT:
        raise ValueError(
            f"only {len(val)} answers and {len(val_pairs)} comparisons are about the texts held out for measuring; "
            f"at least {LEAST_HELD_OUT} of either are needed. Collect answers about more texts first"
        )
