"""SQLite, one visit to the connection's thread per statement."""

import asyncio
from typing import Any

import aiosqlite
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

from daygate.store.engine import Store, Tx, open_store


@pytest.fixture
async def shelf(tmp_path):
    opened = open_store(f"sqlite:///{tmp_path}/shelf.db")
    async with opened.write() as tx:
        await tx.execute(sa.text("CREATE TABLE books (name TEXT PRIMARY KEY, pages INTEGER)"))
    yield opened
    await opened.close()


@pytest.fixture
def visits(monkeypatch):
    """The names of what the driver's threads were asked to do."""
    seen = []
    execute: Any = aiosqlite.Connection._execute

    async def counted(self, function, *args, **kwargs):
        seen.append(function)
        return await execute(self, function, *args, **kwargs)

    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    return seen


async def add(shelf: Store, *books: tuple[str, int]) -> int:
    statement = sa.text("INSERT INTO books (name, pages) VALUES (:name, :pages)")
    async with shelf.write() as tx:
        answer = await tx.execute(statement, [{"name": name, "pages": n} for name, n in books])
        return answer.rowcount


async def test_a_read_is_one_visit(shelf, visits):
    await add(shelf, ("a", 1), ("b", 2))
    async with shelf.read() as tx:
        visits.clear()
        rows = await tx.all(sa.text("SELECT name, pages FROM books ORDER BY name"))
    assert [(row.name, row.pages) for row in rows] == [("a", 1), ("b", 2)]
    assert len(visits) == 1


async def test_a_writing_transaction_visits_for_begin_each_statement_and_commit(shelf, visits):
    await add(shelf, ("a", 1))
    visits.clear()
    await add(shelf, ("b", 2))
    assert len(visits) == 3


async def test_an_insert_returns_rows_and_tells_how_many(shelf):
    async with shelf.write() as tx:
        answer = await tx.execute(
            sa.text("INSERT INTO books VALUES ('a', 1), ('b', 2) RETURNING name, pages")
        )
        assert [tuple(row) for row in answer.all()] == [("a", 1), ("b", 2)]
        changed = await tx.execute(sa.text("UPDATE books SET pages = 3"))
    assert changed.rowcount == 2


async def test_many_rows_go_in_one_visit(shelf, visits):
    async with shelf.write() as tx:
        visits.clear()
        answer = await tx.execute(
            sa.text("INSERT INTO books (name, pages) VALUES (:name, :pages)"),
            [{"name": str(number), "pages": number} for number in range(100)],
        )
        assert len(visits) == 1
    assert answer.rowcount == 100


async def test_a_refused_statement_leaves_a_connection_that_works(shelf):
    await add(shelf, ("a", 1))
    with pytest.raises(IntegrityError):
        await add(shelf, ("b", 2), ("a", 1))
    with pytest.raises(OperationalError):
        async with shelf.read() as tx:
            await tx.all(sa.text("SELECT nonsense FROM nowhere"))
    async with shelf.read() as tx:
        assert [row.name for row in await tx.all(sa.text("SELECT name FROM books"))] == ["a"]


async def test_what_is_raised_inside_a_transaction_rolls_it_back(shelf):
    async def add_and_fail(tx: Tx) -> None:
        await tx.execute(sa.text("INSERT INTO books VALUES ('a', 1)"))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await shelf.transact(add_and_fail)
    async with shelf.read() as tx:
        assert await tx.all(sa.text("SELECT name FROM books")) == []


async def test_a_cancelled_begin_leaves_no_transaction_behind(shelf):
    async def add_a(tx: Tx) -> None:
        await tx.execute(sa.text("INSERT INTO books VALUES ('a', 1)"))

    async with shelf.write() as holder:
        await holder.execute(sa.text("INSERT INTO books VALUES ('b', 2)"))
        waiting = asyncio.ensure_future(shelf.transact(add_a))
        await asyncio.sleep(0.1)  # inside BEGIN IMMEDIATE, behind the holder's lock
        waiting.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await waiting
    for name in ("c", "d", "e"):
        await add(shelf, (name, 1))
    async with shelf.read() as tx:
        rows = await tx.all(sa.text("SELECT name FROM books ORDER BY name"))
    assert [row.name for row in rows] == ["b", "c", "d", "e"]
