"""The audit log: every entry's hash covers the one before it (L3)."""

import asyncio
from functools import partial

import pytest
import sqlalchemy as sa

from daygate.store import audit
from daygate.store.engine import Store, Tx
from daygate.store.schema import audit as table


async def test_entries_are_chained_in_the_order_of_their_commits(store):
    await asyncio.gather(
        *(
            store.transact(
                lambda tx, n=number: audit.append(tx, "user:u", "tested", "app_1", str(n), "::1")
            )
            for number in range(8)
        )
    )
    async with store.read() as tx:
        rows = await tx.all(sa.select(table).order_by(table.c.position))
    assert [row.position for row in rows] == list(range(1, 9))
    before = bytes(32)
    for row in rows:
        names = ("actor", "act", "subject", "detail", "address")
        entry = {name: getattr(row, name) for name in names}
        before = audit.chain(before, row.position, row.at_ms, entry)
        assert bytes(row.chain_hash) == before


async def test_an_entry_goes_with_its_transaction(store):
    class Undone(Exception):
        pass

    async def undone(tx):
        await audit.append(tx, "user:u", "tested", "app_1", "", "")
        raise Undone

    try:
        await store.transact(undone)
    except Undone:
        async with store.read() as tx:
            assert await tx.all(sa.select(table)) == []


async def add(tx: Tx, detail: str) -> None:
    await audit.append(tx, "user:u", "tested", "app_1", detail, "::1")


async def three_entries(store: Store) -> None:
    for word in ("one", "two", "three"):
        await store.transact(partial(add, detail=word))


async def test_a_log_nobody_touched_verifies(store):
    async with store.read() as tx:
        assert await audit.verify(tx) == audit.Verdict(0, bytes(32), None)
    await three_entries(store)
    async with store.read() as tx:
        verdict = await audit.verify(tx)
        row = await tx.first(sa.select(table).where(table.c.position == 3))
    assert verdict == audit.Verdict(3, bytes(row.chain_hash), None)


@pytest.mark.parametrize(
    ("tampering", "broken_at"),
    [
        (sa.update(table).where(table.c.position == 2).values(actor="user:other"), 2),
        (sa.update(table).where(table.c.position == 2).values(at_ms=table.c.at_ms + 1), 2),
        (sa.update(table).where(table.c.position == 1).values(chain_hash=bytes(32)), 1),
        (sa.delete(table).where(table.c.position == 2), 2),
        (sa.delete(table).where(table.c.position == 3), 3),
        (sa.delete(table), 1),
        (sa.update(table).where(table.c.position == 3).values(position=4), 3),
    ],
)
async def test_l3_tampering_is_found_where_it_happened(store, tampering, broken_at):
    await three_entries(store)
    async with store.write() as tx:
        await tx.execute(tampering)
    async with store.read() as tx:
        assert (await audit.verify(tx)).broken_at == broken_at


async def test_l3_an_entry_slipped_in_at_the_end_is_found(store):
    await three_entries(store)
    async with store.write() as tx:
        last = await tx.first(sa.select(table).where(table.c.position == 3))
        names = ("actor", "act", "subject", "detail", "address")
        entry = {name: getattr(last, name) for name in names}
        chained = audit.chain(bytes(last.chain_hash), 4, last.at_ms, entry)
        row = {"entry_id": "aud_forged", "position": 4, "at_ms": last.at_ms, "chain_hash": chained}
        await tx.execute(sa.insert(table).values(entry | row))
    async with store.read() as tx:
        assert (await audit.verify(tx)).broken_at == 4


async def test_entries_that_arrive_during_the_check_do_not_look_like_tampering(store):
    stop = asyncio.Event()

    async def write() -> None:
        while not stop.is_set():
            await three_entries(store)

    async def check() -> None:
        for _ in range(20):
            async with store.read() as tx:
                assert (await audit.verify(tx)).broken_at is None
        stop.set()

    await asyncio.gather(write(), check())
