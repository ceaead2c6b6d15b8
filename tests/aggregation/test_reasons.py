"""Quotes of one side: nothing of too few people, no group that could be told from the others, no addresses."""

from hypothesis import given
from hypothesis import strategies as st

from aggregation.reasons import one_side
from aggregation.sources import Reason


def reasons(*groups: str, text: str = "because {}") -> list[Reason]:
    return [
        Reason(("x",), member, 1.0, text.format(member), {"age": group} if group else {})
        for member, group in enumerate(groups)
    ]


def test_too_few_people_are_not_quoted() -> None:
    side = one_side(reasons("young", "young", "old"), attribute="age", k=4)
    assert (side.people, side.quotes) == (None, ())


def test_one_person_who_writes_often_is_one_person() -> None:
    often = [Reason(("x",), 7, 1.0, f"again {number}", {}) for number in range(9)]
    assert one_side(often, attribute="age", k=2).people is None


def test_groups_are_quoted_in_turn_and_named_where_each_has_enough_people() -> None:
    side = one_side(reasons(*["old"] * 3, *["young"] * 3), attribute="age", k=3)
    assert [quote.group for quote in side.quotes] == ["old", "young", "old"]
    mixed = one_side(reasons(*["old"] * 3, *["young"] * 2), attribute="age", k=3)
    assert {quote.group for quote in mixed.quotes} == {""}


def test_addresses_are_taken_out_of_the_words() -> None:
    side = one_side(reasons("", "", text="write to me{}@example.org"), attribute="age", k=2)
    assert [quote.text for quote in side.quotes] == ["write to [mail address]"]


@given(st.lists(st.sampled_from(["", "a", "b", "c"]), max_size=12), st.integers(2, 5))
def test_a_named_group_never_leaves_another_small_one_to_be_told(groups: list[str], k: int) -> None:
    side = one_side(reasons(*groups), attribute="age", k=k)
    if any(quote.group for quote in side.quotes):
        assert all(groups.count(group) >= k for group in set(groups))
    assert (side.people is None) == (len(groups) < k) == (not side.quotes)
