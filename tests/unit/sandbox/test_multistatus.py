"""One answer in many spellings."""

import pytest

from daygate.sandbox.faults import Prefixes
from daygate.sandbox.world import World
from tests.unit.sandbox.conftest import DECLARED, WORK, Dav

PROPS = "<d:displayname/><a:calendar-color/><d:getetag/>"


@pytest.mark.parametrize(
    ("prefixes", "opening"),
    [
        (Prefixes.LETTERS, b"<d:multistatus xmlns:d="),
        (Prefixes.DEFAULT, b"<multistatus xmlns="),
        (Prefixes.NUMBERED, b"<x0:multistatus xmlns:x0="),
    ],
)
async def test_prefixes_change_and_the_meaning_does_not(
    dav: Dav, world: World, prefixes: Prefixes, opening: bytes
) -> None:
    world.faults.shape.prefixes = prefixes
    answer = await dav.propfind(WORK, PROPS)
    assert opening in answer.body
    assert answer.rows[WORK].text("d:displayname") == "Work"
    assert answer.rows[WORK].text("a:calendar-color") == "#2F6FDEFF"


async def test_text_can_come_as_cdata(dav: Dav, world: World) -> None:
    world.faults.shape.cdata = True
    body = (
        f"<c:calendar-multiget {DECLARED}><d:prop><c:calendar-data/></d:prop>"
        f"<d:href>{WORK}hostile.ics</d:href></c:calendar-multiget>"
    )
    named = await dav.propfind(WORK, PROPS)
    data = await dav.report(WORK, body)
    assert b"<![CDATA[Work]]>" in named.body
    assert b"<![CDATA[BEGIN:VCALENDAR" in data.body
    assert '<script>alert("hello")</script>' in data.rows[f"{WORK}hostile.ics"].text(
        "c:calendar-data"
    )


async def test_the_404_propstat_can_come_first(dav: Dav, world: World) -> None:
    usual = await dav.propfind(WORK, PROPS)
    world.faults.shape.missing_first = True
    turned = await dav.propfind(WORK, PROPS)
    assert usual.body.index(b"200 OK") < usual.body.index(b"404 Not Found")
    assert turned.body.index(b"404 Not Found") < turned.body.index(b"200 OK")


async def test_hrefs_can_be_whole_addresses(dav: Dav, world: World) -> None:
    world.faults.shape.absolute_hrefs = True
    rows = (await dav.propfind("/dav/calendars/ada/", PROPS, "1")).rows
    assert f"{dav.url}{WORK}" in rows


async def test_calendars_can_be_terse(dav: Dav, world: World) -> None:
    world.faults.shape.terse_calendars = True
    props = "<d:current-user-privilege-set/><c:supported-calendar-component-set/>"
    row = (await dav.propfind(WORK, props)).rows[WORK]
    assert row.prop("d:current-user-privilege-set", "404") is not None
    assert row.prop("c:supported-calendar-component-set", "404") is not None


async def test_names_in_hrefs_are_percent_encoded(dav: Dav, world: World) -> None:
    text = world.collection("ada", "work").members["focus.ics"].text.replace("focus", "odd")
    world.edit("ada", "work", text, name="a b+ü@.ics")
    rows = (await dav.propfind(WORK, "<d:getetag/>", "1")).rows
    path = f"{WORK}a%20b%2B%C3%BC%40.ics"
    assert path in rows
    async with dav.session.get(f"{dav.url}/") as page:
        assert page.status == 200
    assert (await dav.propfind(path, "<d:getetag/>")).rows[path].text("d:getetag")
