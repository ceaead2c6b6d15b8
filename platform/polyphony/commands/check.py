"""`polyphony check`: certificates for a slate made elsewhere."""

from pathlib import Path
from typing import Any

import click

from polyphony.options import out_and_seed


@click.command("check")
@click.argument("table", type=click.Path(path_type=Path))
@click.option("--slate", help="Candidates, separated by commas; - reads them from standard input, one per line.")
@click.option("--assignment", type=click.Path(path_type=Path), help="Columns voter, candidate.")
@click.option(
    "--utilities",
    type=click.Path(path_type=Path),
    help="Columns voter, utility: what each voter gets from the slate. For cbjr it may stand in place of --slate.",
)
@click.option("--costs", type=click.Path(path_type=Path), help="Columns candidate, cost; others are skipped by cbjr.")
@click.option("--budget", type=float, help="What the slate may cost.")
@click.option("--n", type=click.IntRange(min=1), help="Number of voters, with those who are missing from TABLE.")
@click.option("--axioms", required=True, help="Separated by commas: jr, ejr+, bjr, cbjr.")
@out_and_seed
def check_command(table: Path, seed: int, out: Path | None, **options: Any) -> None:
    """Check what a slate promises to the voters of TABLE, axiom by axiom, in the order asked.

    TABLE has the voter in its first column and a column per candidate: approvals (1, 0, empty) or utilities. Without
    an assignment voters are matched optimally. A voter of --utilities who is not in TABLE counts as a voter.
    """
    from polyphony.files import engine, input_sha256, write_result
    from polyphony.slates import check_files

    result = check_files(table, **options)
    parameters = {name: value for name, value in options.items() if value is not None}
    files = [table, *(options[name] for name in ("assignment", "utilities", "costs") if options[name] is not None)]
    write_result({"engine": engine(seed, parameters), "input_sha256": input_sha256(*files), **result}, out)


commands = [check_command]
