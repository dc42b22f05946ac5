"""Instants as whole seconds and as text, over the whole range of datetime."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from daygate.domain.moments import (
    basic_day,
    basic_time_s,
    epoch_s,
    from_ms,
    from_s,
    wire_day,
    wire_time,
    wire_time_s,
)

MOMENTS = [
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 30, 5, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_seconds_and_text_say_the_same(moment: datetime) -> None:
    seconds = epoch_s(moment)
    assert from_s(seconds) == moment
    assert from_ms(seconds * 1000 + 999) == moment
    assert wire_time_s(seconds) == wire_time(moment) == moment.isoformat()[:19] + "Z"
    assert basic_time_s(seconds) == wire_time(moment).replace("-", "").replace(":", "")


def test_a_date_counts_from_its_midnight_in_utc() -> None:
    assert epoch_s(date(1970, 1, 2)) == 86_400
    assert (wire_day(1), basic_day(1)) == ("1970-01-02", "19700102")


def test_other_offsets_and_fractions_are_not_written() -> None:
    moment = datetime(2026, 1, 5, 9, 0, 0, 999_999, timezone(timedelta(hours=2)))
    assert wire_time(moment) == "2026-01-05T07:00:00Z"
