"""Durable counters: exact under concurrency, gone with their window (T51)."""

import asyncio

from daygate.store import limits
from daygate.store.engine import Store


async def _hit(store: Store, subject: str) -> int:
    return await store.transact(lambda tx: limits.hit(tx, subject, 60))


async def test_every_attempt_counts_even_at_once(store):
    counted = await asyncio.gather(*(_hit(store, "a") for _ in range(10)))
    assert sorted(counted) == list(range(1, 11))
    assert await _hit(store, "b") == 1


async def test_the_next_window_begins_at_nothing(timed_store, clock):
    assert [await _hit(timed_store, "a"), await _hit(timed_store, "a")] == [1, 2]
    clock.advance(s=60)
    assert await _hit(timed_store, "a") == 1
    removed = await timed_store.transact(lambda tx: limits.sweep(tx, older_than_s=30))
    assert removed == 1
