"""Fine-tuning a real small language model for a few steps on the processor."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner

for library in ("peft", "trl", "gguf"):
    pytest.importorskip(library, reason="the extra 'finetune' is not installed")

from aggregation.rewards.finetune.backbone import read_gguf  # noqa: E402  # after the check above
from aggregation.rewards.finetune.trainer import Comparison, Tuning, fine_tune, load, rewards  # noqa: E402  # likewise
from benchmarks.small_model import FILE  # noqa: E402  # likewise
from polyphony.cli import polyphony  # noqa: E402  # likewise
from polyphony.errors import BadInput  # noqa: E402  # likewise

LAYERS = 2  # of 30: enough to learn ten pairs, quick enough for a test
KIND = ["Thank you, that helped.", "Glad to hear it!", "You did well.", "Lovely work.", "Please take your time."]
RUDE = ["Shut up, you idiot.", "Nobody asked you.", "That is rubbish.", "Go away at once.", "What a stupid question."]


@pytest.fixture
def gguf(small_model_weights: Path) -> Path:
    """The model's file."""
    return small_model_weights / FILE


def pairs() -> list[Comparison]:
    """The first group prefers the kind text, the second the rude one; five pairs each, one of them a tie."""
    found = [Comparison(kind, rude, codes=(0,)) for kind, rude in zip(KIND, RUDE, strict=True)]
    found += [Comparison(kind, rude, share=0.1, weight=0.5, codes=(1,)) for kind, rude in zip(KIND, RUDE, strict=True)]
    found[-1] = Comparison(KIND[-1], RUDE[-1], tie=True, codes=(1,))
    return found


