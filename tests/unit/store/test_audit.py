"""The audit log: every entry's hash covers the one before it (L3)."""

import asyncio

import sqlalchemy as sa

from daygate.store import audit
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
