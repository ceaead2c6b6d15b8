"""TRL's RewardTrainer for comparisons that differ in who made them, how sure they are, and may be ties.

Shapes: B comparisons of a batch, F factors.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from numpy.typing import NDArray
from peft import LoraConfig, PeftModel
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase, PrinterCallback
from trl import RewardConfig, RewardTrainer
from trl.trainer.reward_trainer import DataCollatorForPreference

from aggregation.rewards import losses
from aggregation.rewards.finetune.conditioned import HEAD, PEOPLE, condition
from aggregation.rewards.plan import Ties

ABOUT = "conditioning.json"
ARGUMENTS = "training_args.bin"
ADAPTERS, WHOLE = "adapter_model.safetensors", "model.safetensors"
KEPT = ["chosen_ids", "rejected_ids", "codes", "share", "tie", "weight"]


@dataclass(frozen=True)
class Comparison:
    """One person's comparison of two texts."""

    a: str
    b: str
    share: float = 1.0  # how much a was preferred, 0 to 1
    tie: bool = False
    weight: float = 1.0
    codes: tuple[int, ...] = ()  # levels of the person, -1 for withheld


@dataclass(frozen=True)
class Tuning:
    """How to fine-tune; the defaults suit a small model and a few thousand comparisons."""

    levels: tuple[int, ...] = ()  # how many each factor has
    rank: int = 2  # learnt directions by which levels differ
    ties: Ties = "none"
    lora_rank: int = 16  # 0: no adapters, every weight of the backbone is trained
    level_l2: float = 1.0
    learning_rate: float = 2e-4
    level_rate: float = 10.0  # times the learning rate, for the levels, of which there are few and no adapter
    epochs: float = 1.0
    steps: int = -1  # above 0: so many instead of epochs
    batch: int = 8
    longest: int = 512  # tokens of a text
    seed: int = 0
    bf16: bool = False


class Collator(DataCollatorForPreference):  # type: ignore[misc]  # trl's types are not read
    """Pads both sides and carries who, how much, ties and weights."""

    def torch_call(self, examples: list[dict[str, Any]]) -> dict[str, Any]:
        """One batch; the codes are repeated for the second half of the texts."""
        batch: dict[str, Any] = super().torch_call(examples)
        codes = torch.tensor([example["codes"] for example in examples], dtype=torch.long)
        batch["codes"] = torch.cat([codes, codes])
        for name in ("share", "weight"):
            batch[name] = torch.tensor([example[name] for example in examples], dtype=torch.float32)
        batch["tie"] = torch.tensor([example["tie"] for example in examples], dtype=torch.bool)
        return batch


