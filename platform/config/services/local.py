"""The servers of one var/ folder: who runs them, where they answer."""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config.services.postgres import PostgresServer
from config.services.private_files import write_private
from config.services.valkey import ValkeyServer

DATABASE = "polyphony"


class AlreadyLocked(Exception):
    """Another process holds the folder's servers."""


@contextmanager
def held(lock: Path, *, seconds: float = 0.0, patient: Callable[[], bool] = lambda: True) -> Iterator[None]:
    """Hold the lock file; the kernel lets go of it when the holder dies, however it dies.

    Waits up to ``seconds`` while ``patient`` says that waiting makes sense.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    end = time.monotonic() + seconds
    with lock.open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end or not patient():
                    raise AlreadyLocked(str(lock)) from None
            time.sleep(0.1)
        yield


class LocalServices:
    """PostgreSQL and Valkey under ``var``, each unless the environment names another (DATABASE_URL, BROKER_URL)."""

    def __init__(self, var: Path, *, broker: bool = True) -> None:
        self.addresses_file = var / "services.json"
        self.postgres = None if os.environ.get("DATABASE_URL") else PostgresServer(var / "postgres")
        self.valkey = ValkeyServer(var / "valkey") if broker and not os.environ.get("BROKER_URL") else None

    def start(self) -> None:
        """Start them and say where: in this process's environment and, for commands beside it, in a file."""
        if self.postgres:
            self.postgres.start([DATABASE])
            os.environ["DATABASE_URL"] = self.postgres.url(DATABASE)
        if self.valkey:
            self.valkey.start()
            os.environ["BROKER_URL"] = self.valkey.url
        addresses = {name: os.environ[name] for name in ("DATABASE_URL", "BROKER_URL") if name in os.environ}
        write_private(self.addresses_file, json.dumps(addresses))

    def revive(self) -> list[str]:
        """Start again, at the same address, whichever has died; returns their names."""
        revived = []
        for server in (self.postgres, self.valkey):
            if server and not server.is_running():
                server.restart()
                revived.append(server.name)
        return revived

    def stop(self) -> None:
        """Stop them, the database last."""
        self.addresses_file.unlink(missing_ok=True)
        for server in (self.valkey, self.postgres):
            if server:
                server.stop()


def addresses_of_a_run(var: Path) -> dict[str, str]:
    """Where the servers answer that a running ``make run`` holds; empty when none does."""
    try:
        with held(var / "services.lock"):
            return {}
    except AlreadyLocked:
        with suppress(OSError, ValueError):
            return {str(name): str(url) for name, url in json.loads((var / "services.json").read_text()).items()}
    return {}


@contextmanager
def for_one_command(var: Path) -> Iterator[None]:
    """The database for a command: that of a running ``make run``, else one started for as long as the command lasts."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    for name, url in addresses_of_a_run(var).items():
        os.environ.setdefault(name, url)
    if os.environ.get("DATABASE_URL"):
        yield
        return
    with held(var / "services.lock", seconds=60):
        services = LocalServices(var)
        try:
            services.start()
            yield
        finally:
            services.stop()
