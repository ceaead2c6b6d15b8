"""Nothing is lost: (item, rater, question, value) is the same multiset after writing and reading again."""

from collections.abc import Callable
from pathlib import Path

import pytest

from annotation.formats.csv_folder import read_csv_folder, write_csv_folder
from annotation.formats.dataset import Dataset, FormatError
from annotation.formats.dices import read_dices, write_dices
from annotation.formats.huggingface import read_folder, write_dataset
from annotation.formats.lewidi import read_lewidi
from annotation.formats.lewidi_write import write_lewidi
from annotation.formats.prism import read_prism, write_prism
from annotation.formats.squality import read_squality, write_squality
from annotation.formats.table import Columns, read_table
from annotation.formats.trl import FORMS, Form, read_trl
from annotation.formats.trl_write import write_trl
from tests.annotation.formats.datasets import write_dices_like, write_prism_like

EMAIL = Columns(
    "instance_id",
    "user_id",
    ("revised email",),
    ("original email",),
    ("gender", "race", "age", "occupation", "education"),
)
OFFENSIVENESS = Columns(
    "instance_id", "user_id", ("offensiveness",), ("text",), ("gender", "race", "age", "occupation", "education")
)
D3_ITEMS = Columns("item_id", "", (), ("text",), (), "", ("category",))
D3_RATERS = Columns("Country", "rater_id", ("SES", "care", "equality"), (), ("Age", "Gender", "Region"))
LEWIDI = [
    "ArMIS/ArMIS_train", "ArMIS/ArMIS_dev", "ArMIS/ArMIS_test", "MP_dev", "Paraphrase_train", "Paraphrase_dev",
    "VariErrNLI_train", "VariErrNLI_dev",
]  # fmt: skip
SOURCES: dict[str, Callable[[Path], Dataset]] = {
    **{name: lambda data, name=name: read_lewidi(data / f"annotation/lewidi/{name}.json") for name in LEWIDI},
    "squality": lambda data: read_squality(data / "annotation/squality/all-responses.jsonl"),
    "hh": lambda data: read_trl(data / "annotation/hh_harmless_test.jsonl"),
    "email": lambda data: read_table(data / "annotation/email_rewriting.csv", EMAIL),
    "offensiveness": lambda data: read_table(data / "rewards/offensiveness.csv", OFFENSIVENESS),
    "d3 items": lambda data: read_table(data / "annotation/d3code/d3-items.csv", D3_ITEMS),
    "d3 raters": lambda data: read_table(data / "annotation/d3code/d3-raters.csv", D3_RATERS),
}
SIZES = {  # items, raters, answers, refused
    "ArMIS/ArMIS_train": (657, 3, 1971, 0),
    "MP_dev": (3005, 506, 15178, 0),
    "Paraphrase_train": (400, 4, 1600, 0),
    "VariErrNLI_train": (388, 4, 1443, 0),
    "squality": (300, 4, 6155, 0),
    "hh": (2312, 0, 2312, 0),
    "email": (1411, 227, 2266, 80),
    "offensiveness": (1169, 195, 7564, 0),
    "d3 items": (4554, 0, 0, 36),
    "d3 raters": (21, 4309, 12927, 0),
}


def same(one: Dataset, other: Dataset) -> None:
    assert other.triples() == one.triples()
    assert other.items == one.items
    assert {r.id: r.demographics for r in other.raters} == {r.id: r.demographics for r in one.raters}
    assert [(a.why, a.flags, a.extra) for a in other.answers] == [(a.why, a.flags, a.extra) for a in one.answers]


@pytest.mark.parametrize("name", SIZES)
def test_sources_are_read_completely(shared_data: Path, name: str) -> None:
    found = SOURCES[name](shared_data)

    assert (len(found.items), len(found.raters), len(found.answers), len(found.refusals)) == SIZES[name]


@pytest.mark.parametrize("name", SOURCES)
def test_parquet_folders_and_long_tables_keep_everything(shared_data: Path, tmp_path: Path, name: str) -> None:
    source = SOURCES[name](shared_data)

    write_dataset(source, tmp_path / "parquet")
    write_csv_folder(source, tmp_path / "csv")

    same(source, read_folder(tmp_path / "parquet"))
    same(source, read_csv_folder(tmp_path / "csv"))


@pytest.mark.parametrize("name", LEWIDI)
@pytest.mark.parametrize("edition", [None, 2, 3])
def test_lewidi_keeps_every_answer_in_both_editions(
    shared_data: Path, tmp_path: Path, name: str, edition: int | None
) -> None:
    source = SOURCES[name](shared_data)
    if edition == 2 and source.info["multiple"]:
        with pytest.raises(FormatError, match="LeWiDi joins by commas"):
            write_lewidi(source, tmp_path / "again_dev.json", edition=edition)
        return
    write_lewidi(source, tmp_path / "again_dev.json", edition=edition)

    again = read_lewidi(tmp_path / "again_dev.json")

    assert again.triples() == source.triples()
    assert again.labels("label") == source.labels("label")
    assert [item.texts for item in again.items] == [item.texts for item in source.items]


def test_a_table_of_ratings_becomes_lewidi_and_comes_back(shared_data: Path, tmp_path: Path) -> None:
    source = SOURCES["offensiveness"](shared_data)
    write_lewidi(source, tmp_path / "offensiveness.json")

    again = read_lewidi(tmp_path / "offensiveness.json")

    assert sum(again.triples().values()) == 7564
    assert {(a.item, a.rater, a.value) for a in again.answers} == {(a.item, a.rater, a.value) for a in source.answers}
    people = {rater.id: rater.demographics for rater in source.raters}
    assert {rater.id: rater.demographics for rater in again.raters} == people


@pytest.mark.parametrize("form", [form for form in FORMS if form != "unpaired"])
def test_preferences_keep_who_preferred_what(shared_data: Path, tmp_path: Path, form: Form) -> None:
    source = SOURCES["hh"](shared_data)
    written = write_trl(source, tmp_path / form, form=form)

    again = read_trl(tmp_path / form / "preferences.jsonl")

    assert (written.preferences, written.undecided) == (2312, {})
    assert again.triples() == source.triples()


def test_squality_is_written_as_it_was(shared_data: Path, tmp_path: Path) -> None:
    source = SOURCES["squality"](shared_data)
    assert write_squality(source, tmp_path / "again.jsonl") == 900

    same(source, read_squality(tmp_path / "again.jsonl"))


def test_dices_keeps_answers_people_and_times(tmp_path: Path) -> None:
    source = read_dices(write_dices_like(tmp_path / "dices.csv"))
    assert write_dices(source, tmp_path / "again.csv") == 4

    same(source, read_dices(tmp_path / "again.csv"))


def test_prism_keeps_scores_feedback_and_the_survey(tmp_path: Path) -> None:
    source = read_prism(write_prism_like(tmp_path / "prism"))
    assert write_prism(source, tmp_path / "again") == {"survey": 2, "utterances": 3, "conversations": 1}

    again = read_prism(tmp_path / "again")

    assert again.triples() == source.triples()
    assert {r.id: r.demographics for r in again.raters} == {r.id: r.demographics for r in source.raters}
    assert [item.texts for item in again.items if item.id != "ut9"] == [
        item.texts for item in source.items if item.id != "ut9"
    ]
