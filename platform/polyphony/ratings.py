"""Ratings in files: one row per answer, with the people behind them, and every row that was refused."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from aggregation.algorithms.agreement.answers import MOST_SQUARED
from annotation.formats.dataset import Answer, Dataset, FormatError
from annotation.formats.json_text import read_json
from annotation.formats.lewidi import read_lewidi
from annotation.formats.missing import canonical_id, left_blank, missing_kind
from polyphony.errors import BadInput
from polyphony.files import read_table, row_numbers

Refused = list[dict[str, Any]]
_ID_NAMES = ("rater", "rater_id", "user_id", "annotator", "annotator_id", "worker_id", "user", "id")


@dataclass(frozen=True)
class Ratings:
    """Answers that can be counted.

    Attributes
    ----------
    table : columns ``item``, ``rater``, ``value`` and each grouping column as ``by <column>``, all text; and ``row``,
        the number of the row, where the source has rows
    columns : the grouping columns
    refused : rows left out, each with ``row`` and ``reason``
    multiple : whether some values hold several labels joined by commas
    """

    table: pd.DataFrame
    refused: Refused
    columns: list[str]
    warnings: list[str] = field(default_factory=list)
    multiple: bool = False


def read_ratings(
    path: Path,
    *,
    item: str,
    rater: str,
    value: str,
    by: Sequence[str] = (),
    people: Path | None = None,
    duplicates: str = "first",
    keep_declined: bool = False,
) -> Ratings:
    """Read a table of ratings; rows without item, rater or value are refused, and so are second answers.

    Parameters
    ----------
    item, rater, value, by : names of columns; those in ``by`` may stand in ``people`` instead
    people : a table or JSON file of raters
    duplicates : which of several answers of one rater to one item counts, "first" or "last"
    keep_declined : keep rows whose value says that the rater would rather not answer

    Raises
    ------
    BadInput
        If a file cannot be read or a column is in neither.
    """
    source = read_table(path, needs=[item, rater, value])
    table = pd.DataFrame({"item": _ids(source[item]), "rater": _ids(source[rater]), "value": _ids(source[value])})
    table["row"] = row_numbers(source, path)
    described = {} if people is None else read_people(people, rater, by=by)
    told = dict.fromkeys(name for person in described.values() for name in person)
    columns = _named(by, [*source.columns, *told], path)
    elsewhere = [column for column in columns if column not in source.columns]
    for column in columns:
        if column in source.columns:
            table[f"by {column}"] = _ids(source[column])
    table, refused = _refuse(table, duplicates, keep_declined)
    ratings = Ratings(table, refused, columns)
    return ratings if people is None else _with_people(ratings, described, elsewhere, people)


def read_lewidi_ratings(path: Path, *, by: Sequence[str], people: Path | None, duplicates: str = "first") -> Ratings:
    """Read a LeWiDi file; grouping columns come from the annotators' metadata or stand beside each answer.

    Raises
    ------
    BadInput
        If the file is not one, or a column is nowhere.
    """
    try:
        dataset = read_lewidi(path, people)
    except FormatError as refused:
        raise BadInput(str(refused)) from None
    return ratings_of(dataset, by=by, where=path)


def ratings_of(dataset: Dataset, *, by: Sequence[str], where: Path) -> Ratings:
    """The answers of a data set as ratings."""
    described = {rater.id: rater.demographics for rater in dataset.raters}
    beside = {name: None for answer in dataset.answers for name in answer.extra}
    columns = _named(by, list(dict.fromkeys([*dataset.demographic_columns(), *beside])), where)

    def told(answer: Answer, column: str) -> str:
        return canonical_id(described.get(answer.rater, {}).get(column, answer.extra.get(column, "")))

    table = pd.DataFrame(
        {
            "item": [answer.item for answer in dataset.answers],
            "rater": [answer.rater for answer in dataset.answers],
            "value": [answer.value for answer in dataset.answers],
            **{f"by {column}": [told(answer, column) for answer in dataset.answers] for column in columns},
        },
        dtype=object,
    )
    refused = [{"row": refusal.row, "reason": refusal.reason} for refusal in dataset.refusals]
    multiple = any("," in answer.value for answer in dataset.answers)
    return Ratings(table, refused, columns, list(dataset.notes), multiple)


def check_numbers(ratings: Ratings, path: Path, column: str, level: str) -> None:
    """Every value is a finite number, and at the ratio level none is below 0.

    Raises
    ------
    BadInput
        At the first value that is not, with its row.
    """
    codes, found = pd.factorize(ratings.table["value"])
    for code, text in enumerate(found):
        try:
            most = math.inf if level == "ordinal" else MOST_SQUARED
            good = abs(float(text)) < most and (level != "ratio" or float(text) >= 0)
        except ValueError:
            good = False
        if not good:
            first = ratings.table.iloc[int((codes == code).argmax())]
            where = f"row {first['row']}" if "row" in ratings.table else f"item {first['item']}, rater {first['rater']}"
            allowed = "a number of at least 0" if level == "ratio" else "a number"
            hint = "; --scale can name the values from low to high" if level == "ordinal" else ""
            raise BadInput(
                f"{path}, {where}, column {column!r}: {_short(text)} should be {allowed} at the {level} level{hint}."
            )


def read_people(path: Path, id_column: str | None = None, *, by: Sequence[str] = ()) -> dict[str, dict[str, str]]:
    """People by id: from a table with an id column, or from a JSON mapping of ids.

    Parameters
    ----------
    by : the columns that groups are made by; in these, several rows of one person must agree

    Raises
    ------
    BadInput
        If the file cannot be read, has no id column, or says two things of one person.
    """
    if path.suffix.lower() == ".json":
        try:
            document, _ = read_json(path)
        except FormatError as refused:
            raise BadInput(str(refused)) from None
        if not isinstance(document, dict):
            raise BadInput(f"{path}: a JSON object of raters should stand here.")
        return {
            canonical_id(key): {str(k): canonical_id("" if v is None else v) for k, v in told.items()}
            for key, told in document.items()
            if isinstance(told, dict)
        }
    table = read_table(path)
    names = [name for name in (id_column, *_ID_NAMES) if name in table.columns]
    if not names:
        tried = ", ".join(dict.fromkeys(name for name in (id_column, *_ID_NAMES) if name))
        raise BadInput(f"{path}: no column of ids; it should be named one of {tried}.")
    ids = _ids(table[str(names[0])])
    columns = [column for column in table.columns if column != names[0]]
    cells = {column: _ids(table[column]) for column in columns}
    asked = dict.fromkeys(one for name in by for one in (name, *(part.strip() for part in name.split(","))))
    numbers = row_numbers(table, path)
    people: dict[str, dict[str, str]] = {}
    first: dict[str, int] = {}
    for row, rater in enumerate(ids):
        told = {str(column): str(cells[column].iloc[row]) for column in columns}
        before = people.setdefault(rater, told)
        differs = next((column for column in asked if told.get(column) != before.get(column)), None)
        if differs is not None:
            raise BadInput(
                f"{path}, rows {numbers[first[rater]]} and {numbers[row]}: {_short(rater)} is described in two ways, "
                f"as {_short(before[differs])} and {_short(told[differs])} in column {differs!r}. Keep one row."
            )
        first.setdefault(rater, row)
    return people


def _ids(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Ids without the ".0" and blanks that tools add; each distinct text is looked at once."""
    codes, found = pd.factorize(column)
    clean = pd.Series([canonical_id(text) for text in found], dtype=object).to_numpy(dtype=object)
    return pd.Series(clean[codes] if len(clean) else [], index=column.index, dtype=object)


