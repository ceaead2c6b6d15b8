"""Any table of answers, read through a mapping of its columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotation.formats.dataset import Answer, Dataset, FormatError
from annotation.formats.gathering import Gathering, clean_value
from annotation.formats.missing import canonical_id, left_blank
from annotation.formats.rows import as_text, columns_of, read_rows
from annotation.formats.text_files import similar

_USUAL = {
    "item": ("item_id", "item", "instance_id", "id", "question_id", "prompt_id", "task"),
    "rater": ("rater_id", "rater", "user_id", "annotator_id", "annotator", "worker_id", "worker", "user"),
    "value": ("value", "label", "rating", "answer", "score", "annotation", "response"),
}
_TEXTS = ("text", "prompt", "context", "post", "reply", "question", "statement", "response", "original email")
_DEMOGRAPHICS = (
    "age", "gender", "sex", "race", "ethnicity", "education", "occupation", "region", "country", "nationality",
    "religion", "employment", "ses", "language",
)  # fmt: skip


@dataclass(frozen=True)
class Columns:
    """Which column of a table is what.

    Attributes
    ----------
    item, rater : id columns; rater is empty where the table names nobody
    values : columns of answers, one question each
    texts : columns of what was judged
    demographics : columns that describe the rater
    why : column of justifications, or empty
    beside : columns kept with the answer, such as time on task; with the item where there are no answers
    """

    item: str
    rater: str
    values: tuple[str, ...]
    texts: tuple[str, ...] = ()
    demographics: tuple[str, ...] = ()
    why: str = ""
    beside: tuple[str, ...] = ()

    def named(self) -> list[str]:
        """Every column that the mapping uses."""
        single = [name for name in (self.item, self.rater, self.why) if name]
        return [*single, *self.values, *self.texts, *self.demographics, *self.beside]


def guess_columns(names: Sequence[str]) -> Columns:
    """A mapping from usual names, for a preview that a person can correct; unknown parts are empty."""

    def first(part: str) -> str:
        folded = {name.casefold().replace(" ", "_"): name for name in names}
        return next((folded[usual] for usual in _USUAL[part] if usual in folded), "")

    item, rater, value = (first(part) for part in ("item", "rater", "value"))
    free = [name for name in names if name not in (item, rater, value)]
    texts = tuple(name for name in free if name.casefold() in _TEXTS)
    people = tuple(name for name in free if name not in texts and name.casefold().split("_")[-1] in _DEMOGRAPHICS)
    return Columns(item, rater, (value,) if value else (), texts, people)


def read_table(path: Path, columns: Columns) -> Dataset:
    """Read a table of answers, one row per answer or per person and item.

    A row without item, rater or any value is refused; so is a second answer, or another text for a known item.

    Raises
    ------
    FormatError
        If the file cannot be read, or lacks a column; similar names are suggested.
    """
    check_columns(path, columns.named())
    found = Gathering()
    for number, row in read_rows(path):
        if isinstance(row, str):
            found.refuse(number, row)
            continue
        cells = {name: as_text(cell) for name, cell in row.items()}
        take_row(found, number, cells, columns)
    return found.dataset(name=path.stem, columns=columns)


def take_row(found: Gathering, number: int, cells: dict[str, str], columns: Columns) -> None:
    """Take one row of text cells in."""
    item, rater = canonical_id(cells.get(columns.item, "")), canonical_id(cells.get(columns.rater, ""))
    if left_blank(item):
        found.refuse(number, f"no {columns.item}")
        return
    if columns.rater and left_blank(rater):
        found.refuse(number, f"no {columns.rater}")
        return
    if not columns.values and item in found.items:
        found.refuse(number, f"item {item!r} stands in the file already")
        return
    of_item = {} if columns.values else {name: cells.get(name, "") for name in columns.beside}
    if not found.add_item(number, item, {name: cells.get(name, "") for name in columns.texts}, of_item):
        return
    differing = found.add_rater(rater, _told(cells, columns.demographics)) if columns.rater else {}
    given = [(name, cells.get(name, "")) for name in columns.values]
    answered = [(name, value) for name, value in given if not left_blank(value)]
    if columns.values and not answered:
        found.refuse(number, f"no {' and no '.join(columns.values)}" + _instead(given))
        return
    for name, _ in set(given) - set(answered):
        found.note(f"rows without {name}")
    why = cells.get(columns.why, "") if columns.why else ""
    beside = {name: cells.get(name, "") for name in columns.beside if cells.get(name, "")} | differing
    for name, value in answered:
        answer = Answer(item, rater, name, clean_value(value), (why,) if why else (), extra=beside)
        found.add_answer(number, answer, anonymous=not columns.rater)


def check_columns(path: Path, wanted: Iterable[str]) -> None:
    """Every column wanted is there.

    Raises
    ------
    FormatError
        Naming the first that is not, and the most similar one that is.
    """
    known = columns_of(path)
    if not known:
        raise FormatError(f"{path}: is empty.")
    for name in wanted:
        if name not in known:
            listed = ", ".join(known)
            raise FormatError(f"{path}: no column {name!r}; the columns are {listed}.{similar(name, known)}")


def _told(cells: dict[str, str], columns: Iterable[str]) -> dict[str, str]:
    return {name: canonical_id(cells.get(name, "")) for name in columns}


def _instead(given: list[tuple[str, str]]) -> str:
    stated = [value for _, value in given if value]
    return f": {stated[0]!r}" if stated else ""
