"""`polyphony verify`: recompute a tally, or check an audit chain."""

import sys
from pathlib import Path

import click

from polyphony.errors import BadInput
from polyphony.options import out_and_seed


@click.command("verify")
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--sha256", "expected", default="", help="The hash that was published for this file.")
@click.option("--heads", type=click.Path(path_type=Path), help="Heads of the audit chain that you kept, one a line.")
@out_and_seed
def verify_command(bundle: Path, expected: str, heads: Path | None, seed: int, out: Path | None) -> None:
    """Recompute the tally in BUNDLE, or check the audit chain in it; exit 1 when something does not hold."""
    from polyphony.files import engine, input_sha256, write_result
    from polyphony.verify_tally import Unreadable, read_heads, verify

    kept = None
    try:
        if heads is not None:
            kept = read_heads(heads.read_bytes())
        found = verify(bundle.read_bytes(), expected_sha256=expected, heads=kept)
    except OSError as problem:
        raise BadInput(f"{problem.filename}: {problem.strerror}.") from None
    except Unreadable as problem:
        raise BadInput(f"{bundle}: {problem}") from None
    except ValueError as problem:
        raise BadInput(f"{heads}: {problem}.") from None
    parameters = {"sha256": expected, "heads": str(heads) if heads else None}
    write_result({"engine": engine(seed, parameters), "input_sha256": input_sha256(bundle), **found}, out)
    if not found["holds"]:
        sys.exit(1)


commands = [verify_command]
