"""The database: one engine, explicit durability (R19), the same behaviour on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import (
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Executable,
    MetaData,
    Uuid,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import TimeoutError
from sqlalchemy.orm import DeclarativeBase, Mapped, ORMExecuteState, Session, mapped_column, sessionmaker
from sqlalchemy.types import TypeDecorator

from core.ids import new_id

T = TypeVar("T")
SQLITE_BUSY_MS = 2000
READS_ONLY = "zhengqing_reads_only"
# Below the callback's deadline together with the pool's wait (R22).
POSTGRES_OPTIONS = "-c statement_timeout=2500 -c lock_timeout=2500 -c idle_in_transaction_session_timeout=15000"


# A server that vanished from the network is noticed in seconds, not when the kernel gives up.
POSTGRES_PATIENCE = {
    "connect_timeout": 2,
    "tcp_user_timeout": 4000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment; SQLite keeps it naive, PostgreSQL as timestamptz."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Refuse a naive moment: whose clock would it be?"""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored; use core.clock")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Give it back aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """A stored thing, with an id known before it is written (encryption binds to it)."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, UUID: Uuid}

    id: Mapped[UUID] = mapped_column(primary_key=True)

    def __init__(self, **values: Any) -> None:
        self.id = values.pop("id", None) or new_id()
        for name, value in values.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no {name!r}")
            setattr(self, name, value)


class Writes(Exception):
    """A handler wants to write in a transaction that it shares with other messages; it needs one of its own."""


class _Gathering(Session):
    """Writes nothing by itself: its owner writes through `connection()` when everybody has been heard."""

    def flush(self, objects: Any = None) -> None:
        if self.new or self.dirty or self.deleted:
            raise Writes


def is_shared(session: Session) -> bool:
    """Whether several messages share this transaction (`Database.together`), and nobody writes in it."""
    return isinstance(session, _Gathering)


def read_once(session: Session, name: str, read: Callable[[], T]) -> T:
    """What `read` gives; in a transaction that several messages share it is asked once, for nobody writes in it."""
    if not is_shared(session):
        return read()
    if name not in session.info:
        session.info[name] = read()
    found: T = session.info[name]
    return found


def _refuse_writing(asked: ORMExecuteState) -> None:
    if not asked.is_select or getattr(asked.statement, "_for_update_arg", None) is not None:
        raise Writes


event.listen(_Gathering, "do_orm_execute", _refuse_writing)


class Database:
    """An engine and its sessions."""

    def __init__(self, url: str, connections: int = 16) -> None:
        self.engine = _sqlite(url) if url.startswith("sqlite") else _postgres(url, connections)
        self._writing = threading.Lock()
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._gatherers = sessionmaker(self.engine, expire_on_commit=False, class_=_Gathering)
        self._readers = sessionmaker(self.engine.execution_options(**{READS_ONLY: True}), expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction: commits at the end, rolls back on any exception.

        On SQLite it is a writer from its first statement (BEGIN IMMEDIATE), so a read cannot turn into a failed write.
        """
        with self._turn(), self._sessions.begin() as session:
            yield session

    @contextmanager
    def together(self) -> Iterator[Session]:
        """A transaction for several messages at once: handlers may read in it; what they would write raises Writes."""
        with self._turn(), self._gatherers.begin() as session:
            yield session

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """SQLite has one writer at a time: threads of this process queue for it instead of knocking and knocking."""
        if not self.is_sqlite:
            yield
            return
        if not self._writing.acquire(timeout=SQLITE_BUSY_MS / 1000):
            raise TimeoutError("another transaction of this process holds the database")
        try:
            yield
        finally:
            self._writing.release()

    @contextmanager
    def reading(self, patient: bool = False) -> Iterator[Session]:
        """A transaction that writes nothing: on SQLite it neither waits for a writer nor keeps one waiting.

        `patient` lifts the time-out of statements, for an operator's command that reads everything.
        """
        with self._readers() as session:
            if patient and not self.is_sqlite:
                session.execute(text("SET LOCAL statement_timeout = 0"))
            yield session

    def after_commit(self, do: Callable[[Session], None]) -> None:
        """Have this called after each commit of a transaction, with its session; no SQL is possible there."""

        def unless_nested(session: Session) -> None:
            # SQLAlchemy tells of released savepoints too, and those may still be rolled back.
            if not session.in_nested_transaction():
                do(session)

        event.listen(self._sessions, "after_commit", unless_nested)

    def close(self) -> None:
        """Drop all connections."""
        self.engine.dispose()


def changed_rows(session: Session, statement: Executable) -> int:
    """Execute an UPDATE or DELETE; gives how many rows it changed."""
    return cast("CursorResult[Any]", session.execute(statement)).rowcount


def insert_ignoring_conflicts(dialect: Dialect, model: Any) -> Any:
    """`INSERT … ON CONFLICT DO NOTHING` of whole rows; waits for a concurrent twin to end."""
    return _insert(dialect, model).on_conflict_do_nothing()


def upsert(dialect: Dialect, model: Any, unique: str) -> Any:
    """`INSERT … ON CONFLICT (unique) DO UPDATE` of all columns."""
    statement = _insert(dialect, model)
    fresh = {column.name: statement.excluded[column.name] for column in model.__table__.columns}
    return statement.on_conflict_do_update(index_elements=[unique], set_=fresh)


def _insert(dialect: Dialect, model: Any) -> Any:
    words = sqlite if dialect.name == "sqlite" else postgresql
    return words.insert(model.__table__)


def _postgres(url: str, connections: int) -> Engine:
    address = make_url(url).set(drivername="postgresql+psycopg")
    return create_engine(
        address,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=1.0,
        pool_recycle=1800,
        hide_parameters=True,  # an error's text may be logged
        connect_args={"options": POSTGRES_OPTIONS, **POSTGRES_PATIENCE},
    )


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    patience = {"timeout": SQLITE_BUSY_MS / 1000, "check_same_thread": False}
    engine = create_engine(url, connect_args=patience, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get(READS_ONLY) else "BEGIN IMMEDIATE")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions of its own, or BEGIN IMMEDIATE comes too late.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={SQLITE_BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",  # NORMAL may lose the last commits on a power cut (R19)
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
