"""SQLite through aiosqlite with one hand-off to its thread per statement instead of four.

aiosqlite opens a cursor, executes, fetches and closes in four visits to the connection's thread,
and SQLAlchemy's adaptation keeps that. A statement here is one visit that brings its rows along.
"""

import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite import aiosqlite as adapted

DRIVER = "sqlite+onevisit"
registry.register("sqlite.onevisit", __name__, "Dialect")


@dataclass(frozen=True, slots=True)
class _Done:
    """What a statement left behind."""

    description: Any
    rows: Sequence[Any]
    rowcount: int
    lastrowid: int | None


_NOTHING = _Done(None, (), -1, None)
Act = Callable[[sqlite3.Cursor], Any]


def _visit(connection: sqlite3.Connection, act: Act) -> _Done:
    cursor = connection.cursor()
    try:
        act(cursor)
        rows = cursor.fetchall() if cursor.description else ()
        return _Done(cursor.description, rows, cursor.rowcount, cursor.lastrowid)
    finally:
        cursor.close()


class Cursor(adapted.AsyncAdapt_aiosqlite_cursor):
    """Never open: it holds what the last statement left behind."""

    __slots__ = ("_done",)

    def __init__(self, adapt_connection: Any) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._rows = deque()
        self._done = _NOTHING

    @property
    def description(self) -> Any:
        """The columns of the rows, or None (PEP 249)."""
        return self._done.description

    @property
    def rowcount(self) -> int:
        """How many rows a writing statement touched (PEP 249)."""
        return self._done.rowcount

    @property
    def lastrowid(self) -> Any:
        """The rowid of the last inserted row (PEP 249)."""
        return self._done.lastrowid

    def close(self) -> None:
        """Let go of rows that nobody fetched."""
        self._rows.clear()

    async def _async_soft_close(self) -> None:
        """Nothing is open."""

    async def _execute_async(self, operation: Any, parameters: Any) -> None:
        await self._do(lambda cursor: cursor.execute(operation, parameters or ()))

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> None:
        await self._do(lambda cursor: cursor.executemany(operation, seq_of_parameters))

    async def _do(self, act: Act) -> None:
        async with self._adapt_connection._execute_mutex:
            connection = self._connection
            self._done = await connection._execute(partial(_visit, connection._conn, act))
            self._rows = deque(self._done.rows)


class Connection(adapted.AsyncAdapt_aiosqlite_connection):
    """Visits its thread for a rollback only if there is something to roll back.

    No statement is under way then: SQLAlchemy discards a connection whose statement was cancelled.
    """

    __slots__ = ()
    _cursor_cls = Cursor

    def rollback(self) -> None:
        """Roll back (PEP 249)."""
        if self._connection._connection and self._connection.in_transaction:
            super().rollback()


class Dialect(adapted.SQLiteDialect_aiosqlite):
    """`sqlite+onevisit://`."""

    driver = "onevisit"
    supports_statement_cache = True

    def connect(self, *cargs: Any, **cparams: Any) -> Any:
        """A connection whose cursors are `Cursor`."""
        opened = super().connect(*cargs, **cparams)
        return Connection(opened.dbapi, opened._connection)
