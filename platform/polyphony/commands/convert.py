"""`polyphony convert`: from one format to another."""

from pathlib import Path

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
) -> None:
    """Convert SOURCE into TARGET, a new folder (or, where its name ends in .zip, an archive).

    Prints what was read and written, refused rows with their reasons, and what the target cannot hold.
    """
    from polyphony.files import engine, input_sha256, write_result

    options = {"dialect": dialect, "skip_bad_rows": skip_bad_rows}
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
