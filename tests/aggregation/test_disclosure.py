"""Small cells: whatever the method and however its result is nested, no number of very few people is left in it."""

from typing import Any

import numpy as np
import pytest

from aggregation.disclosure import BY_GROUP, COUNTS, without_small_cells
from aggregation.pipelines import bridging, coverage, distribution, generate, integrity, ranking, slate, viewpoints
from aggregation.pipelines.methods import METHODS
from aggregation.pipelines.outcome import silent
from aggregation.sources import Ratings
from tests.aggregation.pipelines.votes import planted

ASKED: dict[str, Any] = {"grouping": "opinion", "selection": {}}


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    """One result of every method, with three groups of 45, 30 and 15 people."""
    votes, _, _ = planted(people=90)
    person, item = (x.ravel() for x in np.meshgrid(np.arange(90), np.arange(4), indexing="ij"))
    value = np.where((item % 2 == 1) | (person % 3 == 0), 5.0, 2.0)
    ratings = Ratings(
        people=votes.people,
        items=("a", "b", "c", "d"),
        texts=("", "", "", ""),
        prompts=("first", "first", "second", "second"),
        origins=("one", "two", "one", "two"),
        person_R=person,
        item_R=item,
        value_R=value,
        code_R=tuple(str(int(x)) for x in value),
        refused_R=np.zeros(len(person), dtype=bool),
    )
    first = votes.candidates[0]
    told = {"a model": {first: {"agree": 0.5, "disagree": 0.5}}}
    asked_of_generate = {"process": "fish", "k": 3, "words": 12, "writer": "pool", "sample": 30, "tries": 1}
    asked_of_generate |= {"held_out": 2, "budget": 30}
    order = {"rule": "nash", "most": 5, "missing": "impute", "floor": None}
    found = {
        "slate": slate.compute(votes, ASKED | {"rule": "mes", "k": 3, "missing": "impute"}, seed=0, tell=silent),
        "ranking": ranking.compute(votes, ASKED | order, seed=0, tell=silent),
        "distribution": distribution.compute(votes, ASKED | {"alpha0": None, "reference": told}, seed=0, tell=silent),
        "bridging": bridging.compute(votes, ASKED, seed=0, tell=silent),
        "viewpoints": viewpoints.compute(votes, ASKED | {"k": 3, "least_support": 0.05}, seed=0, tell=silent),
        "coverage": coverage.compute(ratings, ASKED | {"tau": 4.0}, seed=0, tell=silent),
        "generate": generate.compute(votes, ASKED | asked_of_generate, seed=0, tell=silent),
        "integrity": integrity.compute(votes, {"grouping": "", "selection": {}}, seed=0, tell=silent),
    }
    assert set(found) == set(METHODS)
    return {name: outcome.result for name, outcome in found.items()}


def numbers_in(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for one in value.values() for number in numbers_in(one)]
    if isinstance(value, list):
        return [number for one in value for number in numbers_in(one)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


def leaks(whole: Any, shown: Any, k: int, small: frozenset[str] = frozenset()) -> list[str]:
    """Where numbers of fewer than k people are still told; walked along the whole result, apart from the code."""
    if isinstance(whole, list):
        if all(isinstance(one, str) for one in whole):
            return []
        return [found for a, b in zip(whole, shown, strict=True) for found in leaks(a, b, k, small)]
    if not isinstance(whole, dict):
        return []
    few = [name for name in COUNTS if isinstance(whole.get(name), int | float) and 0 < whole[name] < k]
    of_small = [name for name in ("group", "a", "b", "least_group") if whole.get(name) in small]
    if few or of_small:
        return [f"{few or of_small}: {numbers_in(shown)}"] if numbers_in(shown) else []
    for under in BY_GROUP:
        rows = whole.get(under)
        named = (
            rows.items()
            if isinstance(rows, dict)
            else ((row.get("group"), row) for row in rows or () if isinstance(row, dict))
        )
        small |= {
            name
            for name, row in named
            if isinstance(name, str)
            and isinstance(row, dict)
            and any(0 < (row.get(count) or 0) < k for count in COUNTS)
        }
    return [found for name in whole for found in leaks(whole[name], shown[name], k, small)]


@pytest.mark.parametrize("method", sorted(METHODS))
@pytest.mark.parametrize("k", [2, 10, 20, 40, 1000])
def test_no_number_of_few_people_is_left(results: dict[str, Any], method: str, k: int) -> None:
    whole = results[method]
    shown = without_small_cells(whole, k)
    assert leaks(whole, shown, k) == []
    if k == 2:
        assert len(numbers_in(shown)) > 0.85 * len(numbers_in(whole))  # what is large enough stays
    if k == 1000 and "people" in whole:
        assert numbers_in(shown) == []


def test_what_names_a_small_group_goes_with_it() -> None:
    told = {
        "groups": [{"group": "A", "people": 30}, {"group": "B", "people": 3}],
        "means": [{"group": "A", "means": {"x": 0.5}}, {"group": "B", "means": {"x": 0.9}}],
        "rules": [{"rule": "av", "costs": ["A", "B"], "helps": ["B"]}],
        "between_groups": [{"a": "A", "b": "B", "distances": [{"value": 0.4, "interval": [0.3, 0.5]}]}],
        "apart": 0.4,
    }
    shown = without_small_cells(told, 5)
    assert shown["means"][0] == told["means"][0]
    assert shown["means"][1] == {"group": "B", "means": {"x": None}, "hidden": True}
    assert shown["rules"] == [{"rule": "av", "costs": ["A"], "helps": []}]
    assert numbers_in(shown["between_groups"]) == []
    assert shown["apart"] is None
    assert without_small_cells(told, 2) == told


def test_a_mix_does_not_count_a_few_people() -> None:
    told = {"people": 40, "weight": 0.5, "group_mix": {"A": 0.95, "B": 0.05}}
    assert without_small_cells(told, 5)["group_mix"] == {"A": 0.95, "B": None}
    assert told["group_mix"]["B"] == 0.05
