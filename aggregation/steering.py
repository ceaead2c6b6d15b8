"""Choosing among scored texts: blend the views of groups by weights, and let a rule pick.

Shapes: T texts, D directions (the groups of one attribute, or the dimensions of the reward).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aggregation.rewards import selection
from aggregation.rewards.selection import Choice

Floats = NDArray[np.float64]
DIMENSIONS = "dimensions"
UNSURE, DIVIDED = 0.05, 0.5
EVEN, FEAR = 0.5, 1.0  # the floor of each that counts; lambda
TIED = 0.02  # of a probability


@dataclass(frozen=True)
class SelectionRule:
    """One way to pick: short name, name, and what it promises to whom."""

    short: str
    name: str
    promise: str


RULES = (
    SelectionRule("weighted", "Weighted sum", "The best on the whole, by the weights set; it may let one group down."),
    SelectionRule("chebyshev", "Chebyshev", "The smallest worst regret: nobody is far below what they could have had."),
    SelectionRule("cvar", "Best for the worst-off", "The best for the half of the people who like it least (CVaR)."),
    SelectionRule(
        "risk", "Mean less the fear of the tail", "The best on the whole, where the worst-off half counts twice."
    ),
    SelectionRule(
        "floors", "Even odds for each", "The best among those that nobody who counts is more likely to reject."
    ),
    SelectionRule("lexicographic", "In order of priority", "The best for the first; the next ones decide near-ties."),
    SelectionRule("pareto", "Pareto set", "Every text that no other one beats for somebody and matches for all."),
    SelectionRule("careful", "Weighted sum with abstention", "None where the model does not know or groups disagree."),
)


@dataclass(frozen=True)
class Steered:
    """What came of it: columns, one row per text, which texts are picked and why."""

    directions: tuple[str, ...]
    rows: tuple[dict[str, Any], ...]
    picked: tuple[int, ...]
    reason: str


def steer(result: Mapping[str, Any], *, view: str, dimension: int, weights: Mapping[str, float], rule: str) -> Steered:
    """Blend and pick.

    Parameters
    ----------
    result : ``dimensions``; ``scores``: for each dimension ``everybody`` and ``groups`` {attribute: {level: …}}, each
        a list per text of ``p``, ``reward``, ``epistemic``, ``aleatoric`` and ``group_disagreement``
    view : an attribute, whose levels are blended, or :data:`DIMENSIONS`
    weights : by direction, 0 or more; missing ones count 1
    rule : short name from :data:`RULES`

    Raises
    ------
    ValueError
        If the view or the rule is not known.
    """
    scores = result["scores"]
    everybody = scores[dimension]["everybody"]
    if view == DIMENSIONS:
        directions = tuple(result["dimensions"])
        columns = [one["everybody"] for one in scores]
    elif view in scores[dimension]["groups"]:
        directions = tuple(scores[dimension]["groups"][view])
        columns = list(scores[dimension]["groups"][view].values())
    else:
        raise ValueError(f"view={view!r} should be an attribute of the model or {DIMENSIONS!r}")
    if not columns:
        directions, columns = ("everybody",), [everybody]
    reward_TD: Floats = np.array([[cell["p"] for cell in column] for column in columns]).T
    weight_D: Floats = np.array([max(float(weights.get(name, 1.0)), 0.0) for name in directions])
    if not weight_D.sum() > 0:
        weight_D = np.ones(len(directions))
    blend: Floats = reward_TD @ (weight_D / weight_D.sum())
    picked, reason = _pick(rule, reward_TD, weight_D, everybody, directions)
    rows = tuple(
        {
            "place": place,
            "everybody": everybody[place],
            "blend": float(blend[place]),
            "directions": [float(value) for value in reward_TD[place]],
            "picked": place in picked,
        }
        for place in range(len(reward_TD))
    )
    return Steered(directions, rows, picked, reason)


def is_tie(steered: Steered) -> bool:
    """Whether the texts hardly differ for the blend, so that which one is picked says little."""
    blend = [row["blend"] for row in steered.rows]
    return len(blend) > 1 and max(blend) - min(blend) < TIED


def _pick(
    rule: str, reward_TD: Floats, weight_D: Floats, everybody: list[dict[str, float]], directions: tuple[str, ...]
) -> tuple[tuple[int, ...], str]:
    if rule == "pareto":
        found = tuple(np.flatnonzero(selection.pareto_set(reward_TD)).tolist())
        return found, f"{len(found)} of {len(reward_TD)} texts are in the Pareto set"
    if rule == "weighted":
        return _one(selection.weighted_sum(reward_TD, weight_D))
    if rule == "chebyshev":
        choice = selection.chebyshev(reward_TD, weight_D)
        regret = (weight_D / weight_D.sum()) * (reward_TD.max(axis=0) - reward_TD[choice.chosen])
        worst = directions[int(np.argmax(regret))]
        return _one(choice, f"Least worst weighted regret, {regret.max():.3f}, in {worst}")
    if rule == "cvar":
        return _one(selection.best_for_the_worst_off(reward_TD, weight_D, alpha=max(0.5, 1 / len(weight_D))))
    if rule == "risk":
        return _one(
            selection.best_risk_adjusted(reward_TD, weight_D, lam=FEAR, alpha=max(0.5, 1 / len(weight_D))),
            "Best sum of the mean and of the mean of the worst-off half",
        )
    if rule == "floors":
        floor_D = np.where(weight_D > 0, EVEN, -np.inf)
        choice = selection.above_floors(reward_TD, floor_D, weight_D)
        return _one(choice, "" if choice.chosen is not None else "No text has even odds with each that counts")
    if rule == "lexicographic":
        order = np.argsort(-weight_D, kind="stable")
        first = directions[int(order[0])]
        choice = selection.lexicographic(reward_TD[:, order], tolerance=0.02)
        return _one(choice, f"Best for {first}; the next in weight decide where less than 2 points part texts")
    if rule == "careful":
        choice = selection.abstain(
            selection.weighted_sum(reward_TD, weight_D),
            np.array([cell["epistemic"] for cell in everybody]),
            np.array([cell["group_disagreement"] for cell in everybody]),
            unsure=UNSURE,
            divided=DIVIDED,
        )
        return _one(choice)
    raise ValueError(f"rule={rule!r} should be one of {', '.join(one.short for one in RULES)}")


def _one(choice: Choice, reason: str = "") -> tuple[tuple[int, ...], str]:
    said = reason or f"{choice.reason[:1].upper()}{choice.reason[1:]}"
    return (() if choice.chosen is None else (choice.chosen,)), said
