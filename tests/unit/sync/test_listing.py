"""When a calendar account is looked at again, and what each look asks for."""

from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from daygate.link.kinds import LIST_CALENDARS
from daygate.sandbox.faults import Outage
from daygate.store import schema
from daygate.store.engine import Store, Tx
from tests.servers.dav import event
from tests.servers.inside import Inside, inside
from tests.unit.sync.rows import asked, every, later, the_calendar, wait_s

HOME = "/dav/calendars/ada/"
WORK = f"{HOME}work/"
WEEK_MS = 7 * 86_400_000


@pytest.fixture
async def house(store: Store) -> AsyncIterator[Inside]:
    async with inside(store) as opened:
        await opened.connect()
        await opened.drain()
        await opened.look()
        yield opened


async def set_calendars(house: Inside, **values: object) -> None:
    async def write(tx: Tx) -> None:
        await tx.execute(sa.update(schema.calendars).values(**values))

    await house.parts.store.transact(write)


async def test_one_request_finds_out_that_nothing_changed(house: Inside) -> None:
    before = len(house.world.requests)
    await house.look()
    assert [(one.method, one.path) for one in list(house.world.requests)[before:]] == [
        ("PROPFIND", HOME)
    ]


async def test_only_the_calendar_that_changed_is_pulled(house: Inside) -> None:
    house.world.edit("ada", "work", event("new"))
    before = asked(house, "PROPFIND", WORK, "0"), len(house.world.requests)
    await house.look()
    assert asked(house, "PROPFIND", WORK, "0") - before[0] == 1
    assert not any("private" in one.path for one in list(house.world.requests)[before[1] :])


async def test_an_account_that_just_changed_is_looked_at_within_the_minute(house: Inside) -> None:
    house.world.edit("ada", "work", event("new"))
    await house.look()
    await house.look()
    poll_s = house.parts.settings.poll_s
    assert 0.9 * poll_s - 1 <= await wait_s(house, LIST_CALENDARS) <= 1.1 * poll_s


async def test_one_that_has_been_quiet_for_a_week_waits_for_the_quiet_interval(
    house: Inside,
) -> None:
    async with house.parts.store.read() as tx:
        now_ms = await tx.now_ms()
    await set_calendars(house, changed_ms=now_ms - WEEK_MS)
    await house.look()
    quiet_s = house.parts.settings.poll_quiet_s
    assert 0.9 * quiet_s - 1 <= await wait_s(house, LIST_CALENDARS) <= 1.1 * quiet_s


async def test_a_calendar_that_cannot_be_read_does_not_keep_its_account_busy(
    house: Inside,
) -> None:
    async with house.parts.store.read() as tx:
        now_ms = await tx.now_ms()
    await set_calendars(house, changed_ms=now_ms - WEEK_MS)
    house.world.faults.transport.outage = Outage(status=500, below=f"{HOME}new/")
    house.world.open_calendar("ada", "new", house.world.collection("ada", "work").look)
    await later(house)
    await house.look()
    assert (await the_calendar(house, "new")).failures
    assert await wait_s(house, LIST_CALENDARS) > 0.9 * house.parts.settings.poll_quiet_s - 1


async def test_the_probes_verdict_is_kept_with_the_profile(house: Inside) -> None:
    (profile,) = await every(house, schema.profiles)
    assert '"ladder":"sync"' in profile.facts
    assert all('"sync"' in row.cursor for row in await every(house, schema.calendars))
