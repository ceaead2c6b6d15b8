"""Other people's readers open what was exported: datasets, mlcroissant, and TRL's trainers."""

import zipfile
from pathlib import Path
from typing import Any

import datasets
import mlcroissant
import pytest
from django.core.files.storage import default_storage
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import GPT2Config, GPT2ForSequenceClassification, GPT2LMHeadModel, PreTrainedTokenizerFast
from trl import DPOConfig, DPOTrainer, RewardConfig, RewardTrainer

from exports.models import Export
from tests.exports.studies import PAIR, add_item, answer, built, make_study, people_of

pytestmark = pytest.mark.django_db
TURNS = [
    {"role": "user", "content": "Hello"},
    {"role": "assistant", "content": "Hello."},
    {"role": "user", "content": "Is it right to lie to a friend?"},
]


@pytest.fixture(autouse=True)
def _own_storage(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def study() -> Any:
    made = make_study()
    items = [add_item(made, "plain"), add_item(made, "turns", {**PAIR, "turns": TURNS})]
    for number, member in enumerate(people_of(made.community, "yyoo")):
        for item in items:
            value = {"chosen": ("r1", "r2", "r1", "tie")[number], "strength": 1 if number < 3 else None}
            rating = {"r1": {"helpful": 4}, "r2": {"helpful": number + 1}}
            answer(item, member, {"better": {"value": value, "why": "So."}, "rating": {"value": rating}})
    return made


def unpacked(export: Export, folder: Path) -> Path:
    with default_storage.open(export.stored_as) as file, zipfile.ZipFile(file) as archive:
        archive.extractall(folder)
    return folder


def test_datasets_opens_every_configuration(study: Any, tmp_path: Path) -> None:
    export = built(study, options={"licence": "cc-by-4.0"})
    folder = unpacked(export, tmp_path / "bundle")

    rows = export.manifest["rows"]
    assert set(rows) == {
        "annotations", "items", "raters", "soft_labels", "preferences_trl", "preferences_undecided",
    }  # fmt: skip
    for name, expected in rows.items():
        loaded = datasets.load_dataset(str(folder), name, split="train", cache_dir=str(tmp_path / "cache"))
        assert loaded.num_rows == expected
    default = datasets.load_dataset(str(folder), split="train", cache_dir=str(tmp_path / "cache"))
    assert default.num_rows == rows["annotations"] == 4 * 2 * 3


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # in mlcroissant and rdflib themselves
def test_mlcroissant_validates_and_reads_records(study: Any, tmp_path: Path) -> None:
    export = built(study, options={"licence": "cc-by-4.0"})
    found = mlcroissant.Dataset(jsonld=unpacked(export, tmp_path / "bundle") / "croissant.json")

    assert not found.metadata.ctx.issues.errors
    for name, expected in export.manifest["rows"].items():
        assert len(list(found.records(name))) == expected
    assert found.metadata.data_annotation_protocol
    assert found.metadata.license == ["https://spdx.org/licenses/cc-by-4.0.html"]


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    """Of words that were seen, with a chat template; made here, since nothing is downloaded."""
    words = Tokenizer(models.WordLevel(unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.train_from_iterator(
        ["Is it right to lie to a friend ? Never . It depends . Hello . user assistant"],
        trainers.WordLevelTrainer(special_tokens=["<unk>", "<pad>", "<eos>"]),
    )
    made = PreTrainedTokenizerFast(tokenizer_object=words, unk_token="<unk>", pad_token="<pad>", eos_token="<eos>")
    made.chat_template = "{% for m in messages %}{{ m['role'] }} {{ m['content'] }} <eos> {% endfor %}"
    return made


def small(tokenizer: PreTrainedTokenizerFast, **more: Any) -> GPT2Config:
    ids = {"pad_token_id": tokenizer.pad_token_id, "bos_token_id": None, "eos_token_id": tokenizer.eos_token_id}
    size = {"n_layer": 1, "n_head": 1, "n_embd": 8, "n_positions": 128}
    return GPT2Config(vocab_size=len(tokenizer), **ids, **size, **more)


@pytest.mark.parametrize("form", ["explicit", "implicit", "conversational"])
def test_the_trainers_of_trl_take_the_files(
    study: Any, tmp_path: Path, tokenizer: PreTrainedTokenizerFast, form: str
) -> None:
    export = built(study, format="trl", options={"form": form, "question": "better"})
    folder = unpacked(export, tmp_path / "trl")
    assert export.manifest["rows"] == {"preferences": 6, "tie": 2, "people": 4}
    table = datasets.load_dataset("json", data_files=str(folder / "preferences.jsonl"), split="train")
    given = {"output_dir": str(tmp_path / "run"), "report_to": [], "use_cpu": True, "max_length": 64}
    reward = RewardTrainer(
        model=GPT2ForSequenceClassification(small(tokenizer, num_labels=1)),
        args=RewardConfig(**given), processing_class=tokenizer, train_dataset=table,
    )  # fmt: skip
    assert len(reward.train_dataset) == len(table)
    direct = DPOTrainer(
        model=GPT2LMHeadModel(small(tokenizer)), ref_model=GPT2LMHeadModel(small(tokenizer)),
        args=DPOConfig(**given), processing_class=tokenizer, train_dataset=table,
    )  # fmt: skip
    assert len(direct.train_dataset) == len(table)
