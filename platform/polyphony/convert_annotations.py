"""Annotation data in the formats of `polyphony convert`."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from annotation.formats.dataset import Dataset, FormatError
from polyphony.conversions import Loaded, Options, Stored
from polyphony.errors import BadInput, all_refused, place_of


def read_lewidi(source: Path, options: Options) -> Loaded:
    """Read one LeWiDi file with the annotators' metadata beside it, or in ``options["raters"]``."""
    from annotation.formats.lewidi import read_lewidi as read

    return _loaded(source, lambda: read(source, options.get("raters")))


def write_lewidi(dataset: Dataset, target: Path, options: Options) -> Stored:
    """Write one question as LeWiDi JSON."""
    from annotation.formats.lewidi import read_lewidi as read
    from annotation.formats.lewidi_write import write_lewidi as write

    path = target if target.suffix == ".json" else target / f"{dataset.info.get('name', 'data')}.json"
    files = _written(target, lambda: write(dataset, path, edition=options.get("edition"), question=_question(options)))
    return _stored(dataset, [file.name for file in files], read(path), one_question=True)


def read_prism(source: Path, options: Options) -> Loaded:
    """Read a PRISM folder."""
    from annotation.formats.prism import read_prism as read

    return _loaded(source, lambda: read(source))


def write_prism(dataset: Dataset, target: Path, options: Options) -> Stored:
    """Write a PRISM folder."""
    from annotation.formats.prism import read_prism as read
    from annotation.formats.prism import write_prism as write

    rows = _written(target, lambda: write(dataset, target))
    return _stored(dataset, [f"{name}.jsonl" for name, count in rows.items() if count], read(target))


def read_dices(source: Path, options: Options) -> Loaded:
    """Read a DICES table."""
    from annotation.formats.dices import read_dices as read

    return _loaded(source, lambda: read(source))


def write_dices(dataset: Dataset, target: Path, options: Options) -> Stored:
    """Write a DICES table; questions get the names that DICES readers look for."""
    from annotation.formats.dices import read_dices as read
    from annotation.formats.dices import write_dices as write

    path = target if target.suffix == ".csv" else target / "dices.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    _written(target, lambda: write(dataset, path))
    return _stored(dataset, [path.name], read(path))


def read_squality(source: Path, options: Options) -> Loaded:
    """Read SQuALITY reviews."""
    from annotation.formats.squality import read_squality as read

    return _loaded(source, lambda: read(source))


def write_squality(dataset: Dataset, target: Path, options: Options) -> Stored:
    """Write SQuALITY reviews."""
    from annotation.formats.squality import read_squality as read
    from annotation.formats.squality import write_squality as write

    path = target if target.suffix == ".jsonl" else target / "responses.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    _written(target, lambda: write(dataset, path))
    return _stored(dataset, [path.name], read(path))


def read_trl(source: Path, options: Options) -> Loaded:
    """Read a TRL preference file of any form, or a folder with one and its side file."""
    from annotation.formats.trl import read_trl as read

    return _loaded(source, lambda: read(source))


def write_trl(dataset: Dataset, target: Path, options: Options) -> Stored:
    """Write a folder for TRL; where ``options["question"]`` names scores, these become pairs."""
    from annotation.formats.pairs import preferences_from_scores
    from annotation.formats.trl import FORMS
    from annotation.formats.trl import read_trl as read
    from annotation.formats.trl_write import write_trl as write

    folder, name = (target.parent, target.stem) if target.suffix == ".jsonl" else (target, "")
    form = next(one for one in FORMS if one == (options.get("form") or "explicit"))
    question = _question(options)
    if question is None or form == "unpaired":
        written = _written(target, lambda: write(dataset, folder, form=form, name=name))
        return _stored(dataset, list(written.files), read(target))
    better = options.get("better") or _better(dataset, question)
    found = _written(
        target, lambda: list(preferences_from_scores(dataset, question, better="low" if better == "low" else "high"))
    )
    written = _written(target, lambda: write(dataset, folder, form=form, name=name, found=found))
    counts: dict[str, int | None] = {"preferences": written.preferences, **written.undecided}
    return Stored(list(written.files), counts, [f"everything but the pairs that follow from {question!r}"])


