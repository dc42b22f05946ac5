"""Series expanded by the server, and servers that do not."""

from icalendar import Calendar, Component

from daygate.sandbox.world import World
from tests.unit.sandbox.conftest import DECLARED, WORK, Dav

WINDOW = 'start="20261130T000000Z" end="20261207T000000Z"'
PRIVATE = "/dav/calendars/ada/private/"


def body(window: str = WINDOW) -> str:
    data = f"<d:prop><c:calendar-data><c:expand {window}/></c:calendar-data></d:prop>"
    inner = f'<c:comp-filter name="VEVENT"><c:time-range {window}/></c:comp-filter>'
    outer = f'<c:filter><c:comp-filter name="VCALENDAR">{inner}</c:comp-filter></c:filter>'
    return f"<c:calendar-query {DECLARED}>{data}{outer}</c:calendar-query>"


async def instances(dav: Dav, name: str, path: str = WORK, window: str = WINDOW) -> list[Component]:
    """The events of an object as a reader of another make sees them."""
    row = (await dav.report(path, body(window), "1")).rows[f"{path}{name}"]
    return list(Calendar.from_ical(row.text("c:calendar-data")).walk("VEVENT"))


def written(event: Component, name: str) -> str:
    """A time as it stands on the wire."""
    value = event[name].to_ical()
    return value if isinstance(value, str) else value.decode()


async def test_a_series_comes_as_instances_in_utc_without_its_rule(dav: Dav) -> None:
    found = await instances(dav, "stand-up.ics")
    starts = [written(one, "DTSTART") for one in found]
    assert starts == [f"202611{30}T093000Z"] + [f"2026120{day}T093000Z" for day in range(1, 5)]
    assert [written(one, "RECURRENCE-ID") for one in found] == starts
    assert not any("RRULE" in one or "EXDATE" in one for one in found)
    assert {str(one["UID"]) for one in found} == {"stand-up"}


async def test_a_moved_instance_keeps_its_original_start_beside_the_new_one(dav: Dav) -> None:
    (moved,) = await instances(dav, "planning.ics")
    assert written(moved, "RECURRENCE-ID") == "20261201T100000Z"
    assert written(moved, "DTSTART") == "20261202T113000Z"
    assert "RRULE" not in moved


async def test_a_whole_day_stays_a_date_and_a_single_event_has_no_recurrence_id(dav: Dav) -> None:
    window = 'start="20261214T000000Z" end="20261216T000000Z"'
    (trip,) = await instances(dav, "trip.ics", PRIVATE, window)
    assert trip["DTSTART"].params["VALUE"] == "DATE"
    assert "RECURRENCE-ID" not in trip


async def test_named_objects_are_expanded_too(dav: Dav) -> None:
    data = f"<d:prop><c:calendar-data><c:expand {WINDOW}/></c:calendar-data></d:prop>"
    asked = f"{data}<d:href>{WORK}stand-up.ics</d:href><d:href>{WORK}board.ics</d:href>"
    text = f"<c:calendar-multiget {DECLARED}>{asked}</c:calendar-multiget>"
    rows = (await dav.report(WORK, text)).rows
    assert rows[f"{WORK}stand-up.ics"].text("c:calendar-data").count("BEGIN:VEVENT") == 5


async def test_expanding_can_be_ignored(dav: Dav, world: World) -> None:
    world.faults.reports.expand = False
    (series,) = await instances(dav, "stand-up.ics")
    assert "RRULE" in series


async def test_instances_outside_the_window_are_left_out(dav: Dav) -> None:
    window = 'start="20261130T103000Z" end="20261202T093000Z"'
    found = await instances(dav, "stand-up.ics", window=window)
    assert [written(one, "DTSTART") for one in found] == ["20261201T093000Z"]
