"""Objects made to hurt: each is answered within a second, and costs nobody else's events."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daygate.domain.moments import Window
from daygate.ical.reader import Unreadable, read
from daygate.ical.recurrence import Caps, Expansion, expand
from tests.unit.ical.calendars import YEAR_2026, calendar, changing_zone, event

# The promise is one second; shared machines are granted a second one.
LIMIT_S = 2.0
START = "DTSTART:20260105T090000Z"
GOOD = event("DTSTART:20260106T090000Z", "SUMMARY:Good", uid="good")
CENTURIES = Window(datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC))


def answered(raw: bytes, window: Window = YEAR_2026) -> Expansion | None:
    """The expansion, within the limit; None if the object is unreadable."""
    begun = time.thread_time()
    try:
        found = expand(read(raw), window)
    except Unreadable:
        found = None
    assert time.thread_time() - begun < LIMIT_S
    return found


def dates(count: int) -> Iterator[str]:
    for number in range(count):
        day, minute = divmod(number, 1440)
        yield f"2026{day // 28 % 12 + 1:02}{day % 28 + 1:02}T{minute // 60:02}{minute % 60:02}00Z"


LISTED = ",".join(dates(100_000))
LINES = "\r\n".join(f"EXDATE:{one}" for one in dates(100_000))
ALARM = "BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nACTION:DISPLAY\r\nEND:VALARM"

CORPUS = {
    "100k EXDATE in one line": event(START, "RRULE:FREQ=DAILY", f"EXDATE:{LISTED}"),
    "100k EXDATE lines": event(START, "RRULE:FREQ=DAILY", LINES),
    "100k RDATE": event(START, f"RDATE:{LISTED}"),
    "100k RDATE periods": event(START, "RDATE:" + LISTED.replace("Z", "Z/PT1H")),
    "10k VALARM": event(START, *[ALARM] * 10_000),
    "UID of 1 MB": event(START, uid="u" * 1_000_000),
    "5k replacements": "\r\n".join(
        event(f"RECURRENCE-ID:{one}", START) for one in dates(5_000)
    ),
    "2k stale replacements": "\r\n".join(
        [event("DTSTART:20260105T090001Z", "RRULE:FREQ=YEARLY;BYDAY=1MO", "SEQUENCE:1")]
        + [event(f"RECURRENCE-ID:{one}", START) for one in dates(2_000)]
    ),
    "replacements of each other": event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20260106T090000Z", START
    ) + "\r\n" + event("RECURRENCE-ID;RANGE=THISANDFUTURE:20260105T090000Z", START),
    "followers from all of time": "\r\n".join(
        event(f"RECURRENCE-ID;RANGE=THISANDFUTURE:2026010{n}T090000Z", f"DTSTART:{year}0101")
        for n, year in enumerate(("0001", "9999", "2026"), 1)
    ) + "\r\n" + event(START, "RRULE:FREQ=DAILY"),
    "duplicate UIDs": "\r\n".join(event(START) for _ in range(2_000)),
    "year 0": event("DTSTART:00000101T000000Z", "RRULE:FREQ=DAILY"),
    "year 1": event("DTSTART:00010101T000000Z", "RRULE:FREQ=YEARLY;BYWEEKNO=1"),
    "year 9999": event("DTSTART:99991231T235959Z", "DURATION:P9999999W", "RRULE:FREQ=DAILY"),
    "lasts for ever": event(START, "DURATION:P9999999D", "RRULE:FREQ=DAILY"),
    "every second": event("DTSTART:19700101T000000Z", "RRULE:FREQ=SECONDLY"),
    "count of a thousand million": event(
        "DTSTART:19700101T000000Z", "RRULE:FREQ=SECONDLY;COUNT=1000000000"
    ),
    "never": event(START, "RRULE:FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=2"),
    "all set positions": event(
        START,
        "RRULE:FREQ=YEARLY;BYSETPOS=" + ",".join(map(str, range(1, 367)))
        + ";BYHOUR=" + ",".join(map(str, range(24))) + ";BYMINUTE=" + ",".join(map(str, range(60)))
        + ";BYSECOND=" + ",".join(map(str, range(60))) + ";BYDAY=MO,TU,WE,TH,FR,SA,SU",
    ),
    "a thousand rules": event(START, *["RRULE:FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=2"] * 1_000),
    "exclusion of every second": event(START, "RRULE:FREQ=DAILY", "EXRULE:FREQ=SECONDLY"),
    "a zone of 1,000 rules": changing_zone("Z", "+0100", "+0200").replace(
        "END:DAYLIGHT", "RRULE:FREQ=SECONDLY\r\n" * 1_000 + "END:DAYLIGHT"
    ) + "\r\n" + event("DTSTART;TZID=Z:20260105T090000"),
    "nested events": "BEGIN:VEVENT\r\n" * 20_000,
    "nested everything": "BEGIN:VEVENT\r\n" + "BEGIN:VALARM\r\n" * 20_000,
    "hostile TZID": event("DTSTART;TZID=../../etc/passwd:20260105T090000"),
    "one long line": event(START, "SUMMARY:" + "x" * 5_000_000),
    "folded to death": event(START, "SUMMARY:" + "\r\n x" * 300_000),
    "quotes": event(START, 'ATTENDEE;CN="' + '";CN="' * 50_000),
    "semicolons": event(START, "ATTENDEE" + ";" * 500_000 + ":mailto:a@example.com"),
    "backslashes": event(START, "SUMMARY:" + "\\" * 1_000_001),
    "unterminated": f"BEGIN:VEVENT\r\nUID:a\r\n{START}\r\nBEGIN:VALARM",
}  # fmt: skip


@pytest.mark.parametrize("text", CORPUS.values(), ids=CORPUS.keys())
def test_hostile_objects_are_answered_in_time_and_spare_the_others(text: str):
    found = answered(calendar(GOOD, text))
    assert found is not None
    assert [one.words.summary for one in found.events if one.uid == "good"] == ["Good"]


@pytest.mark.parametrize("text", CORPUS.values(), ids=CORPUS.keys())
def test_hostile_objects_are_answered_in_a_window_of_all_time(text: str):
    answered(calendar(GOOD, text), CENTURIES)


def test_many_hostile_series_share_a_budget():
    texts = [event(START, "RRULE:FREQ=SECONDLY", uid=str(number)) for number in range(60)]
    begun = time.thread_time()
    found = expand(read(calendar(*texts)), YEAR_2026, Caps(object_occurrences=50_000))
    assert len(found.events) == 50_000
    assert time.thread_time() - begun < 20


NAMES = st.sampled_from(
    ["DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "UID",
     "SEQUENCE", "STATUS", "SUMMARY", "GEO", "URL", "ATTENDEE", "TZID", "TZOFFSETTO",
     "TZOFFSETFROM"]
)  # fmt: skip
PARAMS = st.sampled_from(
    ["", "", ";VALUE=DATE", ";VALUE=PERIOD", ";TZID=Europe/Berlin", ";TZID=Z", ";TZID=../x",
     ";RANGE=THISANDFUTURE", ';CN="a:b"', ";=;"]
)  # fmt: skip
VALUES = st.one_of(
    st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)).map("{:%Y%m%dT%H%M%S}".format),  # noqa: DTZ001
    st.datetimes(datetime(2025, 12, 1), datetime(2026, 12, 31)).map("{:%Y%m%dT%H%M%SZ}".format),  # noqa: DTZ001
    st.sampled_from(
        ["20260105", "20260105T090000Z", "20260105/P1D", "P1D", "-PT1H", "+0100", "-2359", "1;2"]
    ),
    st.builds(
        "FREQ={};INTERVAL={};{}={}".format,
        st.sampled_from(["SECONDLY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
        st.integers(0, 10**9),
        st.sampled_from(["COUNT", "BYMONTH", "BYMONTHDAY", "BYSETPOS", "BYWEEKNO", "BYYEARDAY"]),
        st.integers(-400, 400),
    ),
    st.text(max_size=20),
)
LINE = st.one_of(
    st.builds("{}{}:{}".format, NAMES, PARAMS, VALUES),
    st.sampled_from(
        ["BEGIN:VEVENT", "END:VEVENT", "BEGIN:VTIMEZONE", "BEGIN:DAYLIGHT", "END:DAYLIGHT",
         "END:VTIMEZONE", "BEGIN:VALARM", "DTSTART:20260105T090000Z", "UID:a", "TZID:Z"]
    ),
)  # fmt: skip


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(LINE, max_size=25))
def test_random_lines_are_answered_in_time(lines: list[str]):
    raw = "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines]).encode("utf-8", "replace")
    answered(raw)


SEEDS = [
    path.read_bytes()
    for path in sorted((Path(icalendar.__file__).parent / "tests/calendars").glob("*.ics"))[::6]
    if path.stat().st_size < 20_000
]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.sampled_from(SEEDS), st.data())
def test_shipped_calendars_with_bytes_changed_are_answered_in_time(raw: bytes, data: st.DataObject):
    changed = bytearray(raw)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(changed)))
        changed[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    answered(bytes(changed))
