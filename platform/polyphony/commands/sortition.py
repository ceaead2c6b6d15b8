"""`polyphony sortition`: draw a panel by lot, with quotas, reproducibly."""

from pathlib import Path

import click

from polyphony.errors import BadInput
from polyphony.options import out_and_seed


@click.command("sortition")
@click.argument("pool", type=click.Path(path_type=Path))
@click.option("--seats", type=click.IntRange(min=1), required=True, help="Size of the panel.")
@click.option("--quotas", type=click.Path(path_type=Path), required=True, help="Table of feature, value, min, max.")
@click.option("--seed-text", required=True, help="Public text that nobody could know when the pool was committed to.")
@click.option(
    "--gone",
    type=click.Path(path_type=Path),
    help="Table of id and draw: who could not come, and from which replacement draw (1, 2, …) on.",
)
@out_and_seed
def sortition_command(
    pool: Path, seats: int, quotas: Path, seed_text: str, gone: Path | None, seed: int, out: Path | None
) -> None:
    """Draw a panel from POOL, a table with a column id and one for each feature.

    The commitment is the hash of pool, quotas and seats: publish it before the seed text can be known. All randomness
    comes from the seed text; --seed changes nothing. With --gone, others are drawn for those who dropped out, within
    the quotas.
    """
    from tqdm import tqdm

    from aggregation.algorithms.sortition import InfeasibleQuotas, draw_panel, draw_replacements
    from polyphony.files import engine, input_sha256, show_progress, write_result
    from polyphony.lots import read_gone, read_pool, read_quotas

    wanted = read_quotas(quotas)
    people = read_pool(pool, {quota.feature for quota in wanted})
    left = read_gone(gone) if gone else {}
    try:
        with tqdm(desc="panels", disable=not show_progress()) as bar:
            drawn = draw_panel(
                people,
                wanted,
                seats=seats,
                seed_text=seed_text,
                progress=lambda panels, least, bound: bar.update(panels - bar.n),
            )
        replaced = draw_replacements(people, wanted, panel=drawn.panel, gone=left, seed_text=seed_text)
    except InfeasibleQuotas as problem:
        raise BadInput(f"{quotas}: {problem}.") from None
    except ValueError as problem:
        raise BadInput(f"{pool}: {problem}.") from None
    result = {
        "engine": engine(seed, {"seats": seats, "seed_text": seed_text}),
        "input_sha256": input_sha256(pool, quotas, *([gone] if gone else [])),
        "panel": list(drawn.panel),
        "selection_probabilities": dict(drawn.selection),
        "least_probability": drawn.least,
        "optimum": drawn.optimum,
        "excluded": list(drawn.excluded),
        "commitment": drawn.commitment,
        "panels": drawn.n_panels,
    }
    if gone:
        everybody = {*drawn.panel, *(name for new in replaced for name in new)}
        result["replacements"] = [list(new) for new in replaced]
        result["panel_now"] = sorted(everybody - set(left))
    write_result(result, out)


commands = [sortition_command]
