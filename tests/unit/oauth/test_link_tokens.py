"""A link token leads to one account, once, for the application it was made for."""

import asyncio

from daygate.domain.ids import new_account_id, new_application_id, new_grant_id
from daygate.domain.subject import Subject
from daygate.oauth import link_tokens
from daygate.store.engine import Store
from tests.conftest import SettableClock

SUBJECT = Subject(new_account_id(), new_grant_id(), new_application_id(), "read_events", 0)


async def test_t96_of_many_redemptions_at_once_one_gets_the_account(store):
    token = await store.transact(lambda tx: link_tokens.mint(tx, SUBJECT))
    stranger = new_application_id()
    assert await store.transact(lambda tx: link_tokens.redeem(tx, token, stranger)) is None
    own = SUBJECT.application_id
    found = await asyncio.gather(
        *(store.transact(lambda tx: link_tokens.redeem(tx, token, own)) for _ in range(8))
    )
    assert found.count(SUBJECT.account_id) == 1
    assert found.count(None) == 7


async def test_a_link_token_ends_after_an_hour(timed_store: Store, clock: SettableClock):
    token = await timed_store.transact(lambda tx: link_tokens.mint(tx, SUBJECT))
    clock.advance(s=link_tokens.LIFE_S)
    own = SUBJECT.application_id
    assert await timed_store.transact(lambda tx: link_tokens.redeem(tx, token, own)) is None
