"""Personal data in free text is found by its form, and taken out without touching the rest."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregation.algorithms.privacy.free_text import (
    _HINTS,
    REPLACEMENTS,
    _candidates,
    find_personal_data,
    without_personal_data,
)

FOUND = [
    ("Write to jo.doe+x@mail.example.co.uk please", "mail address", "jo.doe+x@mail.example.co.uk"),
    ("me (at) example.org", "mail address", "me (at) example.org"),
    ("Call +49 (0)30 1234567.", "telephone number", "+49 (0)30 1234567"),
    ("my number is 555-010-9999", "telephone number", "555-010-9999"),
    ("see https://example.org/me?id=3, it says", "link", "https://example.org/me?id=3"),
    ("www.example.org/ann", "link", "www.example.org/ann"),
    ("prolific 5f3c9a0b1e2d4c5b6a7f8e9d", "crowd id", "5f3c9a0b1e2d4c5b6a7f8e9d"),
    ("worker A2SUAM1J3GNN3B", "crowd id", "A2SUAM1J3GNN3B"),
    ("ssn 123-45-6789", "id", "123-45-6789"),
    ("from 192.168.10.1", "id", "192.168.10.1"),
    ("IBAN DE89 3704 0044 0532 0130 00", "account number", "DE89 3704 0044 0532 0130 00"),
    ("as @some_person said", "handle", "@some_person"),
    ("I live at 12 Baker Street", "postal address", "12 Baker Street"),
    ("Ich wohne Hauptstraße 12", "postal address", "Hauptstraße 12"),
    ("My name is Ada Lovelace and I", "name", "Ada Lovelace"),
    ("I'm Peter, hello", "name", "Peter"),
    ("ich heiße Jürgen", "name", "Jürgen"),
    ("je m'appelle Élodie Martin", "name", "Élodie Martin"),
    ("ask Dr. Miller", "name", "Miller"),
]
NOT_FOUND = [
    "I am Muslim and I think it depends.",
    "Between 1990 and 2020, or 1990-2020, on 12/11/2020 and 2020-11-12, prices rose 1,000,000 times.",
    "Both are bad. A is better than B: 3.5 against 4.0 of 100.",
    "I am not sure; the values conflict.",
    "ABCDEFGHIJKLM AND SHOUTING",
]


@pytest.mark.parametrize(("text", "kind", "found"), FOUND)
def test_each_kind_is_found(text: str, kind: str, found: str) -> None:
    assert [(one.kind, one.text) for one in find_personal_data(text)] == [(kind, found)]
    assert text.replace(found, REPLACEMENTS[kind]) == without_personal_data(text)


@pytest.mark.parametrize("text", NOT_FOUND)
def test_what_is_no_personal_data_stays(text: str) -> None:
    assert find_personal_data(text) == []


def test_what_a_person_decided_to_keep_stays() -> None:
    text = "Write to help@example.org or to ann@example.org."

    kept = without_personal_data(text, keep=lambda finding: finding.text == "help@example.org")

    assert kept == "Write to help@example.org or to [mail address]."


@given(st.text(max_size=200))
def test_findings_stand_where_they_say_and_never_overlap(text: str) -> None:
    found = find_personal_data(text)

    assert all(text[one.start : one.end] == one.text for one in found)
    assert all(first.end <= second.start for first, second in pairwise(found))
    assert (without_personal_data(text) == text) == (not found)


@given(st.sampled_from(FOUND), st.text(alphabet="abc .,\n", max_size=40))
def test_nothing_is_found_a_second_time(known: tuple[str, str, str], before: str) -> None:
    cleaned = without_personal_data(f"{before} {known[0]}")

    assert known[2] not in cleaned


WORDS = st.lists(st.sampled_from([part for text, _, _ in FOUND for part in text.split()] + NOT_FOUND), max_size=8)


@given(st.one_of(st.text(max_size=120), WORDS.map(" ".join)))
def test_the_quick_look_overlooks_nothing(text: str) -> None:
    assert _HINTS.search(text) is not None or not list(_candidates(text))
