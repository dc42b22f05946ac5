"""A calendar account leaves the house, with all that was kept of it, once nobody sees it."""

from functools import partial

import pytest
import sqlalchemy as sa

from daygate.domain.errors import NotFound
from daygate.domain.ids import CalendarId
from daygate.domain.profile import ListedCalendar
from daygate.link import finish, revoke
from daygate.link.finish import Connected
from daygate.link.kinds import FORGET, LIST_CALENDARS, PULL
from daygate.oauth import grants
from daygate.store import calendars, schema
from daygate.store.engine import Store, Tx
from daygate.store.grants import Grant
from daygate.work.queue import Lane, LostClaim, claim, enqueue, hold
from tests.unit.link.conftest import RING, credential
from tests.unit.oauth.rows import application, save

KEPT = (schema.profiles, schema.credentials, schema.identities, schema.grant_profiles)


@pytest.fixture
async def ada(store: Store, spec) -> Connected:
    return await store.transact(lambda tx: finish.keep(tx, RING, spec, credential(), None))


async def share(store: Store, one: Connected) -> Grant:
    app = await save(store, application())
    only = frozenset({one.profile_id})
    return await store.transact(
        lambda tx: grants.consent(tx, one.account_id, app.application_id, "read_only", (only, only))
    )


async def forget(store: Store, one: Connected) -> bool:
    return await store.transact(
        lambda tx: revoke.forget_if_unused(tx, one.account_id, one.profile_id)
    )


async def counts(store: Store) -> list[int]:
    async with store.read() as tx:
        return [len(await tx.all(sa.select(table))) for table in KEPT]


async def test_what_nobody_sees_is_erased_once(store, ada):
    assert await forget(store, ada)
    assert await counts(store) == [0, 0, 0, 0]


async def test_one_living_grant_of_two_is_enough_to_stay(store, ada):
    first, second = await share(store, ada), await share(store, ada)
    for ended, erased in ((first, False), (second, True)):
        assert not await forget(store, ada)
        await store.transact(
            lambda tx, ended=ended: grants.revoke(tx, ended.account_id, ended.grant_id)
        )
        assert await forget(store, ada) is erased
    assert await counts(store) == [0, 0, 0, 0]


async def test_taking_a_profile_out_of_a_grant_asks_whether_it_is_needed(store, ada):
    grant = await share(store, ada)

    async def take_out(tx) -> None:
        await revoke.revoke_profile(tx, ada.account_id, grant.grant_id, ada.profile_id)

    await store.transact(take_out)
    async with store.read() as tx:
        asked = await tx.all(sa.select(schema.work.c.key).where(schema.work.c.kind == FORGET))
    assert [row.key for row in asked] == [ada.profile_id]
    with pytest.raises(NotFound):
        await store.transact(take_out)


async def test_a_run_under_way_writes_nothing_after_the_profile_is_gone(
    store: Store, ada: Connected
):
    listed = ListedCalendar(CalendarId("cal_1"), "/1/", "One", None, 0, None, False, False, False)

    async def list_one(tx: Tx) -> None:
        await calendars.add(tx, ada.account_id, ada.profile_id, listed)
        await enqueue(tx, ada.account_id, PULL, listed.calendar_id, Lane.PULL)

    await store.transact(list_one)
    running = await claim(store, {Lane.PULL: 9}, 60.0, {LIST_CALENDARS, PULL})
    assert {each.kind for each in running} == {LIST_CALENDARS, PULL}
    assert await forget(store, ada)
    for each in running:
        with pytest.raises(LostClaim):
            await store.transact(partial(hold, claimed=each))
    async with store.read() as tx:
        assert await tx.all(sa.select(schema.work)) == []
