"""Rows of a query, streamed out of PostgreSQL through COPY: as Arrow record batches, or one by one.

Memory does not grow with the number of rows.
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import pyarrow as pa
import pyarrow.csv
from django.db import connection, transaction
from django.db.models import QuerySet
from psycopg import ClientCursor, Copy, sql

BLOCK_BYTES = 1 << 20  # a row must fit into a block; Arrow holds several, whole and in parts


@contextmanager
def one_view_of_the_data() -> Iterator[None]:
    """A transaction in which every query sees the database as it is now, whatever others write meanwhile."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def copy_batches(query: QuerySet[Any, Any], columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Stream the rows of ``queryset.values_list(...)``; all columns are text, as PostgreSQL writes them.

    For rows that are short by what they are, such as votes: memory holds a few blocks, and a row must fit into one. No
    other query can run on the connection until the stream is at its end.
    """
    with _copy(query, "(FORMAT CSV)") as copy:
        stream = _Stream(copy)
        head = stream.peek()
        if not head:
            return
        reader = pyarrow.csv.open_csv(
            stream,
            read_options=pyarrow.csv.ReadOptions(column_names=list(columns), block_size=BLOCK_BYTES, use_threads=False),
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
        yield from reader


def copy_rows(query: QuerySet[Any, Any]) -> Iterator[tuple[Any, ...]]:
    """Stream the same rows one by one, each cell a text of any length or None; memory holds one row.

    No other query can run on the connection until the stream is at its end.
    """
    with _copy(query, "") as copy:
        yield from copy.rows()


@contextmanager
def _copy(query: QuerySet[Any, Any], form: str) -> Iterator[Copy]:
    statement, parameters = query.query.sql_with_params()
    connection.ensure_connection()
    raw = connection.connection
    select = ClientCursor(raw).mogrify(statement, parameters)
    copying = sql.SQL("COPY ({}) TO STDOUT {}").format(sql.SQL(cast(Any, select)), sql.SQL(cast(Any, form)))
    with raw.cursor() as cursor, cursor.copy(copying) as copy:
        yield copy


class _Stream(io.RawIOBase):
    """What COPY sends, as a file to read from."""

    def __init__(self, copy: Copy) -> None:
        self._copy = copy
        self._held = b""
        self._at_end = False

    def readable(self) -> bool:
        return True

    def peek(self) -> bytes:
        """The beginning, which stays to be read; empty where there is no row."""
        self._fill(1)
        return self._held

    def readinto(self, buffer: Any) -> int:
        self._fill(len(buffer))
        given = self._held[: len(buffer)]
        buffer[: len(given)] = given
        self._held = self._held[len(given) :]
        return len(given)

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes; fewer only at the end."""
        if size < 0:
            return b"".join([self._held, *iter(self._copy.read, b"")])
        self._fill(size)
        given, self._held = self._held[:size], self._held[size:]
        return given

    def _fill(self, size: int) -> None:
        parts, held = [self._held], len(self._held)
        while held < size and not self._at_end:
            part = bytes(self._copy.read())
            self._at_end = not part
            parts.append(part)
            held += len(part)
        self._held = b"".join(parts)
