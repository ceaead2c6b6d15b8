"""An exported folder read as a stream: its answers, contiguous by item, are counted and joined with the items.

Nothing here holds more than one chunk of answers, so that memory does not grow with their number.
"""

# Shapes: U units (items, or parts of them) of a chunk, C labels of a question.

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from annotation.formats.dataset import Answer, Item, in_order
from annotation.formats.tables import MOST_LABELS, SOFT_LABELS, extra_of, item_of

ROWS_AT_ONCE = 20_000
_APART = "\x1f"


@dataclass(frozen=True)
class Counts:
    """How often each label of one question was given, for the items of a chunk.

    Attributes
    ----------
    items, targets : of each unit that was judged, length U; the target is empty where it is the whole item
    counts_UC : answers by label; where a person may give several labels, an answer counts for each
    answers_U : number of answers
    """

    question: str
    labels: tuple[str, ...]
    items: tuple[str, ...]
    targets: tuple[str, ...]
    counts_UC: NDArray[np.int64]
    answers_U: NDArray[np.int64]


def table_batches(folder: Path, name: str, rows: int = ROWS_AT_ONCE) -> Iterator[pa.RecordBatch]:
    """The rows of one configuration of a folder, in order."""
    for path in sorted((folder / "data" / name).glob("*.parquet")):
        with pq.ParquetFile(path) as file:
            yield from file.iter_batches(batch_size=rows)


def item_chunks(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The same rows, cut so that the answers to one item stand in one table; they must be contiguous."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        if not batch.num_rows:
            continue
        last = batch.column("item_id")[-1]
        start = pc.index(batch.column("item_id"), last).as_py()
        if start == 0 and held and held[-1].column("item_id")[-1] == last:
            held.append(batch)
            continue
        yield pa.Table.from_batches([*held, batch.slice(0, start)])
        held = [batch.slice(start)]
    if held:
        yield pa.Table.from_batches(held)


def labels_found(batches: Iterable[pa.RecordBatch], several: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The labels of each question in order; none for a question with more than a scale of 0 to 100 has."""
    found: dict[str, set[str]] = {}
    many = set(several)
    for batch in batches:
        pairs = pa.table({"q": batch.column("question"), "v": batch.column("value")}).group_by(["q", "v"]).aggregate([])
        for question, value in zip(pairs["q"].to_pylist(), pairs["v"].to_pylist(), strict=True):
            held = found.setdefault(question, set())
            if len(held) <= MOST_LABELS:
                held.update(value.split(",") if question in many else [value])
                held.discard("")
    return {name: tuple(in_order(held)) if len(held) <= MOST_LABELS else () for name, held in found.items()}


def count_labels(
    batches: Iterable[pa.RecordBatch], labels: Mapping[str, tuple[str, ...]], several: Iterable[str]
) -> Iterator[Counts]:
    """Count the labels of each unit, question by question; questions without labels and empty values are left out."""
    many = set(several)
    for chunk in item_chunks(batches):
        units = pc.binary_join_element_wise(chunk["item_id"], chunk["target"], _APART).combine_chunks()
        coded = units.dictionary_encode()
        names, codes = coded.dictionary.to_pylist(), coded.indices.to_numpy()
        questions = chunk["question"].combine_chunks()
        given = pc.not_equal(chunk["value"].combine_chunks(), "")
        for question, known in labels.items():
            if not known:
                continue
            mine = pc.and_(pc.equal(questions, question), given).to_numpy(zero_copy_only=False)
            if not mine.any():
                continue
            values, place = chunk["value"].filter(pa.array(mine)).combine_chunks(), codes[mine]
            answers_U = np.bincount(place, minlength=len(names))
            if question in many:
                parts = pc.split_pattern(values, ",")
                place = place[pc.list_parent_indices(parts).to_numpy()]
                values = pc.list_flatten(parts)
            code = pc.index_in(values, pa.array(list(known))).to_numpy(zero_copy_only=False)
            flat = np.bincount(place * len(known) + code.astype(np.int64), minlength=len(names) * len(known))
            answered = answers_U > 0
            parted = [name.rsplit(_APART, 1) for name, some in zip(names, answered.tolist(), strict=True) if some]
            yield Counts(
                question,
                tuple(known),
                tuple(item for item, _ in parted),
                tuple(target for _, target in parted),
                flat.reshape(len(names), len(known))[answered],
                answers_U[answered],
            )


def soft_label_batches(counted: Iterable[Counts]) -> Iterator[pa.RecordBatch]:
    """One row per item, question and label: the share of the item's raters who gave it."""
    for counts in counted:
        wide = len(counts.labels)
        shares = counts.counts_UC / counts.answers_U[:, None]
        yield pa.record_batch(
            {
                "item_id": pa.array(np.repeat(np.array(counts.items, dtype=object), wide), pa.string()),
                "question": pa.array([counts.question] * shares.size, pa.string()),
                "target": pa.array(np.repeat(np.array(counts.targets, dtype=object), wide), pa.string()),
                "label": pa.array(list(counts.labels) * len(counts.items), pa.string()),
                "share": pa.array(shares.ravel(), pa.float64()),
                "raters": pa.array(np.repeat(counts.answers_U, wide), pa.int64()),
            },
            schema=SOFT_LABELS,
        )


def items_with_answers(folder: Path, values: Collection[str] | None = None) -> Iterator[tuple[Item, list[Answer]]]:
    """Each item of a folder with its answers; both tables must have the items in the same order.

    Parameters
    ----------
    values : only answers with one of these values, and only items that have such an answer
    """
    answers = _answers(folder, values)
    following = next(answers, None)
    for batch in table_batches(folder, "items", 1_000):
        for row in batch.to_pylist():
            if values is not None and (following is None or following.item != row["item_id"]):
                continue
            item, mine = item_of(row), []
            while following is not None and following.item == item.id:
                mine.append(following)
                following = next(answers, None)
            yield item, mine
    if following is not None:
        raise ValueError(f"the answers to {following.item!r} do not stand in the order of the items")


_READ = ("item_id", "rater_id", "question", "value", "justifications", "flags", "extra", "target")


def _answers(folder: Path, values: Collection[str] | None) -> Iterator[Answer]:
    wanted = None if values is None else pa.array(sorted(values), pa.string())
    for batch in table_batches(folder, "annotations", 5_000):
        some = batch if wanted is None else batch.filter(pc.is_in(batch.column("value"), wanted))
        columns = (some.column(name).to_pylist() for name in _READ)
        for item, rater, question, value, why, flags, extra, target in zip(*columns, strict=True):
            yield Answer(
                item,
                rater,
                question,
                value,
                tuple(why or ()),
                tuple(flags or ()),
                extra_of({"extra": extra, "target": target}),
            )
