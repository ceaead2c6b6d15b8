"""Results as people see them who do not run the community: numbers that speak of very few people are left out.

The rule is the same for every method, whatever its result looks like:

* a row that counts 1 to k - 1 people in one of :data:`COUNTS` loses every number below it, in intervals and nested rows
  too, and says ``hidden``;
* where rows stand for groups (under one of :data:`BY_GROUP`, as rows that name their ``group`` or by name), a group
  that is hidden in them is hidden in everything beside and below that names it: its means, the distances of pairs it
  belongs to, what it is least of, whom a rule costs.
"""

from collections.abc import Iterable
from typing import Any

COUNTS = ("people", "seen", "stands_for", "n", "size", "supporters", "left_out", "raters")
BY_GROUP = ("groups", "by_group", "viewpoints", "means")
NAMING = ("group", "a", "b", "least_group")
LISTS_OF_GROUPS = ("costs", "helps")


def without_small_cells(result: Any, k: int) -> Any:
    """The result without the numbers of rows that speak of 1 to k - 1 people."""
    return _shown(result, k, frozenset(), "")


def _shown(value: Any, k: int, hidden: frozenset[str], under: str) -> Any:
    if isinstance(value, list):
        return [_shown(one, k, hidden, under) for one in value if not (under in LISTS_OF_GROUPS and one in hidden)]
    if not isinstance(value, dict):
        return value
    hidden |= _small_groups(value, k)
    if _is_small(value, k) or any(value.get(name) in hidden for name in NAMING if isinstance(value.get(name), str)):
        return _blank(value)
    if isinstance(value.get("group_mix"), dict):
        value = value | {"group_mix": _mix(value["group_mix"], value.get("people"), k)}
    shown = {
        name: _blank(one)
        if under in BY_GROUP and name in hidden and isinstance(one, dict)
        else _shown(one, k, hidden, name)
        for name, one in value.items()
    }
    if shown.get("apart") is not None and _hides_a_pair(shown.get("between_groups")):
        shown["apart"] = _farthest(shown["between_groups"])
    return shown


def _is_small(row: dict[str, Any], k: int) -> bool:
    return any(_is_number(row.get(name)) and 0 < row[name] < k for name in COUNTS)


def _small_groups(value: dict[str, Any], k: int) -> frozenset[str]:
    """Names of the groups that are hidden in the rows of groups right below."""
    found: set[str] = set()
    for under in BY_GROUP:
        rows = value.get(under)
        if isinstance(rows, dict):
            found |= {name for name, row in rows.items() if isinstance(row, dict) and _is_small(row, k)}
        elif isinstance(rows, list):
            found |= {
                row["group"]
                for row in rows
                if isinstance(row, dict) and isinstance(row.get("group"), str) and _is_small(row, k)
            }
    return frozenset(found)


def _blank(value: Any, *, row: bool = True) -> Any:
    """The same shape without a number in it, also not in words that count; other words stay."""
    if isinstance(value, dict):
        blank = {name: _blank(one, row=False) for name, one in value.items()}
        return blank | {"hidden": True} if row or not blank.keys().isdisjoint(COUNTS) else blank
    if isinstance(value, str) and "%" in value:
        return "kept back"
    if isinstance(value, list):
        return [_blank(one, row=False) for one in value]
    return None if _is_number(value) else value


def _mix(shares: dict[str, float], people: Any, k: int) -> dict[str, float | None]:
    """Shares of groups among so many people, without those that stand for 1 to k - 1 of them."""
    count = people if _is_number(people) else 0
    return {name: None if 0.5 <= share * count < k - 0.5 else share for name, share in shares.items()}


def _hides_a_pair(pairs: Any) -> bool:
    return isinstance(pairs, list) and any(isinstance(pair, dict) and pair.get("hidden") for pair in pairs)


def _farthest(pairs: Iterable[dict[str, Any]]) -> float | None:
    """The greatest distance, by the first metric, of the pairs that are shown."""
    values = [pair["distances"][0].get("value") for pair in pairs if pair.get("distances")]
    return max((value for value in values if value is not None), default=None)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
