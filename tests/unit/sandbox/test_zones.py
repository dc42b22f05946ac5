"""VTIMEZONE text against the zone database it was made from."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Timezone

from daygate.sandbox.zones import vtimezone


@pytest.mark.parametrize("tzid", ["Europe/London", "America/New_York", "Asia/Tokyo", "Asia/Tehran"])
def test_another_reader_gets_the_offsets_of_the_zone_database(tzid: str) -> None:
    zone = ZoneInfo(tzid)
    component = Timezone.from_ical("\r\n".join(vtimezone(tzid, 2020, 2022)))
    assert isinstance(component, Timezone)
    read = component.to_tz(lookup_tzid=False)
    moment = datetime(2020, 2, 1, 12, tzinfo=UTC)
    while moment.year < 2024:
        wall = moment.astimezone(zone).replace(tzinfo=None)
        assert read.utcoffset(wall) == zone.utcoffset(wall), wall
        moment += timedelta(days=5)


def test_a_zone_without_changes_has_one_observance() -> None:
    assert vtimezone("Asia/Tokyo", 2026, 2026).count("BEGIN:STANDARD") == 1
