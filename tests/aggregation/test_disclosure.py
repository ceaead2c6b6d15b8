"""Small cells: whatever the method and however its result is nested, no number of very few people is left in it."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        assert len(numbers_in(shown)) > 0.75 * len(numbers_in(whole))  # what is large enough stays
    if k == 1000 and "people" in whole:
        assert numbers_in(shown) == []


def apart(a: str, b: str, value: float) -> dict[str, Any]:
    return {"a": a, "b": b, "distances": [{"value": value, "interval": [value, value]}]}


def test_what_names_a_small_group_goes_with_it_and_with_the_next_that_its_size_could_be_had_from() -> None:
    told = {
        "people": 73,
        "groups": [{"group": name, "people": n} for name, n in (("A", 30), ("B", 3), ("C", 10), ("D", 30))],
        "means": [{"group": name, "means": {"x": 0.5}} for name in "ABCD"],
        "rules": [{"rule": "av", "costs": ["A", "B"], "helps": ["B", "C"]}],
        "between_groups": [apart("A", "B", 0.4), apart("A", "C", 0.3), apart("A", "D", 0.2)],
        "apart": 0.4,
    }
    shown = without_small_cells(told, 5)
    assert [row.get("people") for row in shown["groups"]] == [30, None, None, 30]
    assert shown["means"][0] == told["means"][0]
    assert shown["means"][1] == {"group": "B", "means": {"x": None}, "hidden": True}
    assert shown["rules"] == [{"rule": "av", "costs": ["A"], "helps": []}]
    assert [numbers_in(pair) for pair in shown["between_groups"]] == [[], [], [0.2, 0.2, 0.2]]
    assert shown["apart"] == 0.2
    assert without_small_cells(told, 2) == told


def test_a_mix_does_not_count_a_few_people() -> None:
    told = {"people": 40, "weight": 0.5, "group_mix": {"A": 0.5, "B": 0.05, "C": 0.45}}
    assert without_small_cells(told, 5)["group_mix"] == {"A": 0.5, "B": None, "C": None}
    assert told["group_mix"]["B"] == 0.05


@given(counts=st.lists(st.integers(0, 12), min_size=1, max_size=6), nowhere=st.integers(0, 9), k=st.integers(2, 6))
def test_no_small_group_can_be_had_from_the_total_and_the_others(counts: list[int], nowhere: int, k: int) -> None:
    """Somebody subtracts what is shown from the total; those in no group are shown nowhere, and count as a group."""
    groups = [{"group": str(place), "people": count} for place, count in enumerate(counts)]
    shown = without_small_cells({"people": sum(counts) + nowhere, "groups": groups}, k)
    cells = [*zip(counts, (row["people"] for row in shown["groups"]), strict=True), (nowhere, None)]
    kept_back = [count for count, told in cells if told is None and count]
    assert all(told is None for count, told in cells if 0 < count < k)
    if shown["people"] is not None and any(count < k for count in kept_back):
        # All the others at least 1: what is left over is the most that a small one can be.
        assert sum(kept_back) - (len(kept_back) - 1) >= k


def test_a_slate_is_not_read_back_along_its_rows_or_its_columns() -> None:
    placed = [(3, 12, 20), (20, 12, 8), (9, 8, 10)]
    told = {
        "people": 102,
        "groups": [{"group": name, "people": n} for name, n in (("A", 32), ("B", 32), ("C", 38))],
        "slate": [
            {
                "text": text,
                "stands_for": sum(row),
                "groups": [{"group": name, "stands_for": n, "seen": 30} for name, n in zip("ABC", row, strict=True)],
            }
            for text, row in zip(("one", "two", "three"), placed, strict=True)
        ],
    }
    shown = [[cell["stands_for"] for cell in row["groups"]] for row in without_small_cells(told, 5)["slate"]]
    hidden = np.array([[cell is None for cell in row] for row in shown])
    assert hidden[0, 0]
    assert all(n in (0, 2, 3) for n in (*hidden.sum(axis=0), *hidden.sum(axis=1)))
    assert [row["stands_for"] for row in without_small_cells(told, 5)["slate"]] == [35, 40, 27]


def test_what_is_summed_over_hidden_rows_is_counted_again_from_the_others() -> None:
    def item(n: int, value: float) -> dict[str, Any]:
        groups = {"A": {"n": 20}, "B": {"n": n}, "C": {"n": 30}}
        return {
            "groups": groups,
            "all": {"n": 50 + n},
            "between_groups": [apart("A", "B", value), apart("A", "C", 0.1)],
        }

    def over_all(b: str, mean: float) -> dict[str, Any]:
        return {"a": "A", "b": b, "mean_distances": [{"value": mean}]}

    told = {
        "people": 60,
        "items": [item(10, 0.2), item(3, 0.9), item(10, 0.4)],
        "between_groups": [over_all("B", 0.5), over_all("C", 0.1)],
    }
    shown = without_small_cells(told, 5)
    assert [pair["mean_distances"][0]["value"] for pair in shown["between_groups"]] == pytest.approx([0.3, 0.1])
    cells = {
        name: {"a": {"n": n, "mean": 4.0, "covered": 1}, "b": {"n": 20, "mean": 2.0, "covered": 0}}
        for name, n in (("q", 20), ("r", 2))
    }
    model = {
        "questions": {name: {"coverage": 0.5, "viewpoints": cell} for name, cell in cells.items()},
        "by_group": [{"group": name, "people": 20, "questions": 2, "covered": 1, "mean": 3.0} for name in "ab"],
    }
    shown = without_small_cells({"models": [model]}, 5)["models"][0]
    assert shown["questions"]["r"]["coverage"] is None
    assert [(row["questions"], row["covered"], row["mean"]) for row in shown["by_group"]] == [(1, 1, 4.0), (1, 0, 2.0)]
