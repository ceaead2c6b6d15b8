"""Gives the test run a PostgreSQL and a Valkey of its own, unless DATABASE_URL and BROKER_URL name others.

Loaded with ``-p`` because the addresses must stand in the environment before Django reads its settings. The servers
start with the first test that needs them (:func:`tests.conftest.services`). Where tests run in several processes
(pytest-xdist), each process has servers of its own, so that none sees what another one writes.
"""

import atexit
import contextlib
import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from config.services.ports import free_port
from config.services.postgres import PostgresServer
from config.services.valkey import ValkeyServer

ROOT = Path(__file__).resolve().parent.parent
PLACE = Path(tempfile.gettempdir()) / f"polyphony-tests-{os.getuid()}"
# Variables that the process that shares out the tests chose itself; those that run them choose again.
CHOSEN = "POLYPHONY_TESTS_CHOSE"


@dataclass
class Servers:
    """The servers of this test run; None where the environment names one."""

    folder: Path
    postgres: PostgresServer | None = None
    valkey: ValkeyServer | None = None
    started: bool = field(default=False)

    def start(self) -> None:
        """Start what is not running yet."""
        if self.started:
            return
        self.started = True
        atexit.register(self.stop)
        if self.postgres:
            self.postgres.start(["polyphony"])
        if self.valkey:
            self.valkey.start()

    def stop(self) -> None:
        """Stop the servers and remove what they wrote."""
        if self.postgres:
            self.postgres.kill()
        if self.valkey:
            self.valkey.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def clear_leftovers() -> None:
    """Stop and remove what test runs left that were killed; their folders are named by their process id."""
    for folder in PLACE.glob("*"):
        if folder.name.isdigit() and not psutil.pid_exists(int(folder.name)):
            for process in psutil.process_iter():
                with contextlib.suppress(psutil.Error, OSError):
                    places = (process.cwd(), process.environ().get("POLYPHONY_VAR", "/"))
                    if any(folder in Path(place).parents for place in places):
                        process.kill()
            shutil.rmtree(folder, ignore_errors=True)


def make_servers() -> Servers:
    """Choose addresses and write them to the environment."""
    PLACE.mkdir(exist_ok=True)
    clear_leftovers()
    for name in os.environ.pop(CHOSEN, "").split():
        del os.environ[name]
    before = set(os.environ)
    folder = PLACE / str(os.getpid())
    (folder / "var" / "static").mkdir(parents=True)
    servers = Servers(folder)
    if not os.environ.get("DATABASE_URL"):
        password = secrets.token_hex(16)
        servers.postgres = PostgresServer(folder / "postgres", durable=False, port=free_port(), password=password)
        os.environ["DATABASE_URL"] = servers.postgres.url("polyphony")
    if not os.environ.get("BROKER_URL"):
        servers.valkey = ValkeyServer(folder / "valkey", port=free_port())
        os.environ["BROKER_URL"] = servers.valkey.url
    os.environ["POLYPHONY_VAR"] = str(folder / "var")
    os.environ["POLYPHONY_DEMO"] = "1"
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    os.environ[CHOSEN] = " ".join({"DATABASE_URL", "BROKER_URL"} - before)
    return servers


SERVERS = make_servers()


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Serve static files as they are, without the manifest that ``collectstatic`` writes."""
    from django.conf import settings

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_unconfigure() -> None:
    """Stop everything at the end."""
    SERVERS.stop()
