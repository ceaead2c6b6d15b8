"""The exported folder: it loads with datasets, mlcroissant accepts it, and its card tells what can be counted."""

import json
from pathlib import Path

import datasets
import mlcroissant
import pyarrow as pa
import pytest

from annotation.formats.card import Card, card_of, render_card
from annotation.formats.csv_folder import write_csv_folder
from annotation.formats.dataset import Answer, Dataset, FormatError, Item, Rater
from annotation.formats.huggingface import front_matter, read_folder, write_dataset, write_folder
from annotation.formats.lewidi import read_lewidi

PAIR = {"prompt": [{"role": "user", "content": "Hi"}], "response_a": "Never.", "response_b": "It depends."}


def study() -> Dataset:
    raters = tuple(Rater(f"r{n}", {"gender id": "f" if n < 6 else "m", "age": "DATA_EXPIRED"}) for n in range(8))
    answers = tuple(Answer("i", rater.id, "preference", "ab"[place % 2]) for place, rater in enumerate(raters[:7]))
    tie = Answer("i", "r7", "preference", "tie", ("both fine",), ("values conflict",), {"seconds": 4.5})
    rating = Answer("i", "r7", "helpful, 1–5", "=3", extra={"order": ["b", "a"]})
    return Dataset((Item("i", PAIR, {"lang": "en"}),), raters, (*answers, tie, rating), info={"name": "study"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    stated = {"answers": {"timeframe": "2024-03-01 to 2024-04-30", "protocol": "Choose the better response."}}
    write_dataset(study(), tmp_path / "bundle", card_of(study(), licence="CC-BY-4.0", published="2025-01-31", **stated))
    return tmp_path / "bundle"


def test_every_configuration_loads_with_datasets(folder: Path, tmp_path: Path) -> None:
    rows = json.loads((folder / "manifest.json").read_text())["rows"]

    assert rows == {
        "annotations": 9, "raters": 8, "items": 1, "soft_labels": 4, "preferences_trl": 7, "preferences_undecided": 1,
    }  # fmt: skip
    for name, expected in rows.items():
        loaded = datasets.load_dataset(str(folder), name, split="train", cache_dir=str(tmp_path / "cache"))
        assert loaded.num_rows == expected
    default = datasets.load_dataset(str(folder), split="train", cache_dir=str(tmp_path / "cache"))
    assert set(default["rater_id"]) == {f"r{n}" for n in range(8)}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # in mlcroissant and rdflib themselves
def test_mlcroissant_finds_no_error_and_reads_records(folder: Path) -> None:
    found = mlcroissant.Dataset(jsonld=folder / "croissant.json")

    assert not found.metadata.ctx.issues.errors
    assert found.metadata.data_annotation_protocol == ["Choose the better response."]
    assert str(found.metadata.ctx.conforms_to) == "CroissantVersion.V_1_1"
    records = list(found.records("annotations"))
    assert len(records) == 9
    assert records[0]["annotations/value"] == b"a"
    turns = next(iter(found.records("preferences_trl")))
    assert turns["preferences_trl/prompt"] == [
        {"preferences_trl/prompt/role": b"user", "preferences_trl/prompt/content": b"Hi"}
    ]
    assert next(iter(found.records("raters")))["raters/gender_id"] == b"f"


def test_croissant_states_the_vocabulary_for_responsible_ai(folder: Path) -> None:
    metadata = json.loads((folder / "croissant.json").read_text())

    assert metadata["rai:dataCollectionTimeframe"] == ["2024-03-01", "2024-04-30"]
    assert {name.removeprefix("rai:") for name in metadata if name.startswith("rai:")} == {
        "dataCollection", "dataCollectionType", "dataCollectionMissingData", "dataCollectionRawData",
        "dataCollectionTimeframe", "dataAnnotationProtocol", "dataAnnotationPlatform", "dataAnnotationAnalysis",
        "dataReleaseMaintenancePlan", "personalSensitiveInformation", "dataSocialImpact", "dataBiases",
        "dataLimitations", "dataUseCases", "annotationsPerItem", "annotatorDemographics", "machineAnnotationTools",
    }  # fmt: skip


def test_a_changed_file_is_noticed(folder: Path) -> None:
    path = next((folder / "data" / "raters").iterdir())
    path.write_bytes(path.read_bytes() + b" ")

    with pytest.raises(FormatError, match=r"raters.*differs from what manifest.json says"):
        read_folder(folder)


def test_large_tables_are_cut_into_numbered_files(tmp_path: Path) -> None:
    schema = pa.schema([("n", pa.int64())])
    batches = (pa.record_batch([pa.array(range(4))], schema=schema) for _ in range(5))
    files = write_folder(tmp_path, {"numbers": (schema, batches)}, Card("numbers", rows=20), rows_per_file=8)

    assert [(file.path, file.rows) for file in files["numbers"]] == [
        ("data/numbers/train-00000-of-00003.parquet", 8),
        ("data/numbers/train-00001-of-00003.parquet", 8),
        ("data/numbers/train-00002-of-00003.parquet", 4),
    ]


def test_the_card_hides_small_groups_and_keeps_kinds_of_missing() -> None:
    text = render_card(card_of(study(), k=5))

    assert "gender id: f (fewer than 5 or hidden), m (fewer than 5 or hidden)" in text
    assert "age: (expired) 8" in text
    assert "8 answers about people are expired" in text
    assert "1 tie" in text
    assert "### What they consented to\n\nNot stated." in text


def test_the_card_of_real_data_gives_its_agreement(shared_data: Path) -> None:
    source = read_lewidi(shared_data / "annotation/lewidi/Paraphrase_train.json")
    card = card_of(source)

    assert "Krippendorff's alpha (ordinal) 0.518 over 400 items" in card.answers["analysis"]
    assert card.answers["per_item"] == "4 to 4, median 4, per question."
    assert '- "1K<n<10K"' in front_matter(card, ["annotations"])


def test_formulas_are_neutralised_in_csv_only(tmp_path: Path) -> None:
    write_csv_folder(study(), tmp_path / "csv")

    assert "'=3" in (tmp_path / "csv" / "answers.csv").read_text()
