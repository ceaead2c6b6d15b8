"""Statements that every request sends: the ORM writes their SQL once, later only the values change.

Writing the SQL of a query costs the ORM several times what it costs to send it and to read the answer. Here that is
done on the first use in a process, from the same query set as anywhere else, so that who may see what is still said in
one place (decision 0011).
"""

import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models.query import get_related_populators
from django.db.models.sql import InsertQuery
from django.db.transaction import TransactionManagementError

M = TypeVar("M", bound=models.Model)
#: Stand for a value of each type while the SQL is written; unlikely enough to be told from every constant.
STANDS_FOR: dict[type, Callable[[int], Any]] = {
    int: lambda n: 2_000_103_577 + n,
    str: lambda n: f"value-{n}-ca1f6b3e",
    uuid.UUID: lambda n: uuid.UUID(int=0xCA1F6B3E << 64 | n),
    datetime: lambda n: datetime(1899, 12, 31, tzinfo=UTC) + timedelta(seconds=n),
}


def prepared_cursor() -> CursorWrapper:
    """A cursor whose statements PostgreSQL parses and plans once for a connection, where settings let it.

    Values go beside the statement, not in its text, so that PostgreSQL must be able to tell their types from it.
    """
    here: Any = connections[DEFAULT_DB_ALIAS]  # the types know nothing of what a backend adds
    here.close_if_health_check_failed()
    here.ensure_connection()
    cursor: Any = ServerBindingCursor
    wrapped: CursorWrapper = here._prepare_cursor(cursor(here.connection))
    return wrapped


class KeptQuery(Generic[M]):
    """A query set that depends on some values, asked often.

    Parameters
    ----------
    build : makes the query set from the values; it may use ``select_related``, ``annotate``, ``only``, an order and a
        limit, but no ``prefetch_related``, and is the same query whatever the values are (none of them None)
    ending : what the ORM cannot say, put after its SQL
    types : the type of each value, by the name of ``build``'s argument

    Examples
    --------
    >>> by_slug = KeptQuery(lambda slug: Community.objects.filter(slug=slug), slug=str)
    >>> by_slug.first(slug="hill")
    <Community: The hill>
    """

    def __init__(self, build: Callable[..., models.QuerySet[M]], *, ending: str = "", **types: type) -> None:
        self._build, self._ending, self._types = build, ending, types
        self._sql = ""

    def all(self, **values: Any) -> list[M]:
        """The rows, as the query set itself would give them.

        Raises
        ------
        TransactionManagementError
            If the query locks rows and there is no transaction that would hold them.
        """
        if not self._sql:
            self._write()
        if self._locks and not connection.in_atomic_block:
            raise TransactionManagementError("A query that locks rows should be asked within a transaction.")
        with prepared_cursor() as cursor:
            cursor.execute(self._sql, [values[name] if name else constant for name, constant in self._values])
            rows: Sequence[Sequence[Any]] = cursor.fetchall()
        if self._converters:
            rows = [list(row) for row in self._compiler.apply_converters(rows, self._converters)]
        return [self._made(row) for row in rows]

    def first(self, **values: Any) -> M | None:
        """The first row, or None. Limit the query set where there may be many."""
        return next(iter(self.all(**values)), None)

    def _write(self) -> None:
        stands = {name: STANDS_FOR[kind](n) for n, (name, kind) in enumerate(self._types.items())}
        compiler = self._build(**stands).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        by_value = {stand: name for name, stand in stands.items()}
        self._values = [(by_value.get(one, ""), one) for one in params]
        if missing := set(stands) - {name for name, _ in self._values}:
            raise ValueError(f"The query does not pass on {', '.join(sorted(missing))} as given.")
        self._compiler = compiler
        self._locks = compiler.query.select_for_update
        self._converters = compiler.get_converters([column[0] for column in compiler.select])
        shape = compiler.klass_info
        first, last = shape["select_fields"][0], shape["select_fields"][-1] + 1
        self._model, self._fields = shape["model"], slice(first, last)
        self._names = [column[0].target.attname for column in compiler.select[first:last]]
        self._related = get_related_populators(shape, compiler.select, connection.alias)  # type: ignore[call-arg]  # 6.x's
        self._annotated = list(compiler.annotation_col_map.items())
        self._sql = sql + self._ending  # last: another thread goes by it

    def _made(self, row: Sequence[Any]) -> M:
        made: M = self._model.from_db(DEFAULT_DB_ALIAS, self._names, row[self._fields])
        for related in self._related:
            related.populate(row, made)
        for name, place in self._annotated:
            setattr(made, name, row[place])
        return made


class KeptInsert(Generic[M]):
    """The statement that adds one row of a model, used often; no signal is sent.

    Examples
    --------
    >>> add = KeptInsert(Submission)
    >>> add(Submission(member=member, key=key, body_sha256=digest, status=200))
    """

    def __init__(self, model: type[M]) -> None:
        self._model = model
        self._sql = ""

    def __call__(self, made: M) -> M:
        """Add the row, as ``save(force_insert=True)`` would, and give it its id."""
        if not self._sql:
            self._write(made)
        values = [field.get_db_prep_save(field.pre_save(made, True), connection) for field in self._fields]
        with prepared_cursor() as cursor:
            cursor.execute(self._sql, values)
            made.pk = cursor.fetchone()[0]
        made._state.adding, made._state.db = False, DEFAULT_DB_ALIAS
        return made

    def _write(self, made: M) -> None:
        own = self._model._meta
        self._fields = [field for field in own.local_concrete_fields if not isinstance(field, models.AutoField)]
        query = InsertQuery(self._model)
        query.insert_values(self._fields, [made])
        compiler = query.get_compiler(connection=connection)
        compiler.returning_fields = [own.pk]
        ((sql, _),) = compiler.as_sql()
        self._sql = sql
