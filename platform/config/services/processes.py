"""Starting, finding and stopping processes that may outlive the one that started them."""

import contextlib
import os
import signal
from collections.abc import Iterable
from pathlib import Path

import psutil

TICK = 0.02


def stop(processes: Iterable[psutil.Process], *signals: tuple[signal.Signals, float]) -> None:
    """Send each signal to those still alive and wait up to its number of seconds; the last word is SIGKILL."""
    alive = list(processes)
    for number, seconds in (*signals, (signal.SIGKILL, 10.0)):
        for process in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        _, alive = psutil.wait_procs(alive, timeout=seconds)
        if not alive:
            return
    raise RuntimeError(f"Processes {[process.pid for process in alive]} do not stop.")


def working_in(folder: Path, name: str) -> list[psutil.Process]:
    """Processes of this name whose working directory is the folder."""
    found = []
    for process in psutil.process_iter(["name"]):
        if process.info["name"] != name:
            continue
        with contextlib.suppress(psutil.Error, OSError):
            if Path(process.cwd()) == folder.resolve():
                found.append(process)
    return found


def started_at(pid: int) -> float | None:
    """When the process began, which with its id names it for ever; none when it is gone."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.NoSuchProcess:
        return None


def is_same(pid: int, began: float) -> bool:
    """Whether this very process still runs (an id alone may have been given to another one)."""
    now = started_at(pid)
    return now is not None and abs(now - began) < 1.0


def pinned_threads() -> dict[str, str]:
    """The environment with one thread per numerical library: parallelism comes from processes."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS")
    return {**dict.fromkeys(names, "1"), **os.environ}
