#!/usr/bin/env python3
"""Django's command line, with platform/ on the path and a database at hand.

Without DATABASE_URL it uses the servers of a running `make run`, or starts PostgreSQL and Valkey for the command.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
NEEDS_NO_DATABASE = {"help", "version", "check", "collectstatic", "findstatic", "diffsettings", "spectacular"}


def main() -> None:
    """Run one management command."""
    sys.path.append(str(ROOT / "platform"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from config.run.prepare import ensure_secret_key
    from config.services.local import for_one_command

    var = Path(os.environ.get("POLYPHONY_VAR", ROOT / "var")).resolve()
    if "SECRET_KEY" not in os.environ:
        ensure_secret_key(var)
    if len(sys.argv) < 2 or sys.argv[1] in NEEDS_NO_DATABASE or "--help" in sys.argv:
        execute_from_command_line(sys.argv)
        return
    with for_one_command(var):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
