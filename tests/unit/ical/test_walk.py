from datetime import datetime, timedelta
from itertools import product

import pytest
from dateutil import rrule
from hypothesis import given, settings
from hypothesis import strategies as st

from daygate.ical.meter import Meter, OverBudget
from daygate.ical.rule import Rule, parse
from daygate.ical.walk import walls

NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%S")  # noqa: DTZ007


def walked(text: str, start: datetime, low: datetime, high: datetime) -> list[datetime]:
    return list(walls(parse(text), start, low, high, Meter.start(10**6, 60_000)))


def listed(low: int, high: int, *, most: int = 3):
    return st.lists(st.integers(low, high), min_size=1, max_size=most, unique=True).map(
        lambda numbers: ",".join(map(str, numbers))
    )


def parts(*options: tuple[str, st.SearchStrategy[str]]):
    """Any subset of the parts, joined."""
    maybe = [st.one_of(st.just(""), value.map((name + "={}").format)) for name, value in options]
    return st.tuples(*maybe).map(lambda chosen: ";".join(filter(None, chosen)))


COMMON = (
    ("INTERVAL", st.integers(1, 5).map(str)),
    ("COUNT", st.integers(1, 60).map(str)),
    ("WKST", st.sampled_from(NAMES)),
    ("BYMONTH", listed(1, 12)),
)
PLAIN_DAYS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True).map(",".join)
ORDINAL_DAYS = st.lists(
    st.tuples(st.sampled_from([-2, -1, 1, 2, 4, 5]), st.sampled_from(NAMES)), min_size=1, max_size=3
).map(lambda pairs: ",".join(f"{n}{day}" for n, day in pairs))
TIMES = (("BYHOUR", listed(0, 23)), ("BYMINUTE", listed(0, 59)))

ANY_DAYS = st.one_of(PLAIN_DAYS, ORDINAL_DAYS)
BY_DAY, BY_MONTH_DAY = ("BYDAY", PLAIN_DAYS), ("BYMONTHDAY", listed(1, 28))

RULES = st.one_of(
    parts(*COMMON, *TIMES, BY_DAY).map("FREQ=DAILY;{}".format),
    parts(*COMMON, *TIMES, BY_DAY).map("FREQ=WEEKLY;{}".format),
    parts(*COMMON[1:], ("BYDAY", ANY_DAYS)).map("FREQ=MONTHLY;{}".format),
    parts(*COMMON[:3], ("BYMONTHDAY", listed(-5, -1))).map("FREQ=MONTHLY;{}".format),
    parts(*COMMON[1:], BY_DAY).map("FREQ=MONTHLY;BYSETPOS=1,-1;BYHOUR=9,17;{}".format),
    parts(*COMMON, ("BYDAY", ANY_DAYS)).map("FREQ=YEARLY;{}".format),
    parts(*COMMON[:3], ("BYYEARDAY", listed(1, 366))).map("FREQ=YEARLY;BYSETPOS=-1;{}".format),
    parts(*COMMON[:3], ("BYYEARDAY", listed(-366, -1))).map("FREQ=YEARLY;{}".format),
    parts(*COMMON[:3], ("BYWEEKNO", listed(1, 53))).map("FREQ=YEARLY;BYDAY=TU,SA;{}".format),
)
SUBDAILY = st.one_of(
    parts(*COMMON, *TIMES, BY_DAY, BY_MONTH_DAY).map("FREQ=HOURLY;{}".format),
    parts(*COMMON, *TIMES, BY_DAY, ("BYSECOND", listed(0, 59))).map("FREQ=MINUTELY;{}".format),
)
STARTS = st.datetimes(at("20190101T000000"), at("20251231T000000")).map(
    lambda moment: moment.replace(microsecond=0)
)


def by_dateutil(text: str, start: datetime, low: datetime, high: datetime) -> list[datetime]:
    rule = rrule.rrulestr(text.rstrip(";"), dtstart=start)
    return list(rule.between(low, high - timedelta(seconds=1), inc=True))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(RULES, STARTS)
