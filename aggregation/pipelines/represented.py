"""Who is represented by which statement of a slate, and how well.

Shapes: P people, C candidates, K members of the slate.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.opinion.counts import wilson_interval
from aggregation.algorithms.slates.choose import SlateResult
from aggregation.algorithms.slates.matching import balanced_matching
from aggregation.pipelines.ballots import Table
from aggregation.pipelines.outcome import number

MOST_MATCHED = 2_000
"""People up to which an optimal balanced matching is computed; its memory grows with their square."""


def best_value_P(value_PC: NDArray[np.float64], slate: Sequence[int]) -> NDArray[np.float64]:
    """What everybody gets from the member of the slate they like best, shape (P,); 0 from an empty slate."""
    if not slate:
        return np.zeros(len(value_PC))
    return np.asarray(value_PC[:, list(slate)].max(axis=1))


def by_group(table: Table, value_PC: NDArray[np.float64], slate: Sequence[int]) -> list[dict[str, Any]]:
    """For each group: how well the best statement of the slate speaks for its people, and how many they agree with."""
    best_P = best_value_P(value_PC, slate)
    agreed_P = value_PC[:, list(dict.fromkeys(slate))].sum(axis=1)
    rows = []
    for place, name in enumerate(table.groups):
        inside = table.group_P == place
        rows.append(
            {
                "group": name,
                "people": int(inside.sum()),
                "best": number(best_P[inside].mean()),
                "worst_tenth": number(np.quantile(best_P[inside], 0.1)),
                "agreed": number(agreed_P[inside].mean()),
            }
        )
    return rows


def represented(table: Table, value_PC: NDArray[np.float64], chosen: SlateResult) -> list[dict[str, Any]]:
    """Each member of the slate with the people it stands for, by group, and what each group said of it."""
    slate = chosen.chosen
    seat_P, how = _seats(value_PC, chosen)
    rows = []
    for candidate in dict.fromkeys(slate):
        seats = [seat for seat, holder in enumerate(slate) if holder == candidate]
        mine = np.isin(seat_P, seats)
        rows.append(
            {
                "candidate": table.candidates[candidate],
                "text": table.texts[candidate],
                "score": number(chosen.scores[seats[0]]) if chosen.scores else None,
                "seats": len(seats),
                "stands_for": int(mine.sum()),
                "value": number(value_PC[mine, candidate].mean()) if mine.any() else None,
                "assignment": how,
                "groups": [_said(table, candidate, place, mine) for place in range(len(table.groups))],
            }
        )
    return rows


def _seats(value_PC: NDArray[np.float64], chosen: SlateResult) -> tuple[NDArray[np.intp], str]:
    if not chosen.chosen:
        return np.full(len(value_PC), -1, dtype=np.intp), "nobody"
    if chosen.seat_V is not None:
        return chosen.seat_V, "as the rule matched them"
    mine = value_PC[:, list(chosen.chosen)]
    if len(value_PC) > MOST_MATCHED:
        return mine.argmax(axis=1).astype(np.intp), "each to the statement they like best"
    return balanced_matching(mine).seat_V, "optimal balanced matching"


def _said(table: Table, candidate: int, place: int, mine: NDArray[np.bool_]) -> dict[str, Any]:
    inside = table.group_P == place
    row: dict[str, Any] = {"group": table.groups[place], "stands_for": int((mine & inside).sum())}
    if table.said_PC is None:
        values = table.ballots.values_VC[inside, candidate]
        known = values[~np.isnan(values)]
        return row | {"seen": len(known), "mean": number(known.mean()) if len(known) else None}
    said = table.said_PC[inside, candidate]
    seen, agree = int((~np.isnan(said)).sum()), int((said == 1).sum())
    low, high = wilson_interval(np.array([agree]), np.array([seen]))
    return row | {
        "seen": seen,
        "agree": agree,
        "disagree": int((said == -1).sum()),
        "share": number(agree / seen) if seen else None,
        "low": number(low[0]),
        "high": number(high[0]),
    }
