"""PUT, DELETE, MKCALENDAR and PROPPATCH, their conditions and their refusals."""

import asyncio

import pytest

from daygate.sandbox.world import World
from tests.unit.sandbox.conftest import DECLARED, NAMESPACES, WORK, Answer, Dav, event

NEW = f"{WORK}new.ics"
HOME = "/dav/calendars/ada/"


async def test_a_new_object_is_201_and_a_newer_one_204_each_with_its_etag(
    dav: Dav, world: World
) -> None:
    made = await dav.put(NEW, event("new"), If_None_Match="*")
    etag = made.headers["ETag"]
    changed = await dav.put(NEW, event("new", summary="Cake"), If_Match=etag)
    member = world.collection("ada", "work").members["new.ics"]
    assert (made.status, changed.status) == (201, 204)
    assert changed.headers["ETag"] == member.etag != etag
    assert "SUMMARY:Cake" in member.text


async def test_conditions_that_do_not_hold_are_412_and_change_nothing(
    dav: Dav, world: World
) -> None:
    etag = (await dav.put(NEW, event("new"))).headers["ETag"]
    statuses = [
        (await dav.put(NEW, event("new", summary="Lost"), **condition)).status
        for condition in (
            {"If_None_Match": "*"},
            {"If_None_Match": etag},
            {"If_Match": '"other"'},
            {"If_Match": f"W/{etag}"},
        )
    ]
    nothing = await dav.put(f"{WORK}none.ics", event("none"), If_Match="*")
    assert statuses == [412, 412, 412, 412]
    assert nothing.status == 412
    assert "Lost" not in world.collection("ada", "work").members["new.ics"].text


async def test_if_match_takes_a_list_and_a_star(dav: Dav) -> None:
    etag = (await dav.put(NEW, event("new"))).headers["ETag"]
    assert (await dav.put(NEW, event("new"), If_Match=f'"x", {etag}')).status == 204
    assert (await dav.put(NEW, event("new"), If_Match="*")).status == 204


async def test_if_none_match_can_be_ignored(dav: Dav, world: World) -> None:
    world.faults.write.if_none_match_ignored = True
    await dav.put(NEW, event("new"))
    assert (await dav.put(NEW, event("new"), If_None_Match="*")).status == 204


async def test_a_server_that_rewrites_sends_no_etag(dav: Dav, world: World) -> None:
    world.faults.write.rewrites = True
    answer = await dav.put(NEW, event("new"))
    assert answer.status == 201
    assert "ETag" not in answer.headers
    assert "X-SANDBOX-REWRITTEN:TRUE\r\n" in world.collection("ada", "work").members["new.ics"].text


async def test_weak_etags_are_sent_on_get_and_put_and_strong_ones_in_reports(
    dav: Dav, world: World
) -> None:
    world.faults.write.weak_etags = True
    put = await dav.put(NEW, event("new"))
    got = await dav.send("GET", NEW)
    told = (await dav.propfind(NEW, "<d:getetag/>")).rows[NEW].text("d:getetag")
    assert put.headers["ETag"] == got.headers["ETag"] == f"W/{told}"
    assert (await dav.put(NEW, event("new"), If_Match=told)).status == 204


async def test_a_uid_under_a_second_name_is_a_conflict_that_names_the_first(dav: Dav) -> None:
    await dav.put(NEW, event("new"))
    again = await dav.put(f"{WORK}again.ics", event("new"))
    other = await dav.put(NEW, event("other"))
    for answer in (again, other):
        assert answer.status == 409
        assert answer.root.findtext("c:no-uid-conflict/d:href", None, NAMESPACES) == NEW


async def test_one_uid_for_all_calendars_of_a_person_is_a_switch(dav: Dav, world: World) -> None:
    await dav.put(NEW, event("new"))
    twin = f"{HOME}private/new.ics"
    world.faults.write.one_uid_per_person = True
    refused = await dav.put(twin, event("new"))
    world.faults.write.one_uid_per_person = False
    path = "c:unique-scheduling-object-resource/d:href"
    assert refused.status == 403
    assert refused.root.findtext(path, None, NAMESPACES) == NEW
    assert (await dav.put(twin, event("new"))).status == 201


