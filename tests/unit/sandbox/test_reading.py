"""PROPFIND, GET and OPTIONS as a client meets them."""

import pytest

from daygate.sandbox.world import World
from tests.unit.sandbox.conftest import WORK, Dav

LIST = (
    "<d:resourcetype/><d:displayname/><d:current-user-privilege-set/><d:owner/><d:sync-token/>"
    "<cs:getctag/><c:supported-calendar-component-set/><d:supported-report-set/>"
    "<c:calendar-timezone/><c:schedule-calendar-transp/><a:calendar-color/><a:calendar-order/>"
    "<cs:source/>"
)
HOME = "/dav/calendars/ada/"


async def test_discovery_leads_from_the_well_known_address_to_the_home(dav: Dav) -> None:
    moved = await dav.send("PROPFIND", "/.well-known/caldav")
    root = await dav.propfind(moved.headers["Location"], "<d:current-user-principal/>")
    principal = root.rows["/dav/"].text("d:current-user-principal")
    person = await dav.propfind(principal, "<c:calendar-home-set/>")
    assert moved.status == 301
    assert person.rows[principal].text("c:calendar-home-set") == HOME


async def test_the_root_of_the_host_names_the_principal_too(dav: Dav) -> None:
    answer = await dav.propfind("/", "<d:current-user-principal/>")
    assert answer.rows["/dav/"].text("d:current-user-principal") == "/dav/principals/ada/"


async def test_the_principal_tells_name_addresses_and_boxes(dav: Dav) -> None:
    props = (
        "<d:displayname/><c:calendar-user-address-set/><c:schedule-inbox-URL/>"
        "<c:schedule-outbox-URL/><c:calendar-user-type/><d:principal-URL/>"
    )
    row = (await dav.propfind("/dav/principals/ada/", props)).rows["/dav/principals/ada/"]
    addresses = row.prop("c:calendar-user-address-set")
    assert row.text("d:displayname") == "Ada Whitfield"
    assert addresses is not None
    assert [href.text for href in addresses] == [
        "mailto:ada@harbour.example",
        "mailto:a.whitfield@harbour.example",
    ]
    assert addresses[0].get("preferred") == "1"
    assert row.text("c:schedule-inbox-URL") == f"{HOME}inbox/"
    assert row.text("c:schedule-outbox-URL") == f"{HOME}outbox/"
    assert row.text("c:calendar-user-type") == "INDIVIDUAL"


async def test_a_property_that_is_not_there_stands_in_a_404_propstat(dav: Dav) -> None:
    row = (await dav.propfind("/dav/", "<d:resourcetype/><c:calendar-home-set/>")).rows["/dav/"]
    assert row.prop("d:resourcetype") is not None
    assert row.prop("c:calendar-home-set", "404") is not None
    assert row.prop("c:calendar-home-set") is None


async def test_the_home_lists_calendars_boxes_and_tasks(dav: Dav) -> None:
    rows = (await dav.propfind(HOME, LIST, "1")).rows
    kinds = {href: row.prop("d:resourcetype") for href, row in rows.items()}
    names = {
        href.removeprefix(HOME): {str(kind.tag).split("}")[1] for kind in found}
        for href, found in kinds.items()
        if found is not None
    }
    assert names == {
        "": {"collection"},
        "inbox/": {"collection", "schedule-inbox"},
        "outbox/": {"collection", "schedule-outbox"},
        "work/": {"collection", "calendar"},
        "private/": {"collection", "calendar"},
        "tasks/": {"collection", "calendar"},
        "team/": {"collection", "calendar"},
    }


async def test_a_calendar_tells_color_order_token_ctag_and_reports(dav: Dav, world: World) -> None:
    row = (await dav.propfind(WORK, LIST)).rows[WORK]
    work = world.collection("ada", "work")
    reports = row.prop("d:supported-report-set")
    comps = row.prop("c:supported-calendar-component-set")
    assert reports is not None
    assert comps is not None
    assert row.text("a:calendar-color") == "#2F6FDEFF"
    assert row.text("a:calendar-order") == "1"
    assert row.text("d:sync-token") == work.token
    assert row.text("cs:getctag") == work.ctag
    assert row.text("d:owner") == "/dav/principals/ada/"
    assert reports.find(".//{DAV:}sync-collection") is not None
    assert [comp.get("name") for comp in comps] == ["VEVENT"]
    assert row.prop("cs:source", "404") is not None


