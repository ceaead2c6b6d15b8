"""What is read as a stream equals what is read at once, wherever the batches are cut."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.formats.dataset import Answer, Dataset, Item
from annotation.formats.huggingface import write_dataset
from annotation.formats.lewidi import read_lewidi
from annotation.formats.streams import (
    count_labels,
    item_chunks,
    items_with_answers,
    labels_found,
    soft_label_batches,
    table_batches,
)
from annotation.formats.tables import SOFT_LABELS, soft_label_rows, tables_of

ROWS = st.lists(
    st.tuples(
        st.integers(0, 4), st.sampled_from(["q", "r", "many"]), st.sampled_from(["", "a"]), st.sampled_from("xyz")
    ),
    min_size=1,
    max_size=40,
)


def dataset_of(rows: list[tuple[int, str, str, str]]) -> Dataset:
    """Answers contiguous by item; the question "many" takes two labels at once."""
    answers = tuple(
        Answer(
            f"i{item}", f"p{place}", question, f"{value},w" if question == "many" else value, extra={"target": target}
        )
        for place, (item, question, target, value) in enumerate(sorted(rows, key=lambda row: row[0]))
    )
    items = tuple(Item(name, {"text": name}) for name in dict.fromkeys(answer.item for answer in answers))
    return Dataset(items, (), answers, info={"multiple": ["many"]})


@given(ROWS, st.integers(1, 7))
def test_soft_labels_do_not_depend_on_where_batches_end(rows: list[tuple[int, str, str, str]], size: int) -> None:
    dataset = dataset_of(rows)
    batches = tables_of(dataset)["annotations"].to_batches(max_chunksize=size)
    labels = labels_found(batches, ["many"])

    found = pa.Table.from_batches(soft_label_batches(count_labels(batches, labels, ["many"])), SOFT_LABELS).to_pylist()

    def key(row: dict[str, object]) -> tuple[str, ...]:
        return tuple(str(row[name]) for name in ("item_id", "question", "target", "label"))

    expected = sorted(soft_label_rows(dataset), key=key)
    assert labels == {question: tuple(dataset.labels(question)) for question in dataset.questions()}
    assert [key(row) for row in sorted(found, key=key)] == [key(row) for row in expected]
    assert np.allclose([row["share"] for row in sorted(found, key=key)], [row["share"] for row in expected])
    chunks = [set(chunk["item_id"].to_pylist()) for chunk in item_chunks(batches) if chunk.num_rows]
    assert sum(map(len, chunks)) == len(set().union(*chunks))


def test_items_come_with_their_answers(shared_data: Path, tmp_path: Path) -> None:
    source = read_lewidi(shared_data / "annotation/lewidi/MP_dev.json")
    write_dataset(source, tmp_path)

    read = list(items_with_answers(tmp_path))

    assert [item for item, _ in read] == list(source.items)
    assert [answer for _, answers in read for answer in answers] == list(source.answers)
    assert len(list(table_batches(tmp_path, "annotations", 1000))) == 16


def test_answers_out_of_order_are_noticed(tmp_path: Path) -> None:
    answers = tuple(Answer(item, "p", "q", "x") for item in ("i2", "i1"))
    write_dataset(Dataset((Item("i1", {}), Item("i2", {})), (), answers), tmp_path)

    with pytest.raises(ValueError, match=r"'i2' do not stand in the order of the items|'i1' do not stand"):
        list(items_with_answers(tmp_path))
