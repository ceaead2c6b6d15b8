"""What `polyphony match` does, from files to what it writes."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.slates.matching import balanced_matching
from polyphony.ballot_files import BallotTable, read_ballots, read_slate
from polyphony.errors import BadInput

_DISTINCT = 20
_BINS = 10


def match_files(path: Path, slate: str) -> dict[str, Any]:
    """Match everybody in a table of utilities to a slate; see `polyphony match`."""
    table = read_ballots(path)
    ids = read_slate(slate)
    positions = table.positions(ids, "--slate")
    wanted = BallotTable(path, table.voters, ids, table.values_VC[:, positions])
    wanted.require_answers("a matching needs everybody's utility for the whole slate")
    try:
        matching = balanced_matching(wanted.values_VC)
    except ValueError as refused:
        raise BadInput(f"{path}: {refused}.") from None
    return {
        "slate": ids,
        "voters": len(table.voters),
        "assignment": {voter: ids[seat] for voter, seat in zip(table.voters, matching.seat_V, strict=True)},
        "utility": dict(zip(table.voters, matching.utility_V.tolist(), strict=True)),
        "total": matching.total,
        "mean": matching.total / len(table.voters),
        "sizes": {name: sum(ids[seat] == name for seat in matching.seat_V) for name in dict.fromkeys(ids)},
        "histogram": histogram(matching.utility_V),
    }


def histogram(utility_V: NDArray[np.float64]) -> dict[str, int]:
    """How many voters get which utility: by value where there are at most 20 of them, else in ten equal ranges."""
    values, counts = np.unique(utility_V, return_counts=True)
    if len(values) <= _DISTINCT:
        return {f"{value:.12g}": int(count) for value, count in zip(values, counts, strict=True)}
    counts, edges = np.histogram(utility_V, bins=_BINS)
    ranges = zip(edges[:-1], edges[1:], counts, strict=True)
    return {f"{low:.4g} to {high:.4g}": int(count) for low, high, count in ranges}
