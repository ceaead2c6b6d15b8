"""Remove everything a run has kept: its var/ folder, and PostgreSQL's data where that lies elsewhere."""

import os
import shutil
import sys
from pathlib import Path

from config.run.state import RunFile
from config.services.local import AlreadyLocked, held
from config.services.postgres import PostgresServer

ROOT = Path(__file__).resolve().parents[3]


def main() -> int:
    """Refuse while the house runs; else stop leftovers and remove the folders."""
    var = Path(os.environ.get("POLYPHONY_VAR", ROOT / "var")).resolve()
    if not var.exists():
        return 0
    try:
        with held(var / "services.lock"):
            RunFile(var / "run.json").stop_leftovers()
            server = PostgresServer(var / "postgres")
            server.clear_leftovers()
            shutil.rmtree(server.home, ignore_errors=True)
            shutil.rmtree(var)
    except AlreadyLocked:
        sys.stderr.write("Polyphony runs; stop it with Ctrl-C first.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
