"""The doctor of one calendar account: fine when it is fine, and in words when it is not."""

from collections.abc import AsyncIterator, Sequence
from datetime import date

import pytest
import sqlalchemy as sa

from daygate.domain.ids import AccountId, GrantId, ProfileId
from daygate.link.checkup import OVERDUE_S, Checkup, findings, gather
from daygate.oauth import grants
from daygate.providers.base import Cursor
from daygate.store import profile_owners, schema
from daygate.store.engine import Store
from tests.conftest import SettableClock
from tests.servers.inside import Inside, inside

SUPPORTED = "the server names what changed since a token (sync-collection, RFC 6578)"


@pytest.fixture
async def house(timed_store: Store) -> AsyncIterator[Inside]:
    async with inside(timed_store, date(2026, 1, 1)) as opened:
        yield opened


@pytest.fixture
async def profile_id(house: Inside) -> ProfileId:
    answer = await house.connect()
    return ProfileId(answer["linking_profile"]["profile_id"])


async def examine(house: Inside, profile_id: ProfileId) -> Checkup:
    async with house.parts.store.read() as tx:
        profile = await profile_owners.find(tx, profile_id)
        assert profile is not None
        return await gather(tx, profile)


def said(checkup: Checkup) -> Sequence[str]:
    return [each.what for each in findings(checkup)]


async def test_a_healthy_account_has_nothing_wrong_and_tells_when_it_is_looked_at(
    house: Inside, profile_id: ProfileId, clock: SettableClock
):
    await house.drain()
    found = await examine(house, profile_id)
    assert said(found) == []
    assert found.looked_ms == found.changed_ms == clock.ms
    assert found.next_look is not None
    assert clock.ms < found.next_look.due_ms <= clock.ms + 1100 * house.parts.settings.poll_s
    assert [each.client_id for each in found.shared] == [house.client["client_id"]]
    spec = house.parts.catalog.by_key(found.profile.provider_key)
    assert spec is not None
    learned = {spec.learns(Cursor(each.cursor)) for each in found.calendars if each.cursor}
    assert learned == {SUPPORTED}


async def test_a_dead_password_is_the_persons_move(
    house: Inside, profile_id: ProfileId, clock: SettableClock
):
    await house.drain()
    house.world.revoke("ada")
    for _ in range(3):
        await house.look()
        clock.advance(s=700)
    found = await examine(house, profile_id)
    assert not found.profile.connected
    assert said(found)[0] == "The service refuses the password."
    assert "connect it again" in findings(found)[0].remedy


async def test_work_that_nobody_takes_is_noticed_after_two_minutes(
    house: Inside, profile_id: ProfileId, clock: SettableClock
):
    clock.advance(s=OVERDUE_S)
    assert said(await examine(house, profile_id)) == []
    clock.advance(s=1)
    (overdue,) = said(await examine(house, profile_id))
    assert overdue == f"Its work `list` has been due for {OVERDUE_S + 1} s."


async def test_an_account_that_no_application_sees_says_so(house: Inside, profile_id: ProfileId):
    store = house.parts.store
    await house.drain()
    async with store.read() as tx:
        grant = await tx.first(sa.select(schema.grants.c.account_id, schema.grants.c.grant_id))
    assert grant is not None
    ended = AccountId(grant.account_id), GrantId(grant.grant_id)
    await store.transact(lambda tx: grants.revoke(tx, *ended))
    assert said(await examine(house, profile_id)) == ["No application may see it."]


async def test_what_is_set_aside_is_shown_with_its_reason(house: Inside, profile_id: ProfileId):
    await house.drain()
    w = schema.work.c
    async with house.parts.store.write() as tx:
        await tx.execute(
            sa.update(schema.work)
            .where(w.kind == "list", w.key == profile_id)
            .values(parked=True, attempts=5, reason="a surprise")
        )
    assert said(await examine(house, profile_id)) == [
        "Its work `list` is set aside after 5 tries: a surprise"
    ]
