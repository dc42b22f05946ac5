"""Who is let in, to what, and with which body."""

import pytest

from daygate.sandbox.world import World
from tests.unit.sandbox.conftest import WORK, Dav

PROP = "<d:displayname/>"


async def test_an_app_password_opens_and_the_ordinary_one_does_not(dav: Dav, world: World) -> None:
    opened = await dav.propfind(WORK, PROP)
    dav.password = world.people["ada"].ordinary_password
    closed = await dav.propfind(WORK, PROP)
    assert (opened.status, closed.status) == (207, 401)
    assert closed.headers["WWW-Authenticate"].startswith("Basic realm=")


async def test_the_address_is_as_good_as_the_user_name(dav: Dav, world: World) -> None:
    dav.password = world.app_password("ada")
    dav.user = "ada@harbour.example"
    assert (await dav.propfind(WORK, PROP)).status == 207


@pytest.mark.parametrize(
    "header", ["", "Basic", "Basic %%%", "Basic /w==", "Bearer abc", "Basic bm9ib2R5Onh4"]
)
async def test_junk_credentials_are_401(server: str, dav: Dav, header: str) -> None:
    async with dav.session.request(
        "PROPFIND", server + WORK, headers={"Authorization": header, "Depth": "0"}
    ) as got:
        assert got.status == 401


async def test_a_challenge_can_be_withheld(dav: Dav, world: World) -> None:
    world.faults.transport.challenge = False
    dav.password = "wrong"
    answer = await dav.propfind(WORK, PROP)
    assert answer.status == 401
    assert "WWW-Authenticate" not in answer.headers


async def test_a_revoked_password_stays_dead_and_a_new_one_opens(dav: Dav, world: World) -> None:
    old = world.app_password("ada")
    world.revoke("ada")
    assert (await dav.propfind(WORK, PROP)).status == 401
    dav.password = world.reissue("ada")
    assert (await dav.propfind(WORK, PROP)).status == 207
    dav.password = old
    assert (await dav.propfind(WORK, PROP)).status == 401


async def test_other_peoples_homes_are_closed_and_their_principals_open(dav: Dav) -> None:
    home = await dav.propfind("/dav/calendars/bruno/work/", PROP)
    principal = await dav.propfind("/dav/principals/bruno/", PROP)
    assert home.status == 403
    assert home.refuses_with("d:need-privileges/d:resource/d:privilege/d:read")
    assert principal.rows["/dav/principals/bruno/"].text("d:displayname") == "Bruno Araújo"


async def test_the_rate_limit_of_google_is_an_empty_403(dav: Dav, world: World) -> None:
    world.faults.transport.empty_403 = True
    answer = await dav.propfind(WORK, PROP)
    assert answer.status == 403
    assert len(answer.root) == 0


async def test_a_body_not_announced_as_xml_is_415(dav: Dav) -> None:
    answer = await dav.send("PROPFIND", WORK, "<x/>", Depth="0", Content_Type="text/plain")
    assert answer.status == 415


@pytest.mark.parametrize(
    "body",
    [
        "<unfinished",
        '<!DOCTYPE x [<!ENTITY e "v">]><x>&e;</x>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><x/>',
    ],
)
async def test_broken_xml_and_document_types_are_400(dav: Dav, body: str) -> None:
    answer = await dav.send("PROPFIND", WORK, body, Depth="0", Content_Type="text/xml")
    assert answer.status == 400


async def test_a_body_without_end_is_413(dav: Dav) -> None:
    answer = await dav.send("PUT", f"{WORK}big.ics", "x" * 1_100_000, Content_Type="text/calendar")
    assert answer.status == 413


async def test_a_home_on_a_partition_host_is_found_there_only(dav: Dav, world: World) -> None:
    elsewhere = dav.url.replace("127.0.0.1", "localhost")
    world.faults.shape.home_origin = elsewhere
    principal = await dav.propfind("/dav/principals/ada/", "<c:calendar-home-set/>")
    here = await dav.propfind(WORK, PROP)
    dav.url = elsewhere
    there = await dav.propfind(WORK, PROP)
    home = principal.rows["/dav/principals/ada/"].text("c:calendar-home-set")
    assert home == f"{elsewhere}/dav/calendars/ada/"
    assert (here.status, there.status) == (404, 207)


async def test_depth_1_on_a_principal_can_be_refused(dav: Dav, world: World) -> None:
    world.faults.shape.principal_depth_0_only = True
    assert (await dav.propfind("/dav/principals/ada/", PROP, "1")).status == 400
    assert (await dav.propfind("/dav/principals/ada/", PROP, "0")).status == 207
