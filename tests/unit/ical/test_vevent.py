from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from daygate.domain.event import Flag
from daygate.ical.faults import BadValue
from daygate.ical.reader import read
from daygate.ical.values import Duration, Moment
from daygate.ical.vevent import Entry, Length, canonical, day_of, entry, lasting
from daygate.ical.zones import Zone, resolver
from tests.unit.ical.calendars import calendar, event

BERLIN = Zone(ZoneInfo("Europe/Berlin"), "Europe/Berlin")
HOUR = timedelta(hours=1)


def understood(*lines: str) -> Entry:
    found = read(calendar(event(*lines)))
    return entry(found.events[0], resolver(found))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_start_is_kept_as_instant_and_as_written():
    found = understood("DTSTART;TZID=Europe/Berlin:20260329T023000")
    assert found.start == utc("2026-03-29T01:30")
    assert found.wall(found.start) == found.wall_start + HOUR
    assert (found.zone.tzid, found.all_day) == ("Europe/Berlin", False)


@pytest.mark.parametrize(
    "lines", [(), ("DTSTART:tomorrow",), ("DTSTART;TZID=Asia/Tokyo:00010101T000000",)]
)
def test_an_event_without_a_start_that_can_be_read_is_a_bad_value(lines: tuple[str, ...]):
    with pytest.raises(BadValue):
        understood(*lines)


def test_two_ends_have_two_zones():
    found = understood(
        "DTSTART;TZID=Europe/Berlin:20260105T090000", "DTEND;TZID=Asia/Tokyo:20260105T180000"
    )
    assert (found.end_tzid, found.length) == ("Asia/Tokyo", Length(0, HOUR))


def test_an_uncertain_zone_is_flagged_at_either_end():
    found = understood("DTSTART:20260105T090000Z", "DTEND;TZID=Nowhere:20260105T100000")
    assert found.words.flags == {Flag.UNKNOWN_ZONE}


@pytest.mark.parametrize(
    ("text", "sequence"), [("7", 7), ("", 0), ("-1", 0), ("9" * 20, 0), ("٣", 0)]
)
def test_a_sequence_is_a_small_number(text: str, sequence: int):
    assert understood("DTSTART:20260105T090000Z", f"SEQUENCE:{text}").sequence == sequence


def test_of_two_versions_the_sequence_counts_before_the_time_of_change():
    ranks = [
        understood("DTSTART:20260105", f"SEQUENCE:{sequence}", f"LAST-MODIFIED:{day}T000000Z").rank
        for sequence, day in ((1, "20260101"), (1, "20260102"), (2, "20250101"))
    ]
    assert ranks == sorted(ranks)


def test_an_override_names_what_it_replaces_and_how_far():
    found = understood(
        "DTSTART:20260105T090000Z", "RECURRENCE-ID;RANGE=thisandfuture:20260105T080000Z"
    )
    assert found.replaces == Moment(datetime(2026, 1, 5, 8), is_utc=True)  # noqa: DTZ001
    assert found.and_future
    assert not understood("DTSTART:20260105T090000Z").and_future


def test_a_nominal_day_lasts_as_long_as_the_clock_says():
    before = utc("2026-03-28T08:00")
    assert Length(1, HOUR).after(before, BERLIN) == utc("2026-03-29T08:00")
    assert Length(0, 24 * HOUR).after(before, BERLIN) == utc("2026-03-29T08:00")
    assert Length(1, HOUR).longest >= 26 * HOUR


@pytest.mark.parametrize(
    ("given", "all_day", "length"),
    [
        (Duration(1, 3600), False, Length(1, HOUR)),
        (Duration(0, -1), False, Length(0, timedelta())),
        (Duration(0, 3 * 86_400), True, Length(3, timedelta())),
        (Duration(0, 0), True, Length(1, timedelta())),
    ],
)
def test_a_duration_is_days_and_exact_time_or_whole_days(
    given: Duration, all_day: bool, length: Length
):
    assert lasting(given, all_day=all_day) == length


def test_recurrence_ids_are_in_the_basic_format_of_utc():
    assert canonical(utc("2026-01-05T08:30:05"), all_day=False) == "20260105T083005Z"
    assert canonical(utc("0476-01-05T00:00"), all_day=True) == "04760105"


def test_a_day_written_as_a_time_is_found_again():
    found = read(calendar("X-WR-TIMEZONE:Europe/Berlin", event("DTSTART:20260105")))
    zones = resolver(found)
    for wall, is_utc in (
        ("2026-01-05T00:00", True),
        ("2026-01-04T23:00", True),
        ("2026-01-05T17:00", False),
    ):
        one = Moment(datetime.fromisoformat(wall), is_utc=is_utc)
        assert day_of(one, zones).date() == date(2026, 1, 5)
