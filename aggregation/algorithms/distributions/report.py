"""Distributions and distances in plain lists and texts, small cells left out where asked.

Shapes: I items, G groups (G + 1 with everybody last), K options.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.distributions.comparison import Measured, Metric, compare_groups
from aggregation.algorithms.distributions.describe import CodedAnswers, Distributions
from aggregation.algorithms.privacy.suppression import suppress_small_cells

MOST_PAIRED_GROUPS = 12
Floats = NDArray[np.float64]


def hidden_groups(found: Distributions, k: int) -> NDArray[np.bool_]:
    """Which groups of an item stay hidden, shape (I, G + 1), so that no group of 1 to k − 1 answers can be known.

    People in no group count as a group, which is shown nowhere but could be had by subtraction.
    """
    n_IG = found.n_IG
    hidden = np.zeros(n_IG.shape, dtype=np.bool_)
    for item in range(len(n_IG) if k > 1 else 0):
        rest = n_IG[item, -1] - n_IG[item, :-1].sum()
        chosen = suppress_small_cells(np.append(n_IG[item, :-1], rest), k=k).hidden
        hidden[item] = np.append(chosen[:-2], chosen[-1])
    return hidden


def distribution_report(
    answers: CodedAnswers,
    found: Distributions,
    measured: Sequence[Measured],
    *,
    items: Sequence[str],
    groups: Sequence[str],
    options: Sequence[str],
    values_IK: Floats | None = None,
    k: int = 0,
) -> dict[str, Any]:
    """Per item: each group's block, everybody's (``all``), and groups compared with one another.

    Parameters
    ----------
    measured : distances to a reference, or empty
    items, groups, options : names behind the codes
    values_IK : numbers that options stand for
    k : the least number of answers to an item that a group must have to be shown; below 2 shows all
    """
    hidden = hidden_groups(found, k)
    pairs = compare_groups(found.share_IGK[:, :-1], values_IK) if 2 <= len(groups) <= MOST_PAIRED_GROUPS else {}
    names = [*groups, None]
    report: dict[str, Any] = {"items": {}}
    for i, item in enumerate(items):
        offered = np.flatnonzero(answers.offered_IK[i])
        blocks = [_block(found, measured, i, g, offered, options, bool(hidden[i, g])) for g in range(len(names))]
        report["items"][item] = {
            "options": [options[c] for c in offered],
            "groups": dict(zip(groups, blocks, strict=False)),
            "all": blocks[-1],
            "pooling_strength": None if hidden[i].any() else found.strength_I[i],
            "between_groups": [
                {
                    "a": groups[a],
                    "b": groups[b],
                    "distances": [entry(metric, float(value[0][i])) for metric, value in pair.items()],
                }
                for (a, b), pair in pairs.items()
                if not (hidden[i, a] or hidden[i, b])
            ],
        }
    # A mean over items would give away what was left out of one of them.
    secret = np.asarray(hidden.any(axis=0))
    report["between_groups"] = [
        {
            "a": groups[a],
            "b": groups[b],
            "mean_distances": [entry(metric, value[1]) for metric, value in pair.items()],
        }
        for (a, b), pair in pairs.items()
        if not (secret[a] or secret[b])
    ]
    if measured:
        means = [None if secret[g] else [_mean(one, g) for one in measured] for g in range(len(names))]
        report["mean_distances"] = {"groups": dict(zip(groups, means, strict=False)), "all": means[-1]}
    return report


def _block(
    found: Distributions,
    measured: Sequence[Measured],
    i: int,
    g: int,
    offered: NDArray[np.intp],
    options: Sequence[str],
    hidden: bool,
) -> dict[str, Any]:
    """One group's block, with None everywhere where it is hidden."""
    posterior = found.posterior
    names = [options[c] for c in offered]

    def by_option(row: NDArray[Any]) -> dict[str, Any]:
        return dict(zip(names, row[i, g, offered].tolist(), strict=True))

    def pairs(low: Floats, high: Floats) -> dict[str, Any]:
        return {name: [float(low[i, g, c]), float(high[i, g, c])] for name, c in zip(names, offered, strict=True)}

    pooled = not np.isnan(found.pooled_mean_IGK[i, g, offered]).all()
    block: dict[str, Any] = {
        "counts": by_option(found.counts_IGK),
        "shares": by_option(found.share_IGK),
        "raw_shares": by_option(found.raw_IGK),
        "posterior_mean": by_option(posterior.mean),
        "posterior_sd": by_option(posterior.sd),
        "interval": pairs(posterior.low, posterior.high),
        "pooled_mean": by_option(found.pooled_mean_IGK) if pooled else None,
        "pooled_interval": pairs(found.pooled_low_IGK, found.pooled_high_IGK) if pooled else None,
        "n": int(found.n_IG[i, g]),
        "n_eff": float(found.n_eff_IG[i, g]),
        "refusals": int(found.refusals_IG[i, g]),
    }
    if measured:
        block["distances"] = [_measure(one, i, g) for one in measured] if found.n_IG[i, g] else None
    if hidden:
        block = dict.fromkeys(block)
    return {**block, "suppressed": hidden}


def entry(metric: Metric, value: float, interval: list[float] | None = None) -> dict[str, Any]:
    """One distance with its metric named."""
    base = None if metric.base is None else "e" if metric.base == float(np.e) else f"{metric.base:g}"
    return {"metric": metric.name, "base": base, "root": metric.root, "value": value, "interval": interval}


def _measure(one: Measured, i: int, g: int) -> dict[str, Any]:
    ends = None if one.interval_IG is None else [float(end[i, g]) for end in one.interval_IG]
    return entry(one.metric, float(one.value_IG[i, g]), ends)


def _mean(one: Measured, g: int) -> dict[str, Any]:
    ends = None if one.mean_interval_G is None else [float(end[g]) for end in one.mean_interval_G]
    return entry(one.metric, float(one.mean_G[g]), ends)
