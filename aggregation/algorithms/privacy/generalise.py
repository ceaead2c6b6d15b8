"""Coarser values for a column: wider bands where values are numbers or bands, "other" for the rare ones elsewhere."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

Coarser = Mapping[str, str]
_BAND = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:-|–|to)\s*(\d+(?:\.\d+)?)\b.*", re.IGNORECASE)
_OPEN_ABOVE = re.compile(
    r"\s*(?:[>≥]=?\s*(\d+)|(\d+)\s*\+|(\d+)\s*(?:and|or)\s+(?:over|older|above|more)).*", re.IGNORECASE
)
_OPEN_BELOW = re.compile(r"\s*(?:[<≤]=?\s*(\d+)|under\s+(\d+)|below\s+(\d+)).*", re.IGNORECASE)
OTHER = "other"


def coarser_values(values: Sequence[str], *, k: int) -> list[Coarser]:
    """Ways to make a column coarser, each a mapping of all its values; none where nothing can be merged.

    Numbers and bands such as "50-54", "54-59" (published ones overlap), ">65" or "65+" are merged with their
    neighbours, in pairs and in fours; other values that fewer than ``k`` people have, and those that fewer than a
    twentieth have, become "other".
    """
    counts = Counter(values)
    if len(counts) < 2:
        return []
    ranges = {value: found for value in counts if (found := band(value)) is not None}
    if len(ranges) >= 3 and sum(counts[value] for value in ranges) >= 0.8 * len(values):
        ordered = sorted(ranges, key=lambda value: ranges[value])
        ways = [_merged(ordered, ranges, counts, width) for width in (2, 4) if len(ordered) > width]
    else:
        ways = [_rare(counts, least) for least in sorted({k, max(k, len(values) // 20)})]
    distinct: list[Coarser] = []
    for way in ways:
        if len(set(way.values())) < len(counts) and way not in distinct:
            distinct.append(way)
    return distinct


def band(text: str) -> tuple[float, float] | None:
    """The range that a value names, or None: "54-59" is (54, 59), ">65" is (65, inf), "19" is (19, 19).

    >>> band("54-59"), band(">65"), band("65+ years old"), band("19"), band("White")
    ((54.0, 59.0), (65.0, inf), (65.0, inf), (19.0, 19.0), None)
    """
    if found := _BAND.fullmatch(text):
        return float(found[1]), float(found[2])
    if found := _OPEN_ABOVE.fullmatch(text):
        return float(next(filter(None, found.groups()))), float("inf")
    if found := _OPEN_BELOW.fullmatch(text):
        return float("-inf"), float(next(filter(None, found.groups())))
    try:
        return float(text), float(text)
    except ValueError:
        return None


def _merged(
    ordered: list[str], ranges: dict[str, tuple[float, float]], counts: Counter[str], width: int
) -> dict[str, str]:
    """Runs of neighbours with about as many people each; everything that is no band stays as it is."""
    runs = max(2, len(ordered) // width)
    target = sum(counts[value] for value in ordered) / runs
    mapping = {value: value for value in counts}
    run: list[str] = []
    people = 0
    left = runs
    for place, value in enumerate(ordered):
        run.append(value)
        people += counts[value]
        if (people >= target and left > 1) or place == len(ordered) - 1:
            name = _name(min(ranges[one][0] for one in run), max(ranges[one][1] for one in run))
            mapping.update(dict.fromkeys(run, run[0] if len(run) == 1 else name))
            run, people, left = [], 0, left - 1
    return mapping


def _name(low: float, high: float) -> str:
    if high == float("inf"):
        return f"{low:g}+" if low > float("-inf") else "any"
    return f"up to {high:g}" if low == float("-inf") else f"{low:g}-{high:g}"


def _rare(counts: Counter[str], least: int) -> dict[str, str]:
    """Rare values become "other"; a common one never does, since that would erase the people it names."""
    rare = [value for value, number in counts.items() if number < least]
    return {value: OTHER if value in rare else value for value in counts}
