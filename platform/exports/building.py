"""Building an export: one pass over the database into Parquet, everything else from there, then one archive.

Memory does not grow with the number of answers: rows come as record batches and leave as record batches.
"""

import hashlib
import random
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from aggregation.algorithms.privacy.free_text import Finding, without_personal_data
from annotation.formats.dataset import Dataset, Rater
from annotation.formats.huggingface import WrittenFile, write_table
from annotation.formats.streams import count_labels, labels_found, soft_label_batches, table_batches
from annotation.formats.tables import ANNOTATIONS, SOFT_LABELS, items_schema, rater_row, raters_schema, row_of_item
from annotation.formats.tally import Tally
from exports.models import Export, ReleasedPerson
from exports.people import describe
from exports.privacy import Choices, Protected, protect
from exports.sources import Clean, Source
from exports.sources.base import NOBODY, batches_of

Report = Callable[[float, str], None]


@dataclass(frozen=True)
class Material:
    """What was read of the database, in the folder that Hugging Face's `datasets` opens.

    Attributes
    ----------
    files, schemas : by configuration
    raters : the people as they leave, without answers
    tally : what was counted while the answers streamed by
    facts : for the manifest: rules applied, and what was left out and why
    """

    folder: Path
    files: dict[str, list[WrittenFile]]
    schemas: dict[str, pa.Schema]
    raters: Dataset
    tally: Tally
    facts: dict[str, Any]

    def rows(self, name: str) -> int:
        """Rows of a configuration."""
        return sum(file.rows for file in self.files.get(name, ()))


def read_people(source: Source, choices: Choices) -> tuple[Protected, int]:
    """The people of a source as they may leave, and how many answers about people were not given for release."""
    people, withheld = describe(set(source.members()) - source.nobody())
    return protect(people, choices), withheld


def read_source(export: Export, source: Source, folder: Path, report: Report) -> Material:
    """Read items, people and answers into Parquet; within one view of the data."""
    choices = Choices.from_json(export.privacy)
    report(0.02, "Reading what people told about themselves")
    people, withheld = read_people(source, choices)
    names = name_people(export, people.table.index.tolist(), sorted(source.nobody()))
    clean = cleaner(export)
    columns = [str(column) for column in people.table.columns]
    raters = [
        Rater(names[member], dict(zip(columns, told, strict=True)))
        for member, told in zip(people.table.index, people.table.itertuples(index=False, name=None), strict=True)
    ]
    raters.sort(key=lambda rater: rater.id)
    texts = source.item_texts()
    tables: dict[str, tuple[pa.Schema, Iterator[pa.RecordBatch]]] = {}
    schema = items_schema([_column(name, turns) for name, turns in texts.items()])
    tables["annotations"] = ANNOTATIONS, _counted(source.answers(export, clean), report)
    tables["items"] = schema, batches_of((row_of_item(row, texts) for row in source.items(export, clean)), schema)
    schema = raters_schema(columns)
    tables["raters"] = schema, batches_of(map(rater_row, raters), schema)
    files = {name: write_table(folder, name, shape, batches) for name, (shape, batches) in tables.items()}
    facts = {
        "privacy": {
            "k": choices.k,
            "columns": {name: column.do for name, column in choices.columns.items()},
            "generalised": {n: dict(c.mapping) for n, c in choices.columns.items() if c.do == "generalise"},
            "rare": choices.rare,
            "people_before": _sizes(people.before),
            "people_after": _sizes(people.after),
            "pseudonyms": "made for this export alone",
            "never_included": ["ids of crowd services", "addresses", "exact times", "own words about oneself"],
        },
        "columns_beside": {
            "included": [f"{one['place']}: {one['name']}" for one in export.beside if one["kept"]],
            "held_back": [f"{one['place']}: {one['name']}" for one in export.beside if not one["kept"]],
        },
        "left_out": {
            **source.left_out(),
            "people whose combination was too rare": len(people.left_out),
            "people whose description is held back": len(people.blanked),
            "answers about people that were not given for release": withheld,
        },
    }
    report(0.6, "Counting")
    tally = Tally()
    several = [question.name for question in source.questions() if question.multiple]
    labels = labels_found(table_batches(folder, "annotations"), several)
    words = {question.name for question in source.questions() if question.is_text}
    labels = {name: () if name in words else known for name, known in labels.items()}
    counted = tally.watch(count_labels(table_batches(folder, "annotations"), labels, several))
    files["soft_labels"] = write_table(folder, "soft_labels", SOFT_LABELS, soft_label_batches(counted))
    schemas = {name: shape for name, (shape, _) in tables.items()} | {"soft_labels": SOFT_LABELS}
    return Material(folder, files, schemas, Dataset((), tuple(raters), ()), tally, facts)


def name_people(export: Export, members: list[int], nobody: list[int]) -> dict[int, str]:
    """A new pseudonym for each member, in random order, so that it tells nothing; former ones of this export go."""
    ReleasedPerson.objects.filter(export=export).delete()
    order = list(members)
    random.SystemRandom().shuffle(order)
    wide = max(4, len(str(len(order))))
    names = {member: f"p{number:0{wide}d}" for number, member in enumerate(order, start=1)}
    names |= {member: f"{NOBODY}{number}" for number, member in enumerate(nobody, start=1)}
    ReleasedPerson.objects.bulk_create(
        (ReleasedPerson(export=export, member_id=member, pseudonym=name) for member, name in names.items()),
        batch_size=5_000,
    )
    return names


def cleaner(export: Export) -> Clean:
    """Takes personal data out of texts, except what somebody decided to keep.

    In what people wrote, everything that was found goes unless it was kept; in what was judged, only what was found
    when somebody looked and was not kept.
    """
    decided = export.findings.values_list("place", "kind", "text", "is_kept")
    kept = {(place, kind, text) for place, kind, text, is_kept in decided if is_kept}

    def clean(place: str, text: str) -> str:
        def keep(finding: Finding) -> bool:
            return (place, finding.kind, finding.text[:300]) in kept

        return without_personal_data(text, keep)

    return clean


def pack(folder: Path, archive: Path) -> str:
    """One zip of a folder, the same bytes for the same files; returns its SHA-256."""
    with zipfile.ZipFile(archive, "w") as target:
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), date_time=(1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            is_packed = path.suffix == ".parquet"
            entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            with path.open("rb") as source, target.open(entry, "w", force_zip64=True) as into:
                shutil.copyfileobj(source, into, 1 << 20)
    with archive.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def working_folder() -> "tempfile.TemporaryDirectory[str]":
    """A folder that goes away."""
    return tempfile.TemporaryDirectory(prefix="polyphony-export-")


def _counted(batches: Iterator[pa.RecordBatch], report: Report) -> Iterator[pa.RecordBatch]:
    rows = 0
    for batch in batches:
        rows += batch.num_rows
        report(0.05 + 0.5 * rows / (rows + 200_000), f"{rows:,} answers written")
        yield batch


def _column(name: str, is_turns: bool) -> str:
    return f"text_{name}_json" if is_turns else f"text_{name}"


def _sizes(found: Any) -> dict[str, int] | None:
    if found is None:
        return None
    return {
        "combinations": len(found.cells),
        "smallest": found.smallest,
        "unique": found.unique,
        "below_k": found.below_k,
    }
