"""Who may speak with an access token, judged by one statement on the database's clock."""

import pytest
import sqlalchemy as sa

from daygate.domain.errors import Unauthenticated
from daygate.kit.crypto import random_text
from daygate.oauth import bearer, grants
from daygate.store.engine import Store
from daygate.store.schema import applications
from tests.conftest import SettableClock
from tests.unit.oauth.rows import scene


async def _refused(store: Store, token: str) -> bool:
    async with store.read() as tx:
        try:
            await bearer.subject_of(tx, token)
        except Unauthenticated as refusal:
            return refusal.given
    return False


async def test_t63_a_token_ends_to_the_second(timed_store: Store, clock: SettableClock):
    set_up = await scene(timed_store, access_token_life_s=60)
    issued = await set_up.tokens()
    clock.advance(s=59.999)
    assert not await _refused(timed_store, issued.access_token)
    clock.advance(s=0.001)
    assert await _refused(timed_store, issued.access_token)


async def test_t53_a_disabled_application_is_cut_off_at_once(store):
    set_up = await scene(store)
    issued = await set_up.tokens()
    async with store.write() as tx:
        await tx.execute(sa.update(applications).values(disabled_ms=1))
    assert await _refused(store, issued.access_token)


async def test_t65_nothing_else_is_an_access_token(store):
    set_up = await scene(store)
    issued = await set_up.tokens()
    code = await set_up.code()
    others = (
        issued.refresh_token, code, set_up.app.client_id, random_text(32), "", "None", "\x00", "é",
    )  # fmt: skip
    for token in others:
        assert await _refused(store, token)


@pytest.mark.parametrize(
    ("newer", "left"), [("read_only", "read_events"), ("read_write", "read_events create_event")]
)
async def test_a_newer_consent_narrows_living_tokens_and_widens_none(store, newer, left):
    set_up = await scene(store)
    issued = await set_up.tokens()
    same = (frozenset(set_up.profile_ids), frozenset(set_up.profile_ids))
    await store.transact(
        lambda tx: grants.consent(tx, set_up.account_id, set_up.app.application_id, newer, same)
    )
    async with store.read() as tx:
        assert (await bearer.subject_of(tx, issued.access_token)).scope == left
    assert (await set_up.refresh(issued.refresh_token)).scope == newer
