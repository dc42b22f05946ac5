"""What a fault of the service does to the copy, to the profile, and to the next look."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from daygate.domain.ids import AccountId
from daygate.link.kinds import LIST_CALENDARS, PULL
from daygate.sandbox.faults import Outage
from daygate.store import schema
from daygate.store.engine import Store, Tx
from daygate.work.queue import Lane, enqueue
from daygate.worker import build_runner
from tests.servers.dav import event
from tests.servers.inside import Inside, inside
from tests.unit.sync.rows import (
    asked,
    every,
    later,
    living,
    relink,
    the_calendar,
    the_profile,
    the_work,
    wait_s,
)

WORK = "/dav/calendars/ada/work/"


@pytest.fixture
async def house(store: Store) -> AsyncIterator[Inside]:
    async with inside(store) as opened:
        opened.client["access_token"] = (await opened.connect())["access_token"]
        await opened.drain()
        yield opened


async def poke(house: Inside, kind: str, key: str) -> None:
    profile = await the_profile(house)
    account_id = AccountId(profile.account_id)

    async def ask(tx: Tx) -> None:
        await enqueue(tx, account_id, kind, key, Lane.PULL)

    await house.parts.store.transact(ask)


async def test_f5_refusals_are_ten_minutes_apart_however_often_somebody_pokes(
    house: Inside,
) -> None:
    house.world.revoke("ada")
    await house.look()
    assert 590 < await wait_s(house, LIST_CALENDARS) <= 600
    knocks = len(house.world.requests)
    await poke(house, LIST_CALENDARS, (await the_profile(house)).profile_id)
    await house.drain()
    assert len(house.world.requests) == knocks


async def test_f5_an_outage_before_a_refusal_does_not_count_as_one(house: Inside) -> None:
    house.world.faults.transport.outage = Outage(status=502)
    for _ in range(4):
        await later(house)
    house.world.faults.transport.outage = None
    house.world.revoke("ada")
    await later(house)
    profile = await the_profile(house)
    assert (profile.connected, profile.failures) == (True, 1)


async def test_f5_calendars_refused_in_one_moment_are_one_refusal(house: Inside) -> None:
    for slug in ("work", "private", "team"):
        house.world.edit("ada", slug, event(f"new-{slug}"))
    house.world.faults.transport.outage = Outage(status=401, after=1)  # the list is let through
    await house.look()
    profile = await the_profile(house)
    assert (profile.connected, profile.failures) == (True, 1)


async def test_f6_a_dead_password_disconnects_and_the_new_one_reads_at_once(
    house: Inside,
) -> None:
    before = len(await living(house))
    house.world.revoke("ada")
    for _ in range(3):
        await house.look()
    token = house.client["access_token"]
    _, body = await house.get("/v1/profiles", token)
    (profile,) = body["profiles"]
    assert profile["profile_connected"] is False
    relink_url = profile["profile_relink_url"].removeprefix(house.parts.settings.app_url)
    async with house.http.get(house.url + relink_url) as page:
        assert (page.status, 'name="password"' in await page.text()) == (200, True)
    assert len(await living(house)) == before
    assert (await the_work(house, LIST_CALENDARS)).parked
    house.world.edit("ada", "work", event("meanwhile"))
    await relink(house)
    await house.drain()
    assert "meanwhile" in {row.uid for row in await every(house, schema.objects)}
    _, body = await house.get("/v1/profiles", token)
    assert body["profiles"][0]["profile_connected"] is True


async def test_f6_a_new_password_ends_the_wait_after_a_refusal(house: Inside) -> None:
    house.world.revoke("ada")
    await house.look()
    house.world.edit("ada", "work", event("meanwhile"))
    await relink(house)
    await house.drain()
    assert "meanwhile" in {row.uid for row in await every(house, schema.objects)}


async def test_f7_a_rate_limit_in_the_dress_of_a_403_is_waited_out(house: Inside) -> None:
    house.world.faults.transport.empty_403 = True
    await house.look()
    assert 59 < await wait_s(house, LIST_CALENDARS) <= 66
    profile = await the_profile(house)
    assert (profile.connected, profile.last_fault) == (True, "throttled")


async def test_f7_a_plain_403_is_refused_and_tried_ever_less_often(house: Inside) -> None:
    house.world.faults.transport.outage = Outage(status=403)
    waits = []
    for _ in range(8):
        await later(house)
        waits.append(await wait_s(house, LIST_CALENDARS))
    assert waits[0] < 10 < 300 < waits[-1] <= 4500
    assert (await the_profile(house)).last_fault == "refused"
    assert (await the_profile(house)).connected


@pytest.mark.parametrize(
    ("header", "least_s", "most_s"), [("200", 200, 220), ("99999999", 3600, 3960)]
)
async def test_f11_a_wait_is_kept_with_a_spread_and_no_poke_ends_it(
    house: Inside, header: str, least_s: int, most_s: int
) -> None:
    house.world.faults.transport.outage = Outage(status=429, retry_after=header)
    await house.look()
    await poke(house, LIST_CALENDARS, (await the_profile(house)).profile_id)
    assert least_s - 1 <= await wait_s(house, LIST_CALENDARS) <= most_s


async def test_f10_a_full_resync_cut_in_the_middle_goes_on_and_tells_each_change_once(
    house: Inside,
) -> None:
    work = house.world.collection("ada", "work")
    for number in range(120):
        work.put(f"more{number}.ics", event(f"more{number}", "20270101T090000Z"))
    await house.look()
    told = Counter(row.kind for row in await every(house, schema.changes))
    for number in range(120):
        text = event(f"more{number}", "20270101T090000Z", summary="Renamed")
        work.put(f"more{number}.ics", text)
    work.remove("planning.ics")
    gone = [row for row in await living(house) if b'"summary":"Planning' in row.head]
    work.forget_history()
    # The lost token, the window, and one batch of it; then the service is away.
    lost = Outage(methods=frozenset({"REPORT"}), after=3)
    house.world.faults.transport.outage = lost
    await house.look()
    assert (await the_calendar(house)).cursor is None
    assert await living(house)
    house.world.faults.transport.outage = None
    await later(house)
    now_told = Counter(row.kind for row in await every(house, schema.changes))
    assert now_told - told == {"updated": 120, "deleted": len(gone)}
    assert gone
    assert (await the_calendar(house)).cursor


@pytest.mark.parametrize("length_bytes", [0, 1000])
async def test_f12_an_answer_that_breaks_off_deletes_nothing(
    house: Inside, length_bytes: int
) -> None:
    before = len(await living(house))
    house.world.collection("ada", "work").forget_history()
    house.world.faults.transport.cut_after_bytes = length_bytes
    await later(house)
    assert len(await living(house)) == before
    assert (await the_profile(house)).last_fault == "unreachable"
    house.world.faults.transport.cut_after_bytes = None
    await later(house)
    assert (await the_profile(house)).last_fault == ""
    assert len(await living(house)) == before


async def test_f14_what_nobody_announced_is_found_within_the_quiet_interval(
    house: Inside,
) -> None:
    settings = house.parts.settings
    assert await wait_s(house, LIST_CALENDARS) <= 1.1 * settings.poll_quiet_s
    house.world.edit("ada", "work", event("unannounced"))
    await later(house)
    assert "unannounced" in {row.uid for row in await every(house, schema.objects)}


async def test_f13_many_pokes_of_one_calendar_are_one_pull_on_two_workers(house: Inside) -> None:
    calendar = await the_calendar(house)
    before = asked(house, "PROPFIND", WORK, "0")
    for _ in range(10):
        await poke(house, PULL, calendar.calendar_id)
    await asyncio.gather(house.drain(), build_runner(house.parts).drain())
    assert asked(house, "PROPFIND", WORK, "0") - before == 1


async def test_a_calendar_that_is_listed_and_yet_missing_does_not_spin(house: Inside) -> None:
    house.world.edit("ada", "work", event("new"))
    house.world.faults.transport.outage = Outage(status=404, below=WORK)
    before = asked(house, "PROPFIND", WORK, "0")
    for _ in range(5):
        await house.look()
    assert asked(house, "PROPFIND", WORK, "0") - before == 1
    assert not (await the_calendar(house)).deleted
    house.world.faults.transport.outage = None
    await later(house)
    assert "new" in {row.uid for row in await every(house, schema.objects)}


async def test_a_calendar_that_fails_is_pulled_ever_less_often(house: Inside) -> None:
    waits = []
    for number in range(7):
        house.world.edit("ada", "work", event(f"new{number}"))
        house.world.faults.transport.outage = Outage(status=500, below=WORK)
        await later(house)
        await house.look()
        waits.append(await wait_s(house, PULL))
    assert waits[0] < 10 < 100 < waits[-1]
    assert (await the_calendar(house)).failures >= 7
