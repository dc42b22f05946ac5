"""The application below a mount point of another one."""

import aiohttp
from starlette.applications import Starlette
from starlette.routing import Mount

from daygate.sandbox.app import sandbox_app
from daygate.sandbox.world import World
from tests.unit.sandbox.conftest import Dav, serving


async def test_hrefs_and_redirects_carry_the_mount_point(world: World) -> None:
    outer = Starlette(routes=[Mount("/sandbox", sandbox_app(world))])
    async with serving(outer) as url, aiohttp.ClientSession() as session:
        dav = Dav(world, session, url)
        moved = await dav.send("PROPFIND", "/sandbox/.well-known/caldav")
        root = await dav.propfind(moved.headers["Location"], "<d:current-user-principal/>")
        listed = await dav.propfind("/sandbox/dav/calendars/ada/", "<d:owner/>", "1")
        got = await dav.send("GET", "/sandbox/dav/calendars/ada/work/focus.ics")
        page = await dav.send("GET", "/sandbox/")
    principal = root.rows["/sandbox/dav/"].text("d:current-user-principal")
    assert principal == "/sandbox/dav/principals/ada/"
    assert "/sandbox/dav/calendars/ada/work/" in listed.rows
    assert got.status == 200
    assert b'action="/sandbox/people/ada/events"' in page.body
