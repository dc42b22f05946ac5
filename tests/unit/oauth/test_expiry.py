"""What is over is removed; what a replay must still be recognised by is kept a while."""

import pytest
import sqlalchemy as sa

from daygate.domain.application import RefreshMode
from daygate.domain.subject import Subject
from daygate.oauth import browsers, expiry, link_tokens, pending
from daygate.oauth.refusals import CodeReplayed
from daygate.oauth.request import AuthorizationRequest
from daygate.oauth.tokens import GRACE_S
from daygate.store import schema
from daygate.store.engine import Store
from tests.conftest import SettableClock
from tests.unit.oauth.rows import ISSUER, REDIRECT, scene

TABLES = (
    schema.access_tokens, schema.codes, schema.authorizations, schema.link_tokens,
    schema.browsers, schema.refresh_tokens,
)  # fmt: skip


async def _counts(store: Store) -> list[int]:
    async with store.read() as tx:
        return [len(await tx.all(sa.select(table))) for table in TABLES]


async def test_everything_that_is_over_goes_and_living_refresh_tokens_stay(
    timed_store: Store, clock: SettableClock
):
    store = timed_store
    set_up = await scene(store, refresh_mode=RefreshMode.ROTATING)
    asked = AuthorizationRequest("x", REDIRECT, "code", "read_events")
    subject = Subject(
        set_up.account_id, set_up.grant.grant_id, set_up.app.application_id, "read_events", 0
    )
    code = await set_up.code()
    issued = await set_up.redeem(code)
    await set_up.refresh(issued.refresh_token)
    await store.transact(lambda tx: pending.begin(tx, set_up.app, asked, "k" * 32, ISSUER))
    await store.transact(lambda tx: link_tokens.mint(tx, subject))
    await store.transact(lambda tx: browsers.sign_in(tx, set_up.account_id, None))
    assert not await store.transact(expiry.tidy)
    assert await _counts(store) == [2, 1, 1, 1, 1, 2]
    clock.advance(s=GRACE_S)
    await store.transact(expiry.tidy)
    async with store.read() as tx:
        sealed = await tx.all(sa.select(schema.refresh_tokens.c.successor_sealed))
    assert [row.successor_sealed for row in sealed] == [None, None]
    clock.advance(s=3600)
    await store.transact(expiry.tidy)
    assert await _counts(store) == [0, 1, 0, 0, 1, 2]
    clock.advance(s=90 * 86_400)
    await store.transact(expiry.tidy)
    assert await _counts(store) == [0, 0, 0, 0, 0, 1]


async def test_t33_a_replay_is_recognised_for_a_day(timed_store: Store, clock: SettableClock):
    set_up = await scene(timed_store)
    code = await set_up.code()
    await set_up.redeem(code)
    clock.advance(s=expiry.CODES_KEPT_S)
    await timed_store.transact(expiry.tidy)
    with pytest.raises(CodeReplayed):
        await set_up.redeem(code)


async def test_a_full_batch_asks_for_another_one(store):
    set_up = await scene(store, access_token_life_s=0)
    for _ in range(3):
        await set_up.tokens()
    assert await store.transact(lambda tx: expiry.tidy(tx, 2))
    assert not await store.transact(lambda tx: expiry.tidy(tx, 2))
    assert (await _counts(store))[0] == 0
