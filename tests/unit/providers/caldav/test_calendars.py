"""The traps of calendar listings."""

import pytest

from daygate.providers.base import RemoteCalendar
from daygate.providers.caldav import calendars
from daygate.providers.caldav.multistatus import Row, read

HOME = "https://dav.example/alice/"
KIND = "<resourcetype><collection/><C:calendar/>{more}</resourcetype>"


def rows(*props: str, path: str = "/alice/c{n}/") -> list[Row]:
    responses = "".join(
        f"<response><href>{path.format(n=n)}</href><propstat><prop>{prop}</prop>"
        "<status>HTTP/1.1 200 OK</status></propstat></response>"
        for n, prop in enumerate(props)
    )
    text = (
        '<multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" '
        'xmlns:CS="http://calendarserver.org/ns/" xmlns:A="http://apple.com/ns/ical/" '
        f'xmlns:N="http://nextcloud.com/ns">{responses}</multistatus>'
    )
    return calendars.calendar_rows(read(text.encode(), HOME), HOME)


def one(props: str = "", more: str = "") -> RemoteCalendar:
    found = rows(KIND.format(more=more) + props)
    return calendars.described(found[0], "/alice/c0/", "sync")


@pytest.mark.parametrize(
    "props",
    [
        "<resourcetype><collection/></resourcetype>",
        "<resourcetype><collection/><C:schedule-inbox/></resourcetype>",
        "<resourcetype><collection/><C:schedule-outbox/></resourcetype>",
        "<resourcetype><collection/><CS:notification/></resourcetype>",
        KIND.format(more="<N:trash-bin/>"),
        KIND.format(more="<N:deleted-calendar/>"),
        KIND.format(more="<C:schedule-outbox/>"),
        KIND.format(more="") + '<C:supported-calendar-component-set><C:comp name="VTODO"/>'
        "</C:supported-calendar-component-set>",
    ],
)
def test_what_is_no_calendar_for_events_is_left_out(props: str) -> None:
    assert rows(props) == []


def test_an_absent_or_empty_component_set_means_all() -> None:
    empty = KIND.format(more="") + "<C:supported-calendar-component-set/>"
    assert len(rows(KIND.format(more=""), empty)) == 2


def test_sogos_inbox_that_is_the_personal_calendar_is_kept() -> None:
    events = (
        '<C:supported-calendar-component-set><C:comp name="VEVENT"/>'
        "</C:supported-calendar-component-set>"
    )
    assert len(rows(KIND.format(more="<C:schedule-inbox/>") + events)) == 1
    assert rows(KIND.format(more="<C:schedule-inbox/>")) == []


def test_the_home_itself_is_no_calendar() -> None:
    assert rows(KIND.format(more=""), path="/alice/") == []


@pytest.mark.parametrize(
    ("privileges", "readonly"),
    [
        (None, False),
        ("", True),
        ("<privilege><read/></privilege>", True),
        ("<privilege><all/></privilege>", False),
        ("<privilege><read/></privilege><privilege><write/></privilege>", False),
        ("<privilege><write-content/></privilege>", False),
        ("<privilege><bind/></privilege>", False),
        ("<privilege><write-properties/></privilege>", True),
    ],
)
def test_privileges_decide_who_may_write(privileges: str | None, readonly: bool) -> None:
    stated = f"<current-user-privilege-set>{privileges}</current-user-privilege-set>"
    assert one("" if privileges is None else stated).readonly is readonly


def test_a_subscription_is_readonly_and_an_empty_source_is_none() -> None:
    writable = (
        "<current-user-privilege-set><privilege><all/></privilege></current-user-privilege-set>"
    )
    source = "<CS:source><href>{}</href></CS:source>"
    assert one(writable + source.format("https://x/feed.ics")).readonly
    assert not one(writable + source.format("")).readonly
    assert one(writable, more="<CS:subscribed/>").readonly


def test_names_fall_back_to_the_last_segment() -> None:
    assert one("<displayname><![CDATA[My work]]></displayname>").name == "My work"
    assert one("<displayname/>").name == "c0"


def test_details_are_read() -> None:
    zone = "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Ber\r\n lin\r\nEND:VTIMEZONE"
    found = one(
        "<A:calendar-color>#FF7733FF</A:calendar-color><A:calendar-order>3</A:calendar-order>"
        "<C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>"
        f"<C:calendar-timezone>{zone}</C:calendar-timezone>"
        "<sync-token>t</sync-token><CS:getctag>c</CS:getctag>"
    )
    assert (found.color, found.order, found.transparent) == ("#FF7733", 3, True)
    assert found.tzid == "Europe/Berlin"
    assert found.fingerprint == "t|c"


def test_a_fingerprint_holds_only_what_the_ladder_trusts() -> None:
    row = rows(KIND.format(more="") + "<sync-token>t</sync-token><CS:getctag>c</CS:getctag>")[0]
    assert calendars.fingerprint(row, "ctag") == "|c"
    assert calendars.fingerprint(row, "etag") is None
    assert one().fingerprint is None


def listed(path: str, *, readonly: bool = False, order: int = 0) -> RemoteCalendar:
    return RemoteCalendar(path, path, readonly, primary=False, order=order)


def test_the_servers_default_is_primary_then_the_first_writable_in_order() -> None:
    one, two, three = listed("/1/", readonly=True), listed("/2/", order=2), listed("/3/", order=1)
    assert calendars.primary([one, two, three], "/2") is two
    assert calendars.primary([one, two, three], None) is three
    assert calendars.primary([one, two, three], "/gone/") is three
    assert calendars.primary([one], None) is one
    assert calendars.primary([], None) is None
