"""Generated calendars expand as recurring_ical_events says, except where the docs say otherwise.

pytest tests/ical/test_generated.py --calendars 20000 --calendar-seed 7
"""

import re
import warnings
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events  # type: ignore[import-untyped]

from daygate.domain.event import Status
from daygate.ical.reader import read
from daygate.ical.recurrence import expand
from tests.ical.generated import LONGEST, Generated, Style, generated

# The oracle does not know X-WR-TIMEZONE and reads gaps of a VTIMEZONE with the offset after them:
# it is told the zone at every time.
TIME = re.compile(rb"^((?:DTSTART|RDATE|EXDATE|RECURRENCE-ID)[^:\r]*):(?=[^Z\r]+\r)", re.MULTILINE)

Row = tuple[str, str, str]


def written(moment: date, style: Style) -> datetime:
    """As an instant, whatever it is."""
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return (moment if moment.tzinfo else moment.replace(tzinfo=style.tz)).astimezone(UTC)


def row(summary: str, start: date, end: date, style: Style) -> Row:
    begin, finish = written(start, style), written(end, style)
    shown = "across a change" if changes(begin, style) else str(finish)
    return summary, str(begin), shown


def changes(begin: datetime, style: Style) -> bool:
    """Whether a length may be exact or by the wall clock (a documented difference)."""
    around = (begin - timedelta(hours=3), begin + LONGEST)
    offsets = {at.astimezone(style.tz).utcoffset() for at in around}
    return len(offsets) > 1


def ours(case: Generated) -> Counter[Row]:
    found = expand(read(case.raw), case.window)
    assert found.broken == ()
    return Counter(
        row(one.words.summary, one.span.start, one.span.end, case.style)
        for one in found.events
        if one.words.status is not Status.CANCELLED
    )


def by_oracle(case: Generated) -> Counter[Row]:
    parsed = icalendar.Calendar.from_ical(_with_zones(case))
    found: Counter[Row] = Counter()
    for one in recurring_ical_events.of(parsed).between(case.window.start, case.window.end):
        if one.get("STATUS") != "CANCELLED":
            found[row(str(one["SUMMARY"]), one.start, one.end, case.style)] += 1
    return found


def _with_zones(case: Generated) -> bytes:
    if not case.style.header:
        return case.raw
    zone = str(case.style.tz).encode()
    told = case.raw.replace(b";TZID=Customized Time Zone:", b";TZID=%b:" % zone)
    return TIME.sub(rb"\1;TZID=%b:" % zone, told) if told == case.raw else told


def test_generated_calendars_expand_as_the_oracle_says(pytestconfig: pytest.Config):
    first = pytestconfig.getoption("--calendar-seed", 1)
    shown = 0
    for number in range(pytestconfig.getoption("--calendars", 1000)):
        case = generated(f"{first}/{number}")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = by_oracle(case)
        found = ours(case)
        shown += found.total()
        assert found == expected, f"{number}: {case.window}\n{case.raw.decode()}"
    assert shown > 1000
