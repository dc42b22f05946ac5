import pytest
from dateutil import rrule

from daygate.ical.faults import BadValue
from daygate.ical.rule import parse


def test_every_part_is_read():
    found = parse(
        "FREQ=YEARLY;INTERVAL=2;COUNT=9;WKST=SU;BYSETPOS=-1;BYMONTH=1,3;BYMONTHDAY=-1;"
        "BYYEARDAY=100;BYWEEKNO=20;BYDAY=MO,-1FR;BYHOUR=9;BYMINUTE=30;BYSECOND=0"
    )
    assert (found.freq, found.interval, found.count, found.wkst) == (rrule.YEARLY, 2, 9, 6)
    assert (found.month, found.month_day, found.year_day) == ((1, 3), (-1,), (100,))
    assert (found.weekday, found.setpos) == (((0, 0), (4, -1)), (-1,))
    assert (found.week_no, found.hour, found.minute, found.second) == ((20,), (9,), (30,), (0,))


def test_case_order_blanks_and_unknown_parts_do_not_matter():
    found = parse(" byday= mo ;X-FOO=1;freq=weekly; ")
    assert (found.freq, found.weekday) == (rrule.WEEKLY, ((0, 0),))


@pytest.mark.parametrize("text", ["COUNT=-1", "COUNT=0", "COUNT="])
def test_a_count_that_is_no_positive_number_is_no_limit(text: str):
    assert parse(f"FREQ=DAILY;{text}").count is None


def test_an_interval_of_zero_is_one():
    assert parse("FREQ=DAILY;INTERVAL=0").interval == 1


@pytest.mark.parametrize(
    "text",
    ["", "FREQ=SOMETIMES", "FREQ=DAILY;INTERVAL=x", "FREQ=DAILY;BYMONTH=13", "FREQ=DAILY;BYDAY=XX",
     "FREQ=DAILY;UNTIL=never", "FREQ=DAILY;BYDAY=99MO", "FREQ=DAILY;COUNT=" + "9" * 5000],
)  # fmt: skip
def test_impossible_rules_are_bad_values(text: str):
    with pytest.raises(BadValue):
        parse(text)


def test_one_number_out_of_range_does_not_spoil_the_others():
    assert parse("FREQ=MONTHLY;BYMONTHDAY=0,15,32").month_day == (15,)
