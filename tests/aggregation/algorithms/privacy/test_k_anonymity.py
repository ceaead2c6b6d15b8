"""Combinations of answers that few people share, and steps that help."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregation.algorithms.privacy.generalise import band, coarser_values
from aggregation.algorithms.privacy.k_anonymity import anonymity, apply, plan, suggest


def people(rows: list[tuple[str, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["gender", "age"][: len(rows[0])], dtype=object)


def crowd(n: int = 300) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    return pd.DataFrame(
        {
            "gender": rng.choice(["Woman", "Man", "Non-binary"], n, p=[0.5, 0.47, 0.03]),
            "age": rng.choice(["18-24", "25-29", "30-34", "50-54", "54-59", ">65"], n),
            "region": rng.choice([f"region {place}" for place in range(25)], n),
        },
        dtype=object,
    )


def test_cells_are_counted_rarest_first() -> None:
    found = anonymity(people([("f", "20")] * 5 + [("m", "20")] * 2 + [("m", "30")]), k=3)

    assert found.cells == ((("m", "30"), 1), (("m", "20"), 2), (("f", "20"), 5))
    assert (found.smallest, found.unique, found.below_k) == (1, 1, 3)


def test_kinds_of_missing_are_answers_of_their_own() -> None:
    found = anonymity(people([("f", ""), ("f", "DATA_EXPIRED"), ("f", "Prefer not to say")]), k=2)

    assert (len(found.cells), found.unique) == (3, 3)


def test_no_suggestion_where_nobody_is_exposed() -> None:
    assert suggest(people([("f", "20")] * 5), k=5) == []
    assert plan(people([("f", "20")] * 5), k=5) == []


@pytest.mark.parametrize("k", [3, 5, 10])
def test_a_suggestion_says_what_is_left_after_it(k: int) -> None:
    table = crowd()
    for step in suggest(table, k=k):
        left = apply(table, step, k=k)
        if left.empty:
            assert (step.kind, step.people) == ("suppress", len(table))
            continue
        then = anonymity(left, k=k)
        assert (step.cells, step.unique, step.below_k) == (len(then.cells), then.unique, then.below_k)
        assert step.people == len(table) - len(left)


@settings(max_examples=20)
@given(seed=st.integers(0, 1000), k=st.integers(2, 8))
def test_a_plan_leaves_nobody_exposed(seed: int, k: int) -> None:
    table = crowd().sample(60, random_state=seed)
    for step in plan(table, k=k):
        table = apply(table, step, k=k)

    assert table.empty or anonymity(table, k=k).below_k == 0


def test_overlapping_and_open_bands_are_merged_with_their_neighbours() -> None:
    values = ["18-24"] * 6 + ["25-29"] * 5 + ["30-34"] * 6 + ["50-54"] * 4 + ["54-59"] * 4 + [">65"] * 5

    halves, quarters = coarser_values(values, k=5), coarser_values(values, k=5)[-1]

    assert halves[0] == {
        "18-24": "18-29", "25-29": "18-29", "30-34": "30-54", "50-54": "30-54", "54-59": "54+", ">65": "54+",
    }  # fmt: skip
    assert set(quarters.values()) == {"18-34", "50+"}


def test_rare_values_become_other_and_common_ones_never_do() -> None:
    values = ["White"] * 60 + ["Black"] * 30 + ["Asian"] * 6 + ["Biracial"] * 2 + ["Indigenous"]

    for way in coarser_values(values, k=5):
        assert (way["White"], way["Black"]) == ("White", "Black")
        assert (way["Biracial"], way["Indigenous"]) == ("other", "other")


def test_one_rare_value_alone_is_not_renamed() -> None:
    assert coarser_values(["Woman"] * 50 + ["Man"] * 50 + ["Non-binary"], k=5) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("54-59", (54, 59)),
        ("25-34 years old", (25, 34)),
        (">65", (65, float("inf"))),
        ("50+", (50, float("inf"))),
        ("65 or older", (65, float("inf"))),
        ("under 18", (float("-inf"), 18)),
        ("31.0", (31, 31)),
        ("White", None),
    ],
)
def test_bands_are_read_from_their_names(text: str, expected: tuple[float, float] | None) -> None:
    assert band(text) == expected


def test_refusals_name_both_numbers() -> None:
    with pytest.raises(ValueError, match="n_people=0"):
        anonymity(pd.DataFrame({"age": []}), k=5)
    with pytest.raises(ValueError, match="k=0 should be >= 1"):
        anonymity(people([("f", "20")]), k=0)
