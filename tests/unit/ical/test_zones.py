from datetime import UTC, datetime, timedelta

import pytest

from daygate.domain.event import Flag
from daygate.ical.reader import read
from daygate.ical.zones import iana_name, resolver
from tests.unit.ical.calendars import calendar, changing_zone, events, fixed_zone

TIMES = ("DTEND;TZID={}:20260105T100000", "DTSTART;TZID={}:20260105T090000")


def zone(tzid: str, *parts: str):
    return resolver(read(calendar(*parts))).zone(tzid)


@pytest.mark.parametrize(
    ("tzid", "iana"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("/freeassociation.sourceforge.net/Tzfile/Europe/Berlin", "Europe/Berlin"),
        ("/freeassociation.sourceforge.net/America/Argentina/Salta", "America/Argentina/Salta"),
        ("/citadel.org/20210210_1/Europe/Berlin", "Europe/Berlin"),
        ("/mozilla.org/20050126_1/America/New_York", "America/New_York"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("eastern standard time", "America/New_York"),
        ("tzone://Microsoft/Utc", "Etc/UTC"),
        ("UTC", "UTC"),
        ("GMT+02:00", "Etc/GMT-2"),
        ("UTC-5", "Etc/GMT+5"),
        ("(UTC+01:00)", "Etc/GMT-1"),
    ],
)
def test_names_in_use_lead_to_iana(tzid: str, iana: str):
    assert iana_name(tzid) == iana


@pytest.mark.parametrize(
    "tzid",
    ["../../etc/passwd", "/etc/passwd", "../Europe/../../etc/passwd", "Europe/Berlin\0", "",
     "Customized Time Zone", "UTC+05:30", "UTC+25", "Europe", ".", "posixrules", "\ud800"],
)  # fmt: skip
def test_other_names_lead_nowhere_and_open_no_file(tzid: str):
    assert iana_name(tzid) is None
    assert zone(tzid).flag is Flag.UNKNOWN_ZONE


def test_an_embedded_zone_is_recognised_by_its_offsets():
    found = zone("Customized Time Zone", changing_zone("Customized Time Zone", "+0100", "+0200"))
    assert (found.tzid, found.flag) == ("Europe/Berlin", None)


def test_a_city_in_the_name_decides_among_zones_with_equal_offsets():
    name = "(UTC+01:00) Brussels, Copenhagen, Madrid, Paris"
    assert zone(name, changing_zone(name, "+0100", "+0200")).tzid == "Europe/Brussels"


def test_a_location_inside_the_zone_decides_first():
    text = changing_zone("Mine", "+0100", "+0200")
    text = text.replace("TZID:Mine", "TZID:Mine\r\nX-LIC-LOCATION:Europe/Vienna")
    assert zone("Mine", text).tzid == "Europe/Vienna"


def test_a_zone_nobody_else_has_is_computed_from_its_observances():
    found = zone("Odd", changing_zone("Odd", "+0100", "+0200", month=5))
    assert found.flag is None
    assert found.tzid == "Etc/GMT-1"
    for month, hours in ((4, 1), (6, 2), (12, 1)):
        wall = datetime(2026, month, 5, 12, tzinfo=found.tz)
        assert wall.utcoffset() == timedelta(hours=hours)


def test_a_fixed_embedded_zone_is_a_plain_offset():
    assert zone("Mine", fixed_zone("Mine", "+0300")).tzid == "Etc/GMT-3"
    assert zone("Mine", fixed_zone("Mine", "+0545")).tzid == "Asia/Katmandu"


def test_two_peoples_customized_time_zones_do_not_mix():
    name = "Customized Time Zone"
    times = [line.format(name) for line in TIMES]
    texts = [
        calendar(fixed_zone(name, offset), "BEGIN:VEVENT", "UID:u", *times, "END:VEVENT")
        for offset in ("+0200", "-0700", "+0200")
    ]
    objects = [read(text) for text in texts]
    hours = [
        datetime(2026, 1, 5, 9, tzinfo=resolver(one).zone(name).tz).astimezone(UTC).hour
        for one in objects
    ]
    assert hours == [7, 16, 7]


def test_an_unknown_zone_is_flagged_and_read_in_the_calendars_own():
    found = events(
        "X-WR-TIMEZONE:Europe/Berlin",
        "BEGIN:VEVENT", "UID:u", *(line.format("Nowhere") for line in TIMES), "END:VEVENT",
    )  # fmt: skip
    assert found[0].words.flags == {Flag.UNKNOWN_ZONE}
    assert (found[0].span.start, found[0].span.start_tzid) == (
        datetime(2026, 1, 5, 8, tzinfo=UTC),
        "Europe/Berlin",
    )


def test_an_embedded_zone_without_observances_is_unknown():
    assert zone("X", "BEGIN:VTIMEZONE", "TZID:X", "END:VTIMEZONE").flag is Flag.UNKNOWN_ZONE


def test_floating_times_take_the_calendars_zone_then_the_fallback_then_utc_with_a_flag():
    named = read(calendar("X-WR-TIMEZONE:Pacific Standard Time"))
    plain, wrong = read(calendar()), read(calendar("X-WR-TIMEZONE:Nowhere"))
    assert resolver(named, "Europe/Rome").floating.tzid == "America/Los_Angeles"
    assert resolver(plain, "Europe/Rome").floating.tzid == "Europe/Rome"
    assert resolver(wrong, "Europe/Rome").floating.tzid == "Europe/Rome"
    assert resolver(plain).floating.flag is Flag.FLOATING
    assert resolver(plain).floating.tzid == "Etc/UTC"
