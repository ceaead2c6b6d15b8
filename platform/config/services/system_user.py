"""Who PostgreSQL runs as: it refuses to run as root, so root starts it as a system user without privileges."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAME = "embedded_postgres"
# Where root keeps what a system user must reach when the project lies in a folder closed to others.
SHARED_HOME = Path("/var/lib/polyphony")


@dataclass(frozen=True)
class Account:
    """A user of the operating system."""

    name: str
    uid: int
    gid: int


def server_account() -> Account | None:
    """The system user to start PostgreSQL as, made when missing; none is needed by an ordinary user."""
    if os.geteuid() != 0:
        return None
    for name in (NAME, "nobody"):
        if name == NAME and not _exists(name) and shutil.which("useradd"):
            # Fails harmlessly when another run makes the user at the same moment or the system is read-only.
            command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
            subprocess.run(command, check=False, capture_output=True)
        if _exists(name):
            entry = pwd.getpwnam(name)
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise RuntimeError(f"PostgreSQL does not run as root, and there is neither a user {NAME} nor nobody to run it as.")


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def run_as(account: Account | None) -> dict[str, Any]:
    """Arguments of :class:`subprocess.Popen` that start a process as this account."""
    return {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}


def reaches(account: Account | None, path: Path) -> bool:
    """Whether the account can enter the folder, or execute the file; tried by doing it, so that ACLs count."""
    if account is None:
        return os.access(path, os.X_OK)
    command = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
    return subprocess.run(command, check=False, cwd="/", **run_as(account)).returncode == 0
