"""`polyphony match`: the optimal balanced matching of people to a slate."""

from pathlib import Path

import click

from polyphony.options import out_and_seed


@click.command("match")
@click.argument("utilities", type=click.Path(path_type=Path))
@click.option(
    "--slate", required=True, help="Candidates, separated by commas; - reads them from standard input, one per line."
)
@out_and_seed
def match_command(utilities: Path, slate: str, seed: int, out: Path | None) -> None:
    """Match the voters of UTILITIES to a slate: equal numbers for each statement, the greatest sum of utilities.

    UTILITIES has the voter in its first column and a column of numbers per candidate.
    """
    from polyphony.files import engine, input_sha256, write_result
    from polyphony.matchings import match_files

    result = match_files(utilities, slate)
    head = {"engine": engine(seed, {"slate": slate}), "input_sha256": input_sha256(utilities)}
    write_result({**head, **result}, out)


commands = [match_command]
