"""The command `polyphony`.

Each module in :mod:`polyphony.commands` offers one or more click commands in a list named ``commands``; a module is
imported only when its command is asked for by name or help lists them all, so that `polyphony map` never loads torch.
"""

import importlib
import pkgutil
import sys

import click

from polyphony import __version__, commands
from polyphony.errors import BadInput


class RoomOfCommands(click.Group):
    """Finds commands in the modules of :mod:`polyphony.commands`; heavy imports belong inside the commands."""

    def _found(self) -> dict[str, click.Command]:
        found: dict[str, click.Command] = {}
        for module in pkgutil.iter_modules(commands.__path__, f"{commands.__name__}."):
            for command in importlib.import_module(module.name).commands:
                found[str(command.name)] = command
        return found

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self._found())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return self._found().get(cmd_name)


@click.group(cls=RoomOfCommands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="polyphony")
def polyphony() -> None:
    """Deliberation, agreement and aggregation on files.

    Every command reads CSV, JSONL or Parquet (by suffix) and writes JSON.
    """


def main() -> None:
    """Run the command line: exit 0 on success, 2 with one clear line on bad input."""
    try:
        polyphony.main(standalone_mode=False)
    except BadInput as bad:
        click.echo(f"polyphony: {bad}", err=True)
        sys.exit(2)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.Abort:
        click.echo("polyphony: stopped.", err=True)
        sys.exit(130)
    except click.ClickException as bad:
        command = bad.ctx.command_path if isinstance(bad, click.UsageError) and bad.ctx else "polyphony"
        click.echo(f"{command}: {bad.format_message()} Try '{command} --help'.", err=True)
        sys.exit(2)
