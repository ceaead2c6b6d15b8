"""How a running job tells how far it has come, and learns that it should stop."""

import time
from uuid import UUID, uuid4

from jobs.locks import Session

LEAST_SECONDS = 0.25
MESSAGE_LENGTH = 300


class JobCancelled(Exception):
    """Somebody asked for the job to stop."""


class Progress:
    """Handed to the handler of a job; writes at most four times a second, so it may be called often."""

    def __init__(self, job_id: UUID, session: Session) -> None:
        self.job_id = job_id
        self._session = session
        self._written_at = float("-inf")

    def report(self, share: float, message: str = "") -> None:
        """Say how much is done, from 0 to 1, and what is being done.

        Raises
        ------
        JobCancelled
            If a cancel was asked for; let it pass, so that an open transaction is rolled back.
        django.db.OperationalError
            If the session is gone and with it the lock: another worker may have begun the same work.
        """
        now = time.monotonic()
        if now - self._written_at < LEAST_SECONDS and share < 1:
            return
        self._written_at = now
        if self._session.write_progress(self.job_id, min(max(share, 0.0), 1.0), message[:MESSAGE_LENGTH]):
            raise JobCancelled


class Unwatched(Progress):
    """For work that is done outside a job: nobody follows it."""

    def __init__(self) -> None:
        self.job_id = uuid4()

    def report(self, share: float, message: str = "") -> None:
        """Do nothing."""
