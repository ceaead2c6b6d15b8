"""Waking the relay after a commit, without the request ever waiting for the broker.

A thread of its own talks to the broker. Whoever wakes it only sets a flag, so a broker that is slow or away costs the
request nothing, and many wakes within a moment become one message. What is never sent is found by the sweep.
"""

import logging
import os
import threading
import time

logger = logging.getLogger(__name__)
SHORTEST_PAUSE, LONGEST_PAUSE = 0.02, 30.0


class Waker:
    """Sends ``jobs.relay`` to the broker soon after :meth:`wake`; pauses longer and longer while it is away."""

    def __init__(self) -> None:
        self._begin()
        # Threads do not survive a fork, and a lock that another thread held at that moment would stay held for ever.
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self._wanted = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Returns at once; never raises because of the broker."""
        self._wanted.set()
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._send_for_ever, name="jobs-waker", daemon=True)
                self._thread.start()

    def _send_for_ever(self) -> None:
        from jobs.tasks import relay

        pause = SHORTEST_PAUSE
        while True:
            self._wanted.wait()
            self._wanted.clear()
            try:
                relay.apply_async(retry=False, expires=60)
                pause = SHORTEST_PAUSE
            except Exception as problem:  # whatever the broker's client raises; the sweep does the rest
                logger.warning("The broker does not answer (%s); wishes wait for the next sweep.", problem)
                pause = min(2 * max(pause, 0.5), LONGEST_PAUSE)
                self._wanted.set()
            time.sleep(pause)


waker = Waker()
