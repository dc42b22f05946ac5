"""The first sync of a large calendar: what is near at once, the rest with progress."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from daygate.sandbox.faults import Outage
from daygate.store import schema
from daygate.store.engine import Store
from tests.servers.dav import event
from tests.servers.inside import Inside, inside
from tests.unit.sync.rows import every, later, the_calendar, the_profile

NEAR, FAR = 60, 130
BATCH = 50


@pytest.fixture
async def house(store: Store) -> AsyncIterator[Inside]:
    """One calendar, whose far past is listed before what is near; connected and not yet read."""
    async with inside(store) as opened:
        for slug in ("private", "team"):
            opened.world.close_calendar(opened.world.collection("ada", slug))
        work = opened.world.collection("ada", "work")
        for name in list(work.members):
            work.remove(name)
        now = datetime.now(UTC)
        for number in range(FAR):
            moment = now - timedelta(days=400 + number)
            work.put(f"far{number}.ics", event(f"far{number}", f"{moment:%Y%m%dT%H%M%SZ}"))
        for number in range(NEAR):
            moment = now + timedelta(hours=number)
            work.put(f"near{number}.ics", event(f"near{number}", f"{moment:%Y%m%dT%H%M%SZ}"))
        await opened.connect()
        yield opened


def fail_after(house: Inside, method: str, answers: int) -> None:
    house.world.faults.transport.outage = Outage(methods=frozenset({method}), after=answers)


async def counts(house: Inside) -> tuple[int, int]:
    uids = [row.uid for row in await every(house, schema.objects)]
    return sum(uid.startswith("near") for uid in uids), sum(uid.startswith("far") for uid in uids)


async def test_what_is_near_is_read_before_the_calendar_is_listed(house: Inside) -> None:
    fail_after(house, "PROPFIND", 2)  # the home, and the calendar's tags
    await house.drain()
    assert await counts(house) == (NEAR, 0)
    assert len(await every(house, schema.occurrences)) == NEAR
    calendar = await the_calendar(house)
    assert (calendar.cursor, calendar.objects_done, calendar.objects_expected) == (None, NEAR, 0)


async def test_the_first_page_is_served_while_the_second_is_not_read(house: Inside) -> None:
    fail_after(house, "REPORT", 2)  # the window, and one batch of it
    await house.drain()
    assert await counts(house) == (BATCH, 0)


async def test_f2_the_rest_follows_with_progress_and_a_cut_goes_on_where_it_was(
    house: Inside,
) -> None:
    fail_after(house, "REPORT", 4)  # the window, two batches of it, and one of the rest
    await house.drain()
    assert await counts(house) == (NEAR, BATCH)
    calendar = await the_calendar(house)
    assert (calendar.objects_done, calendar.objects_expected) == (NEAR + BATCH, NEAR + FAR)
    assert (calendar.cursor, calendar.initial_sync_done) == (None, False)
    assert not (await the_profile(house)).initial_sync_done
    house.world.faults.transport.outage = None
    before = len(house.world.requests)
    await later(house)
    assert await counts(house) == (NEAR, FAR)
    calendar = await the_calendar(house)
    assert (calendar.objects_done, calendar.initial_sync_done) == (NEAR + FAR, True)
    assert calendar.cursor
    assert (await the_profile(house)).initial_sync_done
    batches = [one for one in list(house.world.requests)[before:] if one.method == "REPORT"]
    assert len(batches) == 3  # the window again, and the 80 that were missing
    kinds = [row.kind for row in await every(house, schema.changes)]
    assert kinds == ["created"] * NEAR


async def test_an_object_that_goes_during_the_head_start_is_not_kept(house: Inside) -> None:
    work = house.world.collection("ada", "work")
    put = type(work).put
    fail_after(house, "PROPFIND", 2)
    await house.drain()
    work.remove("near7.ics")
    put(work, "near8.ics", event("near8", summary="Moved"))
    house.world.faults.transport.outage = None
    await later(house)
    objects = {row.key: row.raw for row in await every(house, schema.objects)}
    assert "near7.ics" not in objects
    assert b"Moved" in objects["near8.ics"]
