"""Run a command with throw-away servers: ``python -m config.services COMMAND …``, as benchmarks do."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from config.services import processes
from config.services.local import LocalServices


def main(command: list[str]) -> int:
    """Run it with DATABASE_URL and BROKER_URL set (unless they are) and return its exit status."""
    with tempfile.TemporaryDirectory(prefix="polyphony-", ignore_cleanup_errors=True) as folder:
        # As root the server runs as another user, who must be able to enter.
        Path(folder).chmod(0o711)
        services = LocalServices(Path(folder))
        try:
            services.start()
            environment = processes.pinned_threads()
            environment.setdefault("SECRET_KEY", "of a throw-away database")
            return subprocess.run(command, check=False, env={**environment, "POLYPHONY_VAR": folder}).returncode
        finally:
            services.stop()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python -m config.services COMMAND …")
    os.umask(0o022)
    sys.exit(main(sys.argv[1:]))
