"""What a run writes down about itself, so that the next one can clear up after a run that was killed."""

import json
import os
import signal
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from config.services import processes
from config.services.private_files import write_private


@dataclass(frozen=True)
class Started:
    """One process of the run; it leads a session of its own, which its children share."""

    name: str
    pid: int
    began: float


@dataclass
class RunFile:
    """``var/run.json``: who runs the house, for whom, at which address, with which processes."""

    path: Path

    def write(self, *, address: str, started: list[Started], parent: int | None) -> None:
        """Replace what stands there."""
        me = os.getpid()
        record = {
            "address": address,
            "pid": me,
            "began": processes.started_at(me),
            "parent": parent,
            "parent_began": processes.started_at(parent) if parent else None,
            "started": [asdict(one) for one in started],
        }
        write_private(self.path, json.dumps(record))

    def read(self) -> dict[str, object]:
        """What the last run wrote; empty when it ended well or its file cannot be read."""
        with suppress(OSError, ValueError):
            record = json.loads(self.path.read_text())
            return record if isinstance(record, dict) else {}
        return {}

    def is_abandoned(self) -> bool:
        """Whether the `make` that started the run is dead: such a run stops by itself within a moment."""
        record = self.read()
        parent, began = record.get("parent"), record.get("parent_began")
        return isinstance(parent, int) and not (isinstance(began, float) and processes.is_same(parent, began))

    def stop_leftovers(self) -> list[str]:
        """Stop what a killed run left alive; returns their names."""
        left: list[psutil.Process] = []
        names = []
        entries = self.read().get("started")
        for entry in entries if isinstance(entries, list) else []:
            with suppress(TypeError):
                found = session_of(Started(**entry))
                left += found
                names += [entry["name"]] if found else []
        processes.stop(left, (signal.SIGTERM, 2.0))
        self.path.unlink(missing_ok=True)
        return names


def session_of(started: Started) -> list[psutil.Process]:
    """The process and all it started that still lives, even when it is dead itself (its number then stays taken)."""
    leader_began = processes.started_at(started.pid)
    if leader_began is not None and abs(leader_began - started.began) > 1.0:
        return []  # the number belongs to another process by now
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if os.getsid(process.pid) == started.pid and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found
