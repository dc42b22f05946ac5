from datetime import datetime, timedelta

import pytest

from daygate.ical.component import Property
from daygate.ical.faults import BadValue
from daygate.ical.values import (
    Duration,
    Moment,
    Period,
    duration,
    moment,
    moment_of,
    moments_of,
    period,
    utc_offset,
)

NINE = datetime(2026, 1, 5, 9)  # noqa: DTZ001


@pytest.mark.parametrize(
    "text",
    ["20260105T090000", "20260105T0900", "2026-01-05T09:00:00", "2026-01-05 09:00:00.000"],
)
def test_local_times_are_read_with_and_without_decoration(text: str):
    assert moment(text, "Europe/Berlin") == Moment(NINE, tzid="Europe/Berlin")


def test_a_zulu_time_has_no_zone_beside_it():
    assert moment("20260105T090000Z", "Europe/Berlin") == Moment(NINE, is_utc=True)


def test_a_leap_second_is_the_second_before():
    assert moment("20161231T235960Z").wall.second == 59


@pytest.mark.parametrize(
    "text", ["", "00000101", "20261301", "20260230T000000", "20260105T250000Z", "1e9", "٢٠٢٦٠١٠٥"]
)
def test_impossible_times_are_bad_values(text: str):
    with pytest.raises(BadValue):
        moment(text)


def test_value_date_cuts_the_time_of_day_off():
    found = moment_of(Property("DTSTART", {"VALUE": "DATE"}, "20260105T090000"))
    assert found == Moment(datetime(2026, 1, 5), is_date=True)  # noqa: DTZ001


def test_lists_leave_out_what_cannot_be_read_or_lies_elsewhere():
    source = Property("EXDATE", {}, "20260104,nonsense,20260105T090000Z,20270101")
    found = list(moments_of(source, ("20260105", "20261231")))
    assert found == [Moment(NINE, is_utc=True)]


def test_periods_end_at_a_time_or_after_a_duration():
    assert period("20260105T090000/PT1H") == Period(Moment(NINE), Duration(0, 3600))
    assert period("20260105T090000/20260105T090000Z").end == Moment(NINE, is_utc=True)


@pytest.mark.parametrize(
    ("text", "days", "seconds"),
    [
        ("P1D", 1, 0),
        ("P2W", 14, 0),
        ("PT90M", 0, 5400),
        ("-P1DT2H", -1, -7200),
        ("PT1H0S", 0, 3600),
    ],
)
def test_durations_keep_days_and_exact_time_apart(text: str, days: int, seconds: int):
    assert duration(text) == Duration(days, seconds)


@pytest.mark.parametrize("text", ["", "P", "PT", "1H", "P99999999D", "PT1.5H"])
def test_impossible_durations_are_bad_values(text: str):
    with pytest.raises(BadValue):
        duration(text)


def test_utc_offsets_have_a_sign_and_sometimes_seconds():
    assert utc_offset("-0330") == timedelta(hours=-3, minutes=-30)
    assert utc_offset("+005328") == timedelta(minutes=53, seconds=28)
    for text in ("+2400", "+5744", "", "1"):
        with pytest.raises(BadValue):
            utc_offset(text)
