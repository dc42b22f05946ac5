"""Writing and skimming iCalendar text."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from daygate.sandbox.ics_text import (
    NotCalendarData,
    component,
    escape,
    fold,
    moment_line,
    skim,
    unfold,
    vcalendar,
)
from tests.unit.sandbox.conftest import event


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1))
def test_a_folded_line_fits_and_unfolds_to_itself(line: str) -> None:
    folded = fold(line)
    assert all(len(piece.encode()) <= 75 for piece in folded.split("\r\n"))
    assert unfold(folded) == [line]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1))
def test_another_reader_reads_the_text_we_wrote(words: str) -> None:
    lines = ["UID:x", "DTSTAMP:20260101T000000Z", f"SUMMARY:{escape(words)}"]
    read = Calendar.from_ical(vcalendar([component("VEVENT", lines)]))
    assert str(read.walk("VEVENT")[0]["SUMMARY"]) == words


def test_escaping_covers_the_four_of_rfc_5545() -> None:
    assert escape("a,b;c\\d\ne") == r"a\,b\;c\\d\ne"


@pytest.mark.parametrize(
    ("moment", "line"),
    [
        (date(2026, 3, 1), "DTSTART;VALUE=DATE:20260301"),
        (datetime(2026, 3, 1, 9, tzinfo=UTC), "DTSTART:20260301T090000Z"),
        (datetime(2026, 3, 1, 9), "DTSTART:20260301T090000"),  # noqa: DTZ001 - floating
        (
            datetime(2026, 3, 1, 9, tzinfo=ZoneInfo("Asia/Tokyo")),
            "DTSTART;TZID=Asia/Tokyo:20260301T090000",
        ),
    ],
)
def test_a_moment_is_written_by_its_kind(moment: date, line: str) -> None:
    assert moment_line("DTSTART", moment) == line


def test_every_zone_named_is_described() -> None:
    start = moment_line("DTSTART", datetime(2026, 3, 1, 9, tzinfo=ZoneInfo("Asia/Tokyo")))
    end = moment_line("DTEND", datetime(2026, 3, 1, 9, tzinfo=ZoneInfo("Europe/London")))
    text = vcalendar([component("VEVENT", ["UID:x", start, end])])
    assert [line for line in unfold(text) if line.startswith("TZID:")] == [
        "TZID:Asia/Tokyo",
        "TZID:Europe/London",
    ]


def test_an_object_is_skimmed_past_zones_and_alarms() -> None:
    alarm = component("VALARM", ["UID:alarm", "ACTION:AUDIO"])
    text = event("one", *alarm).replace("END:VEVENT\r\n", "END:VEVENT\r\n" + zone_text())
    skimmed = skim(text)
    assert (skimmed.uid, skimmed.component) == ("one", "VEVENT")


def zone_text() -> str:
    return "BEGIN:VTIMEZONE\r\nTZID:X\r\nUID:zone\r\nEND:VTIMEZONE\r\n"


def test_a_colon_in_quotes_does_not_end_the_name() -> None:
    assert skim(event("one", 'ATTENDEE;CN="a:b":mailto:a@b.example')).uid == "one"


@pytest.mark.parametrize(
    ("text", "precondition"),
    [
        ("", "valid-calendar-data"),
        ("BEGIN:VEVENT\nEND:VEVENT", "valid-calendar-data"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR", "valid-calendar-data"),
        ("BEGIN:VCALENDAR\nEND:VCALENDAR\nX:1", "valid-calendar-data"),
        ("BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR", "valid-calendar-object-resource"),
        (
            event("a").replace("END:VCALENDAR", "") + event("b")[17:],
            "valid-calendar-object-resource",
        ),
        (event("a", method="REPLY"), "valid-calendar-object-resource"),
    ],
)
def test_what_is_no_object_is_refused_by_name(text: str, precondition: str) -> None:
    with pytest.raises(NotCalendarData) as refused:
        skim(text)
    assert refused.value.precondition == precondition
