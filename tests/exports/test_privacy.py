"""What may be told of people: nobody stands out afterwards, and nobody's answer is lost for it."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.privacy import HELD_BACK, Choices, Column, protect, suggested

PEOPLE = st.lists(
    st.tuples(st.sampled_from(["18-24", "25-34", "35-44", ">65", "DATA_EXPIRED", ""]), st.sampled_from("fmx")),
    min_size=1,
    max_size=40,
)


def table(people: list[tuple[str, str]]) -> pd.DataFrame:
    return pd.DataFrame(people, columns=["age", "sex"], index=range(100, 100 + len(people)), dtype=object)


@settings(max_examples=60)
@given(
    PEOPLE, st.integers(2, 6), st.sampled_from(["keep", "suppress", "drop"]), st.sampled_from(["blank", "leave_out"])
)
def test_nobody_stands_out(people: list[tuple[str, str]], k: int, do: str, rare: str) -> None:
    choices = Choices(k, {"age": Column(do), "sex": Column("keep")}, rare)  # type: ignore[arg-type]  # drawn from them

    found = protect(table(people), choices)

    told = found.table[~found.table.eq(HELD_BACK).all(axis=1)]
    sizes = told.groupby(list(told.columns)).size() if len(told) else pd.Series([k])
    assert sizes.min() >= k
    assert len(found.table) + len(found.left_out) == len(people)
    if rare == "blank":
        assert not found.left_out
        assert len(found.blanked) in {0, *range(k, len(people) + 1), len(people)}


@settings(max_examples=20)
@given(PEOPLE, st.integers(2, 4))
def test_what_is_suggested_leaves_nobody_exposed(people: list[tuple[str, str]], k: int) -> None:
    found = protect(table(people), suggested(table(people), k=k))

    assert found.after is None or found.after.below_k == 0 or found.table.eq(HELD_BACK).all(axis=None)


def test_a_value_that_came_later_is_in_no_band() -> None:
    choices = Choices(1, {"age": Column("generalise", {"18-24": "18-34", "25-34": "18-34"})})

    found = protect(table([("18-24", "f"), ("19", "f"), ("", "f"), ("DATA_EXPIRED", "f")]), choices)

    assert found.table["age"].tolist() == ["18-34", "other", "", "DATA_EXPIRED"]
    assert list(found.table.columns) == ["age"]
