"""The real thing for tests: PostgreSQL, Valkey, gunicorn and a Celery worker as processes of their own."""

import contextlib
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import psycopg

from config.run.answering import answers
from config.run.supervisor import Program, trainer, web_server, worker
from config.services import processes
from config.services.ports import free_port
from config.services.postgres import PostgresServer
from config.services.valkey import ValkeyServer
from tests.services_plugin import CHOSEN, ROOT

START_SECONDS = 60.0


class LiveStack:
    """One house on free ports with a database of its own, in a folder (best in that of the test run).

    The next test run clears what is left under the folder of one that was killed.

    Parameters
    ----------
    durable : whether PostgreSQL really writes to disk before it acknowledges (slower; for tests that kill it)
    settings : further variables of the environment
    """

    def __init__(self, folder: Path, *, durable: bool, **settings: str) -> None:
        self.var = folder / "var"
        self.var.mkdir(parents=True)
        self.postgres = PostgresServer(folder / "postgres", durable=durable, port=free_port())
        self.valkey = ValkeyServer(folder / "valkey")
        self.web: Program = web_server(self.var / "log")
        self.worker: Program = worker(self.var / "log", self.var)
        self.trainer: Program = trainer(self.var / "log")
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self._settings = settings
        self._ends = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    @property
    def environment(self) -> dict[str, str]:
        """What its processes see."""
        own = {
            "DATABASE_URL": self.postgres.url("polyphony"),
            "BROKER_URL": self.valkey.url,
            "POLYPHONY_VAR": str(self.var),
            "PORT": str(self.port),
            "SITE_URL": self.address,
            "CACHE_URL": self.valkey.url,
            CHOSEN: "",  # what is named here stays, where a script of this house loads the tests' own servers
        }
        return {**processes.pinned_threads(), **own, **self._settings}

    def start(self, *, demo: bool = False) -> None:
        """Start all of it, with tables and static files, and wait until it answers; what trains only with the demo."""
        self.postgres.start(["polyphony"])
        self.valkey.start()
        self.manage("migrate", "--verbosity=0")
        self.manage("collectstatic", "--noinput", "--verbosity=0")
        if demo:
            self.manage("load_demo")
        self.web.start(self.environment)
        self.worker.start(self.environment)
        if demo:
            self.trainer.start(self.environment)
        self.wait_until_answered()
        self._watcher.start()

    def _watch(self) -> None:
        """Start again what has died, as `make run` and a container's restart policy do."""
        while not self._ends.wait(0.2):
            for program in (self.web, self.worker, self.trainer):
                if program.has_died():
                    program.start(self.environment)

    def stop(self) -> None:
        """Stop all of it."""
        self._ends.set()
        if self._watcher.is_alive():
            self._watcher.join()
        for program in (self.web, self.worker, self.trainer):
            program.patience = 1.0
            program.stop()
        self.valkey.stop()
        self.postgres.kill()

    def manage(self, *arguments: str) -> str:
        """Run a management command in this house and return what it printed."""
        return self.python(str(ROOT / "manage.py"), *arguments)

    def python(self, *arguments: str) -> str:
        """Run Python in this house and return what it printed."""
        done = subprocess.run(
            [sys.executable, *arguments], check=False, capture_output=True, text=True, env=self.environment, cwd=ROOT
        )
        if done.returncode:
            raise RuntimeError(f"{arguments} failed:\n{done.stderr}")
        return done.stdout

    def wait_until_answered(self) -> None:
        """Wait until the web server reaches its database."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if answers(f"{self.address}/health/"):
                return
            if self.web.has_died():
                break
            time.sleep(0.05)
        raise RuntimeError(f"The web server does not answer:\n{self.web.log.read_text()}")

    def kill_a_web_worker(self) -> int:
        """kill -9 one of the processes that answer requests; gunicorn starts another one."""
        assert self.web.process is not None
        victim = psutil.Process(self.web.process.pid).children()[0]
        victim.kill()
        return victim.pid

    def kill_the_task_worker(self) -> None:
        """kill -9 everything that runs tasks; it is started again."""
        assert self.worker.process is not None
        first = psutil.Process(self.worker.process.pid)
        for victim in (first, *first.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                victim.kill()

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """A session of one's own in its database."""
        return psycopg.connect(self.postgres.url("polyphony"), autocommit=True)
