"""`polyphony soft-metrics`: how far predicted distributions are from the answers."""

from pathlib import Path

import click

from polyphony.options import out_and_seed


@click.command("soft-metrics")
@click.argument("truth", type=click.Path(path_type=Path))
@click.argument("predicted", type=click.Path(path_type=Path))
@click.option(
    "--level",
    type=click.Choice(["auto", "nominal", "ordinal"]),
    default="auto",
    show_default=True,
    help="Whether labels have an order; auto: where all are numbers.",
)
@out_and_seed
def soft_metrics_command(truth: Path, predicted: Path, level: str, seed: int, out: Path | None) -> None:
    """Compare the soft labels in TRUTH and PREDICTED: LeWiDi JSON or submissions, JSON lines, or tables.

    A table has one row per item and a column per label, or the columns item, label and share.  Where people could
    give several labels, the figures are means over the labels.
    """
    from aggregation.algorithms.soft_labels import cross_entropy, manhattan_distance, wasserstein_distance
    from annotation.formats.dataset import are_numbers
    from polyphony.files import engine, input_sha256, write_result
    from polyphony.soft_label_files import aligned, read_soft_labels

    ours, theirs = read_soft_labels(truth), read_soft_labels(predicted)
    items, pairs, warnings = aligned(ours, theirs)
    several = len(pairs) > 1
    ordinal = level == "ordinal" or (level == "auto" and not several and are_numbers(pairs[0][0]))

    def mean(values: list[float]) -> float:
        return sum(values) / len(values)

    result = {
        "engine": engine(seed, {"level": level}),
        "input_sha256": input_sha256(truth, predicted),
        "items": len(items),
        "labels": ours.questions() or pairs[0][0],
        "cross_entropy": mean([cross_entropy(p, q) for _, p, q in pairs]),
        "manhattan": mean([manhattan_distance(p, q) for _, p, q in pairs]),
        "wasserstein": mean([wasserstein_distance(p, q) for _, p, q in pairs]) if ordinal else None,
        "warnings": warnings,
    }
    write_result(result, out)


commands = [soft_metrics_command]
