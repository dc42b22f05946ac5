"""The RECUR value of RFC 5545 section 3.3.10, parsed and checked."""

import re
from dataclasses import dataclass
from typing import Literal

from dateutil import rrule

from daygate.ical.faults import BadValue
from daygate.ical.values import Moment, moment

Frequency = Literal[0, 1, 2, 3, 4, 5, 6]
FREQUENCIES: dict[str, Frequency] = {
    "YEARLY": rrule.YEARLY,
    "MONTHLY": rrule.MONTHLY,
    "WEEKLY": rrule.WEEKLY,
    "DAILY": rrule.DAILY,
    "HOURLY": rrule.HOURLY,
    "MINUTELY": rrule.MINUTELY,
    "SECONDLY": rrule.SECONDLY,
}
WEEKDAYS = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
_BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,9}", re.ASCII)
# RFC 5545 section 3.3.10: smallest and largest absolute value, and whether it may be negative.
_RANGES = {
    "BYSETPOS": (1, 366, True),
    "BYMONTH": (1, 12, False),
    "BYMONTHDAY": (1, 31, True),
    "BYYEARDAY": (1, 366, True),
    "BYWEEKNO": (1, 53, True),
    "BYHOUR": (0, 23, False),
    "BYMINUTE": (0, 59, False),
    "BYSECOND": (0, 60, False),
}
_LEAP_SECOND = 60
_MAX_WEEKDAY_ORDINAL = 53


@dataclass(frozen=True, slots=True)
class Rule:
    """One recurrence rule; an empty tuple means that the part was not given."""

    freq: Frequency
    interval: int = 1
    count: int | None = None
    until: Moment | None = None
    wkst: int = 0
    setpos: tuple[int, ...] = ()
    month: tuple[int, ...] = ()
    month_day: tuple[int, ...] = ()
    year_day: tuple[int, ...] = ()
    week_no: tuple[int, ...] = ()
    # Weekday and ordinal; the ordinal is 0 for every such day.
    weekday: tuple[tuple[int, int], ...] = ()
    hour: tuple[int, ...] = ()
    minute: tuple[int, ...] = ()
    second: tuple[int, ...] = ()


def parse(text: str) -> Rule:
    """Read a RECUR value; unknown parts are skipped, impossible ones raise `BadValue`."""
    parts: dict[str, str] = {}
    for part in text.strip().strip(";").upper().split(";"):
        key, _, value = part.partition("=")
        parts[key.strip()] = value.strip()
    freq = FREQUENCIES.get(parts.get("FREQ", ""))
    if freq is None:
        raise BadValue("recurrence rule", text)
    until = parts.get("UNTIL")
    return Rule(
        freq=freq,
        # RFC 5545 section 3.3.10: a positive integer; zero is read as one.
        interval=max(1, _number(parts.get("INTERVAL") or "1")),
        count=_count(parts.get("COUNT")),
        until=moment(until) if until else None,
        wkst=WEEKDAYS.get(parts.get("WKST", ""), 0),
        setpos=_numbers(parts, "BYSETPOS"),
        month=_numbers(parts, "BYMONTH"),
        month_day=_numbers(parts, "BYMONTHDAY"),
        year_day=_numbers(parts, "BYYEARDAY"),
        week_no=_numbers(parts, "BYWEEKNO"),
        weekday=_weekdays(parts.get("BYDAY", "")),
        hour=_numbers(parts, "BYHOUR"),
        minute=_numbers(parts, "BYMINUTE"),
        second=tuple(one for one in _numbers(parts, "BYSECOND") if one != _LEAP_SECOND),
    )


def _count(text: str | None) -> int | None:
    """A positive integer; some write -1 for no limit."""
    number = _number(text) if text else 0
    return number if number > 0 else None


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise BadValue("recurrence rule", text)
    return int(text)


def _numbers(parts: dict[str, str], name: str) -> tuple[int, ...]:
    text = parts.get(name)
    if not text:
        return ()
    low, high, signed = _RANGES[name]
    found: set[int] = set()
    for item in text.split(","):
        number = _number(item.strip())
        if low <= abs(number) <= high and (signed or number >= 0):
            found.add(number)
    if not found:
        raise BadValue(name, text)
    return tuple(sorted(found))


def _weekdays(text: str) -> tuple[tuple[int, int], ...]:
    if not text:
        return ()
    found: set[tuple[int, int]] = set()
    for item in text.split(","):
        day = _BYDAY.fullmatch(item.strip())
        if day is None or abs(int(day[1] or 0)) > _MAX_WEEKDAY_ORDINAL:
            raise BadValue("BYDAY", text)
        found.add((WEEKDAYS[day[2]], int(day[1] or 0)))
    return tuple(sorted(found))
