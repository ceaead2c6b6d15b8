"""`polyphony slate`: a proportional slate from a table of ballots."""

from pathlib import Path
from typing import Any

import click

from aggregation.algorithms.rules import RULES, rules_of
from polyphony.errors import BadInput
from polyphony.options import out_and_seed


@click.command("slate")
@click.argument("table", type=click.Path(path_type=Path))
@click.option("--k", type=click.IntRange(min=1), help="Size of the slate; every rule but prose needs it.")
@click.option(
    "--rule",
    "short",
    type=click.Choice([rule.short for rule in rules_of("slate")]),
    required=True,
    help="; ".join(f"{rule.short}: {rule.name}" for rule in rules_of("slate")) + ".",
)
@click.option("--weights", type=click.Path(path_type=Path), help="Columns voter, weight.")
@click.option("--costs", type=click.Path(path_type=Path), help="Columns candidate, cost.")
@click.option("--budget", type=float, help="What the slate may cost.")
@click.option(
    "--missing",
    type=click.Choice(["refuse", "zero", "impute"]),
    default="refuse",
    show_default=True,
    help="Empty cells: refuse the table, count them as not approved, or draw them from P(agree | group, votes).",
)
@click.option("--groups", type=click.Path(path_type=Path), help="Columns voter, group, for --missing impute.")
@click.option("--draws", type=click.IntRange(min=100), default=100, show_default=True, help="For --missing impute.")
@click.option(
    "--least-seen",
    type=click.IntRange(min=0),
    help="For --missing impute: answers a candidate needs to enter the slate; 20, or of a quarter of the voters.",
)
@click.option(
    "--influence",
    is_flag=True,
    help="Whom the slate hangs on: without each voter, each group of --groups or the most aligned; ballots that would "
    "have to be added to change it; clones; support with groups matched.",
)
@click.option("--check", help="Axioms to certify, separated by commas: jr, ejr+, bjr, cbjr.")
@out_and_seed
def slate_command(table: Path, short: str, seed: int, out: Path | None, **options: Any) -> None:
    """Choose a slate of K candidates from TABLE, so that every large enough group is represented.

    TABLE has the voter in its first column and a column per candidate: 1, 0 or empty for approvals, numbers for
    utilities (rules bjr and prose).
    """
    if seed < 0:
        raise BadInput(f"--seed {seed}: should be 0 or more.")
    from polyphony.files import engine, input_sha256, write_result
    from polyphony.slates import slate_of_files

    result = slate_of_files(table, RULES[short], seed=seed, **options)
    parameters = {"rule": short, **{name: value for name, value in options.items() if value is not None}}
    files = [table, *(options[name] for name in ("weights", "costs", "groups") if options[name] is not None)]
    write_result({"engine": engine(seed, parameters), "input_sha256": input_sha256(*files), **result}, out)


commands = [slate_command]
