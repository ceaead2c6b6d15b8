"""k-anonymity: how many people share each combination of quasi-identifiers, and what would make the rare ones safe."""

# Shapes: R people, Q quasi-identifiers.

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from aggregation.algorithms.privacy.generalise import Coarser, coarser_values

Kind = Literal["generalise", "drop", "suppress"]


@dataclass(frozen=True)
class Anonymity:
    """The combinations of answers that occur.

    Attributes
    ----------
    cells : (combination, number of people), rarest first
    unique : people whose combination nobody shares
    below_k : people whose combination fewer than k have
    """

    k: int
    cells: tuple[tuple[tuple[str, ...], int], ...]
    smallest: int
    unique: int
    below_k: int


@dataclass(frozen=True)
class Suggestion:
    """One step and what would be left after it.

    Attributes
    ----------
    kind : generalise a column, drop it, or suppress people
    column : the column concerned; empty for suppress
    mapping : each value and the coarser one that takes its place (generalise only)
    people : how many people would be left out (suppress only)
    entropy_lost : bits of information about each person that are given up
    """

    kind: Kind
    column: str
    mapping: Mapping[str, str]
    people: int
    cells: int
    smallest: int
    unique: int
    below_k: int
    entropy_lost: float


def anonymity(people: pd.DataFrame, *, k: int = 5) -> Anonymity:
    """Count the people behind each combination of answers.

    Parameters
    ----------
    people : one row per person, one text column per quasi-identifier
    k : the least number of people that may share a combination

    Raises
    ------
    ValueError
        If there is no person or no column, or k is below 1.

    References
    ----------
    Sweeney (2002). k-anonymity: a model for protecting privacy.
    """
    if k < 1:
        raise ValueError(f"k={k} should be >= 1")
    if people.empty:
        raise ValueError(f"n_people={len(people)} and n_columns={people.shape[1]} should be >= 1")
    sizes = people.groupby(list(people.columns), dropna=False, sort=True).size().sort_values(kind="stable")
    names = [name if isinstance(name, tuple) else (name,) for name in sizes.index]
    numbers = sizes.to_numpy()
    return Anonymity(
        k=k,
        cells=tuple((tuple(map(str, name)), int(size)) for name, size in zip(names, numbers, strict=True)),
        smallest=int(numbers.min()),
        unique=int((numbers == 1).sum()),
        below_k=int(numbers[numbers < k].sum()),
    )


def suggest(people: pd.DataFrame, *, k: int = 5) -> list[Suggestion]:
    """Single steps that help, those that leave fewest people exposed first; empty where nobody is exposed.

    To leave out more than a tenth of the people stands last.
    """
    now = anonymity(people, k=k)
    if not now.below_k:
        return []
    before = _entropy(people)
    found = [_after(people, option, before, k) for option in _options(people, k)]
    helpful = [one for one in found if one.below_k < now.below_k or one.kind == "suppress"]
    return sorted(helpful, key=lambda one: (one.people > 0.1 * len(people), one.below_k, one.entropy_lost, one.people))


def plan(people: pd.DataFrame, *, k: int = 5, most_suppressed: float = 0.05) -> list[Suggestion]:
    """Steps that together leave nobody exposed.

    The step that protects most people per bit given up is taken until at most ``most_suppressed`` of the people are
    exposed; these are suppressed.
    """
    steps: list[Suggestion] = []
    total = len(people)
    while True:
        now = anonymity(people, k=k)
        if not now.below_k:
            return steps
        before = _entropy(people)
        options = [_after(people, option, before, k) for option in _options(people, k) if option[0] != "suppress"]
        helpful = [one for one in options if one.below_k < now.below_k]
        if now.below_k <= most_suppressed * total or not helpful:
            return [*steps, _after(people, ("suppress", "", {}), before, k)]
        best = max(helpful, key=lambda one: (now.below_k - one.below_k) / (one.entropy_lost + 1e-9))
        steps.append(best)
        people = apply(people, best, k=k)


def apply(people: pd.DataFrame, step: Suggestion, *, k: int) -> pd.DataFrame:
    """The people after a step."""
    return _applied(people, (step.kind, step.column, step.mapping), k)


_Option = tuple[Kind, str, Mapping[str, str]]


def _options(people: pd.DataFrame, k: int) -> list[_Option]:
    options: list[_Option] = [("suppress", "", {})]
    for column in people.columns:
        values: Sequence[str] = people[column].tolist()
        coarser: list[Coarser] = coarser_values(values, k=k)
        options += [("generalise", str(column), mapping) for mapping in coarser]
        if people.shape[1] > 1:
            options.append(("drop", str(column), {}))
    return options


def _applied(people: pd.DataFrame, option: _Option, k: int) -> pd.DataFrame:
    kind, column, mapping = option
    if kind == "drop":
        return people.drop(columns=column)
    if kind == "generalise":
        return people.assign(**{column: people[column].map(mapping).astype(object)})
    shared = people.groupby(list(people.columns), dropna=False)[people.columns[0]].transform("size")
    return people[shared >= k]


def _after(people: pd.DataFrame, option: _Option, before: float, k: int) -> Suggestion:
    left = _applied(people, option, k)
    kind, column, mapping = option
    if left.empty:
        return Suggestion(kind, column, mapping, len(people), 0, 0, 0, 0, before)
    then = anonymity(left, k=k)
    lost = before - _entropy(left) if kind != "suppress" else before * (1 - len(left) / len(people))
    return Suggestion(
        kind, column, mapping, len(people) - len(left), len(then.cells), then.smallest, then.unique, then.below_k, lost
    )


def _entropy(people: pd.DataFrame) -> float:
    """Shannon entropy of the combinations, in bits."""
    shares = people.groupby(list(people.columns), dropna=False).size().to_numpy() / len(people)
    return float(-(shares * np.log2(shares)).sum())
