"""Dates and times in somebody's zone become seconds and days."""

from datetime import UTC, date, datetime

import pytest

from daygate.calendars.bounds import Asking, bounds
from daygate.domain.errors import Invalid
from daygate.domain.moments import epoch_s
from daygate.occurrences.window import Reach

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
REACH = Reach(42, 201)


def day(text: str) -> int:
    return epoch_s(date.fromisoformat(text))


def test_without_bounds_it_is_the_served_window() -> None:
    found = bounds(Asking(None, None, "Etc/UTC"), REACH, NOW)
    assert (found.from_s, found.to_s) == (day("2026-10-14"), day("2027-06-14"))


def test_dates_begin_and_end_in_the_zone_of_the_reader() -> None:
    found = bounds(Asking(date(2027, 3, 1), date(2027, 3, 2), "Asia/Tokyo"), REACH, NOW)
    assert (found.from_s, found.to_s) == (day("2027-02-28") + 15 * 3600, day("2027-03-01") + 54000)
    assert (found.from_day_s, found.to_day_s) == (day("2027-03-01"), day("2027-03-02"))


def test_a_time_within_a_day_asks_for_all_day_events_of_that_day() -> None:
    noon = datetime(2027, 3, 2, 12, tzinfo=UTC)
    found = bounds(Asking(date(2027, 3, 1), noon, "Etc/UTC"), REACH, NOW)
    assert found.to_day_s == day("2027-03-03")


@pytest.mark.parametrize(
    ("start", "end"),
    [(date(2027, 3, 2), date(2027, 3, 1)), (date(2020, 1, 1), date(2027, 1, 1))],
)
def test_a_range_that_is_backwards_or_too_long_is_refused_by_name(start: date, end: date) -> None:
    with pytest.raises(Invalid) as caught:
        bounds(Asking(start, end, "Etc/UTC"), REACH, NOW)
    assert [error.field for error in caught.value.errors] == ["to"]
