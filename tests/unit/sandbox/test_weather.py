"""Refusals, delays and cut connections on a real socket."""

from time import monotonic

import aiohttp
import pytest

from daygate.sandbox.faults import Outage
from daygate.sandbox.world import World
from tests.unit.sandbox.conftest import WORK, Dav

PROP = "<d:displayname/>"


@pytest.mark.parametrize("status", [429, 500, 503, 504])
async def test_an_outage_refuses_everything_until_it_is_over(
    dav: Dav, world: World, status: int
) -> None:
    world.faults.transport.outage = Outage(status, retry_after="7")
    refused = await dav.propfind(WORK, PROP)
    world.faults.transport.outage = None
    assert (refused.status, refused.headers["Retry-After"]) == (status, "7")
    assert (await dav.propfind(WORK, PROP)).status == 207


async def test_an_outage_can_be_short_and_of_some_methods_only(dav: Dav, world: World) -> None:
    world.faults.transport.outage = Outage(times=2, methods=frozenset({"REPORT"}))
    listed = await dav.propfind(WORK, PROP)
    synced = [(await dav.sync()).status for _ in range(3)]
    assert listed.status == 207
    assert synced == [503, 503, 207]


async def test_the_peoples_page_stays_up_in_an_outage(dav: Dav, world: World) -> None:
    world.faults.transport.outage = Outage()
    assert (await dav.send("GET", "/")).status == 200
    assert (await dav.send("GET", WORK)).status == 503
    assert (await dav.send("PROPFIND", "/")).status == 503


async def test_answers_can_be_slow(dav: Dav, world: World) -> None:
    world.faults.transport.delay_s = 0.05
    begun = monotonic()
    assert (await dav.propfind(WORK, PROP)).status == 207
    assert monotonic() - begun >= 0.05


@pytest.mark.parametrize("length_bytes", [0, 40])
async def test_a_connection_can_break_in_the_middle_of_an_answer(
    dav: Dav, world: World, length_bytes: int
) -> None:
    world.faults.transport.cut_after_bytes = length_bytes
    with pytest.raises(aiohttp.ClientError):
        await dav.propfind(WORK, PROP)
    world.faults.transport.cut_after_bytes = None
    assert (await dav.propfind(WORK, PROP)).status == 207


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
async def test_a_host_that_is_not_this_computer_is_turned_away(dav: Dav, host: str) -> None:
    assert (await dav.send("GET", "/", Host=host)).status == 421


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:5000", "[::1]", "[::1]:5000"])
async def test_every_name_of_this_computer_is_served(dav: Dav, host: str) -> None:
    assert (await dav.send("GET", "/", Host=host)).status == 200


async def test_requests_are_noted_with_their_depth_and_status(dav: Dav, world: World) -> None:
    await dav.propfind(WORK, PROP, "1")
    await dav.send("DELETE", f"{WORK}none.ics")
    seen = [(one.method, one.path, one.depth, one.status) for one in world.requests]
    assert seen == [("PROPFIND", WORK, "1", 207), ("DELETE", f"{WORK}none.ics", None, 404)]


async def test_an_outage_can_begin_later_and_be_of_one_calendar_only(
    dav: Dav, world: World
) -> None:
    world.faults.transport.outage = Outage(below=WORK, after=1)
    private = WORK.replace("work", "private")
    answers = [await dav.propfind(path, PROP) for path in (private, WORK, private, WORK)]
    assert [answer.status for answer in answers] == [207, 207, 207, 503]
