"""The options that every command takes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def out_and_seed(command: Command) -> Command:
    """Add ``--out FILE`` (standard output without it) and ``--seed N``."""
    command = click.option("--seed", type=int, default=0, show_default=True, help="Seed of every random step.")(command)
    return click.option("--out", type=click.Path(path_type=Path), help="Write the JSON here, not to standard output.")(
        command
    )
