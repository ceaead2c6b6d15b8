"""Speed of reward models: pairs per second against a naive loop, and seconds to train beside scikit-learn.

python benchmarks/rewards.py [folder with offensiveness.csv and offensiveness_embeddings.npz]
"""

import contextlib
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import nn

from aggregation.rewards.data import Vocabulary, pairs, points, within_rater_pairs
from aggregation.rewards.encoder import read_npz
from aggregation.rewards.ensemble import Vocabularies
from aggregation.rewards.model import RewardModel, Spec
from aggregation.rewards.objective import pair_losses
from aggregation.rewards.peers import fit_peers
from aggregation.rewards.problem import Problem
from aggregation.rewards.rows import pair_rows
from aggregation.rewards.training import train
from aggregation.rewards.trunk import MlpTrunk

TEXTS, WIDTH, HIDDEN, PAIRS, RATERS = 1050, 384, 256, 55_000, 195


def timed(work: Callable[[], object], *, repeats: int = 5) -> float:
    """Least seconds of several runs."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def pairs_per_second() -> None:
    """One training step over 55 000 pairs: factorised (trunk once per text) and naive (once per pair)."""
    rng = np.random.default_rng(0)
    e = torch.nn.functional.normalize(torch.as_tensor(rng.standard_normal((TEXTS, WIDTH))), dim=1)
    who = rng.integers(0, RATERS, PAIRS)
    compared = pairs(
        rng.integers(0, TEXTS, PAIRS),
        rng.integers(0, TEXTS, PAIRS),
        who,
        np.ones(PAIRS),
        groups=rng.integers(0, 4, (RATERS, 4))[who],
    )
    rows = pair_rows(compared)
    spec = Spec(
        ("reward",), (*((f"g{n}", 4) for n in range(4)), ("context", 0), ("rater", RATERS)), WIDTH, HIDDEN, rank=4
    )
    trunk, model = MlpTrunk(WIDTH, HIDDEN, 0.0).to(torch.float64), RewardModel(spec)

    def factorised() -> None:
        loss = pair_losses(model, model.texts(trunk(e), e), rows).mean()
        loss.backward()

    print(f"factorised head, forward and backward: {PAIRS / timed(factorised):>12,.0f} pairs/s")
    head = nn.Linear(HIDDEN, 1, dtype=torch.float64)

    def naive() -> None:
        for start in range(0, 8192, 64):
            a, b = rows.item_a[start : start + 64], rows.item_b[start : start + 64]
            nn.functional.softplus(head(trunk(e[b])) - head(trunk(e[a]))).mean().backward()

    print(f"trunk run for each pair, batches of 64:{8192 / timed(naive, repeats=2):>12,.0f} pairs/s")


def trl_pairs_per_second() -> None:
    """TRL's RewardTrainer on as many texts of 32 tokens, with the smallest backbone that is one: 2 layers, width 64."""
    try:
        from datasets import Dataset
        from transformers import LlamaConfig, LlamaForSequenceClassification, PreTrainedTokenizerFast
        from trl import RewardConfig, RewardTrainer
    except ImportError:
        print("trl is not installed (the extra 'finetune'); its RewardTrainer is not timed")
        return
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel

    compared, words, rng = 256, 1000, np.random.default_rng(0)
    vocabulary = {f"w{word}": word for word in range(words - 1)} | {"<end>": words - 1}
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(WordLevel(vocabulary, unk_token="<end>")), eos_token="<end>", pad_token="<end>"
    )
    config = LlamaConfig(
        vocab_size=words,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_labels=1,
        pad_token_id=words - 1,
        eos_token_id=words - 1,
    )
    sides = rng.integers(0, words - 1, (2, compared, 32)).tolist()
    with tempfile.TemporaryDirectory() as folder:
        trainer = RewardTrainer(
            model=LlamaForSequenceClassification(config),
            args=RewardConfig(
                output_dir=folder,
                per_device_train_batch_size=64,
                num_train_epochs=1,
                gradient_checkpointing=False,
                logging_steps=1000,
                save_strategy="no",
                report_to=[],
                disable_tqdm=True,
                bf16=False,
            ),
            train_dataset=Dataset.from_dict({"chosen_ids": sides[0], "rejected_ids": sides[1]}),
            processing_class=tokenizer,
        )
        with contextlib.redirect_stdout(io.StringIO()):
            seconds = timed(trainer.train, repeats=1)
    print(f"TRL RewardTrainer, 2 layers of 64:     {compared / seconds:>12,.0f} pairs/s")


def seconds_to_train(folder: Path) -> None:
    """The default training on real ratings, beside the scikit-learn peers."""
    import pandas as pd

    table = pd.read_csv(folder / "offensiveness.csv", dtype=str)
    known = read_npz(folder / "offensiveness_embeddings.npz")
    items = Vocabulary.of(table.instance_id)
    attributes = ("gender", "race", "age", "education")
    named = Vocabularies(
        tuple((name, Vocabulary.of(table[name])) for name in attributes),
        Vocabulary.of(table.user_id),
        Vocabulary(()),
        Vocabulary(("reward",)),
    )
    answers = points(
        items.codes(table.instance_id),
        named.raters.codes(table.user_id),
        table.offensiveness.astype(float).to_numpy(),
        groups=np.stack([levels.codes(table[name]) for name, levels in named.attributes], axis=1),
    )
    teaches = (table.split == "train").to_numpy()
    train_rows, val_rows = answers.take(teaches), answers.take(~teaches)
    problem = Problem(
        np.stack([known[item] for item in items.levels]),
        named,
        2.0,
        train_rows,
        val_rows,
        within_rater_pairs(train_rows),
        within_rater_pairs(val_rows),
    )
    print(f"training, ensemble of 5 with tuning:   {timed(lambda: train(problem), repeats=1):>12.1f} s")
    print(
        "scikit-learn peers (all of them):      "
        f"{timed(lambda: fit_peers(problem, problem.val, problem.val_pairs), repeats=1):>12.1f} s"
    )


def main() -> None:
    torch.set_num_threads(min(2, os.cpu_count() or 1))
    pairs_per_second()
    trl_pairs_per_second()
    default = (
        Path(os.environ.get("POLYPHONY_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")) / "rewards"
    )
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    if (folder / "offensiveness.csv").is_file():
        seconds_to_train(folder)
    else:
        print(f"no ratings in {folder}; training is not timed")


if __name__ == "__main__":
    main()
