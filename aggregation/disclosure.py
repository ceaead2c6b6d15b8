"""Results as people see them who do not run the community: numbers that speak of very few people are left out.

The rule is the same for every method, whatever its result looks like:

* a row that counts 1 to k - 1 people in one of :data:`COUNTS` loses every number below it, in intervals and nested rows
  too, and says ``hidden``;
* where rows stand for groups (under one of :data:`BY_GROUP`), further groups are hidden until no small one can be had
  from the total and the others (:mod:`aggregation.hidden_groups`);
* a group that is hidden in such rows is hidden in everything beside and below that names it: its means, the distances
  of pairs it belongs to, what it is least of, whom a rule costs;
* what sums up over hidden rows is counted again from those that are shown.
"""

from collections.abc import Iterable
from typing import Any

from aggregation.hidden_groups import (
    BY_GROUP,
    COUNTS,
    divides_people,
    hidden_groups,
    hidden_in_slate,
    hidden_shares,
    is_number,
    is_small,
    name_of,
    named_rows,
)
from aggregation.pipelines.coverage import by_group

NAMING = ("group", "a", "b", "least_group")
LISTS_OF_GROUPS = ("costs", "helps")
Row = dict[str, Any]


def without_small_cells(result: Any, k: int) -> Any:
    """The result without the numbers of rows that speak of 1 to k - 1 people, or would give such a number away."""
    return _shown(result, k, frozenset(), "")


def _shown(value: Any, k: int, hidden: frozenset[str], under: str) -> Any:
    if isinstance(value, list):
        return [
            _blank(one) if under in BY_GROUP and name_of(one) in hidden else _shown(one, k, hidden, under)
            for one in value
            if not (under in LISTS_OF_GROUPS and one in hidden)
        ]
    if not isinstance(value, dict):
        return value
    found = hidden_groups(value, k, hidden)
    if found is None or is_small(value, k) or _names(value, hidden):
        return _blank(value)
    hidden |= found
    if divides_people(value.get("slate")):
        value = value | _slate(value, k)
    shown = {
        name: _blank(one)
        if under in BY_GROUP and name in hidden and isinstance(one, dict)
        else _shown(one, k, hidden, name)
        for name, one in value.items()
    }
    return _summed_up(shown, k)


def _names(row: Any, hidden: frozenset[str]) -> bool:
    return isinstance(row, dict) and any(isinstance(row.get(name), str) and row[name] in hidden for name in NAMING)


def _slate(value: Row, k: int) -> Row:
    """The places without what their crowds would tell of a small one, and the rounds that filled them."""
    places, cells = hidden_in_slate(value, k)
    slate = [
        _blank(row)
        if place in places
        else row | {"groups": [_blank(one) if (place, one["group"]) in cells else one for one in row["groups"]]}
        for place, row in enumerate(value["slate"])
    ]
    texts = {row["text"] for row in slate if row.get("hidden")}
    rounds = [_blank(one) if one["chosen"] in texts else one for one in value.get("rounds") or ()]
    return {"slate": slate} | ({"rounds": rounds} if "rounds" in value else {})


def _summed_up(shown: Row, k: int) -> Row:
    """The same with everything that sums up over rows counted again, where some of them are hidden."""
    pairs, items, viewpoints = (shown.get(name) for name in ("between_groups", "items", "viewpoints"))
    if isinstance(shown.get("group_mix"), dict):
        few = hidden_shares(shown["group_mix"], shown.get("people"), k)
        shown["group_mix"] = {name: None if name in few else share for name, share in shown["group_mix"].items()}
    if shown.get("apart") is not None and isinstance(pairs, list) and any(pair.get("hidden") for pair in pairs):
        shown["apart"] = _farthest(pairs)
    if isinstance(items, list) and isinstance(pairs, list):
        shown["between_groups"] = [_mean_of_shown(pair, items) for pair in pairs]
    if isinstance(viewpoints, dict) and any(cell.get("hidden") for cell in viewpoints.values()):
        shown |= {name: None for name in ("coverage", "weighted_coverage") if name in shown}
    if isinstance(shown.get("questions"), dict) and isinstance(shown.get("by_group"), list):
        people_of = {name: row["people"] for name, row in named_rows(shown["by_group"]).items()}
        again = by_group(shown["questions"], people_of)
        shown["by_group"] = [
            old if old.get("hidden") else new for old, new in zip(shown["by_group"], again, strict=True)
        ]
    return shown


def _mean_of_shown(pair: Row, items: list[Row]) -> Row:
    """The pair's mean distances over the items that show it, where some do not: their mean would tell of these."""
    beside = [
        one
        for item in items
        for one in item.get("between_groups", ())
        if (one["a"], one["b"]) == (pair["a"], pair["b"])
    ]
    if pair.get("hidden") or not any(one.get("hidden") for one in beside):
        return pair
    told = [one["distances"] for one in beside if not one.get("hidden")]
    means = []
    for place, mean in enumerate(pair["mean_distances"]):
        values = [distances[place]["value"] for distances in told if distances[place]["value"] is not None]
        means.append(mean | {"value": sum(values) / len(values) if values else None})
    return pair | {"mean_distances": means}


def _blank(value: Any, *, row: bool = True) -> Any:
    """The same shape without a number in it, also not in words that count; other words stay."""
    if isinstance(value, dict):
        blank = {name: _blank(one, row=False) for name, one in value.items()}
        return blank | {"hidden": True} if row or not blank.keys().isdisjoint(COUNTS) else blank
    if isinstance(value, str) and "%" in value:
        return "kept back"
    if isinstance(value, list):
        return [_blank(one, row=False) for one in value]
    return None if is_number(value) else value


def _farthest(pairs: Iterable[Row]) -> float | None:
    """The greatest distance, by the first metric, of the pairs that are shown."""
    values = [pair["distances"][0].get("value") for pair in pairs if pair.get("distances")]
    return max((value for value in values if value is not None), default=None)