def read_csv(source: Path, options: Options) -> Loaded:
    """Read answers.csv with raters.csv and items.csv, or any table through a mapping of its columns."""
    from annotation.formats.csv_folder import is_answers_file, read_csv_folder
    from annotation.formats.rows import columns_of
    from annotation.formats.table import Columns, guess_columns, read_table

    if source.is_dir() or is_answers_file(source):
        return _loaded(source, lambda: read_csv_folder(source))

    def read() -> Dataset:
        guess = guess_columns(columns_of(source))
        mapping = Columns(
            item=options.get("item") or guess.item,
            rater=options.get("rater") or guess.rater,
            values=tuple(options.get("value") or guess.values),
            texts=tuple(options.get("text") or guess.texts),
            demographics=tuple(options.get("demographic") or guess.demographics),
            why=options.get("why") or "",
        )
        if not mapping.item:
            raise FormatError(f"{source}: no column looks like an item; name it with --item.")
        return read_table(source, mapping)

    return _loaded(source, read)


def write_csv(dataset: Dataset, target: Path, options: Options) -> Stored:
    """Write answers.csv, raters.csv and items.csv."""
    from annotation.formats.csv_folder import read_csv_folder, write_csv_folder

    rows = _written(target, lambda: write_csv_folder(dataset, target))
    return _stored(dataset, list(rows), read_csv_folder(target))


def read_folder(source: Path, options: Options) -> Loaded:
    """Read an exported folder of Parquet files."""
    from annotation.formats.huggingface import read_folder as read

    return _loaded(source, lambda: read(source))


def write_folder(dataset: Dataset, target: Path, options: Options) -> Stored:
    """Write a folder that `datasets` opens, with Croissant metadata, a card and a manifest."""
    from annotation.formats.huggingface import read_folder as read
    from annotation.formats.huggingface import write_dataset

    files = _written(target, lambda: write_dataset(dataset, target))
    names = [file.path for written in files.values() for file in written]
    return _stored(dataset, [*names, "README.md", "croissant.json", "manifest.json"], read(target))


def counts_of(dataset: Dataset) -> dict[str, int | None]:
    """What a data set holds."""
    return {
        "items": len(dataset.items),
        "raters": len(dataset.raters),
        "answers": len(dataset.answers),
        "questions": len(dataset.questions()),
    }


def _question(options: Options) -> str | None:
    found = options.get("question")
    return str(found) if found else None


def _better(dataset: Dataset, question: str) -> str:
    """Whether low or high is better, as the source says of questions with this ending; high without a word."""
    known: Mapping[str, str] = dataset.info.get("better", {})
    return next((better for ending, better in known.items() if question.endswith(ending)), "high")


def _loaded(source: Path, read: Callable[[], Dataset]) -> Loaded:
    try:
        dataset = read()
    except FormatError as problem:
        raise BadInput(str(problem)) from None
    except OSError as problem:
        raise BadInput(f"{source}: cannot be read ({problem.strerror}).") from None
    if not (dataset.answers or dataset.items or dataset.raters):
        if not dataset.refusals:
            raise BadInput(f"{source}: there is no row to convert, only names of columns or an empty list.")
        raise BadInput(f"{source}: nothing was read; {all_refused([(r.row, r.reason) for r in dataset.refusals])}")
    refused = [
        {"file": source.name, "row": one.row, "reason": f"{place_of(one.row)}: {one.reason}"}
        for one in dataset.refusals
    ]
    notes = list(dataset.notes) if dataset.answers else [*dataset.notes, "no answer was read"]
    return Loaded(dataset, {**counts_of(dataset), "refused": len(refused)}, refused, notes)


def _written(target: Path, write: Callable[[], Any]) -> Any:
    try:
        return write()
    except (FormatError, ValueError) as refused:
        raise BadInput(f"{target}: {refused}") from None
    except OSError as problem:
        raise BadInput(f"{target}: cannot be written ({problem.strerror or problem}).") from None


def _stored(dataset: Dataset, files: list[str], again: Dataset, *, one_question: bool = False) -> Stored:
    """Count what was written, and what reading it again does not give back."""
    before, after = dataset.triples(), again.triples()
    if one_question:  # such a format does not hold the question's name
        named = Counter({(item, rater, "", value): number for (item, rater, _, value), number in before.items()})
        after = Counter({(item, rater, "", value): number for (item, rater, _, value), number in after.items()})
        lost = named - after if len(dataset.questions()) == 1 else Counter()
        others = len(dataset.answers) - len(again.answers)
        lines = [f"{others} answers to other questions"] if others else []
    else:
        lost, lines = before - after, []
    by_question = Counter[str]()
    for (_, _, question, _), number in lost.items():
        by_question[question] += number
    lines += [f"{number} answers to {question or 'the question'!r}" for question, number in by_question.items()]
    return Stored(files, counts_of(again), lines)
