"""One database, SQLite or PostgreSQL: how it is opened, read and written.

SQLite runs in WAL with FULL syncing, writers begin IMMEDIATE behind one lock of the process, because deferred
transactions that read and then write fail under load (PROBES, section 3). An acknowledgement must not be undone by a
power cut, hence FULL.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool
from sqlmodel import Session

from .looking import ONCE
from .turns import Turns


class Store:
    """The database behind one installation.

    `writing()` is called from two places only: the runner, for facts, and the delivery bookkeeping, for technical
    columns; a test finds a third.
    """

    def __init__(self, url: str) -> None:
        self.url: URL = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.in_memory = self.is_sqlite and self.url.database in (None, "", ":memory:")
        self.engine: Engine = self._open()
        self._readers = self.engine.execution_options(begin="BEGIN")
        self._writer = Turns()
        self._looks = threading.local()

    def _open(self) -> Engine:
        # An error of the database must not carry into a log what people wrote: hence hide_parameters.
        if not self.is_sqlite:
            return create_engine(self.url, pool_size=20, pool_pre_ping=True, hide_parameters=True)
        arguments: dict[str, Any] = {"isolation_level": None, "timeout": 30, "check_same_thread": False}
        if self.in_memory:
            engine = create_engine(self.url, connect_args=arguments, poolclass=StaticPool, hide_parameters=True)
        else:
            engine = create_engine(self.url, connect_args=arguments, pool_size=20, hide_parameters=True)
            event.listen(engine, "do_connect", self._make_private)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _make_private(self, *_: object) -> None:
        """Makes a new file for the owner alone; SQLite gives the files beside it, -wal and -shm, the same rights."""
        if str(self.url.database).startswith("file:"):  # an address of SQLite's own, and no path
            return
        with suppress(OSError):  # it is there already; or what is in the way, SQLite says in its own words
            os.close(os.open(str(self.url.database), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that may write; commits at the end, rolls back on any error."""
        self._end_look()
        if not self.is_sqlite:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
            return
        with self._writer, Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction for reading; it is always rolled back, so nothing can be written by it.

        Within `one_look` it is the one of that look.
        """
        if self.in_memory:
            with self._writer, Session(self.engine, autoflush=False) as session:
                yield session
                session.rollback()
            return
        if getattr(self._looks, "open", False):
            try:
                yield self._of_this_look()
            except SQLAlchemyError:
                self._end_look()  # PostgreSQL answers nothing more in a transaction that has failed
                raise
            return
        with self._reader() as session:
            yield session
            session.rollback()

    @contextmanager
    def one_look(self) -> Iterator[None]:
        """Within it this thread reads everything in one transaction, each thing once, until something is written."""
        if self.in_memory or getattr(self._looks, "open", False):
            yield
            return
        self._looks.open = True
        try:
            yield
        finally:
            self._looks.open = False
            self._end_look()

    def _of_this_look(self) -> Session:
        session: Session | None = getattr(self._looks, "session", None)
        if session is None:
            session = self._looks.session = self._reader()
            session.info[ONCE] = {}
        return session

    def _end_look(self) -> None:
        """Lets go of what was read, and of the connection: what follows is read anew."""
        session: Session | None = getattr(self._looks, "session", None)
        if session is not None:
            self._looks.session = None
            session.close()

    def _reader(self) -> Session:
        return Session(self._readers if self.is_sqlite else self.engine, autoflush=False)

    @contextmanager
    def filling(self) -> Iterator[Session]:
        """A transaction that fills a database in memory with copied rows, for rehearsals.

        Raises ValueError for any other: what has happened is written by the runner only.
        """
        if not self.in_memory:
            raise ValueError("only a database in memory is filled with copies")
        with self.writing() as session:
            yield session

    def close(self) -> None:
        """Lets go of every connection."""
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN IMMEDIATE"))
