"""Statements that are compiled once and handed straight to the driver (design 10): for the few that every message
needs. SQLAlchemy still says what they are, and keeps connection and transaction; it no longer looks at each row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Dialect,
    Executable,
    String,
    TypeDecorator,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.types import TypeEngine

Build = Callable[[Dialect], Executable]
Row = Mapping[str, Any]


class Prepared:
    """One statement in the words of each database; `build` is asked once for each."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._ready: dict[str, _Ready] = {}

    def rows(self, session: Session, **values: Any) -> list[tuple[Any, ...]]:
        """What a SELECT finds. Raises DBAPIError."""
        with self._cursor(session) as (ready, cursor):
            cursor.execute(ready.sql, ready.bound(values))
            return [ready.read(row) for row in cursor.fetchall()]

    def write(self, session: Session, rows: Sequence[Row]) -> int:
        """Execute it for each of these rows; gives how many it changed. Raises DBAPIError."""
        with self._cursor(session) as (ready, cursor):
            cursor.executemany(ready.sql, [ready.bound(row) for row in rows])
            return int(cursor.rowcount)

    @contextmanager
    def _cursor(self, session: Session) -> Iterator[tuple[_Ready, Any]]:
        connection = session.connection()
        ready = self._ready.get(connection.dialect.name) or self._make_ready(connection.dialect)
        try:
            with closing(connection.connection.cursor()) as cursor:
                yield ready, cursor
        except connection.dialect.loaded_dbapi.Error as error:
            raise _named(error, connection) from error

    def _make_ready(self, dialect: Dialect) -> _Ready:
        ready = self._ready[dialect.name] = _Ready(self._build(dialect), dialect)
        return ready


def among(column: InstrumentedAttribute[Any], name: str, dialect: Dialect) -> ColumnElement[bool]:
    """The column is one of a list that is bound as a whole, so that the statement is the same for every length."""
    if dialect.name == "sqlite":
        values = func.json_each(bindparam(name, type_=_JsonList(column.type))).table_valued("value")
        return column.in_(select(values.c.value))
    return column == func.any(bindparam(name, type_=ARRAY(column.type)))


class _JsonList(TypeDecorator[Collection[Any]]):
    """A list as SQLite's json_each reads it, each value in the form of its column."""

    impl = String
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> str:
        """JSON."""
        convert = self.item.dialect_impl(dialect).bind_processor(dialect)
        return json.dumps([convert(one) if convert else one for one in value or ()])


class _Ready:
    """The words of one database, and how values go in and come out."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        self.sql = str(compiled)
        self._is_positional = bool(getattr(compiled, "positional", False))
        names = compiled.positiontup if self._is_positional else compiled.binds
        binds: dict[str, BindParameter[Any]] = compiled.binds
        self._binds = [(name, binds[name].effective_value, _writer(binds[name].type, dialect)) for name in names]
        columns = getattr(statement, "selected_columns", ())
        self._readers = [_reader(column.type, dialect) for column in columns]

    def bound(self, values: Row) -> Any:
        """The parameters as the driver takes them; what is not given has the value of the statement itself."""
        found = [
            (name, write(value) if write is not None and value is not None else value)
            for name, own, write in self._binds
            for value in (values.get(name, own),)
        ]
        return [value for _, value in found] if self._is_positional else dict(found)

    def read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """A row as SQLAlchemy would give it."""
        return tuple(read(value) if read is not None else value for read, value in zip(self._readers, row, strict=True))


def _writer(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _named(error: Exception, connection: Connection) -> DBAPIError:
    """The same error as SQLAlchemy's own, without the values; a connection that broke goes back to nobody."""
    dialect = connection.dialect
    is_gone = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)  # type: ignore[arg-type]
    if is_gone:
        connection.invalidate()
    named = DBAPIError.instance(
        None, None, error, dialect.loaded_dbapi.Error, True, connection_invalidated=is_gone, dialect=dialect
    )
    assert isinstance(named, DBAPIError)
    return named
