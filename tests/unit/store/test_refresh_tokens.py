"""A refresh token is rotated once; within its grace it may be replayed a few times, then never."""

import asyncio

import pytest

from daygate.domain.ids import ApplicationId, new_account_id, new_grant_id
from daygate.kit.crypto import fingerprint
from daygate.store import refresh_tokens
from daygate.store.engine import Store
from daygate.store.refresh_tokens import StoredRefresh
from daygate.store.tokens import Holder, end_family
from tests.conftest import SettableClock

APP = ApplicationId("app_ours")
TOKEN, FAMILY = fingerprint("token"), fingerprint("family")
GRACE_S = 30
USES = 2


@pytest.fixture
async def kept(timed_store: Store) -> Store:
    holder = Holder(new_account_id(), new_grant_id(), APP, "read_events")
    await timed_store.transact(lambda tx: refresh_tokens.insert(tx, TOKEN, holder, FAMILY, 3))
    return timed_store


async def get(store: Store) -> StoredRefresh:
    async with store.read() as tx:
        found = await refresh_tokens.get(tx, TOKEN)
    assert found is not None
    return found


async def supersede(store: Store, app: ApplicationId = APP) -> StoredRefresh | None:
    return await store.transact(lambda tx: refresh_tokens.supersede(tx, TOKEN, app, b"sealed"))


async def replay(store: Store) -> StoredRefresh | None:
    return await store.transact(lambda tx: refresh_tokens.replay(tx, TOKEN, GRACE_S, USES))


async def within_grace(store: Store) -> bool:
    async with store.read() as tx:
        return await refresh_tokens.within_grace(tx, TOKEN, GRACE_S)


async def test_of_many_rotations_at_once_one_gets_the_row(kept):
    found = await asyncio.gather(*(supersede(kept) for _ in range(10)))
    (rotated,) = [each for each in found if each]
    assert (rotated.generation, rotated.family_hash) == (3, FAMILY)
    assert rotated.successor_sealed == b"sealed"


async def test_another_application_rotates_nothing(kept):
    assert await supersede(kept, ApplicationId("app_theirs")) is None
    assert (await get(kept)).superseded_ms is None


async def test_a_token_that_was_not_rotated_is_not_replayed(kept):
    assert await replay(kept) is None
    assert not await within_grace(kept)


async def test_a_rotated_token_is_replayed_so_many_times_within_its_grace(
    kept: Store, clock: SettableClock
):
    await supersede(kept)
    clock.advance(s=GRACE_S - 0.001)
    for use in range(USES):
        replayed = await replay(kept)
        assert replayed is not None
        assert replayed.grace_uses == use + 1
    assert await replay(kept) is None
    assert await within_grace(kept)
    clock.advance(s=0.001)
    assert not await within_grace(kept)


async def test_the_grace_ends_by_the_clock_with_uses_left(kept: Store, clock: SettableClock):
    await supersede(kept)
    clock.advance(s=GRACE_S)
    assert await replay(kept) is None


async def test_once_the_next_generation_has_come_there_is_nothing_to_replay(kept):
    await supersede(kept)
    await kept.transact(lambda tx: refresh_tokens.forget_successor(tx, FAMILY, 2))
    assert await within_grace(kept)
    await kept.transact(lambda tx: refresh_tokens.forget_successor(tx, FAMILY, 3))
    assert await replay(kept) is None
    assert (await get(kept)).successor_sealed is None


async def test_the_end_of_its_family_ends_the_grace_too(kept):
    await supersede(kept)
    await kept.transact(lambda tx: end_family(tx, FAMILY))
    assert await replay(kept) is None
    ended = await get(kept)
    assert ended.revoked_ms is not None
    assert ended.successor_sealed is None
