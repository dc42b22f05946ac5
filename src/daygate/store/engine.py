"""Opening a database, and the two ways to talk to it: a writing transaction and a plain read.

SQLite: WAL, synchronous=FULL, BEGIN IMMEDIATE for writing transactions only, reads in autocommit.
PostgreSQL: asyncpg, reads in AUTOCOMMIT. No session state, so a pooler in transaction mode is fine.
With row security on, reads are transactions too: what a policy compares with is local to one.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from copy import copy
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import CursorResult, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.sql.elements import ColumnElement

from daygate.domain.errors import Malformed
from daygate.domain.ids import AccountId
from daygate.store import sqlite
from daygate.store.clock import Clock, now_ms
from daygate.store.row_security import Errand, Wall

T = TypeVar("T")
DATABASE_AWAY = (OperationalError, InterfaceError, ConnectionError, NoFreeConnection)
"""What is raised while the database does not answer, or has no connection to spare."""
DATABASE_FAULTS = (DBAPIError, OSError, NoFreeConnection)
"""The same, and everything else that a statement may raise."""
_TRIES = 5
_RETRYABLE_SQLSTATES = ("40001", "40P01")  # serialization_failure, deadlock_detected
_NUL_IN_TEXT = "22021"  # character_not_in_repertoire
_BUSY_TIMEOUT_S = 30


class Tx:
    """One connection in use: a writing transaction, or reads that each see the latest commit."""

    __slots__ = ("_connection", "_wall", "dialect", "now")

    def __init__(
        self, connection: AsyncConnection, now: ColumnElement[int], wall: Wall | None = None
    ) -> None:
        self._connection = connection
        self._wall = wall
        self.dialect = connection.dialect.name
        self.now = now

    def enter(self, account_id: AccountId) -> None:
        """Say whose rows this is about from now on; the second wall shows no others."""
        if self._wall is not None:
            self._wall.enter(account_id)

    @contextmanager
    def within(self, account_id: AccountId) -> Iterator[None]:
        """Enter an account for a while."""
        if self._wall is None:
            yield
            return
        before = self._wall.enter(account_id)
        try:
            yield
        finally:
            self._wall.back(before)

    @contextmanager
    def house(self, _errand: Errand) -> Iterator[None]:
        """Look over all accounts, on an errand that has a name."""
        if self._wall is None:
            yield
            return
        before = self._wall.open()
        try:
            yield
        finally:
            self._wall.back(before)

    async def execute(
        self,
        statement: sa.Executable,
        values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> CursorResult[Any]:
        """Run a statement with bound parameters."""
        if self._wall is not None:
            await self._wall.tell(self._connection)
        return await self._connection.execute(statement, values)

    async def first(self, statement: sa.Executable, **values: Any) -> sa.Row[Any] | None:
        """The first row, or None."""
        return (await self.execute(statement, values)).first()

    async def all(self, statement: sa.Executable, **values: Any) -> Sequence[sa.Row[Any]]:
        """Every row."""
        return (await self.execute(statement, values)).all()

    async def count(self, statement: sa.Executable, **values: Any) -> int:
        """How many rows a writing statement touched."""
        return (await self.execute(statement, values)).rowcount

    async def now_ms(self) -> int:
        """Now, in milliseconds, by the clock of this store."""
        return int((await self._connection.execute(sa.select(self.now))).scalar_one())


class Store:
    """A database, open. `clock` replaces the database's own where time is simulated.

    Reads have a pool of their own whose connections stay in autocommit: switching the isolation
    level at every checkout costs several round trips.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        reading: AsyncEngine,
        clock: Clock | None = None,
        *,
        row_security: bool = False,
    ) -> None:
        self.engine = engine
        self.dialect = engine.dialect.name
        self.reading = reading
        self.row_security = row_security
        self._now = now_ms(clock)
        self._account_id = AccountId("")

    def of(self, account_id: AccountId) -> "Store":
        """The same database, where every transaction begins with this account entered."""
        if not self.row_security:
            return self
        view = copy(self)
        view._account_id = account_id
        return view

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """One transaction: commits when the block ends, rolls back when it raises."""
        with _no_nul():
            async with self.engine.begin() as connection:
                yield Tx(connection, self._now, self._wall())

    def read(self) -> AbstractAsyncContextManager[Tx]:
        """Reads only; each statement sees the latest commit."""
        return self.each()

    @asynccontextmanager
    async def each(self) -> AsyncIterator[Tx]:
        """Every statement commits itself: a lone write costs one round trip.

        With row security they commit together when the block ends.
        """
        with _no_nul():
            async with self._reading() as connection:
                yield Tx(connection, self._now, self._wall())

    async def transact(self, act: Callable[[Tx], Awaitable[T]]) -> T:
        """Run `act` in a writing transaction, again (five times at most) if it lost a race."""
        for attempt in range(1, _TRIES):
            try:
                async with self.write() as tx:
                    return await act(tx)
            except DBAPIError as error:
                if not lost_a_race(error):
                    raise
            # 10, 20, 40, 80 ms, spread so that the two that collided do not meet again.
            await asyncio.sleep(0.01 * 2 ** (attempt - 1) * random.uniform(0.5, 1.5))  # noqa: S311
        async with self.write() as tx:
            return await act(tx)

    def _reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        return self.engine.begin() if self.row_security else self.reading.connect()

    def _wall(self) -> Wall | None:
        return Wall(self._account_id) if self.row_security else None

    async def close(self) -> None:
        """Give every connection back."""
        await self.engine.dispose()
        await self.reading.dispose()


@contextmanager
def _no_nul() -> Iterator[None]:
    """Refuse a text with NUL wherever a request brought it in; PostgreSQL cannot hold one."""
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _NUL_IN_TEXT:
            raise
        raise Malformed("a text must not hold a NUL") from error


def lost_a_race(error: DBAPIError) -> bool:
    """Whether the same transaction may succeed if it is run again."""
    return getattr(error.orig, "sqlstate", None) in _RETRYABLE_SQLSTATES


def open_store(
    url: str, *, clock: Clock | None = None, pool_size: int = 10, row_security: bool = False
) -> Store:
    """Open `sqlite:///path` or `postgresql://...`; nothing is created and no query is sent."""
    parsed = make_url(url)
    make = _sqlite if parsed.get_backend_name() == "sqlite" else _postgresql
    reading = make(
        parsed,
        pool_size,
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
        skip_autocommit_rollback=True,
    )
    writing = make(parsed, pool_size)
    if writing.dialect.name == "sqlite":
        sa.event.listen(writing.sync_engine, "begin", _begin_immediate)
    return Store(writing, reading, clock, row_security=row_security)


def _postgresql(url: sa.URL, pool_size: int, **options: Any) -> AsyncEngine:
    return create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        hide_parameters=True,
        **options,
    )


def _sqlite(url: sa.URL, pool_size: int, **options: Any) -> AsyncEngine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(
        url.set(drivername=sqlite.DRIVER),
        pool_size=pool_size,
        max_overflow=pool_size,
        connect_args={"timeout": _BUSY_TIMEOUT_S},
        hide_parameters=True,
        **options,
    )
    sa.event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling would begin DEFERRED, and a reader that turns writer
    # then fails with "database is locked" at once.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: sa.Connection) -> None:
    # Fires for AUTOCOMMIT connections too: whoever asks for one must not take the write lock.
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
