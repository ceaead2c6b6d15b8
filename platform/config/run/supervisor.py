"""The run's own processes: started, watched, started again when they die, stopped in order."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from config.run.state import Started, session_of
from config.services import processes
from jobs.kinds import QUEUES

# A process that dies this often within a minute will not be helped by another start.
DEATHS_PER_MINUTE = 6
QUICK = tuple(queue for queue in QUEUES if queue != "train")


@dataclass
class Program:
    """One command to keep running, with its log."""

    name: str
    command: list[str]
    log: Path
    patience: float
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self, environment: Mapping[str, str]) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches the supervisor alone."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(environment),
                start_new_session=True,
            )

    def started(self) -> Started | None:
        """The process as the run file names it."""
        if self.process is None:
            return None
        return Started(self.name, self.process.pid, processes.started_at(self.process.pid) or time.time())

    def has_died(self) -> bool:
        """Whether it was started and is gone."""
        return self.process is not None and self.process.poll() is not None

    def may_start_again(self) -> bool:
        """Note a death; no more starts when they come too fast."""
        now = time.monotonic()
        self.deaths = [moment for moment in self.deaths if now - moment < 60] + [now]
        return len(self.deaths) <= DEATHS_PER_MINUTE

    def ask_to_stop(self) -> None:
        """Ask only, so that several can stop at the same time."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self) -> None:
        """Let it finish what it is doing (for ``patience`` seconds), then end it and everything it started."""
        if self.process is None:
            return
        began = self.started()
        if self.process.poll() is None:
            processes.stop([psutil.Process(self.process.pid)], (signal.SIGTERM, self.patience))
        self.process.wait()
        if began:
            processes.stop(session_of(began))
        self.process = None


def web_server(log: Path) -> Program:
    """The production web server: gunicorn with threads."""
    command = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn", "config.wsgi"]
    return Program("web", command, log / "web.log", patience=10.0)


def worker(log: Path, var: Path) -> Program:
    """The Celery worker of everything but training; it also keeps the clock (beat) that sweeps for lost work."""
    processes_at_once = os.environ.get("WORKER_CONCURRENCY", "2")
    command = [*_celery_worker(QUICK), "-B", "-s", str(var / "beat"), "-c", processes_at_once]
    # A job that does not end in time is begun again by the next run; nothing is lost by not waiting for it.
    return Program("worker", command, log / "worker.log", patience=4.0)


def trainer(log: Path) -> Program:
    """The Celery worker that trains: one process, one training at a time, so that nothing else waits for it."""
    return Program("trainer", [*_celery_worker(("train",)), "-n", "trainer@%h", "-P", "solo"], log / "trainer.log", 4.0)


def _celery_worker(queues: Sequence[str]) -> list[str]:
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-l", "INFO", "-Q", ",".join(queues)]
    return [*command, "--without-gossip", "--without-mingle"]
