"""`polyphony rank`: one ranking of options from utilities or ranks."""

from pathlib import Path

import click

from aggregation.algorithms.rules import RULES, rules_of
from polyphony.errors import BadInput
from polyphony.options import out_and_seed


@click.command("rank")
@click.argument("table", type=click.Path(path_type=Path))
@click.option(
    "--rule",
    "short",
    type=click.Choice([rule.short for rule in rules_of("ranking")]),
    required=True,
    help="; ".join(f"{rule.short}: {rule.name}" for rule in rules_of("ranking")) + ".",
)
@click.option(
    "--input",
    "given",
    type=click.Choice(["utilities", "ranks"]),
    default="utilities",
    show_default=True,
    help="Utilities (higher is better), or ranks (1 is the best, ties allowed).",
)
@click.option("--groups", type=click.Path(path_type=Path), help="Columns voter, group; without it each voter is one.")
@click.option("--weights", type=click.Path(path_type=Path), help="Columns voter, weight.")
@click.option("--equal-groups", is_flag=True, help="Every group counts the same, whatever its size.")
@click.option("--floor", type=float, help="Options that a group's mean utility puts under this rank below all others.")
@click.option("--zero", type=float, default=0.0, show_default=True, help="For Nash welfare: the utility of nothing.")
@click.option("--epsilon", type=float, default=1e-9, show_default=True, help="For Nash welfare: added to each gain.")
@click.option("--ridge", type=float, default=1.0, show_default=True, help="Of Bradley–Terry and Plackett–Luce.")
@click.option(
    "--missing",
    type=click.Choice(["refuse", "last", "ignore"]),
    default="refuse",
    show_default=True,
    help="Empty cells: refuse the table, put them last (ranks), or compare without them.",
)
@click.option("--probes", type=click.IntRange(min=0), default=20, show_default=True, help="Of the axiom report.")
@out_and_seed
def rank_command(
    table: Path,
    short: str,
    given: str,
    groups: Path | None,
    weights: Path | None,
    equal_groups: bool,
    floor: float | None,
    zero: float,
    epsilon: float,
    ridge: float,
    missing: str,
    probes: int,
    seed: int,
    out: Path | None,
) -> None:
    """Rank the candidates of TABLE, with a report on which axioms held.

    TABLE has the voter in its first column and a column per candidate.
    """
    if seed < 0:
        raise BadInput(f"--seed {seed}: should be 0 or more.")
    for name, number in (("floor", floor), ("zero", zero), ("epsilon", epsilon), ("ridge", ridge)):
        if number is not None and not abs(number) < float("inf"):
            raise BadInput(f"--{name} {number:g}: should be a finite number.")
    from aggregation.algorithms.rankings.profile import Settings
    from polyphony.files import engine, input_sha256, write_result
    from polyphony.rankings import rank_files

    result = rank_files(
        table,
        RULES[short],
        given="ranks" if given == "ranks" else "utilities",
        groups=groups,
        weights=weights,
        equal_groups=equal_groups,
        floor=floor,
        missing="last" if missing == "last" else "ignore" if missing == "ignore" else "refuse",
        settings=Settings(zero=zero, epsilon=epsilon, ridge=ridge, seed=seed),
        probes=probes,
    )
    parameters = {
        "rule": short, "input": given, "groups": groups, "weights": weights, "equal_groups": equal_groups,
        "floor": floor, "zero": zero, "epsilon": epsilon, "ridge": ridge, "missing": missing, "probes": probes,
    }  # fmt: skip
    files = [file for file in (table, groups, weights) if file is not None]
    write_result({"engine": engine(seed, parameters), "input_sha256": input_sha256(*files), **result}, out)


commands = [rank_command]
