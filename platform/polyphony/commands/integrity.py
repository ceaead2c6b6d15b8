"""`polyphony integrity`: copied, careless or coordinated votes, for a person to judge."""

from pathlib import Path

import click

from polyphony.errors import BadInput
from polyphony.options import out_and_seed


@click.command("integrity")
@click.argument("folder", type=click.Path(path_type=Path))
@out_and_seed
def integrity_command(folder: Path, seed: int, out: Path | None) -> None:
    """Inspect FOLDER, a Polis export, for rings, straight lines, speed, copied texts and bursts of newcomers.

    Flags are questions to a person, not verdicts. Results stand with and without the flagged.
    """
    if seed < 0:
        raise BadInput(f"--seed {seed}: should be 0 or more.")
    from tqdm import tqdm

    from polyphony.files import engine, input_sha256, show_progress, write_result
    from polyphony.folders import read_polis
    from polyphony.integrity_files import inspect_folder

    export = read_polis(folder)
    with tqdm(desc="accounts", disable=not show_progress()) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        result = inspect_folder(export, seed=seed, progress=progress)
    write_result({"engine": engine(seed, {}), "input_sha256": input_sha256(folder), **result}, out)


commands = [integrity_command]
