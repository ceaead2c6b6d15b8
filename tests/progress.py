"""A job's progress for tests that call what a job does themselves."""

import uuid

from jobs.progress import JobCancelled, Progress


class Watched(Progress):
    """Notes what is said, and is cancelled after so many reports."""

    def __init__(self, reports: int = 10_000) -> None:
        self.job_id = uuid.uuid4()
        self.left = reports
        self.said: list[tuple[float, str]] = []

    def report(self, share: float, message: str = "") -> None:
        assert 0 <= share <= 1
        self.said.append((share, message))
        self.left -= 1
        if self.left < 0:
            raise JobCancelled
