"""From tables of text to a learning problem, and from rows to be scored to codes.

Errors name the row as a person counts. Every cell is a string; an empty one stands for nothing said (a withheld
attribute, no context).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import pandas as pd

from aggregation.rewards.data import WITHHELD, Floats, Ints, Pairs, Points, Vocabulary, pairs, points
from aggregation.rewards.encoder import text_of
from aggregation.rewards.ensemble import Vocabularies

ONE_DIMENSION = "reward"
Rows = TypeVar("Rows", bound=Points | Pairs)
SHARES = {"a": 1.0, "b": 0.0, "tie": 0.5}


@dataclass(frozen=True)
class Columns:
    """Names of columns; an empty name means that there is none."""

    item: str = "item"
    rater: str = "rater"
    value: str = "value"
    text: str = "text"
    prompt: str = ""
    response: str = ""
    groups: tuple[str, ...] = ()
    dimension: str = ""
    context: str = ""
    split: str = ""
    safety: str = ""

    def needed(self, *, value: bool = True) -> list[str]:
        """The columns a table of answers has to have."""
        texts = [self.prompt, self.response] if self.response else [self.text]
        named = [self.item, self.rater, *texts, *self.groups, self.dimension, self.context]
        return [name for name in dict.fromkeys([*named, self.value if value else ""]) if name]


class Texts:
    """Distinct items with their texts, in order of first appearance; one item has one text."""

    def __init__(self) -> None:
        self.place: dict[str, int] = {}
        self.items: list[str] = []
        self.texts: list[str] = []
        self.prompts: list[str] = []

    def add(self, item: str, text: str, prompt: str = "") -> int:
        """The place of an item.

        Raises
        ------
        ValueError
            If the item came with another text before.
        """
        place = self.place.setdefault(item, len(self.items))
        if place == len(self.items):
            self.items.append(item)
            self.texts.append(text)
            self.prompts.append(prompt)
        elif text and self.texts[place] and self.texts[place] != text:
            raise ValueError(f"item {item!r} has two different texts")
        elif text and not self.texts[place]:
            self.texts[place], self.prompts[place] = text, prompt
        return place


def vocabularies(table: pd.DataFrame, columns: Columns) -> Vocabularies:
    """The levels named in a table."""
    return Vocabularies(
        tuple((name, Vocabulary.of(table[name])) for name in columns.groups),
        Vocabulary.of(table[columns.rater]),
        Vocabulary.of(table[columns.context]) if columns.context else Vocabulary(()),
        Vocabulary.of(table[columns.dimension]) if columns.dimension else Vocabulary((ONE_DIMENSION,)),
    )


def read_points(table: pd.DataFrame, columns: Columns, named: Vocabularies, texts: Texts) -> Points:
    """Answers of a table; without a value column every value is 0 (rows to be scored)."""
    return points(
        _items(table, columns, texts),
        named.raters.codes(table[columns.rater]),
        _numbers(table, columns.value) if columns.value in table.columns else np.zeros(len(table)),
        groups=_groups(table, named),
        dimension=_dimensions(table, columns, named),
        context=_contexts(table, columns, named),
    )


def read_pairs(table: pd.DataFrame, columns: Columns, named: Vocabularies, texts: Texts) -> Pairs:
    """Comparisons of a table with item_a, item_b, text_a, text_b, the rater column and (to learn from) preferred.

    Raises
    ------
    ValueError
        At a preference that is not a, b, tie or a share between 0 and 1, or an item whose text is not known.
    """
    places = {}
    for side in ("a", "b"):
        given = table[f"text_{side}"] if f"text_{side}" in table.columns else [""] * len(table)
        prompts = table[columns.prompt] if columns.prompt in table.columns else [""] * len(table)
        joined = [text_of(prompt, text) if text else "" for prompt, text in zip(prompts, given, strict=True)]
        places[side] = _places(texts, table[f"item_{side}"], joined, prompts, column=f"item_{side}")
    share, tie = np.full(len(table), 0.5), np.zeros(len(table), dtype=np.bool_)
    if "preferred" in table.columns:
        for row, said in enumerate(table["preferred"]):
            share[row], tie[row] = share_of(said, row), said.strip().lower() == "tie"
    return pairs(
        places["a"],
        places["b"],
        named.raters.codes(table[columns.rater]) if columns.rater in table.columns else np.full(len(table), -1),
        share,
        tie=tie,
        groups=_groups(table, named),
        dimension=_dimensions(table, columns, named),
        context=_contexts(table, columns, named),
    )


def missing_texts(texts: Texts, known: Sequence[str]) -> list[int]:
    """Places of items without an embedding in ``known``.

    Raises
    ------
    ValueError
        If such an item has no text either.
    """
    have = set(known)
    places = [place for place, item in enumerate(texts.items) if item not in have]
    for place in places:
        if not texts.texts[place].strip():
            raise ValueError(f"item {texts.items[place]!r} has neither a text nor an embedding")
    return places


def groups_of_raters(rows: Points | Pairs, persons: int) -> Ints:
    """Each person's attributes, (persons, A), from the first row that names the person."""
    table = np.full((persons, rows.groups.shape[1]), WITHHELD, dtype=np.int64)
    for row in range(len(rows) - 1, -1, -1):
        if rows.rater[row] >= 0:
            table[rows.rater[row]] = rows.groups[row]
    return table


