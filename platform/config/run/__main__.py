"""Start everything, say where it answers, keep it alive, stop everything: ``python -m config.run``."""

import os
import signal
import sys
import time
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.db import connections

from config.run import prepare, words
from config.run.answering import answers
from config.run.state import RunFile
from config.run.supervisor import Program, trainer, web_server, worker
from config.services import ports, processes
from config.services.local import AlreadyLocked, LocalServices, held

ROOT = Path(__file__).resolve().parents[3]
ANSWER_SECONDS = 120.0


class Stop(Exception):
    """The run was asked to end."""


class House:
    """One run: the servers, the web server, the workers."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.file = RunFile(var / "run.json")
        self.parent = os.getppid() if os.environ.get("MAKELEVEL") else None
        self.address = ""
        self.services: LocalServices | None = None
        self.programs: list[Program] = []

    def run(self) -> None:
        """Start, say where, watch until asked to stop; whatever happens, leave nothing running."""
        try:
            with ended_by_signals():
                self._start()
                self._watch()
        except Stop:
            words.say("Stopping. Everything that was answered is kept.")
        finally:
            self._stop()

    def _start(self) -> None:
        began = time.monotonic()
        names = self.file.stop_leftovers()
        if names:
            words.say(f"The last run was killed; stopped what it left running ({', '.join(names)}).")
        prepare.ensure_secret_key(self.var)
        self._choose_address()
        self.services = LocalServices(self.var)
        self.services.start()
        words.say_services(self.services, self.var)
        self._prepare()
        self.programs = [web_server(self.var / "log"), worker(self.var / "log", self.var)]
        for program in self.programs:
            self._launch(program)
        if words.is_demo():
            prepare.load_demo()  # while the others start
            connections.close_all()
        self._wait_until_answered()
        self.programs.append(trainer(self.var / "log"))  # last, for nobody waits for it
        self._launch(self.programs[-1])
        words.say_welcome(self.address, seconds=time.monotonic() - began, log=self.var / "log")

    def _choose_address(self) -> None:
        wanted = int(os.environ.get("PORT", "8000"))
        port = wanted if ports.is_free(wanted) else ports.free_port()
        if port != wanted:
            words.say(f"Port {wanted} is taken by another program; using {port}.")
        os.environ["PORT"] = str(port)
        self.address = f"http://localhost:{port}"
        os.environ.setdefault("SITE_URL", self.address)

    def _prepare(self) -> None:
        os.environ.setdefault("POLYPHONY_DEMO", "1")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        if applied := prepare.migrate():
            words.say(f"Tables brought up to date ({applied} migrations).")
        if prepare.collect_static():
            words.say("Static files gathered.")
        connections.close_all()

    def _launch(self, program: Program) -> None:
        program.start(processes.pinned_threads())
        started = [one for each in self.programs if (one := each.started())]
        self.file.write(address=self.address, started=started, parent=self.parent)

    def _wait_until_answered(self) -> None:
        end = time.monotonic() + ANSWER_SECONDS
        while not answers(f"http://127.0.0.1:{os.environ['PORT']}/health/"):
            for program in self.programs:
                if program.has_died():
                    raise RuntimeError(f"The {program.name} process did not start:\n{words.end_of(program.log)}")
            if time.monotonic() > end:
                raise RuntimeError(f"The web server did not answer within {ANSWER_SECONDS:.0f} s; see {self.var}/log.")
            time.sleep(0.05)

    def _watch(self) -> None:
        while True:
            time.sleep(0.5)
            if self.parent is not None and os.getppid() != self.parent:
                raise Stop
            for name in self.services.revive() if self.services else []:
                words.say(f"{name} had stopped; started it again.")
            for program in self.programs:
                if program.has_died():
                    if not program.may_start_again():
                        raise RuntimeError(f"The {program.name} process keeps dying:\n{words.end_of(program.log)}")
                    words.say(f"The {program.name} process had stopped; started it again.")
                    self._launch(program)

    def _stop(self) -> None:
        for program in self.programs:
            program.ask_to_stop()
        for program in self.programs:
            program.stop()
        if self.services:
            self.services.stop()
        self.file.path.unlink(missing_ok=True)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Ctrl-C, a closed terminal and a polite kill all end the run the same way, once."""

    def end(number: int, frame: types.FrameType | None) -> None:
        for one in numbers:
            signal.signal(one, signal.SIG_IGN)
        raise Stop

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in numbers:
        signal.signal(number, end)
    yield


def main() -> int:
    """Run the house; refuse to run it twice."""
    var = Path(os.environ.get("POLYPHONY_VAR", ROOT / "var")).resolve()
    file = RunFile(var / "run.json")
    try:
        # A run whose `make` was killed is about to stop; wait for it rather than refuse.
        with held(var / "services.lock", seconds=60, patient=lambda: not file.read() or file.is_abandoned()):
            House(var).run()
    except AlreadyLocked:
        words.say(f"Polyphony already runs at {file.read().get('address')}; stop it there with Ctrl-C first.")
        return 1
    except RuntimeError as refusal:
        words.say(str(refusal))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