async def test_an_event_without_an_end_can_be_refused(dav: Dav, world: World) -> None:
    endless = event("new", "CLASS:PUBLIC")
    assert (await dav.put(NEW, endless)).status == 201
    world.faults.write.end_required = True
    assert (await dav.put(NEW, endless)).status == 403
    assert (await dav.put(NEW, event("new", "DURATION:PT1H"))).status == 204


@pytest.mark.parametrize(
    ("body", "condition"),
    [
        (b"hello", "c:valid-calendar-data"),
        (event("new").encode()[:-20], "c:valid-calendar-data"),
        (event("new").replace("Tea", "T\x07a").encode(), "c:valid-calendar-data"),
        (b"\xff\xfe", "c:valid-calendar-data"),
        (event("new", method="REQUEST").encode(), "c:valid-calendar-object-resource"),
        (event("").encode(), "c:valid-calendar-object-resource"),
        (event("new").replace("VEVENT", "VTODO").encode(), "c:supported-calendar-component"),
    ],
)
async def test_what_is_no_object_for_this_calendar_is_refused_by_name(
    dav: Dav, body: bytes, condition: str
) -> None:
    answer = await dav.send("PUT", NEW, body, Content_Type="text/calendar")
    assert answer.status == 403
    assert answer.refuses_with(condition)


async def test_another_media_type_is_refused_by_name(dav: Dav) -> None:
    answer = await dav.send("PUT", NEW, event("new"), Content_Type="text/plain")
    assert answer.status == 403
    assert answer.refuses_with("c:supported-calendar-data")


async def test_a_calendar_that_is_not_there_is_a_conflict(dav: Dav) -> None:
    assert (await dav.put(f"{HOME}nowhere/new.ics", event("new"))).status == 409
    assert (await dav.put(WORK, event("new"))).status == 405


async def test_a_read_only_calendar_refuses_every_write(dav: Dav) -> None:
    bruno, team = dav.as_("bruno"), "/dav/calendars/bruno/team-of-ada/"
    body = f"<d:propertyupdate {DECLARED}/>"
    answers = [
        await bruno.put(f"{team}new.ics", event("new")),
        await bruno.send("DELETE", f"{team}retro.ics"),
        await bruno.send("DELETE", team),
        await bruno.send("PROPPATCH", team, body, Content_Type="text/xml"),
    ]
    for answer in answers:
        assert answer.status == 403
        assert answer.refuses_with("d:need-privileges/d:resource/d:privilege")


async def test_an_object_is_deleted_under_its_condition(dav: Dav, world: World) -> None:
    etag = (await dav.put(NEW, event("new"))).headers["ETag"]
    assert (await dav.send("DELETE", NEW, If_Match='"other"')).status == 412
    assert (await dav.send("DELETE", NEW, If_Match=etag)).status == 204
    assert (await dav.send("DELETE", NEW)).status == 404
    assert "new.ics" not in world.collection("ada", "work").members


async def test_a_deleted_calendar_is_gone_from_every_home(dav: Dav, world: World) -> None:
    assert (await dav.send("DELETE", f"{HOME}team/")).status == 204
    assert "team" not in world.homes["ada"]
    assert "team-of-ada" not in world.homes["bruno"]
    assert (await dav.send("DELETE", HOME)).status == 403


async def mkcalendar(dav: Dav, path: str, props: str = "") -> Answer:
    inside = f"<d:set><d:prop>{props}</d:prop></d:set>" if props else ""
    body = f"<c:mkcalendar {DECLARED}>{inside}</c:mkcalendar>"
    return await dav.send("MKCALENDAR", path, body, Content_Type="application/xml")


async def test_a_calendar_is_made_with_the_properties_asked_for(dav: Dav) -> None:
    path = f"{HOME}plans/"
    props = (
        "<d:displayname>Pläne</d:displayname><a:calendar-color>#112233FF</a:calendar-color>"
        '<c:supported-calendar-component-set><c:comp name="VEVENT"/><c:comp name="VTODO"/>'
        "</c:supported-calendar-component-set><d:quota/>"
    )
    assert (await mkcalendar(dav, path, props)).status == 201
    wish = "<d:displayname/><a:calendar-color/><c:supported-calendar-component-set/>"
    row = (await dav.propfind(path, wish)).rows[path]
    comps = row.prop("c:supported-calendar-component-set")
    assert comps is not None
    assert (row.text("d:displayname"), row.text("a:calendar-color")) == ("Pläne", "#112233FF")
    assert [comp.get("name") for comp in comps] == ["VEVENT", "VTODO"]
    assert (await dav.put(f"{path}new.ics", event("new"))).status == 201


