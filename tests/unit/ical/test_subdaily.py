from datetime import datetime
from itertools import pairwise

import pytest

from daygate.ical.meter import Meter, OverBudget
from daygate.ical.rule import parse
from daygate.ical.subdaily import subdaily

START = datetime(2026, 1, 5, 9, 30, 15)  # noqa: DTZ001


def times(text: str, *, low: datetime = START, high: datetime, steps: int = 10_000) -> list[str]:
    found = subdaily(parse(text), START, low, high, Meter.start(steps, 60_000))
    return [f"{one:%d %H:%M:%S}" for one in found]


def at(day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 1, day, hour, minute, second)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FREQ=HOURLY;COUNT=2", ["05 09:30:15", "05 10:30:15"]),
        ("FREQ=HOURLY;INTERVAL=20;COUNT=2", ["05 09:30:15", "06 05:30:15"]),
        ("FREQ=HOURLY;BYMINUTE=0,45;COUNT=3", ["05 09:45:15", "05 10:00:15", "05 10:45:15"]),
        ("FREQ=HOURLY;BYMINUTE=0,45;BYSETPOS=-1;COUNT=2", ["05 09:45:15", "05 10:45:15"]),
        ("FREQ=MINUTELY;BYSECOND=0,20;COUNT=3", ["05 09:30:20", "05 09:31:00", "05 09:31:20"]),
        ("FREQ=SECONDLY;BYHOUR=10;BYMINUTE=1;BYSECOND=7;COUNT=1", ["05 10:01:07"]),
        ("FREQ=HOURLY;BYDAY=TU;BYHOUR=3,4", ["06 03:30:15", "06 04:30:15"]),
        ("FREQ=HOURLY;BYMONTHDAY=-26;BYHOUR=3", ["06 03:30:15"]),
        ("FREQ=HOURLY;BYYEARDAY=6;BYHOUR=3", ["06 03:30:15"]),
        ("FREQ=HOURLY;BYMONTH=2", []),
    ],
)
def test_parts_limit_and_expand_as_the_table_of_the_standard_says(text: str, expected: list[str]):
    assert times(text, high=at(7)) == expected


def test_a_rule_is_in_step_with_its_start_wherever_the_window_begins():
    low = datetime(2036, 7, 1)  # noqa: DTZ001
    meter = Meter.start(100, 60_000)
    high = low.replace(day=3)
    found = list(subdaily(parse("FREQ=HOURLY;INTERVAL=7"), START, low, high, meter))
    assert all((one - START).total_seconds() % (7 * 3600) == 0 for one in found)
    assert [(b - a).total_seconds() for a, b in pairwise(found)] == [7 * 3600] * (len(found) - 1)


def test_a_rule_with_a_count_is_counted_from_its_start():
    assert times("FREQ=HOURLY;COUNT=3", low=at(5, 11), high=at(6))[-1:] == ["05 11:30:15"]


def test_every_period_that_is_looked_at_is_paid_for():
    with pytest.raises(OverBudget):
        times("FREQ=SECONDLY", high=at(7), steps=100)
    assert times("FREQ=SECONDLY;BYMONTH=2", high=at(7), steps=100) == []