def test_days_weeks_months_and_years_are_the_same_as_dateutils_from_the_start(
    text: str, start: datetime
):
    low, high = at("20260101T000000"), at("20280101T000000")
    assert walked(text, start, low, high) == by_dateutil(text, start, low, high)


def by_trial(text: str, start: datetime, low: datetime, high: datetime) -> list[datetime]:
    """Look at every period from the start: dateutil does not return from many of these."""
    rule, found = parse(text), []
    hourly = rule.freq == rrule.HOURLY
    base = start.replace(second=0, minute=0 if hourly else start.minute)
    step = timedelta(hours=rule.interval) if hourly else timedelta(minutes=rule.interval)
    while base < high:
        minutes = (rule.minute or (start.minute,)) if hourly else (base.minute,)
        for minute, second in product(minutes, rule.second or (start.second,)):
            wall = base.replace(minute=minute, second=second)
            if start <= wall < high and passes(rule, wall):
                found.append(wall)
        base += step
    return [wall for wall in found[: rule.count] if wall >= low]


def passes(rule: Rule, wall: datetime) -> bool:
    pairs = (
        (rule.month, wall.month),
        (rule.month_day, wall.day),
        ([day for day, _ in rule.weekday], wall.weekday()),
        (rule.hour, wall.hour),
        (rule.minute, wall.minute),
    )
    return all(not wanted or number in wanted for wanted, number in pairs)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(SUBDAILY, STARTS)
def test_hours_and_minutes_are_the_same_as_by_trial(text: str, start: datetime):
    low, high = start + timedelta(days=3), start + timedelta(days=9)
    assert walked(text, start, low, high) == by_trial(text, start, low, high)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("FREQ=HOURLY;INTERVAL=3;BYHOUR=9", ["093000"]),
        ("FREQ=SECONDLY;BYHOUR=9;BYMINUTE=0;BYSECOND=1,59", ["090001", "090059"]),
        ("FREQ=MINUTELY;BYHOUR=23;BYMINUTE=58,59;BYSETPOS=-1", ["235800", "235900"]),
    ],
)
def test_fast_frequencies_jump_to_the_window(text: str, times: list[str]):
    meter = Meter.start(200, 10_000)
    start = at("19700104T003000")
    found = list(walls(parse(text), start, at("20260106T000000"), at("20260107T000000"), meter))
    assert found == [at(f"20260106T{one}") for one in times]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("FREQ=MONTHLY;BYDAY=MO,1TU;COUNT=6", ["05", "06", "12", "19", "26"]),
        ("FREQ=YEARLY;BYMONTH=1;BYDAY=2MO,SU", ["04", "11", "12", "18", "25"]),
    ],
)
def test_a_mix_of_weekdays_and_ordinals_is_united(text: str, days: list[str]):
    low, high = at("20260101T000000"), at("20260201T000000")
    assert [f"{one:%d}" for one in walked(text, low, low, high)] == days


def test_a_week_number_alone_means_the_weekday_of_the_start():
    low, high = at("19970101T000000"), at("19990101T000000")
    found = walked("FREQ=YEARLY;BYWEEKNO=20", at("19970514T090000"), low, high)
    assert found == [at("19970514T090000"), at("19980513T090000")]


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=YEARLY;BYDAY=53MO;BYYEARDAY=1",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=2;BYDAY=1MO",
        "FREQ=WEEKLY;BYMONTH=2;BYHOUR=1,2;BYSETPOS=300",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY;INTERVAL=60;BYSECOND=30",
        "FREQ=MINUTELY;INTERVAL=60;BYMINUTE=30;COUNT=5",
        "FREQ=HOURLY;INTERVAL=24;BYHOUR=3",
    ],
)
def test_a_rule_that_never_matches_ends_or_runs_over_its_budget(text: str):
    meter = Meter.start(100_000, 250)
    low, high = at("20260101T000000"), at("20270101T000000")
    try:
        assert list(walls(parse(text), at("20200101T000000"), low, high, meter)) == []
    except OverBudget:
        assert meter.steps_left < 100_000
