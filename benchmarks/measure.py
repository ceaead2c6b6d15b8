"""CPU seconds and peak memory of a function, measured in a process of its own.

Linear algebra runs on one thread there, so that CPU seconds do not depend on how many cores wait for one another.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")
UNITS_PER_MEGABYTE = 1024**2 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes there, else in kilobytes


@dataclass(frozen=True)
class Measurement:
    """What one piece of work cost.

    Attributes
    ----------
    cpu_seconds : float
        User and system time of the work alone, without imports and preparation.
    peak_megabytes : float
        Largest resident memory of the whole process: interpreter, libraries and input included.
    result : what the work returned
    """

    cpu_seconds: float
    peak_megabytes: float
    result: Any


def measure(
    prepare: Callable[..., Any], work: Callable[[Any], Any], *arguments: Any, timeout: float | None = None
) -> Measurement:
    """Call ``work(prepare(*arguments))`` in a fresh process and measure ``work``.

    ``prepare`` makes the input and imports what the work needs; both are functions at the top of their module, and the
    result of ``work`` is small and can be pickled.

    Raises
    ------
    RuntimeError
        If the process ends without a result.
    """
    saved = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        context = multiprocessing.get_context("spawn")
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=_run, args=(sender, prepare, work, arguments))
        process.start()
        sender.close()
        try:
            if not receiver.poll(timeout):
                raise RuntimeError(f"{work.__name__} took longer than {timeout} s")
            measurement: Measurement = receiver.recv()
        except EOFError:
            process.join()
            raise RuntimeError(f"{work.__name__} ended with exit code {process.exitcode} and no result") from None
        finally:
            if process.is_alive() and sys.exc_info()[0] is not None:
                process.terminate()
            process.join()
        return measurement
    finally:
        for name, value in saved.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _run(
    sender: Connection, prepare: Callable[..., Any], work: Callable[[Any], Any], arguments: tuple[Any, ...]
) -> None:
    given = prepare(*arguments)
    before = time.process_time()
    result = work(given)
    seconds = time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / UNITS_PER_MEGABYTE
    sender.send(Measurement(seconds, peak, result))
    sender.close()
