"""The files of each format, written from what was read of the database, one item at a time."""

from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from annotation.formats.card import Card, render_card
from annotation.formats.csv_folder import FILES as CSV_FILES
from annotation.formats.csv_folder import write_rows
from annotation.formats.dataset import Answer, Dataset, FormatError
from annotation.formats.huggingface import describe_folder, write_table
from annotation.formats.lewidi_write import write_items, write_people
from annotation.formats.pairs import Judgement, judgements, preferences_within
from annotation.formats.streams import items_with_answers, table_batches
from annotation.formats.tables import PREFERENCES, UNDECIDED, undecided_table_row
from annotation.formats.trl import FORMS
from annotation.formats.trl_write import completions, preference_row, write_completions, write_judgements, write_raters
from exports.building import Material
from exports.models import Export
from exports.sources import Source
from exports.sources.base import batches_of
from jobs.kinds import Unfinishable

DECIDED, OPEN = ("a", "b"), ("tie", "both_bad", "")
Counts = dict[str, int]
Write = Callable[[Export, Source, Material, Card, Path], Counts]


def write_bundle(export: Export, source: Source, material: Material, card: Card, folder: Path) -> Counts:
    """The Parquet folder itself, with preferences for TRL, Croissant metadata and the card as its README."""
    answers: dict[str, tuple[Any, Callable[[], Iterator[Any]]]] = {
        "preferences_trl": (PREFERENCES, lambda: _decided(_judged(export, source, material, DECIDED))),
        "preferences_undecided": (UNDECIDED, lambda: _undecided(_judged(export, source, material, OPEN))),
    }
    for name, (schema, rows) in answers.items():
        material.schemas[name] = schema
        material.files[name] = write_table(material.folder, name, schema, batches_of(rows(), schema))
    files = {name: written for name, written in material.files.items() if written}
    schemas = {name: material.schemas[name] for name in files}
    describe_folder(material.folder, files, schemas, card, info=_info(source, card))
    material.folder.rename(folder)
    return {name: material.rows(name) for name in files}


def write_lewidi(export: Export, source: Source, material: Material, card: Card, folder: Path) -> Counts:
    """One question as LeWiDi JSON, with the annotators' metadata beside it."""
    question = _question(export, material)
    labels = list(material.tally.labels.get(question, ()))
    multiple = any(asked.multiple for asked in source.questions() if asked.name == question)
    edition = int(export.options.get("edition", 3))
    path = folder / f"{export.of.slug[:60].rsplit('_', 1)[0]}_all.json"
    try:
        written = write_items(
            ((item, _answers(question, answers)) for item, answers in items_with_answers(material.folder)),
            path,
            labels=labels,
            multiple=multiple,
            edition=edition,
            task=export.title,
        )
    except FormatError as problem:
        raise Unfinishable(f"{problem} Choose another format, or the third edition.") from None
    if edition == 3:
        write_people(material.raters, path)
    (folder / "README.md").write_text(render_card(card), encoding="utf-8")
    return {"answers": written, "answers to other questions": material.rows("annotations") - written}


def write_trl(export: Export, source: Source, material: Material, card: Card, folder: Path) -> Counts:
    """Preference files: one row per judgement, ties and the rest beside."""
    form = next(one for one in FORMS if one == export.options.get("form", "explicit"))
    if form == "unpaired":
        rows = (row for one in _items(material) for row in completions(one, {}))
        written = write_completions(rows, folder)
    else:
        written = write_judgements(_judged(export, source, material, (*DECIDED, *OPEN)), folder, form=form)
    total = written.preferences + sum(written.undecided.values())
    if not total:
        raise Unfinishable("There is no answer that this form can hold. Choose another question, form or format.")
    counts = {"preferences": written.preferences, **written.undecided}
    if any(rater.demographics for rater in material.raters.raters):
        counts["people"] = write_raters(material.raters.raters, folder)
    (folder / "README.md").write_text(render_card(card), encoding="utf-8")
    return counts


def write_csv(export: Export, source: Source, material: Material, card: Card, folder: Path) -> Counts:
    """Three tables for spreadsheets, cells that would run as formulas neutralised."""
    counts = {}
    for name, file in CSV_FILES.items():
        if name in material.schemas:
            counts[name] = write_rows(folder / file, material.schemas[name], table_batches(material.folder, name))
    (folder / "README.md").write_text(render_card(card), encoding="utf-8")
    return counts


WRITERS: dict[str, Write] = {
    Export.Format.BUNDLE: write_bundle,
    Export.Format.LEWIDI: write_lewidi,
    Export.Format.TRL: write_trl,
    Export.Format.CSV: write_csv,
}


def _info(source: Source, card: Card) -> dict[str, Any]:
    multiple = [question.name for question in source.questions() if question.multiple]
    return {"info": {"name": card.title, "multiple": multiple}}


def _items(material: Material) -> Iterator[Dataset]:
    """Each item with its answers, as a data set of its own."""
    for item, answers in items_with_answers(material.folder):
        yield Dataset((item,), (), tuple(answers))


def _judged(export: Export, source: Source, material: Material, verdicts: Collection[str]) -> Iterator[Judgement]:
    """Pairwise answers; where a question with scores or places is named, the pairs that follow from it.

    Parameters
    ----------
    verdicts : only pairwise answers with these values are read, where no question is named
    """
    question = export.options.get("question") or ""
    pairwise = {asked.name for asked in source.questions() if asked.is_pairwise}
    for item, answers in items_with_answers(material.folder, None if question else verdicts):
        pairs = judgements(Dataset((item,), (), tuple(answers)), pairwise=pairwise)
        yield from (one for one in pairs if not question or one.question == question)
        if question:
            yield from preferences_within(
                item, answers, question, better="low" if export.options.get("better") == "low" else "high"
            )


def _decided(found: Iterable[Judgement]) -> Iterator[dict[str, Any]]:
    return (preference_row(one, "conversational") for one in found if one.verdict in ("a", "b"))


def _undecided(found: Iterable[Judgement]) -> Iterator[dict[str, Any]]:
    return (undecided_table_row(one) for one in found if one.verdict not in ("a", "b"))


def _question(export: Export, material: Material) -> str:
    """The question asked for, or the first with labels."""
    chosen = export.options.get("question")
    known = list(material.tally.labels)
    if chosen in known:
        return str(chosen)
    if chosen or not known:
        raise Unfinishable(f"LeWiDi holds one question with labels; there are: {', '.join(known) or 'none'}.")
    return known[0]


def _answers(question: str, answers: Iterable[Answer]) -> list[Answer]:
    """Answers to the question about the item as a whole; LeWiDi holds one per person and item."""
    return [one for one in answers if one.question == question and one.value and not one.extra.get("target")]
