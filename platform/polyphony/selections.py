"""What `polyphony select` does, from a table of rewards to what it writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from aggregation.algorithms import selection
from aggregation.algorithms.rules import Rule
from aggregation.algorithms.selection import Choice
from annotation.formats.dataset import in_order
from polyphony.errors import BadInput
from polyphony.files import numbers, read_table, row_numbers

Floats = NDArray[np.float64]
_KEYS = ("prompt", "candidate", "dimension")


@dataclass(frozen=True)
class Wishes:
    """What the rule is told; names of dimensions stand as in the file."""

    order: Sequence[str] = ()
    tolerance: float = 0.0
    weights: Mapping[str, float] = field(default_factory=dict)
    floors: Mapping[str, float] = field(default_factory=dict)
    alpha: float = 0.2
    lam: float = 1.0
    kappa: float = 0.0
    unsure: float | None = None
    divided: float | None = None


def select_files(path: Path, rule: Rule, wishes: Wishes) -> dict[str, Any]:
    """Choose a candidate for each prompt, or abstain; see `polyphony select`.

    Raises
    ------
    BadInput
        If the table is not what it should be or the rule lacks something.
    """
    table = _read(path)
    dimensions = in_order(table["dimension"].unique())
    for name in (*wishes.order, *wishes.weights, *wishes.floors):
        if name not in dimensions:
            raise BadInput(f"{path}: no dimension {name!r}; the dimensions are {', '.join(dimensions)}.")
    _check(path, rule, wishes, table)
    if rule.short == "lexicographic":  # a floor may stand in a dimension that has no place in the order
        dimensions = [*wishes.order, *(name for name in wishes.floors if name not in wishes.order)]
        table = table[table["dimension"].isin(dimensions)]
    prompts = {}
    for prompt, rows in table.groupby("prompt", sort=False):
        prompts[str(prompt)] = _choose(path, str(prompt), rows, rule, wishes, dimensions)
    chosen = sum(one["abstained"] is False for one in prompts.values())
    return {
        "rule": {"short": rule.short, "name": rule.name, "source": rule.source},
        "dimensions": dimensions,
        "prompts": prompts,
        "n_prompts": len(prompts),
        "abstained": len(prompts) - chosen,
        "warnings": [],
    }


def _read(path: Path) -> pd.DataFrame:
    source = read_table(path, needs=[*_KEYS, "reward"])
    if source.empty:
        raise BadInput(f"{path}: there is no row.")
    table, rows = source[list(_KEYS)].copy(), row_numbers(source, path)
    for column in _KEYS:
        blank = np.flatnonzero(table[column] == "")
        if len(blank):
            raise BadInput(f"{path}, row {rows[blank[0]]}, column {column!r}: the cell is empty.")
    table["reward"] = numbers(source, "reward", path)
    table["sigma"] = numbers(source, "sigma", path, missing=0.0) if "sigma" in source.columns else 0.0
    negative = np.flatnonzero(table["sigma"] < 0)
    if len(negative):
        raise BadInput(f"{path}, row {rows[negative[0]]}, column 'sigma': should be at least 0.")
    table["group"] = source["group"] if "group" in source.columns else ""
    again = np.flatnonzero(table.duplicated([*_KEYS, "group"]))
    if len(again):
        row = table.iloc[again[0]]
        raise BadInput(
            f"{path}, row {rows[again[0]]}: prompt {row['prompt']!r}, candidate {row['candidate']!r},"
            f" dimension {row['dimension']!r} has a reward already."
        )
    return table


def _check(path: Path, rule: Rule, wishes: Wishes, table: pd.DataFrame) -> None:
    if rule.short == "lexicographic" and not wishes.order:
        raise BadInput("--rule lexicographic needs --order DIM,DIM.")
    if rule.short == "threshold" and not wishes.floors:
        raise BadInput("--rule threshold needs --floor DIM=X.")
    if rule.short in ("cvar", "risk") and table["group"].nunique() < 2:
        raise BadInput(f"{path}: --rule {rule.short} needs a column group with at least two groups.")
    if wishes.divided is not None and table["group"].nunique() < 2:
        raise BadInput(f"{path}: --divided needs a column group with at least two groups.")


def _choose(
    path: Path, prompt: str, rows: pd.DataFrame, rule: Rule, wishes: Wishes, dimensions: Sequence[str]
) -> dict[str, Any]:
    candidates = list(dict.fromkeys(rows["candidate"]))
    groups = in_order(rows["group"].unique())
    shape = (len(candidates), len(dimensions), len(groups))
    place = [
        rows[column].map({name: position for position, name in enumerate(names)}).to_numpy()
        for column, names in (("candidate", candidates), ("dimension", dimensions), ("group", groups))
    ]
    reward_YDG, sigma_YDG = np.full(shape, np.nan), np.zeros(shape)
    reward_YDG[place[0], place[1], place[2]] = rows["reward"] - wishes.kappa * rows["sigma"]
    sigma_YDG[place[0], place[1], place[2]] = rows["sigma"]
    empty = np.argwhere(np.isnan(reward_YDG))
    if len(empty):
        y, d, g = empty[0]
        of_group = f", group {groups[g]!r}" if len(groups) > 1 else ""
        raise BadInput(
            f"{path}: prompt {prompt!r}, candidate {candidates[y]!r} has no reward in dimension"
            f" {dimensions[d]!r}{of_group}."
        )
    weight_D = np.array([wishes.weights.get(name, 0.0 if wishes.weights else 1.0) for name in dimensions])
    reward_YD = reward_YDG.mean(axis=2)
    pareto = [name for name, best in zip(candidates, selection.pareto_set(reward_YD), strict=True) if best]
    if rule.short == "pareto":
        said = f"{len(pareto)} of {len(candidates)} are Pareto optimal"
        return {"chosen": None, "pareto": pareto, "abstained": False, "reason": said}
    try:
        choice = _apply(rule.short, wishes, reward_YD, reward_YDG, weight_D, dimensions)
    except ValueError as problem:
        raise BadInput(f"{path}: prompt {prompt!r}: {problem}.") from None
    if wishes.unsure is not None or wishes.divided is not None:
        share_D = weight_D / weight_D.sum()
        choice = selection.abstain(
            choice,
            sigma_YDG.mean(axis=2) @ share_D,
            np.einsum("ydg,d->yg", reward_YDG, share_D).std(axis=1),
            unsure=np.inf if wishes.unsure is None else wishes.unsure,
            divided=np.inf if wishes.divided is None else wishes.divided,
        )
    return {
        "chosen": None if choice.chosen is None else candidates[choice.chosen],
        "pareto": pareto,
        "abstained": choice.chosen is None,
        "reason": choice.reason,
        "scores": dict(zip(candidates, choice.score.tolist(), strict=True)),
    }


def _apply(
    short: str, wishes: Wishes, reward_YD: Floats, reward_YDG: Floats, weight_D: Floats, dimensions: Sequence[str]
) -> Choice:
    floor_D = np.array([wishes.floors.get(name, -np.inf) for name in dimensions])
    if short == "chebyshev":
        choice = selection.chebyshev(reward_YD, weight_D)
        return Choice(choice.chosen, _named(choice.reason, dimensions), choice.score)
    if short == "lexicographic":
        below_Y = (floor_D - reward_YD).max(axis=1) if wishes.floors else None  # sigma is taken off already
        return selection.lexicographic(reward_YD[:, : len(wishes.order)], tolerance=wishes.tolerance, cost_Y=below_Y)
    if short in ("cvar", "risk"):
        reward_YG = np.einsum("ydg,d->yg", reward_YDG, weight_D / weight_D.sum())
        if short == "risk":
            return selection.best_risk_adjusted(reward_YG, lam=wishes.lam, alpha=wishes.alpha)
        return selection.best_for_the_worst_off(reward_YG, alpha=wishes.alpha)
    return selection.above_floors(reward_YD, floor_D, weight_D)


def _named(reason: str, dimensions: Sequence[str]) -> str:
    """The dimension that a reason speaks of, by name instead of by place."""
    said, _, place = reason.rpartition(" ")
    return f"{said} {dimensions[int(place)]}" if place.isdecimal() else reason
