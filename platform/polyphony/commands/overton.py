"""`polyphony overton` and `polyphony viewpoints`: which reasonable viewpoints there are, and which are covered."""

from pathlib import Path

import click

from polyphony.errors import BadInput
from polyphony.options import out_and_seed


@click.command("overton")
@click.argument("ratings", type=click.Path(path_type=Path))
@click.option("--question", required=True, help="Column of questions.")
@click.option("--response", required=True, help="Column of responses, or of models that answered several questions.")
@click.option("--viewpoint", required=True, help="Column of the viewpoint that the rater holds on the question.")
@click.option("--rater", required=True, help="Column of raters.")
@click.option("--value", required=True, help='Column of ratings, such as 1 to 5 for "this represents my view".')
@click.option(
    "--tau", type=float, default=4.0, show_default=True, help="Mean rating from which a viewpoint is covered."
)
@click.option("--weights", type=click.Path(path_type=Path), help="Columns rater and weight.")
@click.option("--replicates", type=click.IntRange(min=0), default=1000, show_default=True, help="Bootstrap resamples.")
@out_and_seed
def overton_command(
    ratings: Path,
    question: str,
    response: str,
    viewpoint: str,
    rater: str,
    value: str,
    tau: float,
    weights: Path | None,
    replicates: int,
    seed: int,
    out: Path | None,
) -> None:
    """Score how many of the viewpoints on each question the responses in RATINGS cover (OvertonScore).

    A response covers a viewpoint where the mean rating by those who hold it reaches tau. The weighted score counts
    viewpoints by their people; the adjusted score compares models over the same questions.
    """
    if seed < 0:
        raise BadInput(f"--seed {seed}: should be 0 or more.")
    if tau != tau or abs(tau) == float("inf"):
        raise BadInput(f"--tau {tau:g}: should be a number.")
    from tqdm import tqdm

    from polyphony.files import engine, input_sha256, show_progress, write_result
    from polyphony.overton_files import OvertonColumns, score_files

    columns = OvertonColumns(question, response, viewpoint, rater, value)
    with tqdm(total=replicates, desc="resamples", disable=not show_progress()) as bar:
        result = score_files(
            ratings,
            columns,
            tau=tau,
            weights=weights,
            replicates=replicates,
            seed=seed,
            progress=lambda done, total: bar.update(1),
        )
    parameters = {
        "question": question, "response": response, "viewpoint": viewpoint, "rater": rater, "value": value,
        "tau": tau, "weights": weights, "replicates": replicates,
    }  # fmt: skip
    files = [file for file in (ratings, weights) if file is not None]
    write_result({"engine": engine(seed, parameters), "input_sha256": input_sha256(*files), **result}, out)


@click.command("viewpoints")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--k", type=click.IntRange(min=1), help="Number of clusters; chosen by silhouette without it.")
@click.option(
    "--least-support",
    type=click.FloatRange(min=0, max=1, max_open=True),
    default=0.05,
    show_default=True,
    help="Share of the people from which a viewpoint counts as reasonable.",
)
@click.option("--exclude", type=int, multiple=True, help="A viewpoint ruled out by a moderation policy.")
@out_and_seed
def viewpoints_command(
    folder: Path, k: int | None, least_support: float, exclude: tuple[int, ...], seed: int, out: Path | None
) -> None:
    """Find the viewpoints in FOLDER, a Polis export, by clustering people by how they judge each other's statements."""
    if seed < 0:
        raise BadInput(f"--seed {seed}: should be 0 or more.")
    from polyphony.files import engine, input_sha256, write_result
    from polyphony.folders import read_polis
    from polyphony.overton_files import window_of_folder

    result = window_of_folder(read_polis(folder), k=k, least_support=least_support, excluded=exclude, seed=seed)
    parameters = {"k": k, "least_support": least_support, "exclude": list(exclude)}
    write_result({"engine": engine(seed, parameters), "input_sha256": input_sha256(folder), **result}, out)


commands = [overton_command, viewpoints_command]
