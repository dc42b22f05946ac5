"""The sync engine on the sandbox, over real HTTP, on both databases."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from daygate.sandbox.faults import BadToken, Outage
from daygate.store import schema
from daygate.store.engine import Store
from tests.servers.inside import Inside, inside

_o = schema.occurrences.c


@pytest.fixture
async def house(store: Store) -> AsyncIterator[Inside]:
    async with inside(store) as opened:
        await opened.connect()
        await opened.drain()
        yield opened


async def living(house: Inside) -> Sequence[Any]:
    async with house.parts.store.read() as tx:
        return await tx.all(sa.select(schema.occurrences).where(_o.deleted.is_(False)))


async def of_object(house: Inside, word: bytes) -> list[Any]:
    return [row for row in await living(house) if word in row.head]


async def the(house: Inside, table: sa.Table) -> list[Any]:
    async with house.parts.store.read() as tx:
        return list(await tx.all(sa.select(table)))


async def test_everything_is_read_and_the_profile_is_done(house: Inside) -> None:
    assert len(await living(house)) > 100
    (profile,) = await the(house, schema.profiles)
    assert profile.initial_sync_done
    assert profile.connected
    assert all(row.cursor for row in await the(house, schema.calendars))
    (account,) = await the(house, schema.accounts)
    assert account.default_tzid == "Europe/London"


async def test_an_outside_edit_an_addition_and_a_deletion_arrive(house: Inside) -> None:
    house.world.replace("ada", "work", "launch-review", "Launch review", "Lift-off")
    house.world.erase("ada", "work", "planning")
    await house.look()
    assert len(await of_object(house, b"Lift-off")) == 1
    assert await of_object(house, b'"summary":"Planning') == []


async def test_n3_a_lost_cursor_sweeps_what_was_deleted_meanwhile(house: Inside) -> None:
    before = len(await living(house))
    planning = len(await of_object(house, b'"summary":"Planning'))
    house.world.faults.sync.bad_token = BadToken.FORBIDDEN
    house.world.erase("ada", "work", "planning")
    house.world.collection("ada", "work").forget_history()
    await house.look()
    assert len(await living(house)) == before - planning
    kinds = [row.kind for row in await the(house, schema.changes)]
    assert kinds.count("deleted") == planning > 0


async def test_a_full_listing_over_unchanged_objects_changes_nothing(house: Inside) -> None:
    before = len(await the(house, schema.changes))
    house.world.collection("ada", "work").forget_history()
    await house.look()
    assert len(await the(house, schema.changes)) == before


async def test_a_calendar_that_goes_takes_its_events_along(house: Inside) -> None:
    private = house.world.collection("ada", "private")
    house.world.close_calendar(private)
    await house.look()
    gone = [row for row in await the(house, schema.calendars) if row.deleted]
    assert len(gone) == 1
    assert not [row for row in await living(house) if row.calendar_id == gone[0].calendar_id]


async def test_an_outage_changes_nothing_and_is_waited_for(house: Inside) -> None:
    before = len(await living(house))
    house.world.faults.transport.outage = Outage(status=503)
    await house.look()
    (profile,) = await the(house, schema.profiles)
    assert (profile.connected, profile.failures) == (True, 1)
    assert len(await living(house)) == before


async def test_f5_a_revoked_password_disconnects_after_several_tries_and_not_before(
    house: Inside,
) -> None:
    house.world.revoke("ada")
    for tries, connected in enumerate([True, True, False], 1):
        await house.look()
        (profile,) = await the(house, schema.profiles)
        assert (profile.failures, profile.connected) == (tries, connected)
    (profile,) = await the(house, schema.profiles)
    assert profile.last_fault == "wrong_password"
    assert len(await living(house)) > 100


async def test_a_broken_object_costs_nothing_but_itself(house: Inside) -> None:
    before = len(await living(house))
    odd = "BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:odd", "DTSTART:when?", "END:VEVENT"
    house.world.edit("ada", "work", "\r\n".join((*odd, "END:VCALENDAR", "")), name="odd.ics")
    house.world.replace("ada", "work", "launch-review", "Launch review", "Lift-off")
    await house.look()
    assert len(await living(house)) == before
    assert len(await of_object(house, b"Lift-off")) == 1
    (broken,) = [row for row in await the(house, schema.objects) if row.broken]
    assert broken.uid == "odd"
