"""How far models' answers are from each group's.  Shapes: I items, G groups (G + 1 with everybody), K options."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.distributions.comparison import Measured, compare_answers
from aggregation.algorithms.distributions.describe import CodedAnswers, Distributions
from aggregation.algorithms.distributions.report import entry
from aggregation.pipelines.outcome import Tell

REPLICATES = 500


def compare_models(
    reference: Mapping[str, Mapping[str, Mapping[str, float]]],
    answers: CodedAnswers,
    found: Distributions,
    *,
    items: Sequence[str],
    groups: Sequence[str],
    codes: Sequence[str],
    values_IK: NDArray[np.float64] | None,
    seed: int,
    tell: Tell,
) -> tuple[list[dict[str, Any]], list[str]]:
    """Each model's mean distance from each group, and from everybody, by every metric; with warnings.

    A row's ``n`` is the fewest answers of the group to an item that its means rest on.

    Raises
    ------
    ValueError
        If no item of the reference was answered.
    """
    place = {item: i for i, item in enumerate(items)}
    rows, warnings = [], []
    for number, (model, shares) in enumerate(reference.items()):
        tell(number / len(reference), f"Comparing with {model}")
        reference_IGK = np.full((len(items), 1, len(codes)), np.nan)
        unknown = [item for item in shares if item not in place]
        for item, cells in shares.items():
            if item in place:
                reference_IGK[place[item], 0] = [cells.get(code, 0.0) for code in codes]
        if unknown:
            warnings.append(f"{len(unknown)} items that {model} answers are not here, such as {unknown[0][:40]}")
        if len(unknown) == len(shares):
            continue
        rng = np.random.default_rng(seed)
        measured = compare_answers(answers, reference_IGK, values_IK=values_IK, replicates=REPLICATES, rng=rng)
        told_I = ~np.isnan(reference_IGK[:, 0, 0])
        blocks = []
        for g, group in enumerate((*groups, "Everybody") if len(groups) > 1 else groups):
            n_I = found.n_IG[told_I, g]
            n_I = n_I[n_I > 0]
            if not len(n_I):
                continue
            blocks.append(
                {
                    "group": group,
                    "items": len(n_I),
                    "n": int(n_I.min()),
                    "distances": [_told(one, g, int(n_I.min())) for one in measured],
                }
            )
        rows.append({"model": model, "groups": blocks})
    if not rows:
        raise ValueError(f"None of the items that the models answer is here. Items are called {', '.join(items[:3])} …")
    return rows, warnings


def _told(one: Measured, g: int, n: int) -> dict[str, Any]:
    """One distance of one group, on its own so that it is left out by its own ``n``."""
    told = entry(one.metric, float(one.mean_G[g]))
    low, high = (None, None) if one.mean_interval_G is None else (float(end[g]) for end in one.mean_interval_G)
    return {name: told[name] for name in ("metric", "base", "root", "value")} | {"low": low, "high": high, "n": n}
