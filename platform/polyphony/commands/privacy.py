"""`polyphony privacy`: who could be recognised by a few answers, and what to do about it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from polyphony.errors import BadInput
from polyphony.options import out_and_seed

if TYPE_CHECKING:
    from aggregation.algorithms.privacy.k_anonymity import Suggestion


@click.command("privacy")
@click.argument("raters", type=click.Path(path_type=Path))
@click.option("--id", "id_column", required=True, help="Column of rater ids.")
@click.option("--quasi", required=True, metavar="COL,COL,...", help="Quasi-identifiers, joined by commas.")
@click.option("--k", type=click.IntRange(min=2), default=5, show_default=True, help="Least people per combination.")
@out_and_seed
def privacy_command(raters: Path, id_column: str, quasi: str, k: int, seed: int, out: Path | None) -> None:
    """Count the people in RATERS who share each combination of answers, and suggest what would protect the rest."""
    columns = list(dict.fromkeys(column.strip() for column in quasi.split(",") if column.strip()))
    if not columns:
        raise BadInput(f"--quasi {quasi!r}: should name at least one column.")
    if id_column in columns:
        raise BadInput(f"--quasi {quasi!r}: {id_column!r} is the id; it makes everybody unique.")
    from aggregation.algorithms.privacy.k_anonymity import anonymity, plan, suggest
    from polyphony.files import engine, input_sha256, write_result
    from polyphony.people import read_raters

    people = read_raters(raters, id_column, columns)
    found = anonymity(people.table, k=k)
    result = {
        "engine": engine(seed, {"id": id_column, "quasi": columns, "k": k}),
        "input_sha256": input_sha256(raters),
        "raters": len(people.ids),
        "cells": len(found.cells),
        "smallest": found.smallest,
        "unique_raters": found.unique,
        "raters_below_k": found.below_k,
        "table": [{**dict(zip(columns, cell, strict=True)), "raters": size} for cell, size in found.cells],
        "suggestions": [_told(step) for step in suggest(people.table, k=k)],
        "plan": [_told(step) for step in plan(people.table, k=k)],
        "refused": people.refused,
        "warnings": people.warnings,
    }
    write_result(result, out)


def _told(step: "Suggestion") -> dict[str, Any]:
    words = {
        "generalise": f"replace the values of {step.column} by coarser ones",
        "drop": f"leave out {step.column}",
        "suppress": f"leave out the {step.people} raters whose combination is too rare",
    }
    told: dict[str, Any] = {"action": step.kind, "text": words[step.kind]}
    if step.column:
        told["column"] = step.column
    if step.mapping:
        told["mapping"] = {value: coarser for value, coarser in step.mapping.items() if value != coarser}
    if step.kind == "suppress":
        told["raters"] = step.people
    told["then"] = {
        "cells": step.cells,
        "smallest": step.smallest,
        "unique_raters": step.unique,
        "raters_below_k": step.below_k,
    }
    told["bits_lost"] = step.entropy_lost
    return told


commands = [privacy_command]
