"""Free TCP ports on this machine."""

import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path
from typing import IO

HOST = "127.0.0.1"
LOWEST, HIGHEST = 15_000, 32_000
EPHEMERAL_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def is_free(port: int, host: str = HOST) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Servers set this too; without it the closed connections of a server that has just stopped look like a server.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            # Two sockets may be bound to one port as long as none listens.
            probe.listen(1)
        except OSError:
            return False
    return True


def free_port() -> int:
    """A free port that no other process of this user is about to use, below the range of outgoing connections.

    Inside that range a client that retries while its server is down can be given the server's own port as
    its source: it then connects to itself, and the server cannot come back. The port stays this process's own, though
    nothing listens yet, until the process ends.
    """
    highest = HIGHEST
    if EPHEMERAL_RANGE.exists():
        highest = min(highest, int(EPHEMERAL_RANGE.read_text().split()[0]))
    candidates = random.SystemRandom().sample(range(min(LOWEST, highest - 5000), highest), 200)
    for port in candidates:
        if port not in _reserved and is_free(port) and _reserve(port):
            return port
    raise RuntimeError(f"None of {len(candidates)} ports tried on {HOST} is free.")


_reserved: set[int] = set()
_reservations: list[IO[str]] = []


def _reserve(port: int) -> bool:
    """Lock the byte of that number in a file of this user; the kernel unlocks it when the process ends."""
    if not _reservations:
        place = Path(tempfile.gettempdir()) / f"polyphony-ports-{os.getuid()}"
        # Closing any handle of the file would let go of all locks, so one stays open for good.
        _reservations.append(place.open("a"))
    try:
        fcntl.lockf(_reservations[0], fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    _reserved.add(port)
    return True
