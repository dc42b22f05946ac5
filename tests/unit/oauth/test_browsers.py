"""A browser is remembered by a cookie that changes at each sign-in."""

from daygate.domain.ids import new_account_id
from daygate.oauth import browsers
from daygate.store.engine import Store
from tests.conftest import SettableClock


async def test_t27_signing_in_gives_a_new_secret_and_ends_the_old_one(store):
    one, two = new_account_id(), new_account_id()
    first = await store.transact(lambda tx: browsers.sign_in(tx, one, None))
    second = await store.transact(lambda tx: browsers.sign_in(tx, two, first))
    async with store.read() as tx:
        assert first != second
        assert await browsers.account_of(tx, first) is None
        assert await browsers.account_of(tx, second) == two
        assert await browsers.account_of(tx, None) is None
    await store.transact(lambda tx: browsers.sign_out(tx, second))
    async with store.read() as tx:
        assert await browsers.account_of(tx, second) is None


async def test_a_browser_is_forgotten_in_time(timed_store: Store, clock: SettableClock):
    account_id = new_account_id()
    secret = await timed_store.transact(lambda tx: browsers.sign_in(tx, account_id, None))
    clock.advance(s=browsers.LIFE_S)
    async with timed_store.read() as tx:
        assert await browsers.account_of(tx, secret) is None