async def test_a_shared_calendar_may_be_read_and_not_written(dav: Dav) -> None:
    path = "/dav/calendars/bruno/team-of-ada/"
    row = (await dav.as_("bruno").propfind(path, LIST)).rows[path]
    privileges = row.prop("d:current-user-privilege-set")
    assert privileges is not None
    assert {str(right[0].tag) for right in privileges} == {
        "{DAV:}read",
        "{DAV:}read-current-user-privilege-set",
    }
    assert row.text("d:owner") == "/dav/principals/ada/"


async def test_a_subscription_says_where_it_comes_from(dav: Dav) -> None:
    path = "/dav/calendars/chiyo/holidays/"
    row = (await dav.as_("chiyo").propfind(path, LIST)).rows[path]
    kind = row.prop("d:resourcetype")
    assert kind is not None
    assert kind.find("{http://calendarserver.org/ns/}subscribed") is not None
    assert row.text("cs:source") == "https://holidays.example/harbour.ics"


async def test_the_inbox_names_the_default_calendar(dav: Dav) -> None:
    path = f"{HOME}inbox/"
    row = (await dav.propfind(path, "<c:schedule-default-calendar-URL/><d:sync-token/>")).rows[path]
    assert row.text("c:schedule-default-calendar-URL") == WORK
    assert row.prop("d:sync-token", "404") is not None


async def test_depth_1_on_a_calendar_lists_its_objects(dav: Dav, world: World) -> None:
    props = "<d:getetag/><d:getcontenttype/><d:resourcetype/><d:getcontentlength/>"
    rows = (await dav.propfind(WORK, props, "1")).rows
    members = world.collection("ada", "work").members
    row = rows[f"{WORK}planning.ics"]
    assert set(rows) == {WORK, *(WORK + name for name in members)}
    assert row.text("d:getetag") == members["planning.ics"].etag
    assert row.text("d:getcontenttype") == "text/calendar; charset=utf-8; component=VEVENT"
    assert row.text("d:getcontentlength") == str(len(members["planning.ics"].text.encode()))


@pytest.mark.parametrize("headers", [{}, {"Depth": "infinity"}])
async def test_an_endless_depth_is_refused(dav: Dav, headers: dict[str, str]) -> None:
    answer = await dav.send("PROPFIND", WORK, **headers)
    assert answer.status == 403
    assert answer.refuses_with("d:propfind-finite-depth")


async def test_no_body_means_all_properties_but_those_of_caldav(dav: Dav) -> None:
    row = (await dav.send("PROPFIND", WORK, Depth="0")).rows[WORK]
    assert row.text("d:displayname") == "Work"
    assert row.prop("c:schedule-calendar-transp") is None
    assert row.prop("c:schedule-calendar-transp", "404") is None


async def test_propname_lists_names_without_values(dav: Dav) -> None:
    body = '<propfind xmlns="DAV:"><propname/></propfind>'
    answer = await dav.send("PROPFIND", WORK, body, Depth="0", Content_Type="text/xml")
    assert answer.rows[WORK].text("d:displayname") == ""


@pytest.mark.parametrize("path", [f"{HOME}nowhere/", f"{WORK}nothing.ics", "/dav/principals/x/"])
async def test_what_does_not_exist_is_404(dav: Dav, path: str) -> None:
    assert (await dav.propfind(path, "<d:resourcetype/>")).status == 404
    assert (await dav.send("GET", path)).status == 404


async def test_get_answers_the_text_with_its_etag_and_304_when_known(
    dav: Dav, world: World
) -> None:
    member = world.collection("ada", "work").members["hostile.ics"]
    answer = await dav.send("GET", f"{WORK}hostile.ics")
    known = await dav.send("GET", f"{WORK}hostile.ics", If_None_Match=f"W/{member.etag}")
    assert (answer.status, answer.body.decode()) == (200, member.text)
    assert answer.headers["ETag"] == member.etag
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert known.status == 304


async def test_a_collection_has_no_text(dav: Dav) -> None:
    assert (await dav.send("GET", WORK)).status == 405


async def test_options_lists_the_classes_and_claims_no_scheduling(dav: Dav) -> None:
    answer = await dav.send("OPTIONS", WORK)
    assert answer.headers["DAV"] == "1, 3, access-control, calendar-access"
    assert "MKCALENDAR" in answer.headers["Allow"]


async def test_a_propfind_body_of_another_kind_is_400(dav: Dav) -> None:
    answer = await dav.send("PROPFIND", WORK, "<x/>", Depth="0", Content_Type="text/xml")
    assert answer.status == 400
