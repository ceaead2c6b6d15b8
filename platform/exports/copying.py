"""Rows of a query as Arrow record batches, streamed out of PostgreSQL through COPY: no Python object per cell."""

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import pyarrow as pa
import pyarrow.csv
from django.db import connection, transaction
from django.db.models import QuerySet
from psycopg import ClientCursor, Copy, sql

BLOCK_BYTES = 16_000_000  # a row must fit into a block


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

    Memory holds one block, however many rows there are. No other query can run on the connection until the stream is
    at its end.
    """
    statement, parameters = query.query.sql_with_params()
    connection.ensure_connection()
    raw = connection.connection
    select = ClientCursor(raw).mogrify(statement, parameters)
    copying = sql.SQL("COPY ({}) TO STDOUT (FORMAT CSV)").format(sql.SQL(cast(Any, select)))
    with raw.cursor() as cursor, cursor.copy(copying) as copy:
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


def in_parts(batches: Iterable[pa.RecordBatch], rows: int = 5_000) -> Iterator[pa.RecordBatch]:
    """The same rows in smaller batches, so that few of them stand in memory as objects of Python at a time."""
    for batch in batches:
        for start in range(0, batch.num_rows, rows):
            yield batch.slice(start, rows)


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
