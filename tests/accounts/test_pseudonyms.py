"""Pseudonyms are friendly, never given twice, and never run out."""

import random
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from accounts.pseudonyms import ADJECTIVES, ANIMALS, pseudonyms


def test_no_name_is_given_twice_and_none_that_is_taken() -> None:
    taken = set(islice(pseudonyms(random.Random(1)), 500))
    names = list(islice(pseudonyms(random.Random(1), taken=taken), 20_000))
    assert len(set(names)) == 20_000
    assert not taken & set(names)


@given(st.integers())
def test_the_same_seed_gives_the_same_names(seed: int) -> None:
    assert list(islice(pseudonyms(random.Random(seed)), 5)) == list(islice(pseudonyms(random.Random(seed)), 5))


def test_words_stand_once_and_fit_the_column() -> None:
    assert len(set(ADJECTIVES)) == len(ADJECTIVES)
    assert len(set(ANIMALS)) == len(ANIMALS)
    assert max(map(len, ADJECTIVES)) + max(map(len, ANIMALS)) + 10 <= 60
