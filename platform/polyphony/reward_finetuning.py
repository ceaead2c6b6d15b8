"""`polyphony rewards finetune`: from a table of comparisons and a backbone to a folder of adapters."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from aggregation.rewards.data import Vocabulary
from aggregation.rewards.encoder import text_of
from aggregation.rewards.tables import share_of
from polyphony.errors import BadInput
from polyphony.files import engine, input_sha256, numbers, read_table, write_result
from polyphony.reward_tables import said_of

LEVELS = "levels.json"
MISSING = "fine-tuning needs the extra: pip install 'polyphony[finetune]' (missing: {})"


def finetune_from_files(
    pairs: Path,
    out: Path,
    backbone: str,
    *,
    groups: tuple[str, ...],
    ties: Any,
    steps: int,
    epochs: float,
    batch: int,
    lora_rank: int,
    learning_rate: float,
    layers: int | None,
    bf16: bool,
    seed: int,
) -> None:
    """Read, fine-tune, write the adapters with the levels they know, and print how the loss fell."""
    try:
        from aggregation.rewards.finetune.trainer import Comparison, Tuning, fine_tune
    except ModuleNotFoundError as problem:
        raise BadInput(MISSING.format(problem.name)) from None
    table = read_table(pairs, needs=["text_a", "text_b", "preferred", *groups])
    if not len(table):
        raise BadInput(f"{pairs}: has no comparisons.")
    named = {name: Vocabulary.of(table[name]) for name in groups}
    codes = pd.DataFrame({name: vocabulary.codes(table[name]) for name, vocabulary in named.items()})
    prompts = table["prompt"] if "prompt" in table.columns else [""] * len(table)
    weight = numbers(table, "weight", pairs) if "weight" in table.columns else [1.0] * len(table)
    comparisons = [
        Comparison(
            text_of(prompt, a),
            text_of(prompt, b),
            share=said_of(pairs, partial(share_of, said, row)),
            tie=said.strip().lower() == "tie",
            weight=float(weight[row]),
            codes=tuple(int(code) for code in codes.iloc[row]) if groups else (),
        )
        for row, (prompt, a, b, said) in enumerate(
            zip(prompts, table["text_a"], table["text_b"], table["preferred"], strict=True)
        )
    ]
    model, tokenizer = _backbone(backbone, layers, seed)
    tuning = Tuning(
        levels=tuple(len(vocabulary) for vocabulary in named.values()),
        ties=ties,
        lora_rank=lora_rank,
        learning_rate=learning_rate,
        epochs=epochs,
        steps=steps,
        batch=batch,
        seed=seed,
        bf16=bf16,
    )
    out.mkdir(parents=True, exist_ok=True)
    trainer = fine_tune(model, tokenizer, comparisons, out, tuning)
    if not trainer.is_world_process_zero():
        return
    levels = {name: list(vocabulary.levels) for name, vocabulary in named.items()}
    (out / LEVELS).write_text(json.dumps(levels, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    losses = [float(one["loss"]) for one in trainer.state.log_history if "loss" in one]
    write_result(
        {
            "engine": engine(seed, {"backbone": backbone, "ties": ties, "lora_rank": lora_rank, "layers": layers}),
            "input_sha256": input_sha256(pairs),
            "out": str(out),
            "comparisons": len(comparisons),
            "levels": levels,
            "steps": int(trainer.state.global_step),
            "loss": {"first": losses[0] if losses else None, "last": losses[-1] if losses else None},
        },
        None,
    )


def _backbone(backbone: str, layers: int | None, seed: int) -> tuple[Any, Any]:
    """A GGUF file, or a Hugging Face model by folder or name, with its tokenizer."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, set_seed

    from aggregation.rewards.finetune.backbone import read_gguf

    path = Path(backbone)
    if path.suffix == ".gguf":
        if not path.is_file():
            raise BadInput(f"--backbone {backbone}: there is no such file.")
        return said_of(path, lambda: read_gguf(path, layers=layers, seed=seed))
    if layers is not None:
        raise BadInput("--layers: only a GGUF file is read in part.")
    set_seed(seed)
    try:
        model = AutoModelForSequenceClassification.from_pretrained(backbone, num_labels=1)
        tokenizer = AutoTokenizer.from_pretrained(backbone)
    except (OSError, ValueError) as problem:
        first = str(problem).splitlines()[0]
        raise BadInput(f"--backbone {backbone}: {first}") from None
    return model, tokenizer