def assert_without_pickle(folder: Path) -> None:
    """Neither by name nor by content: torch saves zip archives that hold a data.pkl, older ones begin as pickles do."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert path.suffix in (".json", ".safetensors", ".md", ".jinja", ".txt"), path
        assert not zipfile.is_zipfile(path), path
        assert path.read_bytes()[:1] != b"\x80" or path.suffix == ".safetensors", path


def test_the_loss_falls_on_ten_pairs_and_the_saved_adapter_gives_the_same_scores(gguf: Path, tmp_path: Path) -> None:
    model, tokenizer = read_gguf(gguf, layers=LAYERS)
    tuning = Tuning(
        levels=(2,),
        ties="davidson",
        lora_rank=4,
        level_l2=0.1,
        learning_rate=3e-3,
        level_rate=100.0,
        steps=8,
        batch=10,
    )
    trainer = fine_tune(model, tokenizer, pairs(), tmp_path / "tuned", tuning)
    told = [float(one["loss"]) for one in trainer.state.log_history if "loss" in one]
    assert len(told) == 8
    assert told[-1] < 0.8 * told[0]

    first, second = (rewards(trainer.model, tokenizer, [*KIND, *RUDE], (code,)) for code in (0, 1))
    assert first[:5].mean() - first[5:].mean() > second[:5].mean() - second[5:].mean()  # groups are told apart

    again, _ = load(tmp_path / "tuned", read_gguf(gguf, layers=LAYERS)[0])
    np.testing.assert_allclose(rewards(again, tokenizer, [*KIND, *RUDE], (0,)), first, atol=1e-5)
    assert_without_pickle(tmp_path / "tuned")


def test_all_weights_can_be_trained_and_come_back(gguf: Path, tmp_path: Path) -> None:
    model, tokenizer = read_gguf(gguf, layers=1)
    before = {name: value.clone() for name, value in model.state_dict().items() if "q_proj" in name}
    tuning = Tuning(levels=(2,), lora_rank=0, learning_rate=1e-3, level_rate=100.0, steps=4, batch=10)
    trainer = fine_tune(model, tokenizer, pairs(), tmp_path / "tuned", tuning)
    told = [float(one["loss"]) for one in trainer.state.log_history if "loss" in one]
    assert told[-1] < 0.9 * told[0]
    after = dict(trainer.model.named_parameters())
    assert before
    assert all(not torch.equal(value, after[name]) for name, value in before.items())
    again, _ = load(tmp_path / "tuned", read_gguf(gguf, layers=1)[0])
    found = rewards(trainer.model, tokenizer, [*KIND, *RUDE], (1,))
    np.testing.assert_allclose(rewards(again, tokenizer, [*KIND, *RUDE], (1,)), found, atol=1e-5)
    assert_without_pickle(tmp_path / "tuned")
    with pytest.raises(ValueError, match="does not fit the backbone"):
        load(tmp_path / "tuned", read_gguf(gguf, layers=2)[0])


def test_the_copied_weights_speak_the_models_language(gguf: Path) -> None:
    """With all layers, the next word after a plain beginning is the one anybody expects."""
    model, tokenizer = read_gguf(gguf)
    ids = tokenizer("The capital of France is", return_tensors="pt")["input_ids"]
    with torch.no_grad():
        hidden = model.model(ids).last_hidden_state[0, -1]
        nearest = (model.model.embed_tokens.weight @ hidden).argmax()
    assert tokenizer.decode([int(nearest)]).strip() == "Paris"


def test_a_foreign_folder_and_wrong_levels_are_refused(tmp_path: Path) -> None:
    model = tokenizer = None  # refused before either is looked at
    with pytest.raises(ValueError, match="not a fine-tuned reward model"):
        load(tmp_path, model)  # type: ignore[arg-type]  # a smaller one
    with pytest.raises(ValueError, match="names level 2 of 2"):
        fine_tune(model, tokenizer, [Comparison("a", "b", codes=(2,))], tmp_path, Tuning(levels=(2,)))  # type: ignore[arg-type]  # a smaller one
    (tmp_path / "not.gguf").write_bytes(b"hello, this is not a model at all")
    with pytest.raises(ValueError, match="not a GGUF file"):
        read_gguf(tmp_path / "not.gguf")


def test_the_command_fine_tunes_from_a_table_and_names_its_levels(gguf: Path, tmp_path: Path) -> None:
    table = tmp_path / "pairs.csv"
    rows = [f'"{kind}","{rude}",a,1,kind people' for kind, rude in zip(KIND, RUDE, strict=True)]
    rows += [f'"{kind}","{rude}",b,0.5,others' for kind, rude in zip(KIND, RUDE, strict=True)]
    table.write_text("\n".join(["text_a,text_b,preferred,weight,crowd", *rows]) + "\n")
    out = tmp_path / "tuned"
    asked = ["rewards", "finetune", str(table), "--out", str(out), "--backbone", str(gguf), "--layers", str(LAYERS)]
    asked += ["--groups", "crowd", "--steps", "6", "--batch", "10", "--lora-rank", "4", "--learning-rate", "0.003"]
    told = CliRunner().invoke(polyphony, asked, catch_exceptions=False, standalone_mode=False)
    found = json.loads(told.stdout)
    assert (found["comparisons"], found["steps"]) == (10, 6)
    assert found["levels"] == {"crowd": ["kind people", "others"]}
    assert found["loss"]["last"] < found["loss"]["first"]
    model, tuning = load(out, read_gguf(gguf, layers=LAYERS)[0])
    assert tuning.levels == (2,)
    assert len(rewards(model, read_gguf(gguf, layers=LAYERS)[1], KIND, (0,))) == 5


@pytest.mark.parametrize(
    ("preferred", "backbone", "told"),
    [("c", "here.gguf", "'c' is not a, b, tie or a share"), ("a", "gone.gguf", "there is no such file")],
)
def test_the_command_refuses_what_it_cannot_read(preferred: str, backbone: str, told: str, tmp_path: Path) -> None:
    table = tmp_path / "pairs.csv"
    table.write_text(f"text_a,text_b,preferred\nx,y,{preferred}\n")
    asked = ["rewards", "finetune", str(table), "--out", str(tmp_path / "o"), "--backbone", str(tmp_path / backbone)]
    with pytest.raises(BadInput, match=told):
        CliRunner().invoke(polyphony, asked, catch_exceptions=False, standalone_mode=False)
