"""Which rows of a result stay hidden: those that speak of too few people, and as many as it takes to protect them."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from aggregation.algorithms.privacy.suppression import suppress_small_cells

COUNTS = ("people", "seen", "stands_for", "n", "size", "supporters", "left_out", "raters", "matched")
BY_GROUP = ("groups", "by_group", "viewpoints", "means")
Row = Mapping[str, Any]


def is_number(value: Any) -> bool:
    """Whether it is a number; True and False are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_small(row: Row, k: int) -> bool:
    """Whether one of its counts is from 1 to k - 1."""
    return any(is_number(row.get(name)) and 0 < row[name] < k for name in COUNTS)


def name_of(row: Any) -> str | None:
    """The group that a row of a list stands for, or its number."""
    name = row.get("group", row.get("id")) if isinstance(row, dict) else None
    return name if isinstance(name, str) else None


def divides_people(slate: Any) -> bool:
    """Whether it is a slate whose rows say by group for whom they stand."""
    return isinstance(slate, list) and bool(slate) and all(isinstance(one, dict) and "groups" in one for one in slate)


def named_rows(rows: Any) -> dict[str, Row]:
    """The rows of a list by the group or number they name, or those of a dict by name."""
    if isinstance(rows, dict):
        return {name: row for name, row in rows.items() if isinstance(row, dict)}
    return {name: row for row in rows or () if (name := name_of(row)) is not None}


def hidden_groups(value: Row, k: int, already: frozenset[str]) -> frozenset[str] | None:
    """Names of the groups to hide among the rows of groups right below.

    Parameters
    ----------
    value : what holds the rows, and perhaps their total
    k : the least number of people that may be shown
    already : groups that are hidden for another reason

    Returns
    -------
    The names; None where the total would give a small group away, so that all of ``value`` has to go.
    """
    found: set[str] = set()
    for under in BY_GROUP:
        rows = named_rows(value.get(under))
        found |= {name for name, row in rows.items() if is_small(row, k)}
        for count in COUNTS:
            total = _total(value, count)
            if count == "n" and total is None and "coverage" not in value:
                continue  # the fewest answers to any item, which add up to nothing
            numbers = [_whole(row.get(count)) for row in rows.values()]
            # Those in no group could be had by subtraction too.
            rest = max(_whole(total) - sum(numbers), 0)
            if not any(0 < number < k for number in (*numbers, rest)) or not any(numbers):
                continue
            also = (*(name in already or name in found for name in rows), False)
            *hidden, _, all_of_it = _line((*numbers, rest), k, also)
            if all_of_it and (total is None or total >= k):
                return None
            found |= {name for name, is_hidden in zip(rows, hidden, strict=True) if is_hidden}
    return frozenset(found)


def hidden_in_slate(value: Row, k: int) -> tuple[set[int], set[tuple[int, str]]]:
    """Of a slate whose statements divide the people among them: the places, and the groups at places, to hide."""
    rows = [named_rows(row.get("groups")) for row in value["slate"]]
    groups = list(rows[0])
    counts = [[_whole(row[group].get("stands_for")) for group in groups] for row in rows]
    if not any(0 < number < k for number in (number for line in counts for number in (*line, sum(line)))):
        return set(), set()
    people = {name: _whole(row.get("people")) for name, row in named_rows(value.get("groups")).items()}
    placed = [sum(line[g] for line in counts) for g in range(len(groups))]
    nowhere = [max(people.get(group, 0) - number, 0) for group, number in zip(groups, placed, strict=True)]
    hidden = _table((*(tuple(line) for line in counts), tuple(nowhere)), k)
    places = {place for place in range(len(rows)) if hidden[place][-1]}
    cells = {(place, group) for place in range(len(rows)) for g, group in enumerate(groups) if hidden[place][g]}
    return places, cells


def hidden_shares(shares: Mapping[str, float], people: Any, k: int) -> set[str]:
    """Of shares of groups among so many people, those that stand for too few, or would give these away."""
    numbers = [round(share * people) if is_number(people) else 0 for share in shares.values()]
    *hidden, _ = _line(tuple(numbers), k, (False,) * len(numbers)) if numbers else [False]
    return {name for name, is_hidden in zip(shares, hidden, strict=True) if is_hidden}


def _total(value: Row, count: str) -> Any:
    everybody = value.get("all")
    total = everybody.get(count) if isinstance(everybody, dict) else value.get(count)
    return total if is_number(total) else None


def _whole(value: Any) -> int:
    """A count as a whole number; one of weighted people is rounded down, though never to nobody."""
    return max(int(value), 1) if is_number(value) and value > 0 else 0


@lru_cache(maxsize=4096)
def _line(numbers: tuple[int, ...], k: int, also: tuple[bool, ...]) -> list[bool]:
    """Which are hidden, and last whether their total is."""
    hidden: list[bool] = suppress_small_cells(numbers, k=k, also=also).hidden.tolist()
    return hidden


@lru_cache(maxsize=256)
def _table(numbers: tuple[tuple[int, ...], ...], k: int) -> list[list[bool]]:
    """Which are hidden, with the totals of every axis last; the cells of a page are asked for again and again."""
    hidden: list[list[bool]] = suppress_small_cells(np.array(numbers), k=k).hidden.tolist()
    return hidden
