"""`polyphony distributions`: how each group's answers are spread, and how far a model's are from them."""

from pathlib import Path

import click

from polyphony.errors import BadInput
from polyphony.options import out_and_seed


@click.command("distributions")
@click.argument("ratings", type=click.Path(path_type=Path))
@click.option("--item", required=True, help="Column of items.")
@click.option("--rater", required=True, help="Column of raters.")
@click.option("--value", required=True, help="Column of answers.")
@click.option("--by", metavar="COL", help="Column of groups; everybody together without it.")
@click.option("--raters", type=click.Path(path_type=Path), help="Table or JSON file that describes the raters.")
@click.option(
    "--weights",
    type=click.Path(path_type=Path),
    help="Table with columns rater and weight, or what `polyphony weights` writes.",
)
@click.option(
    "--reference",
    type=click.Path(path_type=Path),
    help="Another's answers: the item and value columns, one sample per row, or with a column probability. With the "
    "--by column, each group is compared with its own.",
)
@click.option("--alpha0", type=float, help="Weight of the prior in answers; half the number of options without it.")
@click.option("--scale", help="The options from low to high, joined by commas, also those that nobody chose.")
@click.option(
    "--options",
    "options_of",
    type=click.Choice(["table", "item"]),
    default="table",
    show_default=True,
    help="Whether every item has all options of the table, or those that occur with it.",
)
@click.option(
    "--refusal", "refusals", multiple=True, help='A value that refuses to answer, beside "prefer not to say".'
)
@click.option(
    "--duplicates",
    type=click.Choice(["first", "last"]),
    default="first",
    show_default=True,
    help="Which of several answers of one rater to one item counts; the others are refused.",
)
@click.option(
    "--k", type=click.IntRange(min=2), help="Show no group of fewer answers to an item, nor what tells of one."
)
@click.option("--replicates", type=click.IntRange(min=0), default=1000, show_default=True, help="Bootstrap resamples.")
@out_and_seed
def distributions_command(
    ratings: Path,
    item: str,
    rater: str,
    value: str,
    by: str | None,
    raters: Path | None,
    weights: Path | None,
    reference: Path | None,
    alpha0: float | None,
    scale: str | None,
    options_of: str,
    refusals: tuple[str, ...],
    duplicates: str,
    k: int | None,
    replicates: int,
    seed: int,
    out: Path | None,
) -> None:
    """Describe the answers in RATINGS per item and group: counts, weighted shares, posterior and pooled estimates.

    With a reference also the distances between its distribution and each group's, with intervals over participants.
    """
    if seed < 0:
        raise BadInput(f"--seed {seed}: should be 0 or more.")
    if alpha0 is not None and not 0 < alpha0 < float("inf"):
        raise BadInput(f"--alpha0 {alpha0:g}: should be more than 0.")
    from tqdm import tqdm

    from polyphony.distribution_files import Columns, describe_files
    from polyphony.files import engine, input_sha256, show_progress, write_result

    order = None if scale is None else [label.strip() for label in scale.split(",")]
    if order is not None and len(set(order)) != len(order):
        raise BadInput(f"--scale {scale}: an option stands twice.")
    with tqdm(total=replicates, desc="resamples", disable=not show_progress() or reference is None) as bar:
        result = describe_files(
            ratings,
            Columns(item, rater, value, by),
            raters=raters,
            weights=weights,
            reference=reference,
            alpha0=alpha0,
            scale=order,
            options_of=options_of,
            refusals=refusals,
            duplicates=duplicates,
            k=k or 0,
            replicates=replicates,
            seed=seed,
            progress=lambda done, total: bar.update(1),
        )
    parameters = {
        "item": item, "rater": rater, "value": value, "by": by, "raters": raters, "weights": weights,
        "reference": reference, "alpha0": alpha0, "scale": order, "options": options_of, "refusal": list(refusals),
        "duplicates": duplicates, "k": k, "replicates": replicates,
    }  # fmt: skip
    files = [file for file in (ratings, raters, weights, reference) if file is not None]
    write_result({"engine": engine(seed, parameters), "input_sha256": input_sha256(*files), **result}, out)


commands = [distributions_command]