def first_known(*tables_UA: Ints) -> Ints:
    """Each person's attributes from the first of several tables that tells them."""
    found = tables_UA[0]
    for table in tables_UA[1:]:
        found = np.where(found >= 0, found, table)
    return found


def with_groups_of(rows: Rows, groups_UA: Ints) -> Rows:
    """Rows whose withheld attributes are filled in from what is known of their raters."""
    if not len(groups_UA):
        return rows
    known = np.where((rows.rater >= 0)[:, None], groups_UA[rows.rater], WITHHELD)
    return replace(rows, groups=np.where(rows.groups >= 0, rows.groups, known))


def _items(table: pd.DataFrame, columns: Columns, texts: Texts) -> Ints:
    if columns.response:
        prompts = table[columns.prompt] if columns.prompt else pd.Series([""] * len(table))
        joined = list(map(text_of, prompts, table[columns.response]))
        return _places(texts, table[columns.item], joined, prompts, column=columns.item)
    return _places(texts, table[columns.item], table[columns.text], [""] * len(table), column=columns.item)


def _places(texts: Texts, items: Iterable[str], said: Iterable[str], prompts: Iterable[str], *, column: str) -> Ints:
    """The place of each row's item; errors name the row."""
    found = []
    for row, (item, text, prompt) in enumerate(zip(items, said, prompts, strict=True)):
        if not item:
            raise ValueError(f"row {row + 2}, column {column!r}: is empty; the name of an item is needed")
        try:
            found.append(texts.add(item, text, prompt))
        except ValueError as problem:
            raise ValueError(f"row {row + 2}, column {column!r}: {problem}") from None
    return np.array(found, dtype=np.int64)


def _groups(table: pd.DataFrame, named: Vocabularies) -> Ints:
    coded = [
        vocabulary.codes(table[name]) if name in table.columns else np.full(len(table), -1, dtype=np.int64)
        for name, vocabulary in named.attributes
    ]
    return np.stack(coded, axis=1) if coded else np.zeros((len(table), 0), dtype=np.int64)


def _dimensions(table: pd.DataFrame, columns: Columns, named: Vocabularies) -> Ints:
    if not columns.dimension or columns.dimension not in table.columns:
        return np.zeros(len(table), dtype=np.int64)
    codes = named.dimensions.codes(table[columns.dimension])
    for row in np.flatnonzero(codes < 0)[:1]:
        raise ValueError(
            f"row {row + 2}, column {columns.dimension!r}: {table[columns.dimension].iloc[row]!r} is not one of "
            f"{', '.join(named.dimensions.levels)}"
        )
    return codes


def _contexts(table: pd.DataFrame, columns: Columns, named: Vocabularies) -> Ints:
    if not columns.context or columns.context not in table.columns:
        return np.full(len(table), -1, dtype=np.int64)
    return named.contexts.codes(table[columns.context])


def _numbers(table: pd.DataFrame, column: str) -> Floats:
    found = np.empty(len(table))
    for row, text in enumerate(table[column]):
        try:
            found[row] = float(text)
        except ValueError:
            found[row] = math.nan
        if not math.isfinite(found[row]):
            raise ValueError(f"row {row + 2}, column {column!r}: {text!r} is not a number")
    return found


def share_of(said: str, row: int) -> float:
    """How much the first was preferred, from the words of one row (counted from 0).

    Raises
    ------
    ValueError
        If it is neither a, b, tie nor a share between 0 and 1.
    """
    plain = said.strip().lower()
    if plain in SHARES:
        return SHARES[plain]
    try:
        share = float(plain)
    except ValueError:
        share = math.nan
    if not 0 <= share <= 1:
        raise ValueError(f"row {row + 2}, column 'preferred': {said!r} is not a, b, tie or a share between 0 and 1")
    return share
