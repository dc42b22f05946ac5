"""The world as it is laid out."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from daygate.domain.event import Status
from daygate.domain.moments import Window
from daygate.ical.reader import read
from daygate.ical.recurrence import expand
from daygate.sandbox.collections import Kind, Member
from daygate.sandbox.people import ADA
from daygate.sandbox.seed import build_world
from daygate.sandbox.world import World


def everything(world: World) -> list[Member]:
    own = (s for home in world.homes.values() for s in home.values() if s.slug != "team-of-ada")
    return [member for shelf in own for member in shelf.collection.members.values()]


def texts(world: World) -> list[str]:
    return [member.text for member in everything(world)]


def test_the_same_day_gives_the_same_world() -> None:
    day = date(2026, 5, 4)
    first, second = build_world(day, epoch="e"), build_world(day, epoch="e")
    assert texts(first) == texts(second)
    assert first.collection("ada", "work").token == second.collection("ada", "work").token


def test_tokens_of_two_runs_differ_unless_asked_otherwise() -> None:
    day = date(2026, 5, 4)
    tokens = {build_world(day).collection("ada", "work").token for _ in range(2)}
    assert len(tokens) == 2


@settings(max_examples=20, deadline=None)
@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)))
def test_on_any_day_the_world_is_readable_and_of_its_size(day: date) -> None:
    world = build_world(day)
    assert 40 <= len(everything(world)) <= 80
    for member in everything(world):
        if member.component == "VEVENT":
            obj = read(member.text.encode())
            assert obj.events
            start = datetime(day.year, day.month, day.day, tzinfo=UTC)
            window = Window(start - timedelta(days=40), start + timedelta(days=190))
            found = expand(obj, window)
            assert found.events, member.name
            assert not found.broken


def test_another_reader_reads_every_object(world: World) -> None:
    for text in texts(world):
        assert Calendar.from_ical(text).walk("VEVENT") or "VTODO" in text


def test_a_meeting_keeps_its_wall_time_when_the_clocks_change(world: World) -> None:
    member = world.collection("ada", "work").members["stand-up.ics"]
    window = Window(datetime(2027, 3, 22, tzinfo=UTC), datetime(2027, 4, 3, tzinfo=UTC))
    starts = [event.span.start for event in expand(read(member.text.encode()), window).events]
    moments = [start for start in starts if isinstance(start, datetime)]
    assert {f"{start.astimezone(ADA.tzinfo):%H:%M}" for start in moments} == {"09:30"}
    assert {f"{start:%H:%M}" for start in moments} == {"09:30", "08:30"}


def test_a_series_has_one_occurrence_moved_one_called_off_one_left_out(world: World) -> None:
    member = world.collection("ada", "work").members["planning.ics"]
    window = Window(datetime(2026, 11, 28, tzinfo=UTC), datetime(2026, 12, 24, tzinfo=UTC))
    found = expand(read(member.text.encode()), window).events
    days = [
        f"{event.span.start:%m-%d %H:%M}"
        for event in found
        if event.words.status is Status.CONFIRMED
    ]
    assert days == ["12-02 11:30", "12-22 10:00"]


@pytest.mark.parametrize(
    "piece",
    [
        "STATUS:TENTATIVE",
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
        "CLASS:PRIVATE",
        "GEO:50.816667;-0.136944",
        "BEGIN:VALARM",
        "RRULE:FREQ=YEARLY",
        "DTEND;TZID=Asia/Tokyo",
        "PARTSTAT=NEEDS-ACTION",
        "定例会議",
        "🚀",
        "العربية",
    ],
)
def test_the_world_has_one_of_each(world: World, piece: str) -> None:
    assert any(piece in text for text in texts(world))


def test_each_of_the_invited_holds_a_copy_under_one_uid(world: World) -> None:
    copies = [world.collection(user, "work").by_uid("launch-review") for user in world.people]
    assert all(copy is not None for copy in copies)


def test_the_shared_calendar_is_one_calendar(world: World) -> None:
    own, shown = world.shelf("ada", "team"), world.shelf("bruno", "team-of-ada")
    assert own.collection is shown.collection
    assert (own.writable, shown.writable) == (True, False)


def test_boxes_tasks_and_a_subscription_are_there(world: World) -> None:
    kinds = {slug: shelf.collection.kind for slug, shelf in world.homes["chiyo"].items()}
    assert kinds["inbox"] is Kind.INBOX
    assert kinds["outbox"] is Kind.OUTBOX
    assert kinds["holidays"] is Kind.SUBSCRIPTION
    assert world.collection("chiyo", "tasks").components == ("VTODO",)
    assert [shelf.slug for shelf in world.calendars("chiyo")] == [
        "work",
        "private",
        "team-of-ada",
        "holidays",
    ]
