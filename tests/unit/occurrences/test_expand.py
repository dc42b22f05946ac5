"""From the bytes of an object to its row and its occurrences."""

from datetime import UTC, datetime, timedelta

from daygate.domain.event import Flag
from daygate.domain.moments import Window, epoch_s
from daygate.occurrences.expand import (
    Source,
    expand_object,
    moved_away,
    occurrences_between,
)

from .calendar_text import CALENDAR, SOURCE, WINDOW, expanded, vcalendar

WEEKLY = ("DTSTART:20270104T120000Z", "DURATION:PT30M", "RRULE:FREQ=WEEKLY")


def test_i_am_the_login_and_what_the_server_lists() -> None:
    facts = {"addresses": '["Me@Example.org"]'}
    assert Source.of(CALENDAR, None, "Login@example.org", facts).own_addresses == {
        "me@example.org",
        "login@example.org",
    }
    assert Source.of(CALENDAR, None, "login", {}).own_addresses == frozenset()


def test_a_series_has_occurrences_in_the_window_and_no_bounds() -> None:
    found = expanded(*WEEKLY)
    assert len(found.inside) == 26
    assert not found.elsewhere
    assert found.stored.recurring
    assert (found.stored.starts_s, found.stored.ends_s) == (None, None)


def test_an_event_outside_the_window_is_elsewhere_with_its_bounds() -> None:
    found = expanded("DTSTART:20300104T120000Z", "DURATION:PT30M")
    assert not found.inside
    (one,) = found.elsewhere.values()
    assert (found.stored.starts_s, found.stored.ends_s) == (one.start_s, one.end_s)
    assert one.start_s == epoch_s(datetime(2030, 1, 4, 12, tzinfo=UTC))


def test_the_window_is_half_open_and_an_event_without_length_counts_at_its_start() -> None:
    at_start, at_end = WINDOW.start, WINDOW.end
    assert expanded(f"DTSTART:{at_start:%Y%m%dT%H%M%SZ}").inside
    assert expanded(f"DTSTART:{at_end:%Y%m%dT%H%M%SZ}").elsewhere
    before = at_start - timedelta(hours=1)
    assert expanded(f"DTSTART:{before:%Y%m%dT%H%M%SZ}", "DURATION:PT1H").elsewhere


def test_what_is_cancelled_does_not_take_place() -> None:
    assert not expanded(*WEEKLY, "STATUS:CANCELLED").inside


def test_what_cannot_be_read_is_kept_with_the_reason() -> None:
    found = expand_object("/k.ics", "r1", b"\0\0\0", SOURCE, WINDOW)
    assert (found.stored.raw, found.stored.broken) == (b"\0\0\0", "not_a_calendar")
    assert not found.inside
    startless = expanded("SUMMARY:No start")
    assert "DTSTART" in startless.stored.broken
    assert startless.stored.uid == "u1"


def test_flags_are_kept_with_the_object() -> None:
    found = expand_object(
        "/k.ics",
        "r1",
        vcalendar("DTSTART:20270104T120000"),
        Source(CALENDAR, None, frozenset()),
        WINDOW,
    )
    assert found.stored.flags == Flag.FLOATING.value


def test_an_occurrence_that_moved_out_of_the_window_is_found_again() -> None:
    inside = expanded(*WEEKLY).inside
    uid = next(iter(inside))
    later = vcalendar(
        *WEEKLY,
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:u1",
        "RECURRENCE-ID:20270104T120000Z",
        "DTSTART:20280104T120000Z",
    )
    assert uid not in expand_object("/k.ics", "r2", later, SOURCE, WINDOW).inside
    found = moved_away("/k.ics", later, SOURCE, WINDOW, [uid])
    assert [one.start_s for one in found.values()] == [
        epoch_s(datetime(2028, 1, 4, 12, tzinfo=UTC))
    ]


def test_any_other_window_may_be_asked_for() -> None:
    year_2030 = Window(datetime(2030, 1, 1, tzinfo=UTC), datetime(2030, 2, 1, tzinfo=UTC))
    found = occurrences_between("/k.ics", vcalendar(*WEEKLY), SOURCE, year_2030)
    assert len(found) == 4