async def test_a_calendar_is_made_without_a_body_too(dav: Dav, world: World) -> None:
    assert (await dav.send("MKCALENDAR", f"{HOME}bare/")).status == 201
    assert world.collection("ada", "bare").look.name == "bare"


async def test_a_taken_or_wrong_place_for_a_calendar_is_refused_by_name(dav: Dav) -> None:
    taken = await mkcalendar(dav, WORK)
    outside = await mkcalendar(dav, "/dav/else/")
    assert (taken.status, outside.status) == (403, 403)
    assert taken.refuses_with("d:resource-must-be-null")
    assert outside.refuses_with("c:calendar-collection-location-ok")


async def test_making_calendars_can_be_withheld(dav: Dav, world: World) -> None:
    world.faults.write.mkcalendar_offered = False
    assert (await mkcalendar(dav, f"{HOME}plans/")).status == 405


async def proppatch(dav: Dav, inside: str, path: str = WORK) -> Answer:
    body = f"<d:propertyupdate {DECLARED}>{inside}</d:propertyupdate>"
    return await dav.send("PROPPATCH", path, body, Content_Type="application/xml")


def setting(props: str) -> str:
    return f"<d:set><d:prop>{props}</d:prop></d:set>"


async def test_name_color_order_zone_and_transparency_can_be_set(dav: Dav, world: World) -> None:
    props = (
        "<d:displayname>Job</d:displayname><a:calendar-color>#010203FF</a:calendar-color>"
        "<a:calendar-order>4</a:calendar-order><c:calendar-timezone>TZ</c:calendar-timezone>"
        "<c:schedule-calendar-transp><c:transparent/></c:schedule-calendar-transp>"
    )
    row = (await proppatch(dav, setting(props))).rows[WORK]
    look = world.collection("ada", "work").look
    assert row.prop("a:calendar-color") is not None
    assert (look.name, look.color, look.order) == ("Job", "#010203FF", 4)
    assert (look.timezone, look.transparent) == ("TZ", True)


async def test_one_protected_property_keeps_the_others_as_they_were(dav: Dav, world: World) -> None:
    wish = setting("<d:displayname>Job</d:displayname><d:getetag>x</d:getetag>")
    row = (await proppatch(dav, wish)).rows[WORK]
    assert row.prop("d:getetag", "403") is not None
    assert row.prop("d:displayname", "424") is not None
    assert world.collection("ada", "work").look.name == "Work"


async def test_removing_a_property_is_refused(dav: Dav) -> None:
    wish = "<d:remove><d:prop><d:displayname/></d:prop></d:remove>"
    row = (await proppatch(dav, wish)).rows[WORK]
    assert row.prop("d:displayname", "403") is not None


async def test_proppatch_needs_a_calendar_and_a_body(dav: Dav) -> None:
    assert (await proppatch(dav, "", HOME)).status == 403
    assert (await proppatch(dav, "", f"{HOME}nowhere/")).status == 404
    assert (await dav.send("PROPPATCH", WORK)).status == 400
    order = setting("<a:calendar-order>first</a:calendar-order>")
    assert (await proppatch(dav, order)).status == 400


async def test_another_method_is_405(dav: Dav) -> None:
    assert (await dav.send("LOCK", WORK)).status == 405


async def test_a_calendar_can_be_made_and_not_be_there_yet(dav: Dav, world: World) -> None:
    world.faults.write.mkcalendar_delay_s = 0.3
    path = "/dav/calendars/ada/slow/"
    assert (await dav.send("MKCALENDAR", path)).status == 201
    assert (await dav.propfind(path, "<d:displayname/>")).status == 404
    assert (await dav.put(f"{path}a.ics", event("a"))).status == 409
    await asyncio.sleep(0.3)
    assert (await dav.propfind(path, "<d:displayname/>")).status == 207
    assert (await dav.put(f"{path}a.ics", event("a"))).status == 201
