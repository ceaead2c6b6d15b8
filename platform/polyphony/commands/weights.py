"""`polyphony weights`: weight raters to the margins of a population."""

from pathlib import Path

import click

from polyphony.errors import BadInput
from polyphony.options import out_and_seed


@click.command("weights")
@click.argument("raters", type=click.Path(path_type=Path))
@click.option("--id", "id_column", required=True, help="Column of rater ids.")
@click.option(
    "--targets",
    type=click.Path(path_type=Path),
    required=True,
    help="Table of variable, level, share; or of joint cells, one column per variable and share.",
)
@click.option("--trim", type=float, help="Largest weight allowed, the mean being 1; none without it.")
@out_and_seed
def weights_command(
    raters: Path, id_column: str, targets: Path, trim: float | None, seed: int, out: Path | None
) -> None:
    """Rake the people in RATERS to the shares in TARGETS: weights with mean 1, iterated to 1e-9."""
    if trim is not None and not trim > 1:
        raise BadInput(f"--trim {trim:g}: should be above 1, the mean weight.")
    from aggregation.algorithms.raking import rake, weighted_shares
    from polyphony.files import engine, input_sha256, write_result
    from polyphony.people import read_raters
    from polyphony.population import margins_of, read_targets

    wanted, warnings = read_targets(targets)
    columns = list(dict.fromkeys(column for target in wanted for column in target.variables))
    people = read_raters(raters, id_column, columns)
    margins, unmatched = margins_of(wanted, people.table, raters)
    found = rake(margins, trim=trim)
    unweighted = found.weights_R * 0 + 1
    result = {
        "engine": engine(seed, {"id": id_column, "trim": trim}),
        "input_sha256": input_sha256(raters, targets),
        "raters": len(people.ids),
        "weights": dict(zip(people.ids, found.weights_R.tolist(), strict=True)),
        "min": float(found.weights_R.min()),
        "max": float(found.weights_R.max()),
        "n_eff": found.n_eff,
        "design_effect": found.design_effect,
        "iterations": found.iterations,
        "converged": found.converged,
        "largest_gap": found.largest_gap,
        "margins": {
            margin.name: {
                level: {"target": target, "sample": sample, "weighted": weighted}
                for level, target, sample, weighted in zip(
                    margin.levels,
                    margin.shares_L.tolist(),
                    weighted_shares(margin, unweighted).tolist(),
                    weighted_shares(margin, found.weights_R).tolist(),
                    strict=True,
                )
            }
            for margin in margins
        },
        "refused": people.refused,
        "warnings": [*warnings, *people.warnings, *unmatched, *found.warnings],
    }
    write_result(result, out)


commands = [weights_command]
