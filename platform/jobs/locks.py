"""One lock per kind and key of work, held by a database session of its own while the work runs.

When its process dies the kernel closes the session's socket and PostgreSQL lets go of the lock at once, so "running,
but nobody holds the lock" means that the worker is gone. The session is not the one the handler works with: that one
may be closed or have failed within a transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

from django.db import Error, connection
from django.db.backends.base.base import BaseDatabaseWrapper

# Keeps these locks apart from other uses of advisory locks in the same database.
SALT = 7_061


class Session:
    """The session beside a running job: holds its lock and writes its progress, whatever the handler's own does."""

    def __init__(self, wrapper: BaseDatabaseWrapper) -> None:
        self._wrapper = wrapper

    def write_progress(self, job: UUID, share: float, message: str) -> bool:
        """Write it at once, outside the handler's transaction; returns whether the job should stop."""
        with self._wrapper.cursor() as cursor:
            cursor.execute(
                "UPDATE jobs_job SET progress = %s, message = %s WHERE id = %s RETURNING cancel_requested",
                [share, message, job],
            )
            row = cursor.fetchone()
        return row is None or bool(row[0])


@contextmanager
def running_alone(kind: str, key: str) -> Iterator[Session | None]:
    """A session that holds the lock for the block, or None where another session holds it."""
    wrapper = connection.copy()
    try:
        with wrapper.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, %s))", [f"{kind}\n{key}", SALT])
            row = cursor.fetchone()
        yield Session(wrapper) if row and row[0] else None
    finally:
        with suppress(Error):
            wrapper.close()


def is_run_by_nobody(kind: str, key: str) -> bool:
    """Whether no session holds the lock; the caller's transaction then keeps it from being taken until it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, %s))", [f"{kind}\n{key}", SALT])
        row = cursor.fetchone()
    return bool(row and row[0])