class PreferenceTrainer(RewardTrainer):  # type: ignore[misc]  # trl's types are not read
    """RewardTrainer with groups, weights, ties and soft labels; everything else is TRL's and accelerate's."""

    def __init__(
        self, *arguments: Any, ties: Ties = "none", level_l2: float = 1.0, level_rate: float = 10.0, **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        self.ties, self.level_l2, self.level_rate = ties, level_l2, level_rate

    def create_optimizer(self, *arguments: Any, **named: Any) -> torch.optim.Optimizer:
        """TRL's optimiser, with a rate of its own for the levels."""
        optimiser: torch.optim.Optimizer = super().create_optimizer(*arguments, **named)
        levels = {id(value) for name, value in self.model.named_parameters() if PEOPLE in name}
        for group in list(optimiser.param_groups):
            moved = [value for value in group["params"] if id(value) in levels]
            if moved:
                group["params"] = [value for value in group["params"] if id(value) not in levels]
                optimiser.add_param_group({**group, "params": moved, "lr": group["lr"] * self.level_rate})
        return optimiser

    def _set_signature_columns_if_needed(self) -> None:
        self._signature_columns = KEPT

    def compute_loss(
        self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """Weighted mean loss of the batch's comparisons, plus the prior of the levels that occur in it."""
        found = model(
            input_ids=inputs["input_ids"],
            attention_mask=inputs["attention_mask"],
            codes=inputs["codes"],
            use_cache=False,
        )
        reward_a, reward_b = torch.chunk(found.logits[:, 0].float(), 2)
        gap = (reward_a - reward_b)[:, None]
        each = _losses(gap, inputs["share"], inputs["tie"], found.logits[:1, 1].float(), self.ties)
        loss = (inputs["weight"] * each).sum() / inputs["weight"].sum().clamp_min(1e-12)
        loss = loss + self._prior(model, len(each))
        mode = "train" if self.model.training else "eval"
        decided = ~inputs["tie"]
        if bool(decided.any()):
            right = ((gap[:, 0] > 0) == (inputs["share"] > 0.5))[decided].float().mean()
            self._metrics[mode]["accuracy"].append(right.item())
        self._metrics[mode]["margin"].append(gap.detach().mean().item())
        return (loss, found) if return_outputs else loss

    def _prior(self, model: Any, batch: int) -> Tensor:
        tables = [value for name, value in model.named_parameters() if PEOPLE in name and value.requires_grad]
        square: Tensor = torch.stack([(value.float() ** 2).sum() for value in tables]).sum()
        return 0.5 * self.level_l2 * square / max(len(self.train_dataset), batch)


def _losses(gap: Tensor, share: Tensor, tie: Tensor, log_nu: Tensor, ties: Ties) -> Tensor:
    gate = torch.zeros_like(gap)
    if ties == "rao-kupper":
        return losses.rao_kupper(gap, share, tie, log_nu, gate)
    if ties == "davidson":
        return losses.davidson(gap, share, tie, log_nu, gate)
    return losses.bradley_terry(gap, torch.where(tie, torch.full_like(share, 0.5), share), gate)


def fine_tune(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    comparisons: Sequence[Comparison],
    out: Path,
    tuning: Tuning | None = None,
) -> PreferenceTrainer:
    """Train LoRA adapters, the head and the levels on comparisons, and write them to ``out`` (not the backbone).

    With ``lora_rank`` 0 every weight is trained, and the whole model is written.

    Under ``accelerate launch`` each process takes its part of the batch; the main one writes.

    Raises
    ------
    ValueError
        If there are no comparisons, or one names more factors than ``tuning.levels`` or a level beyond them.
    """
    tuning = tuning or Tuning()
    _check(comparisons, tuning)
    conditioned = condition(model, tuning.levels, rank=tuning.rank, seed=tuning.seed)
    trainer = PreferenceTrainer(
        model=conditioned,
        args=RewardConfig(
            output_dir=str(out),
            per_device_train_batch_size=tuning.batch,
            learning_rate=tuning.learning_rate,
            num_train_epochs=tuning.epochs,
            max_steps=tuning.steps,
            max_length=tuning.longest,
            seed=tuning.seed,
            bf16=tuning.bf16,
            gradient_checkpointing=False,
            logging_steps=1,
            save_strategy="no",
            report_to=[],
            disable_tqdm=True,
        ),
        data_collator=Collator(pad_token_id=tokenizer.pad_token_id),
        train_dataset=_tokenized(comparisons, tokenizer, tuning),
        processing_class=tokenizer,
        peft_config=_adapters(tuning),
        ties=tuning.ties,
        level_l2=tuning.level_l2,
        level_rate=tuning.level_rate,
    )
    trainer.remove_callback(PrinterCallback)  # it would print each step to standard output
    trainer.train()
    trainer.save_model(str(out))
    if trainer.is_world_process_zero():
        (out / ARGUMENTS).unlink(missing_ok=True)  # transformers pickles its arguments; conditioning.json tells ours
        (out / ABOUT).write_text(json.dumps(asdict(tuning), indent=1) + "\n", encoding="utf-8")
    return trainer


def _adapters(tuning: Tuning) -> LoraConfig | None:
    if tuning.lora_rank == 0:
        return None
    return LoraConfig(
        r=tuning.lora_rank,
        lora_alpha=2 * tuning.lora_rank,
        target_modules="all-linear",
        exclude_modules=[HEAD, PEOPLE],
        modules_to_save=[HEAD, PEOPLE],
        task_type="SEQ_CLS",
    )


def load(folder: Path, backbone: PreTrainedModel) -> tuple[Any, Tuning]:
    """The fine-tuned model again, from its folder and the same (unconditioned) backbone that it was made from.

    Raises
    ------
    ValueError
        If the folder is not one that :func:`fine_tune` wrote, or was made from another backbone.
    """
    kept = [folder / name for name in (ADAPTERS, WHOLE) if (folder / name).is_file()]
    if not (folder / ABOUT).is_file() or not kept:
        raise ValueError(f"{folder}: no {ABOUT} with {ADAPTERS} or {WHOLE}; this is not a fine-tuned reward model")
    plain = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    tuning = Tuning(**{**plain, "levels": tuple(plain["levels"])})
    model = condition(backbone, tuning.levels, rank=tuning.rank, seed=tuning.seed)
    if tuning.lora_rank:
        return PeftModel.from_pretrained(model, str(folder)).eval(), tuning
    try:
        model.load_state_dict(load_file(folder / WHOLE))
    except (RuntimeError, SafetensorError) as problem:
        first = str(problem).splitlines()[0]
        raise ValueError(f"{folder / WHOLE}: does not fit the backbone ({first})") from None
    return model.eval(), tuning


@torch.no_grad()
def rewards(
    model: Any,
    tokenizer: PreTrainedTokenizerBase,
    texts: Sequence[str],
    codes: Sequence[int] = (),
    *,
    longest: int = 512,
    batch: int = 16,
) -> NDArray[np.float64]:
    """Rewards of texts for everybody, or for people with these codes, shape (n_texts,)."""
    model.eval()
    device = next(model.parameters()).device
    found = []
    for start in range(0, len(texts), batch):
        ids = tokenizer(
            [text + tokenizer.eos_token for text in texts[start : start + batch]],
            padding=True,
            truncation=True,
            max_length=longest,
            return_tensors="pt",
        ).to(device)
        asked = torch.tensor([list(codes)] * len(ids["input_ids"]), device=device) if codes else None
        logits = model(input_ids=ids["input_ids"], attention_mask=ids["attention_mask"], codes=asked).logits
        found.append(logits[:, 0].double().cpu().numpy())
    return np.concatenate(found) if found else np.zeros(0)


def _tokenized(comparisons: Sequence[Comparison], tokenizer: PreTrainedTokenizerBase, tuning: Tuning) -> Dataset:
    def ids(text: str) -> list[int]:
        coded: list[int] = tokenizer(text + tokenizer.eos_token, truncation=True, max_length=tuning.longest)[
            "input_ids"
        ]
        return coded

    withheld = [-1] * max(len(tuning.levels), 1)
    return Dataset.from_list(
        [
            {
                "chosen_ids": ids(one.a),
                "rejected_ids": ids(one.b),
                "codes": [*one.codes, *withheld][: len(withheld)],
                "share": float(one.share),
                "tie": bool(one.tie),
                "weight": float(one.weight),
            }
            for one in comparisons
        ]
    )


def _check(comparisons: Sequence[Comparison], tuning: Tuning) -> None:
    if not comparisons:
        raise ValueError("comparisons=0 should be >= 1")
    for number, one in enumerate(comparisons):
        if len(one.codes) > len(tuning.levels):
            raise ValueError(f"comparison {number} names {len(one.codes)} factors of {len(tuning.levels)}")
        for code, levels in zip(one.codes, tuning.levels, strict=False):
            if not -1 <= code < levels:
                raise ValueError(f"comparison {number} names level {code} of {levels}")
