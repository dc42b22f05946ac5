from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from daygate.ical.reader import read
from daygate.ical.vtimezone import ObservedZone, iana_equivalent, observed_zone
from tests.unit.ical.calendars import calendar, changing_zone

BERLIN = ZoneInfo("Europe/Berlin")


def observed(text: str) -> ObservedZone:
    zone = observed_zone(read(calendar(text)).timezones[0])
    assert zone is not None
    return zone


@pytest.mark.parametrize("fold", [0, 1])
def test_walls_and_instants_agree_with_iana_around_both_changes(fold: int):
    zone = observed(changing_zone("Mine", "+0100", "+0200"))
    for day in (datetime(2026, 3, 29), datetime(2026, 10, 25)):  # noqa: DTZ001
        for minutes in range(0, 300, 15):
            wall = (day + timedelta(minutes=minutes)).replace(fold=fold)
            mine, theirs = wall.replace(tzinfo=zone), wall.replace(tzinfo=BERLIN)
            assert mine.utcoffset() == theirs.utcoffset(), wall
            instant = day.replace(tzinfo=UTC) + timedelta(minutes=minutes)
            mine, theirs = instant.astimezone(zone), instant.astimezone(BERLIN)
            assert (mine.replace(tzinfo=None), mine.fold) == (
                theirs.replace(tzinfo=None),
                theirs.fold,
            )


def test_a_zone_whose_rules_end_is_not_taken_for_one_that_goes_on():
    text = changing_zone("Mine", "+0100", "+0200")
    ended = text.replace("BYMONTH=10", "BYMONTH=10;UNTIL=20200101T000000Z").replace(
        "BYMONTH=3", "BYMONTH=3;UNTIL=20200101T000000Z"
    )
    assert iana_equivalent(observed(ended), "Mine") is None


def test_onsets_may_be_listed_as_dates():
    text = changing_zone("Mine", "+0100", "+0200").replace(
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "RDATE:20260329T020000"
    )
    zone = observed(text)
    assert datetime(2026, 7, 1, tzinfo=zone).utcoffset() == timedelta(hours=2)
    assert datetime(2025, 7, 1, tzinfo=zone).utcoffset() == timedelta(hours=1)


@pytest.mark.parametrize(
    "bad", ["TZOFFSETTO:+5744", "DTSTART:never", "RRULE:FREQ=SOMETIMES", "DTSTART:99990101T000000"]
)
def test_a_bad_observance_leaves_the_other(bad: str):
    name = bad.partition(":")[0]
    lines = changing_zone("Mine", "+0100", "+0200").split("\r\n")
    index = max(i for i, line in enumerate(lines) if line.startswith(name))
    lines[index] = bad
    assert observed("\r\n".join(lines)).utcoffset(datetime(2026, 1, 5)) is not None  # noqa: DTZ001
