"""`polyphony agreement`: how far people agree, and whose answers a majority would erase."""

from pathlib import Path

import click

from polyphony.errors import BadInput, all_refused
from polyphony.options import out_and_seed


@click.command("agreement")
@click.argument("ratings", type=click.Path(path_type=Path))
@click.argument("more", nargs=-1, metavar="[COL ...]")
@click.option("--item", help="Column of items (not for LeWiDi).")
@click.option("--rater", help="Column of raters (not for LeWiDi).")
@click.option("--value", help="Column of answers (not for LeWiDi).")
@click.option(
    "--level",
    type=click.Choice(["nominal", "ordinal", "interval", "ratio"]),
    default="nominal",
    show_default=True,
    help="What the values are: names, an order, numbers, or numbers with a true zero.",
)
@click.option("--by", multiple=True, metavar="COL", help="Compare the groups of this column; may be given again.")
@click.option("--format", "kind", type=click.Choice(["table", "lewidi"]), default="table", show_default=True)
@click.option("--raters", type=click.Path(path_type=Path), help="Table or JSON file that describes the raters.")
@click.option("--scale", help="The values from low to high, joined by commas, where they are not numbers.")
@click.option(
    "--duplicates",
    type=click.Choice(["first", "last"]),
    default="first",
    show_default=True,
    help="Which of several answers of one rater to one item counts; the others are refused.",
)
@click.option("--k", type=click.IntRange(min=2), help="Show no group of fewer raters, nor what would reveal one.")
@click.option("--replicates", type=click.IntRange(min=0), default=1000, show_default=True, help="Bootstrap resamples.")
@click.option("--permutations", type=click.IntRange(min=0), default=200, show_default=True, help="Deals for p-values.")
@out_and_seed
def agreement_command(
    ratings: Path,
    more: tuple[str, ...],
    item: str | None,
    rater: str | None,
    value: str | None,
    level: str,
    by: tuple[str, ...],
    kind: str,
    raters: Path | None,
    scale: str | None,
    duplicates: str,
    k: int | None,
    replicates: int,
    permutations: int,
    seed: int,
    out: Path | None,
) -> None:
    """Measure the agreement of the answers in RATINGS, overall and by group."""
    if seed < 0:
        raise BadInput(f"--seed {seed}: should be 0 or more.")
    if more and not by:
        raise BadInput(f"{' '.join(more)}: columns to compare groups by stand after --by.")
    columns = tuple(dict.fromkeys((*by, *more)))
    from tqdm import tqdm

    from aggregation.algorithms.agreement.answers import LEVELS, code_answers
    from polyphony.agreement_report import Plan, group_answers, report_agreement
    from polyphony.files import engine, input_sha256, show_progress, write_result
    from polyphony.ratings import check_numbers, read_lewidi_ratings, read_ratings

    names = (item, rater, value)
    if kind == "lewidi":
        found = read_lewidi_ratings(ratings, by=columns, people=raters)
        place = "annotations"
    else:
        if item is None or rater is None or value is None:
            lacking = [f"--{n}" for n, given in zip(("item", "rater", "value"), names, strict=True) if given is None]
            raise BadInput(f"{ratings}: a table needs {', '.join(lacking)}.")
        found = read_ratings(
            ratings, item=item, rater=rater, value=value, by=columns, people=raters, duplicates=duplicates
        )
        place = value
    if not len(found.table):
        if not found.refused:
            raise BadInput(f"{ratings}: there is no answer in it, only names of columns or an empty list.")
        raise BadInput(f"{ratings}: no answer counts; {all_refused([(r['row'], r['reason']) for r in found.refused])}")
    chosen = next(one for one in LEVELS if one == level)
    order = [label.strip() for label in scale.split(",")] if scale else None
    if chosen != "nominal" and order is None:
        check_numbers(found, ratings, place, chosen)
    try:
        answers = code_answers(
            found.table["item"].tolist(), found.table["rater"].tolist(), found.table["value"].tolist(), scale=order
        )
        with tqdm(total=len(found.columns) * permutations, desc="permutations", disable=not show_progress()) as bar:
            report, warnings = report_agreement(
                answers,
                group_answers(found.table, found.columns),
                Plan(chosen, seed, replicates, permutations, k or 0),
                multiple=found.multiple,
                progress=lambda done, total: bar.update(1),
            )
    except ValueError as problem:
        raise BadInput(f"{ratings}, column {place!r}: {problem}.") from None
    parameters = {
        "item": item, "rater": rater, "value": value, "level": level, "by": found.columns, "format": kind,
        "raters": raters, "scale": order, "duplicates": duplicates, "k": k, "replicates": replicates,
        "permutations": permutations,
    }  # fmt: skip
    head = {"engine": engine(seed, parameters), "input_sha256": input_sha256(*filter(None, (ratings, raters)))}
    write_result(head | report | {"refused": found.refused, "warnings": [*found.warnings, *warnings]}, out)


commands = [agreement_command]