def _named(by: Sequence[str], known: Sequence[str], where: Path) -> list[str]:
    """The grouping columns; several may be joined by commas."""
    columns = [one for name in by for one in ([name] if name in known else [part.strip() for part in name.split(",")])]
    for column in columns:
        if column not in known:
            raise BadInput(f"{where}: no column {column!r}; the columns are {', '.join(known) or 'none'}.")
    return list(dict.fromkeys(columns))


def _refuse(table: pd.DataFrame, duplicates: str, keep_declined: bool) -> tuple[pd.DataFrame, Refused]:
    """The rows that count, and the others with their reasons."""
    reasons = pd.Series("", index=table.index, dtype=object)
    for column in ("value", "rater", "item"):
        codes, found = pd.factorize(table[column])
        for code, text in enumerate(found):
            if keep_declined and column == "value" and missing_kind(text) == "declined":
                continue
            if left_blank(text):
                words = f"no {column}" if text == "" else f"no {column}: {text!r} ({missing_kind(text)})"
                reasons[codes == code] = words
    complete = reasons == ""
    again = table[complete].duplicated(["item", "rater"], keep="first" if duplicates == "first" else "last")
    repeats = again[again].index
    if len(repeats):
        kept = table[complete].loc[~again]
        counted = {
            (item, rater): f"{_short(value)} in row {row}"
            for item, rater, value, row in zip(kept["item"], kept["rater"], kept["value"], kept["row"], strict=True)
        }
        second = table.loc[repeats]
        for row, item, rater, value in zip(repeats, second["item"], second["rater"], second["value"], strict=True):
            answered = f"rater {rater!r} answers item {item!r} again with {_short(value)}"
            reasons[row] = f"{answered}; the {duplicates} answer, {counted[item, rater]}, counts"
    left_out = reasons != ""
    refused = [
        {"row": int(row), "reason": reason}
        for row, reason in zip(table.loc[left_out, "row"], reasons[left_out], strict=True)
    ]
    return table.loc[~left_out].reset_index(drop=True), refused


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:59] + "…")


def _with_people(ratings: Ratings, people: dict[str, dict[str, str]], columns: Iterable[str], path: Path) -> Ratings:
    """Join the raters' file; "Ann12" in the ratings and "12" in the file are one person."""
    table = ratings.table.copy()
    raters = list(dict.fromkeys(table["rater"]))
    of_rater = {rater: people.get(rater, people.get(rater.removeprefix("Ann"), {})) for rater in raters}
    unknown = [rater for rater in raters if not of_rater[rater]]
    warnings = list(ratings.warnings)
    if unknown:
        warnings.append(f"{path} does not describe {len(unknown)} of {len(raters)} raters, such as {unknown[0]!r}.")
    for column in columns:
        found = {rater: told.get(column, "") for rater, told in of_rater.items()}
        table[f"by {column}"] = table["rater"].map(found).astype(object)
    return Ratings(table, ratings.refused, ratings.columns, warnings, ratings.multiple)
