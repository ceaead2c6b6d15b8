"""`polyphony bridging`: what groups that otherwise disagree agree on."""

from pathlib import Path

import click

from polyphony.errors import BadInput
from polyphony.options import out_and_seed


@click.command("bridging")
@click.argument("source", metavar="FOLDER|TABLE", type=click.Path(path_type=Path))
@click.option(
    "--groups",
    default="computed",
    show_default=True,
    metavar="computed|imported|FILE",
    help="Opinion groups, the folder's group-ids, or a table with columns voter and group.",
)
@click.option("--k", type=click.IntRange(min=1), help="Number of computed groups; chosen by silhouette without it.")
@out_and_seed
def bridging_command(source: Path, groups: str, k: int | None, seed: int, out: Path | None) -> None:
    """Measure how far statements carry across groups, in a Polis export or a table of votes.

    Group-informed consensus, least group agreement, and a matrix factorisation as a diagnostic. A TABLE has the voter
    in its first column and a column per statement: 1 agree, -1 disagree, 0 pass, empty unseen.
    """
    if seed < 0:
        raise BadInput(f"--seed {seed}: should be 0 or more.")
    if k is not None and groups != "computed":
        raise BadInput(f"--k {k}: only computed groups have a number to choose; leave --k out.")
    from polyphony.bridging_files import bridge_files
    from polyphony.files import engine, input_sha256, write_result

    result = bridge_files(source, groups=groups, k=k, seed=seed)
    files = [source] if groups in ("computed", "imported") else [source, Path(groups)]
    parameters = {"groups": groups, "k": k}
    write_result({"engine": engine(seed, parameters), "input_sha256": input_sha256(*files), **result}, out)


commands = [bridging_command]
