"""`polyphony convert`: from one format to another."""

from pathlib import Path
from typing import Any

import click

from polyphony.conversions import convert, readable, writable
from polyphony.options import out_and_seed


@click.command("convert")
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--from", "read_as", type=click.Choice(readable()), required=True, help="Format of SOURCE.")
@click.option("--to", "write_as", type=click.Choice(writable()), required=True, help="Format of TARGET.")
@click.option(
    "--dialect",
    type=click.Choice(["open-data", "newer"]),
    help="Write a Polis export in this dialect; the source's own without it.",
)
@click.option(
    "--skip-bad-rows", is_flag=True, help="Leave bad rows out and list them; without it the first one ends it."
)
@click.option("--item", help="Column of items, for tables; a usual name is found without it.")
@click.option("--rater", help="Column of raters, for tables.")
@click.option("--value", multiple=True, help="Column of answers, for tables; may be given again.")
@click.option("--text", multiple=True, help="Column of what was judged, for tables; may be given again.")
@click.option("--demographic", multiple=True, help="Column that describes the rater, for tables; may be given again.")
@click.option("--why", help="Column of justifications, for tables.")
@click.option("--raters", type=click.Path(path_type=Path), help="Annotators' metadata, for LeWiDi.")
@click.option("--edition", type=click.Choice(["2", "3"]), help="Edition of LeWiDi to write.")
@click.option("--question", help="The question to write where a format holds one, or whose scores become TRL pairs.")
@click.option(
    "--form", type=click.Choice(["explicit", "implicit", "conversational", "unpaired"]), help="Form of TRL files."
)
@click.option("--better", type=click.Choice(["high", "low"]), help="Which scores are better, for TRL pairs.")
@out_and_seed
def convert_command(
    source: Path,
    target: Path,
    read_as: str,
    write_as: str,
    dialect: str | None,
    skip_bad_rows: bool,
    seed: int,
    out: Path | None,
    edition: str | None,
    **columns: Any,
) -> None:
    """Convert SOURCE into TARGET, a new folder (or, where its name ends in .zip, an archive).

    Prints what was read and written, refused rows with their reasons, and what the target cannot hold.
    """
    from polyphony.files import engine, input_sha256, write_result

    given = {name: held for name, held in columns.items() if held}
    options = {"dialect": dialect, "skip_bad_rows": skip_bad_rows, **given}
    if edition is not None:
        options["edition"] = int(edition)
    loaded, stored = convert(source, target, read_as=read_as, write_as=write_as, options=options)
    result = {
        "engine": engine(seed, {"from": read_as, "to": write_as, **options}),
        "input_sha256": input_sha256(source),
        "read": dict(loaded.counts),
        "written": dict(stored.counts),
        "files": stored.files,
        "refused": loaded.refused,
        "lost": stored.lost,
        "notes": loaded.notes,
    }
    write_result(result, out)
    if out is not None:
        for name, counts in (("read", loaded.counts), ("written", stored.counts)):
            known = [f"{key.replace('_', ' ')} {count}" for key, count in counts.items() if count is not None]
            click.echo(f"{name}: {', '.join(known)}")
        for name, lines in (("refused", loaded.refused), ("lost", stored.lost), ("note", loaded.notes)):
            for line in lines:
                click.echo(f"{name}: {line['reason'] if isinstance(line, dict) else line}")


commands = [convert_command]
