"""`polyphony map`: opinion groups of a Polis export."""

from pathlib import Path

import click

from polyphony.errors import BadInput
from polyphony.options import out_and_seed


@click.command("map")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--groups",
    type=click.Choice(["computed", "imported"]),
    default="computed",
    show_default=True,
    help="Compute the groups, or take the file's group-id.",
)
@click.option("--k", type=click.IntRange(min=1), help="Number of groups; chosen by silhouette without it.")
@click.option(
    "--resamples",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    help="Bootstrap resamples behind the stability figures.",
)
@out_and_seed
def map_command(folder: Path, groups: str, k: int | None, resamples: int, seed: int, out: Path | None) -> None:
    """Map the opinions in FOLDER, a Polis export in either dialect.

    Opinion groups, where everybody stands, what each group stands for, what all share and what divides them.
    """
    if groups == "imported" and k is not None:
        raise BadInput(f"--k {k}: an imported grouping has the number of groups that it has; leave --k out.")
    if seed < 0:
        raise BadInput(f"--seed {seed}: should be 0 or more.")
    from tqdm import tqdm

    from deliberation.formats import FormatError, read_folder
    from polyphony.files import engine, input_sha256, show_progress, write_result
    from polyphony.opinion_maps import map_folder

    try:
        export = read_folder(folder)
    except FormatError as refused:
        raise BadInput(f"{folder}: {refused}") from None
    except OSError as problem:
        raise BadInput(f"{folder}: cannot be read ({problem.strerror}).") from None
    with tqdm(total=resamples, desc="resamples", disable=not show_progress()) as bar:
        result = map_folder(
            export,
            groups="imported" if groups == "imported" else "computed",
            k=k,
            seed=seed,
            resamples=resamples,
            progress=lambda done, total: bar.update(1),
        )
    parameters = {"groups": groups, "k": k, "resamples": resamples}
    head = {"engine": engine(seed, parameters), "input_sha256": input_sha256(folder)}
    write_result(head | result, out)


commands = [map_command]
